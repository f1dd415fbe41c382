drop table historicas;
drop table cargas;
