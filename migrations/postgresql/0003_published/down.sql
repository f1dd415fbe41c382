drop index notificaciones_pendientes;
drop index notificaciones_sujeto;
create index notificaciones_sujeto on notificaciones (sujeto_nif, codigo);
create index notificaciones_pendientes on notificaciones (sujeto_nif, codigo) where estado < 2;
drop trigger notificaciones_no_delete on notificaciones;
drop trigger notificaciones_no_update on notificaciones;
drop function refuse_change_of_published;
