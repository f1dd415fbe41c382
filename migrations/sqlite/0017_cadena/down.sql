-- Rows of the second format stay, with a hash that no earlier version takes for right.
create table auditoria_0017 as
    select c.secuencia, a.instante, a.peticion, a.operacion, a.persona, a.entidad, a.emisor, a.serie, a.poderdante, a.resultado,
        a.detalle, a.evidencia, c.anterior, a.hash
    from cadena c join auditoria a on a.id = c.asiento;
create table reloj_aceptado_0017 as
    select r.unica, c.secuencia, r.instante from reloj_aceptado r join cadena c on c.asiento = r.asiento;
drop table reloj_aceptado;
drop table hojas;
drop table cadena;
drop table auditoria;
create table auditoria (
    secuencia integer not null primary key check (secuencia > 0),
    instante integer not null,
    peticion text not null check (length(peticion) = 36),
    operacion text not null,
    persona text check (length(persona) = 9),
    entidad text check (length(entidad) = 9),
    emisor text not null,
    serie text not null,
    poderdante text check (length(poderdante) = 9),
    resultado text not null,
    detalle text not null,
    evidencia blob references evidencias (huella),
    anterior blob not null check (length(anterior) = 32),
    hash blob not null check (length(hash) = 32)
) strict;
insert into auditoria select * from auditoria_0017 order by secuencia;
drop table auditoria_0017;
create index auditoria_actos on auditoria (peticion) where evidencia is not null;
create table reloj_aceptado (
    unica integer not null primary key check (unica = 1),
    secuencia integer not null references auditoria (secuencia),
    instante integer not null
) strict;
insert into reloj_aceptado select * from reloj_aceptado_0017;
drop table reloj_aceptado_0017;
alter table auditoria_cabeza drop column hojas;
create trigger auditoria_no_update before update on auditoria begin
    select raise(abort, 'auditoria is append-only');
end;
create trigger auditoria_no_delete before delete on auditoria begin
    select raise(abort, 'auditoria is append-only');
end;
