-- The tables of the service. Kept in step with migrations/sqlite.
-- NIFs collate by their octets, so that listings have one order on every server; hashes are the 32 octets of a SHA-256.

create table personas (
    nif text collate "C" not null primary key check (length(nif) = 9),
    denominacion text not null,
    ccc_principal text check (length(ccc_principal) = 11),
    naf text check (length(naf) = 12)
);

create table certificados_admitidos (
    id integer generated always as identity primary key,
    nombre text not null,
    certificado bytea not null,
    desde timestamptz not null,
    hasta timestamptz,
    politicas text not null,
    revocacion text not null,
    crl text,
    sellos boolean not null
);

create table generaciones (
    nombre text not null primary key,
    valor bigint not null
);

insert into generaciones (nombre, valor) values ('certificados_admitidos', 0);

-- Whoever changes the list, by whatever means, makes the next request read it again.
create function certificados_admitidos_changed() returns trigger language plpgsql as $$
begin
    update generaciones set valor = valor + 1 where nombre = 'certificados_admitidos';
    return null;
end $$;
create trigger certificados_admitidos_changed
    after insert or update or delete or truncate on certificados_admitidos
    for each statement execute function certificados_admitidos_changed();

create table poderes (
    referencia text not null primary key,
    poderdante_nif text collate "C" not null check (length(poderdante_nif) = 9),
    apoderado_nif text collate "C" not null check (length(apoderado_nif) = 9),
    -- Codes of the materias, separated by blanks; null is a general power.
    materias text,
    estado text not null,
    inscrito timestamptz not null,
    fin timestamptz not null
);

create index poderes_apoderado on poderes (apoderado_nif, poderdante_nif);

create table autorizaciones_red (
    numero integer not null primary key check (numero between 1 and 99999999),
    titular_nif text collate "C" not null check (length(titular_nif) = 9)
);

create index autorizaciones_red_titular on autorizaciones_red (titular_nif, numero);

create table asignaciones_red (
    sujeto_nif text collate "C" not null check (length(sujeto_nif) = 9),
    autorizacion integer not null references autorizaciones_red (numero),
    cuenta text not null check (length(cuenta) in (11, 12)),
    desde timestamptz not null,
    hasta timestamptz,
    primary key (sujeto_nif, autorizacion, cuenta, desde)
);

create index asignaciones_red_autorizacion on asignaciones_red (autorizacion, sujeto_nif);

create table cambios_red (
    sujeto_nif text collate "C" not null check (length(sujeto_nif) = 9),
    instante timestamptz not null,
    voluntad text not null,
    primary key (sujeto_nif, instante)
);

create table documentos (
    huella bytea not null primary key check (length(huella) = 32),
    contenido bytea not null
);

create table notificaciones (
    codigo integer not null primary key check (codigo > 0),
    sujeto_nif text collate "C" not null check (length(sujeto_nif) = 9),
    denominacion text not null,
    tipo_destinatario text not null,
    destinatario text not null,
    procedimiento text not null,
    asunto text not null,
    obligacion text not null,
    especial boolean not null,
    puesta_a_disposicion timestamptz not null,
    -- First instant out of term; null where lapse does not practise it.
    caduca timestamptz,
    documento_huella bytea not null references documentos (huella),
    documento_tamano bigint not null check (documento_tamano between 0 and 4294967295),
    estado smallint not null check (estado between 0 and 4),
    decidida timestamptz,
    check ((estado in (2, 3)) = (decidida is not null)),
    check (estado <> 4 or caduca is not null)
);

create index notificaciones_sujeto on notificaciones (sujeto_nif, codigo);
create index notificaciones_pendientes on notificaciones (sujeto_nif, codigo) where estado < 2;
create index notificaciones_por_caducar on notificaciones (caduca, codigo) where estado < 2;

create table evidencias (
    huella bytea not null primary key check (length(huella) = 32),
    octetos bytea not null,
    recibida timestamptz not null
);

create table acuses (
    -- Primary key, hence one definitive acuse a notification at most.
    codigo integer not null primary key references notificaciones (codigo),
    identificador uuid not null unique,
    sujeto_nif text collate "C" not null check (length(sujeto_nif) = 9),
    sentido text not null,
    instante timestamptz not null,
    persona_nif text collate "C" check (length(persona_nif) = 9),
    persona_nombre text,
    entidad_nif text collate "C" check (length(entidad_nif) = 9),
    entidad_denominacion text,
    rol smallint not null check (rol between 1 and 3),
    autorizacion integer,
    documento_huella bytea not null check (length(documento_huella) = 32),
    evidencia_huella bytea not null references evidencias (huella),
    peticion uuid not null,
    motivo text,
    check ((persona_nif is null) = (persona_nombre is null)),
    check ((entidad_nif is null) = (entidad_denominacion is null)),
    check (persona_nif is not null or entidad_nif is not null)
);

create table mensajes_vistos (
    huella bytea not null primary key check (length(huella) = 32),
    hasta timestamptz not null
);

create index mensajes_vistos_hasta on mensajes_vistos (hasta);

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
    -- JSON, but not of that type: it is kept to the letter, since the hash is over these characters.
    detalle text not null,
    evidencia bytea references evidencias (huella),
    anterior bytea not null check (length(anterior) = 32),
    hash bytea not null check (length(hash) = 32)
);

create index auditoria_peticion on auditoria (peticion);

-- Where the chain ends: without it, rows cut from its tail would leave no trace.
create table auditoria_cabeza (
    unica integer not null primary key check (unica = 1),
    secuencia bigint not null check (secuencia >= 0),
    hash bytea not null check (length(hash) = 32)
);

insert into auditoria_cabeza (unica, secuencia, hash) values (1, 0, decode(repeat('00', 32), 'hex'));

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;
create trigger auditoria_append_only before update or delete or truncate on auditoria
    for each statement execute function refuse_change();
create trigger acuses_append_only before update or delete or truncate on acuses
    for each statement execute function refuse_change();
create trigger evidencias_append_only before update or delete or truncate on evidencias
    for each statement execute function refuse_change();
