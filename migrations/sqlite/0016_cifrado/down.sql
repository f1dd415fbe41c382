-- What is encrypted by then stays so, and is read by nobody: decide otherwise before.
drop trigger notificaciones_asunto_no_update;
drop trigger notificaciones_no_update;
create trigger notificaciones_no_update before update of codigo, sujeto_nif, denominacion, tipo_destinatario,
    destinatario, procedimiento, asunto, obligacion, especial, puesta_a_disposicion, documento_huella, documento_tamano
    on notificaciones
begin
    select raise(abort, 'what was published does not change');
end;
drop index documentos_cifrados;
drop index notificaciones_cifradas;
drop index notificaciones_sin_cifrar;
drop table claves_cifrado;
alter table documentos drop column clave;
alter table notificaciones drop column asunto_clave;
