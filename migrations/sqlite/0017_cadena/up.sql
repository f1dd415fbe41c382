-- The journal's content apart from its order, so that nobody who adds a row waits for another: `auditoria` holds what was done,
-- `cadena` in which order, `hojas` the leaves of the log that a row has beside its own. Kept in step with migrations/postgresql,
-- where rows get their number a moment after they were committed.

-- Rows that are there keep their number as id, their hash and their form.
alter table auditoria rename column secuencia to id;
alter table auditoria add column formato integer not null default 1 check (formato in (1, 2));
-- How many leaves the row has beside its own, and SHA-256 of their entries side by side.
alter table auditoria add column hojas integer not null default 0 check (hojas >= 0);
alter table auditoria add column entradas blob check ((hojas = 0) = (entradas is null) and length(entradas) = 32);

create table cadena (
    -- Without gaps.
    secuencia integer not null primary key check (secuencia > 0),
    asiento integer not null unique,
    -- The hash of the row before.
    anterior blob not null check (length(anterior) = 32),
    hash blob not null check (length(hash) = 32),
    -- How many leaves the log has up to this row and with it.
    hojas integer not null check (hojas > 0)
) strict;
insert into cadena (secuencia, asiento, anterior, hash, hojas)
    select id, id, anterior, hash, row_number() over (order by id) from auditoria order by id;
alter table auditoria drop column anterior;

-- The index of a leaf is how many the log has before the row, and its place among the row's own: it is nowhere written.
create table hojas (
    asiento integer not null,
    orden integer not null check (orden > 0),
    clase integer not null check (clase between 2 and 9),
    referencia text not null,
    huella blob not null check (length(huella) = 32),
    primary key (asiento, orden)
) strict, without rowid;

alter table auditoria_cabeza add column hojas integer not null default 0 check (hojas >= 0);
update auditoria_cabeza set hojas = (select count(*) from cadena);

alter table reloj_aceptado rename column secuencia to asiento;

create trigger cadena_no_update before update on cadena begin
    select raise(abort, 'cadena is append-only');
end;
create trigger cadena_no_delete before delete on cadena begin
    select raise(abort, 'cadena is append-only');
end;
create trigger hojas_no_update before update on hojas begin
    select raise(abort, 'hojas is append-only');
end;
create trigger hojas_no_delete before delete on hojas begin
    select raise(abort, 'hojas is append-only');
end;
