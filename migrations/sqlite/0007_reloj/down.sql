drop table reloj_aceptado;
drop table reloj;
alter table auditoria_cabeza drop column instante;
