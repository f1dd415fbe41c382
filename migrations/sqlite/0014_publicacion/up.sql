-- What another system had published before: how each notification stood when it was loaded, and the row of the journal that says
-- so. Kept in step with migrations/postgresql.

create table historicas (
    codigo integer not null primary key references notificaciones (codigo),
    estado integer not null check (estado in (0, 2, 3, 4)),
    -- When it was practised; null while it is pending.
    instante integer,
    peticion text not null check (length(peticion) = 36),
    check ((instante is null) = (estado = 0))
) strict;

create trigger historicas_no_update before update on historicas begin
    select raise(abort, 'rows are only added');
end;
create trigger historicas_no_delete before delete on historicas begin
    select raise(abort, 'rows are only added');
end;

-- How far the load of each file has got that has not come to its end: what is loaded and this are one transaction.
create table cargas (
    huella blob not null check (length(huella) = 32),
    clase text not null,
    -- Every line up to this one was loaded or refused.
    linea integer not null,
    cargadas integer not null,
    rechazadas integer not null,
    avanzada integer not null,
    primary key (huella, clase)
) strict;
