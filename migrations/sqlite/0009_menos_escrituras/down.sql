create unique index acuses_identificador on acuses (identificador);
drop index auditoria_actos;
create index auditoria_peticion on auditoria (peticion);
create index mensajes_vistos_hasta on mensajes_vistos (hasta);
