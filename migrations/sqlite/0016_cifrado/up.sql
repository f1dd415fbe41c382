-- Documents and asuntos of acts of a special category lie encrypted, each with the id of the key that opens it, which is
-- kept elsewhere; where that is null they lie as they were published. Kept in step with migrations/postgresql.

alter table notificaciones add column asunto_clave text;
alter table documentos add column clave text;

-- What each key answers to, so that another one under the same id is known before anything is encrypted with it.
create table claves_cifrado (
    id text not null primary key,
    prueba blob not null,
    desde integer not null
) strict, without rowid;

-- What is still to be encrypted, and what is encrypted with a key that is not the current one.
create index notificaciones_sin_cifrar on notificaciones (codigo) where especial = 1 and asunto_clave is null;
create index notificaciones_cifradas on notificaciones (asunto_clave, codigo) where asunto_clave is not null;
create index documentos_cifrados on documentos (clave, huella) where clave is not null;

-- An asunto stays what it was published as: all that can change is under which key it lies, and never back to plain words.
drop trigger notificaciones_no_update;
create trigger notificaciones_no_update before update of codigo, sujeto_nif, denominacion, tipo_destinatario,
    destinatario, procedimiento, obligacion, especial, puesta_a_disposicion, documento_huella, documento_tamano
    on notificaciones
begin
    select raise(abort, 'what was published does not change');
end;
create trigger notificaciones_asunto_no_update before update of asunto, asunto_clave on notificaciones
    when old.especial = 0 or new.asunto_clave is null
begin
    select raise(abort, 'what was published does not change');
end;
