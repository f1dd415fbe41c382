-- Acuses given out to be signed: the last one of each signer, role and notification. Kept in step with
-- migrations/postgresql.

create table acuses_solicitados (
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    codigo integer not null references notificaciones (codigo),
    rol integer not null check (rol between 1 and 3),
    -- To whom it was given; empty for none, since what is null is never equal.
    persona_nif text not null check (length(persona_nif) in (0, 9)),
    entidad_nif text not null check (length(entidad_nif) in (0, 9)),
    identificador text not null check (length(identificador) = 36),
    sentido text not null,
    advertencia text not null,
    emitido integer not null,
    peticion text not null check (length(peticion) = 36),
    datos_huella blob not null check (length(datos_huella) = 32),
    primary key (sujeto_nif, codigo, rol, persona_nif, entidad_nif),
    check (persona_nif <> '' or entidad_nif <> '')
) strict, without rowid;
