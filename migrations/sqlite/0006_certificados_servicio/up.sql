-- The certificates with which the service has given out acuses, by SHA-256, so that one that comes back after another took
-- its place is still known; and of each acuse that is out, the one that it was given out under. Those that were given out
-- before name none. Kept in step with migrations/postgresql.

create table certificados_servicio (
    huella blob not null primary key check (length(huella) = 32),
    certificado blob not null,
    desde integer not null
) strict, without rowid;

alter table acuses_solicitados add column certificado_huella blob
    check (certificado_huella is null or length(certificado_huella) = 32);
