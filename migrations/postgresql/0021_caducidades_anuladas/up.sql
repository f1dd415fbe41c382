-- Lapses that were written down and that an operator had taken back (D-11): of which notification, by which row of the journal it
-- was written down, and the end that its term had. Kept in step with migrations/sqlite.

create table caducidades_anuladas (
    codigo integer not null references notificaciones (codigo),
    -- The request of the row that wrote it down, so that each lapse is taken back once.
    caducidad uuid not null,
    -- The first instant out of the term that it had.
    caduca timestamptz not null,
    registrado timestamptz not null,
    -- The request of the row that says so.
    peticion uuid not null,
    primary key (codigo, caducidad)
);

create trigger caducidades_anuladas_no_change before update or delete or truncate on caducidades_anuladas
    for each statement execute function refuse_change();
