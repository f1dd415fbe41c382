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
