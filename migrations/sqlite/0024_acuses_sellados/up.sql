-- Sealed acuses: of each decision the octets that are given of it from then on, whoever asks and whenever. Only ever added to.
-- Kept in step with migrations/postgresql.

create table acuses_sellados (
    codigo integer not null primary key,
    -- Its leaf in the log, by the row of the journal that tells of it.
    asiento integer not null,
    orden integer not null check (orden > 0),
    -- SHA-256 of the document, and the document, deflated (RFC 1951).
    huella blob not null check (length(huella) = 32),
    octetos blob not null
) strict;

-- Up to which number of the journal all decisions are sealed that can be: where whoever seals begins to look.
create table sellador (
    unica integer not null primary key check (unica = 1),
    hasta integer not null check (hasta >= 0)
) strict;
insert into sellador (unica, hasta) values (1, 0);

create trigger acuses_sellados_no_update before update on acuses_sellados begin
    select raise(abort, 'acuses_sellados is append-only');
end;
create trigger acuses_sellados_no_delete before delete on acuses_sellados begin
    select raise(abort, 'acuses_sellados is append-only');
end;
