-- Who may receive through RED, with its two times: from when it has effect (desde), and when it was recorded (registrado).
-- What is told is only added to; of what was told twice the last counts. Kept in step with migrations/sqlite.
-- What there was holds since always, and was recorded now.

-- Who holds each authorisation from an instant on, until the next holder.
create table titulares_red (
    secuencia bigint generated always as identity primary key,
    autorizacion integer not null references autorizaciones_red (numero),
    titular_nif text collate "C" not null check (length(titular_nif) = 9),
    desde timestamptz not null,
    registrado timestamptz not null
);

create index titulares_red_autorizacion on titulares_red (autorizacion, secuencia);

insert into titulares_red (autorizacion, titular_nif, desde, registrado)
    select numero, titular_nif, '0001-01-01T00:00:00Z', now() from autorizaciones_red order by numero;

-- Users whom its holder designated.
create table usuarios_red (
    secuencia bigint generated always as identity primary key,
    autorizacion integer not null references autorizaciones_red (numero),
    usuario_nif text collate "C" not null check (length(usuario_nif) = 9),
    desde timestamptz not null,
    hasta timestamptz,
    registrado timestamptz not null
);

create index usuarios_red_autorizacion on usuarios_red (autorizacion, secuencia);

-- Who acts, or acted, through each authorisation: made of the two above whenever they are added to.
create table tenencias_red (
    nif text collate "C" not null check (length(nif) = 9),
    autorizacion integer not null references autorizaciones_red (numero),
    calidad text not null,
    desde timestamptz not null,
    hasta timestamptz,
    titular_desde timestamptz not null,
    primary key (nif, autorizacion, calidad, desde)
);

create index tenencias_red_autorizacion on tenencias_red (autorizacion);

insert into tenencias_red (nif, autorizacion, calidad, desde, hasta, titular_desde)
    select titular_nif, numero, 'titular', '0001-01-01T00:00:00Z', null, '0001-01-01T00:00:00Z' from autorizaciones_red;

drop index autorizaciones_red_titular;

-- Each thing that was told of an assignment; asignaciones_red holds the last of each.
create table asignaciones_dichas (
    secuencia bigint generated always as identity primary key,
    sujeto_nif text collate "C" not null check (length(sujeto_nif) = 9),
    autorizacion integer not null references autorizaciones_red (numero),
    cuenta text not null check (length(cuenta) in (11, 12)),
    desde timestamptz not null,
    hasta timestamptz,
    registrado timestamptz not null
);

create index asignaciones_dichas_sujeto on asignaciones_dichas (sujeto_nif, secuencia);

insert into asignaciones_dichas (sujeto_nif, autorizacion, cuenta, desde, hasta, registrado)
    select sujeto_nif, autorizacion, cuenta, desde, hasta, now() from asignaciones_red
    order by sujeto_nif, autorizacion, cuenta, desde;

create index asignaciones_red_cuenta on asignaciones_red (cuenta);

-- The accounts of each addressee from an instant on, until the next ones; personas holds the last, and since when, where
-- they are not the only ones that it ever had.
create table cuentas_dichas (
    secuencia bigint generated always as identity primary key,
    nif text collate "C" not null check (length(nif) = 9),
    ccc_principal text check (length(ccc_principal) = 11),
    naf text check (length(naf) = 12),
    desde timestamptz not null,
    registrado timestamptz not null
);

create index cuentas_dichas_nif on cuentas_dichas (nif, secuencia);
create index cuentas_dichas_ccc on cuentas_dichas (ccc_principal);

insert into cuentas_dichas (nif, ccc_principal, naf, desde, registrado)
    select nif, ccc_principal, naf, '0001-01-01T00:00:00Z', now() from personas
    where ccc_principal is not null or naf is not null order by nif;

alter table personas add column cuentas_desde timestamptz;

-- Declarations were never overwritten; now they say when they were recorded.
alter table cambios_red add column registrado timestamptz not null default now();
alter table cambios_red alter column registrado drop default;

create trigger titulares_red_no_change before update or delete or truncate on titulares_red
    for each statement execute function refuse_change();
create trigger usuarios_red_no_change before update or delete or truncate on usuarios_red
    for each statement execute function refuse_change();
create trigger asignaciones_dichas_no_change before update or delete or truncate on asignaciones_dichas
    for each statement execute function refuse_change();
create trigger cuentas_dichas_no_change before update or delete or truncate on cuentas_dichas
    for each statement execute function refuse_change();
create trigger cambios_red_no_change before update or delete or truncate on cambios_red
    for each statement execute function refuse_change();
