-- Time stamps of others over what the service keeps: what was dated, how much it says that there is, and the token. Only ever
-- added to. Kept in step with migrations/postgresql.

create table sellos (
    secuencia integer not null primary key,
    -- Rows of the journal, or leaves of a log, that what was dated tells of.
    tamano integer not null check (tamano >= 0),
    -- The octets that were dated: a file that says by itself what it is.
    documento blob not null,
    -- As the authority signed it, in DER (RFC 3161).
    token blob not null,
    -- What the token says, and what the clock here said when it came.
    instante integer not null,
    recibido integer not null,
    -- The address at which it was asked for.
    tsa text not null
) strict;

create index sellos_tamano on sellos (tamano, secuencia);

create trigger sellos_no_update before update on sellos begin
    select raise(abort, 'sellos is append-only');
end;
create trigger sellos_no_delete before delete on sellos begin
    select raise(abort, 'sellos is append-only');
end;
