-- Lapses that were written down and that an operator had taken back (D-11): of which notification, by which row of the journal it
-- was written down, and the end that its term had. Kept in step with migrations/postgresql.

create table caducidades_anuladas (
    codigo integer not null references notificaciones (codigo),
    -- The request of the row that wrote it down, so that each lapse is taken back once.
    caducidad text not null check (length(caducidad) = 36),
    -- The first instant out of the term that it had.
    caduca integer not null,
    registrado integer not null,
    -- The request of the row that says so.
    peticion text not null check (length(peticion) = 36),
    primary key (codigo, caducidad)
) strict, without rowid;

create trigger caducidades_anuladas_no_update before update on caducidades_anuladas begin
    select raise(abort, 'caducidades_anuladas is append-only');
end;
create trigger caducidades_anuladas_no_delete before delete on caducidades_anuladas begin
    select raise(abort, 'caducidades_anuladas is append-only');
end;
