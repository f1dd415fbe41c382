alter table acuses add constraint acuses_identificador_key unique (identificador);
drop index auditoria_actos;
create index auditoria_peticion on auditoria (peticion);
