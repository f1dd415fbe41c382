-- What was published stays as it was published (D-20): only where a notification stands, and its term, can change. Kept
-- in step with migrations/postgresql.

create trigger notificaciones_no_update before update of codigo, sujeto_nif, denominacion, tipo_destinatario,
    destinatario, procedimiento, asunto, obligacion, especial, puesta_a_disposicion, documento_huella, documento_tamano
    on notificaciones
begin
    select raise(abort, 'what was published does not change');
end;
create trigger notificaciones_no_delete before delete on notificaciones begin
    select raise(abort, 'what was published does not change');
end;

-- Listings find in the index all that can change, and all that they filter by but the procedure.
drop index notificaciones_sujeto;
drop index notificaciones_pendientes;
create index notificaciones_sujeto
    on notificaciones (sujeto_nif, codigo, estado, caduca, decidida, puesta_a_disposicion);
create index notificaciones_pendientes
    on notificaciones (sujeto_nif, codigo, estado, caduca, decidida, puesta_a_disposicion) where estado < 2;
