-- What another system had published before: how each notification stood when it was loaded, and the row of the journal that says
-- so. Kept in step with migrations/sqlite.

create table historicas (
    codigo integer not null primary key references notificaciones (codigo),
    estado smallint not null check (estado in (0, 2, 3, 4)),
    -- When it was practised; null while it is pending.
    instante timestamptz,
    peticion uuid not null,
    check ((instante is null) = (estado = 0))
);

create trigger historicas_no_change before update or delete or truncate on historicas
    for each statement execute function refuse_change();

-- How far the load of each file has got that has not come to its end: what is loaded and this are one transaction.
create table cargas (
    huella bytea not null check (length(huella) = 32),
    clase text not null,
    -- Every line up to this one was loaded or refused.
    linea bigint not null,
    cargadas bigint not null,
    rechazadas bigint not null,
    avanzada timestamptz not null,
    primary key (huella, clase)
);
