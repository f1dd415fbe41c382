-- The published log: what was signed of it, and the roots of its full tiles. Leaves are found by their index in `cadena`. Kept in
-- step with migrations/sqlite.

create unique index cadena_hojas on cadena (hojas);

create table puntos (
    -- Without gaps, in the order in which they were signed.
    orden bigint not null primary key check (orden > 0),
    origen text not null check (origen <> ''),
    -- How many leaves were signed.
    tamano bigint not null check (tamano >= 0),
    raiz bytea not null check (length(raiz) = 32),
    -- As it was published, with its signature.
    nota text not null,
    unique (origen, tamano)
);

-- The hash over each full tile, which is one hash of the level above.
create table teselas (
    nivel smallint not null check (nivel between 0 and 7),
    numero bigint not null check (numero >= 0),
    raiz bytea not null check (length(raiz) = 32),
    primary key (nivel, numero)
);

create trigger puntos_append_only before update or delete or truncate on puntos
    for each statement execute function refuse_change();
create trigger teselas_append_only before update or delete or truncate on teselas
    for each statement execute function refuse_change();
