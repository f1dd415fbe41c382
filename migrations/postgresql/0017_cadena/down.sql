-- Rows of the second format stay, with a hash that no earlier version takes for right; what has no number goes.
create table auditoria_0017 as
    select c.secuencia, a.instante, a.peticion, a.operacion, a.persona, a.entidad, a.emisor, a.serie, a.poderdante, a.resultado,
        a.detalle, a.evidencia, c.anterior, a.hash
    from cadena c join auditoria a on a.id = c.asiento;
create table reloj_aceptado_0017 as
    select r.unica, c.secuencia, r.instante from reloj_aceptado r join cadena c on c.asiento = r.asiento;
drop table reloj_aceptado;
drop table secuenciador;
drop table hojas;
drop table cadena;
drop table auditoria;
create table auditoria (
    secuencia bigint not null primary key check (secuencia > 0),
    instante timestamptz not null,
    peticion uuid not null,
    operacion text not null,
    persona text collate "C" check (length(persona) = 9),
    entidad text collate "C" check (length(entidad) = 9),
    emisor text not null,
    serie text not null,
    poderdante text collate "C" check (length(poderdante) = 9),
    resultado text not null,
    detalle text not null,
    evidencia bytea references evidencias (huella),
    anterior bytea not null check (length(anterior) = 32),
    hash bytea not null check (length(hash) = 32)
);
insert into auditoria select * from auditoria_0017 order by secuencia;
drop table auditoria_0017;
create index auditoria_actos on auditoria (peticion) where evidencia is not null;
create table reloj_aceptado (
    unica integer not null primary key check (unica = 1),
    secuencia bigint not null references auditoria (secuencia),
    instante timestamptz not null
);
insert into reloj_aceptado select * from reloj_aceptado_0017;
drop table reloj_aceptado_0017;
alter table auditoria_cabeza drop column hojas;
create trigger auditoria_append_only before update or delete or truncate on auditoria
    for each statement execute function refuse_change();
