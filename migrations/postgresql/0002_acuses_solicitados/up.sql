-- Acuses given out to be signed: the last one of each signer, role and notification. Kept in step with
-- migrations/sqlite.

create table acuses_solicitados (
    sujeto_nif text collate "C" not null check (length(sujeto_nif) = 9),
    codigo integer not null references notificaciones (codigo),
    rol smallint not null check (rol between 1 and 3),
    -- To whom it was given; empty for none, since what is null is never equal.
    persona_nif text collate "C" not null check (length(persona_nif) in (0, 9)),
    entidad_nif text collate "C" not null check (length(entidad_nif) in (0, 9)),
    identificador uuid not null,
    sentido text not null,
    advertencia text not null,
    emitido timestamptz not null,
    peticion uuid not null,
    datos_huella bytea not null check (length(datos_huella) = 32),
    primary key (sujeto_nif, codigo, rol, persona_nif, entidad_nif),
    check (persona_nif <> '' or entidad_nif <> '')
);
