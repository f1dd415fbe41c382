-- Against a clock that jumps. Kept in step with migrations/postgresql.

-- When the last row of the journal was written: nobody decides before it. Null while there is no row.
alter table auditoria_cabeza add column instante integer;
update auditoria_cabeza
    set instante = (select a.instante from auditoria a where a.secuencia = auditoria_cabeza.secuencia);

-- What the clock of a machine said, and how long that machine had then been running: whoever starts again on it can tell
-- how late it should be.
create table reloj (
    -- Which boot of which machine.
    arranque text not null primary key,
    instante integer not null,
    -- Microseconds since that boot.
    transcurrido integer not null
) strict, without rowid;

-- The last time that an operator said that a clock is right: the row of the journal that says so, and what it said.
create table reloj_aceptado (
    unica integer not null primary key check (unica = 1),
    secuencia integer not null references auditoria (secuencia),
    instante integer not null
) strict;
