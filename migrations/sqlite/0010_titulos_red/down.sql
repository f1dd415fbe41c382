drop trigger cambios_red_no_update;
drop trigger cambios_red_no_delete;
create table cambios_red_sin_registro (
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    instante integer not null,
    voluntad text not null,
    primary key (sujeto_nif, instante)
) strict, without rowid;
insert into cambios_red_sin_registro select sujeto_nif, instante, voluntad from cambios_red;
drop table cambios_red;
alter table cambios_red_sin_registro rename to cambios_red;
drop table cuentas_dichas;
drop index asignaciones_red_cuenta;
drop table asignaciones_dichas;
create index autorizaciones_red_titular on autorizaciones_red (titular_nif, numero);
drop table tenencias_red;
drop table usuarios_red;
drop table titulares_red;
alter table personas drop column cuentas_desde;
