drop table cea_fallos;
drop table cea_usados;
drop table cea_clave;
drop index hojas_documentos;
drop table documentos_emitidos;
