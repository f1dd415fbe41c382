-- Who may receive through RED, with its two times: from when it has effect (desde), and when it was recorded (registrado).
-- What is told is only added to; of what was told twice the last counts. Kept in step with migrations/postgresql.
-- What there was holds since always, and was recorded now.

-- Who holds each authorisation from an instant on, until the next holder.
create table titulares_red (
    secuencia integer not null primary key autoincrement,
    autorizacion integer not null references autorizaciones_red (numero),
    titular_nif text not null check (length(titular_nif) = 9),
    desde integer not null,
    registrado integer not null
) strict;

create index titulares_red_autorizacion on titulares_red (autorizacion, secuencia);

insert into titulares_red (autorizacion, titular_nif, desde, registrado)
    select numero, titular_nif, -62135596800000000, cast(unixepoch('subsec') * 1000000 as integer) from autorizaciones_red order by numero;

-- Users whom its holder designated.
create table usuarios_red (
    secuencia integer not null primary key autoincrement,
    autorizacion integer not null references autorizaciones_red (numero),
    usuario_nif text not null check (length(usuario_nif) = 9),
    desde integer not null,
    hasta integer,
    registrado integer not null
) strict;

create index usuarios_red_autorizacion on usuarios_red (autorizacion, secuencia);

-- Who acts, or acted, through each authorisation: made of the two above whenever they are added to.
create table tenencias_red (
    nif text not null check (length(nif) = 9),
    autorizacion integer not null references autorizaciones_red (numero),
    calidad text not null,
    desde integer not null,
    hasta integer,
    titular_desde integer not null,
    primary key (nif, autorizacion, calidad, desde)
) strict, without rowid;

create index tenencias_red_autorizacion on tenencias_red (autorizacion);

insert into tenencias_red (nif, autorizacion, calidad, desde, hasta, titular_desde)
    select titular_nif, numero, 'titular', -62135596800000000, null, -62135596800000000 from autorizaciones_red;

drop index autorizaciones_red_titular;

-- Each thing that was told of an assignment; asignaciones_red holds the last of each.
create table asignaciones_dichas (
    secuencia integer not null primary key autoincrement,
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    autorizacion integer not null references autorizaciones_red (numero),
    cuenta text not null check (length(cuenta) in (11, 12)),
    desde integer not null,
    hasta integer,
    registrado integer not null
) strict;

create index asignaciones_dichas_sujeto on asignaciones_dichas (sujeto_nif, secuencia);

insert into asignaciones_dichas (sujeto_nif, autorizacion, cuenta, desde, hasta, registrado)
    select sujeto_nif, autorizacion, cuenta, desde, hasta, cast(unixepoch('subsec') * 1000000 as integer) from asignaciones_red
    order by sujeto_nif, autorizacion, cuenta, desde;

create index asignaciones_red_cuenta on asignaciones_red (cuenta);

-- The accounts of each addressee from an instant on, until the next ones; personas holds the last, and since when, where
-- they are not the only ones that it ever had.
create table cuentas_dichas (
    secuencia integer not null primary key autoincrement,
    nif text not null check (length(nif) = 9),
    ccc_principal text check (length(ccc_principal) = 11),
    naf text check (length(naf) = 12),
    desde integer not null,
    registrado integer not null
) strict;

create index cuentas_dichas_nif on cuentas_dichas (nif, secuencia);
create index cuentas_dichas_ccc on cuentas_dichas (ccc_principal);

insert into cuentas_dichas (nif, ccc_principal, naf, desde, registrado)
    select nif, ccc_principal, naf, -62135596800000000, cast(unixepoch('subsec') * 1000000 as integer) from personas
    where ccc_principal is not null or naf is not null order by nif;

alter table personas add column cuentas_desde integer;

-- Declarations were never overwritten; now they say when they were recorded.
create table cambios_red_con_registro (
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    instante integer not null,
    voluntad text not null,
    registrado integer not null,
    primary key (sujeto_nif, instante)
) strict, without rowid;
insert into cambios_red_con_registro
    select sujeto_nif, instante, voluntad, cast(unixepoch('subsec') * 1000000 as integer) from cambios_red;
drop table cambios_red;
alter table cambios_red_con_registro rename to cambios_red;

create trigger titulares_red_no_update before update on titulares_red begin
    select raise(abort, 'titulares_red is append-only');
end;
create trigger titulares_red_no_delete before delete on titulares_red begin
    select raise(abort, 'titulares_red is append-only');
end;
create trigger usuarios_red_no_update before update on usuarios_red begin
    select raise(abort, 'usuarios_red is append-only');
end;
create trigger usuarios_red_no_delete before delete on usuarios_red begin
    select raise(abort, 'usuarios_red is append-only');
end;
create trigger asignaciones_dichas_no_update before update on asignaciones_dichas begin
    select raise(abort, 'asignaciones_dichas is append-only');
end;
create trigger asignaciones_dichas_no_delete before delete on asignaciones_dichas begin
    select raise(abort, 'asignaciones_dichas is append-only');
end;
create trigger cuentas_dichas_no_update before update on cuentas_dichas begin
    select raise(abort, 'cuentas_dichas is append-only');
end;
create trigger cuentas_dichas_no_delete before delete on cuentas_dichas begin
    select raise(abort, 'cuentas_dichas is append-only');
end;
create trigger cambios_red_no_update before update on cambios_red begin
    select raise(abort, 'cambios_red is append-only');
end;
create trigger cambios_red_no_delete before delete on cambios_red begin
    select raise(abort, 'cambios_red is append-only');
end;
