-- Sealed acuses: of each decision the octets that are given of it from then on, whoever asks and whenever. Only ever added to.
-- Kept in step with migrations/sqlite.

create table acuses_sellados (
    codigo integer not null primary key,
    -- Its leaf in the log, by the row of the journal that tells of it.
    asiento bigint not null,
    orden integer not null check (orden > 0),
    -- SHA-256 of the document, and the document, deflated (RFC 1951).
    huella bytea not null check (length(huella) = 32),
    octetos bytea not null
);
-- It is compressed already.
alter table acuses_sellados alter column octetos set storage external;

-- Up to which number of the journal all decisions are sealed that can be: where whoever seals begins to look.
create table sellador (
    unica integer not null primary key check (unica = 1),
    hasta bigint not null check (hasta >= 0)
);
insert into sellador (unica, hasta) values (1, 0);

create trigger acuses_sellados_append_only before update or delete or truncate on acuses_sellados
    for each statement execute function refuse_change();
