drop table historicas;
drop table cargas;
drop table procedimientos;
