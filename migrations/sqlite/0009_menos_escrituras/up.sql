-- What each decision writes and nobody reads. Kept in step with migrations/postgresql.

-- Old marks are found by reading all of them, once in a while: there are as many as messages of half an hour.
drop index mensajes_vistos_hasta;

-- Rows are looked for by their request only where they decided something.
drop index auditoria_peticion;
create index auditoria_actos on auditoria (peticion) where evidencia is not null;

-- Nobody looks for an acuse by its identifier, a UUID that is made once.
create table acuses_0009 (
    -- Primary key, hence one definitive acuse a notification at most.
    codigo integer not null primary key references notificaciones (codigo),
    identificador text not null check (length(identificador) = 36),
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    sentido text not null,
    instante integer not null,
    persona_nif text check (length(persona_nif) = 9),
    persona_nombre text,
    entidad_nif text check (length(entidad_nif) = 9),
    entidad_denominacion text,
    rol integer not null check (rol between 1 and 3),
    autorizacion integer,
    documento_huella blob not null check (length(documento_huella) = 32),
    evidencia_huella blob not null references evidencias (huella),
    peticion text not null check (length(peticion) = 36),
    motivo text,
    check ((persona_nif is null) = (persona_nombre is null)),
    check ((entidad_nif is null) = (entidad_denominacion is null)),
    check (persona_nif is not null or entidad_nif is not null)
) strict;
insert into acuses_0009 (codigo, identificador, sujeto_nif, sentido, instante, persona_nif, persona_nombre, entidad_nif,
        entidad_denominacion, rol, autorizacion, documento_huella, evidencia_huella, peticion, motivo)
    select codigo, identificador, sujeto_nif, sentido, instante, persona_nif, persona_nombre, entidad_nif,
        entidad_denominacion, rol, autorizacion, documento_huella, evidencia_huella, peticion, motivo
    from acuses order by codigo;
-- With its triggers.
drop table acuses;
alter table acuses_0009 rename to acuses;
create trigger acuses_no_update before update on acuses begin
    select raise(abort, 'acuses is append-only');
end;
create trigger acuses_no_delete before delete on acuses begin
    select raise(abort, 'acuses is append-only');
end;
