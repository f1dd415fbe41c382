drop table historicas;
