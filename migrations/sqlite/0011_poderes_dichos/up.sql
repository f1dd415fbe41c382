-- Each thing that happened to a power, with its two times: from when it has effect (efecto), and when it was recorded
-- (registrado), and how it left the power. What is told is only added to; poderes holds where each stands by the last of it.
-- Kept in step with migrations/postgresql. What there was is taken as it stood, and was recorded now.

alter table poderes add column tramites text;
alter table poderes add column baja integer;

create table poderes_dichos (
    secuencia integer not null primary key autoincrement,
    referencia text not null,
    suceso text not null,
    efecto integer not null,
    registrado integer not null,
    poderdante_nif text not null check (length(poderdante_nif) = 9),
    apoderado_nif text not null check (length(apoderado_nif) = 9),
    -- Codes, separated by blanks; both null is a general power.
    materias text,
    tramites text,
    estado text not null,
    inscrito integer not null,
    fin integer not null,
    baja integer,
    registro text not null,
    solicitado integer,
    aceptado integer,
    declarado integer,
    prorrogado integer,
    modificado integer,
    check (materias is null or tramites is null)
) strict;

create index poderes_dichos_referencia on poderes_dichos (referencia, secuencia);
create index poderes_dichos_partes on poderes_dichos (apoderado_nif, poderdante_nif, secuencia);

insert into poderes_dichos (referencia, suceso, efecto, registrado, poderdante_nif, apoderado_nif, materias, estado, inscrito, fin,
        registro)
    select referencia,
        case estado
            when 'inscrito' then 'inscripcion'
            when 'revocado' then 'revocacion'
            when 'renunciado' then 'renuncia'
            when 'caducado' then 'caducidad'
            when 'no_aceptado' then 'no_aceptacion'
            else 'solicitud'
        end,
        inscrito, cast(unixepoch('subsec') * 1000000 as integer), poderdante_nif, apoderado_nif, materias, estado, inscrito, fin, 'seguridad_social'
    from poderes order by referencia;

create trigger poderes_dichos_no_update before update on poderes_dichos begin
    select raise(abort, 'poderes_dichos is append-only');
end;
create trigger poderes_dichos_no_delete before delete on poderes_dichos begin
    select raise(abort, 'poderes_dichos is append-only');
end;
