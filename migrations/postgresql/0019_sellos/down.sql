drop table sellos;
