-- Time stamps of others over what the service keeps: what was dated, how much it says that there is, and the token. Only ever
-- added to. Kept in step with migrations/sqlite.

create table sellos (
    secuencia bigint generated always as identity primary key,
    -- Rows of the journal, or leaves of a log, that what was dated tells of.
    tamano bigint not null check (tamano >= 0),
    -- The octets that were dated: a file that says by itself what it is.
    documento bytea not null,
    -- As the authority signed it, in DER (RFC 3161).
    token bytea not null,
    -- What the token says, and what the clock here said when it came.
    instante timestamptz not null,
    recibido timestamptz not null,
    -- The address at which it was asked for.
    tsa text not null
);

create index sellos_tamano on sellos (tamano, secuencia);

create trigger sellos_append_only before update or delete or truncate on sellos
    for each statement execute function refuse_change();
