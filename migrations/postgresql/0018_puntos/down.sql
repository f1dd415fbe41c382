drop table teselas;
drop table puntos;
drop index cadena_hojas;
