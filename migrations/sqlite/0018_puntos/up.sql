-- The published log: what was signed of it, and the roots of its full tiles. Leaves are found by their index in `cadena`. Kept in
-- step with migrations/postgresql.

create unique index cadena_hojas on cadena (hojas);

create table puntos (
    -- Without gaps, in the order in which they were signed.
    orden integer not null primary key check (orden > 0),
    origen text not null check (origen <> ''),
    -- How many leaves were signed.
    tamano integer not null check (tamano >= 0),
    raiz blob not null check (length(raiz) = 32),
    -- As it was published, with its signature.
    nota text not null,
    unique (origen, tamano)
) strict;

-- The hash over each full tile, which is one hash of the level above.
create table teselas (
    nivel integer not null check (nivel between 0 and 7),
    numero integer not null check (numero >= 0),
    raiz blob not null check (length(raiz) = 32),
    primary key (nivel, numero)
) strict, without rowid;

create trigger puntos_no_update before update on puntos begin
    select raise(abort, 'puntos is append-only');
end;
create trigger puntos_no_delete before delete on puntos begin
    select raise(abort, 'puntos is append-only');
end;
create trigger teselas_no_update before update on teselas begin
    select raise(abort, 'teselas is append-only');
end;
create trigger teselas_no_delete before delete on teselas begin
    select raise(abort, 'teselas is append-only');
end;
