-- News that notifications were practised elsewhere, on paper or in the DEHú (D-18, D-19), and how each stood when it came. Of all
-- practices the earliest counts: a row that counts is of the state and instant that the notification has, or had until an earlier
-- one came. Kept in step with migrations/postgresql.

create table practicadas (
    secuencia integer not null primary key autoincrement,
    codigo integer not null references notificaciones (codigo),
    medio text not null,
    -- The state to which it leads, and when it was practised.
    estado integer not null check (estado in (2, 3)),
    instante integer not null,
    referencia text,
    -- Whether it counted when it came, and how the notification stood then: its state, and when it had been decided.
    rige integer not null check (rige in (0, 1)),
    antes_estado integer not null check (antes_estado between 0 and 4),
    antes_instante integer,
    registrado integer not null,
    -- The request of the row of the journal that says so.
    peticion text not null check (length(peticion) = 36),
    check ((antes_instante is not null) = (antes_estado in (2, 3)))
) strict;

create index practicadas_codigo on practicadas (codigo);
-- What came late.
create index practicadas_tarde on practicadas (registrado) where rige = 1 and antes_estado > 1;

create trigger practicadas_no_update before update on practicadas begin
    select raise(abort, 'practicadas is append-only');
end;
create trigger practicadas_no_delete before delete on practicadas begin
    select raise(abort, 'practicadas is append-only');
end;
