-- News that notifications were practised elsewhere, on paper or in the DEHú (D-18, D-19), and how each stood when it came. Of all
-- practices the earliest counts: a row that counts is of the state and instant that the notification has, or had until an earlier
-- one came. Kept in step with migrations/sqlite.

create table practicadas (
    secuencia bigint generated always as identity primary key,
    codigo integer not null references notificaciones (codigo),
    medio text not null,
    -- The state to which it leads, and when it was practised.
    estado smallint not null check (estado in (2, 3)),
    instante timestamptz not null,
    referencia text,
    -- Whether it counted when it came, and how the notification stood then: its state, and when it had been decided.
    rige boolean not null,
    antes_estado smallint not null check (antes_estado between 0 and 4),
    antes_instante timestamptz,
    registrado timestamptz not null,
    -- The request of the row of the journal that says so.
    peticion uuid not null,
    check ((antes_instante is not null) = (antes_estado in (2, 3)))
);

create index practicadas_codigo on practicadas (codigo);
-- What came late.
create index practicadas_tarde on practicadas (registrado) where rige and antes_estado > 1;

create trigger practicadas_no_change before update or delete or truncate on practicadas
    for each statement execute function refuse_change();
