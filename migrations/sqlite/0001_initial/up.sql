-- The tables of the service. Kept in step with migrations/postgresql.
-- Instants are microseconds since 1970-01-01T00:00:00Z; hashes are the 32 octets of a SHA-256.

create table personas (
    nif text not null primary key check (length(nif) = 9),
    denominacion text not null,
    ccc_principal text check (length(ccc_principal) = 11),
    naf text check (length(naf) = 12)
) strict, without rowid;

create table certificados_admitidos (
    id integer not null primary key autoincrement,
    nombre text not null,
    certificado blob not null,
    desde integer not null,
    hasta integer,
    politicas text not null,
    revocacion text not null,
    crl text,
    sellos integer not null check (sellos in (0, 1))
) strict;

create table generaciones (
    nombre text not null primary key,
    valor integer not null
) strict, without rowid;

insert into generaciones (nombre, valor) values ('certificados_admitidos', 0);

-- Whoever changes the list, by whatever means, makes the next request read it again.
create trigger certificados_admitidos_insert after insert on certificados_admitidos begin
    update generaciones set valor = valor + 1 where nombre = 'certificados_admitidos';
end;
create trigger certificados_admitidos_update after update on certificados_admitidos begin
    update generaciones set valor = valor + 1 where nombre = 'certificados_admitidos';
end;
create trigger certificados_admitidos_delete after delete on certificados_admitidos begin
    update generaciones set valor = valor + 1 where nombre = 'certificados_admitidos';
end;

create table poderes (
    referencia text not null primary key,
    poderdante_nif text not null check (length(poderdante_nif) = 9),
    apoderado_nif text not null check (length(apoderado_nif) = 9),
    -- Codes of the materias, separated by blanks; null is a general power.
    materias text,
    estado text not null,
    inscrito integer not null,
    fin integer not null
) strict;

create index poderes_apoderado on poderes (apoderado_nif, poderdante_nif);

create table autorizaciones_red (
    numero integer not null primary key check (numero between 1 and 99999999),
    titular_nif text not null check (length(titular_nif) = 9)
) strict;

create index autorizaciones_red_titular on autorizaciones_red (titular_nif, numero);

create table asignaciones_red (
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    autorizacion integer not null references autorizaciones_red (numero),
    cuenta text not null check (length(cuenta) in (11, 12)),
    desde integer not null,
    hasta integer,
    primary key (sujeto_nif, autorizacion, cuenta, desde)
) strict, without rowid;

create index asignaciones_red_autorizacion on asignaciones_red (autorizacion, sujeto_nif);

create table cambios_red (
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    instante integer not null,
    voluntad text not null,
    primary key (sujeto_nif, instante)
) strict, without rowid;

create table documentos (
    huella blob not null primary key check (length(huella) = 32),
    contenido blob not null
) strict;

create table notificaciones (
    codigo integer not null primary key check (codigo between 1 and 2147483647),
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    denominacion text not null,
    tipo_destinatario text not null,
    destinatario text not null,
    procedimiento text not null,
    asunto text not null,
    obligacion text not null,
    especial integer not null check (especial in (0, 1)),
    puesta_a_disposicion integer not null,
    -- First instant out of term; null where lapse does not practise it.
    caduca integer,
    documento_huella blob not null references documentos (huella),
    documento_tamano integer not null check (documento_tamano between 0 and 4294967295),
    estado integer not null check (estado between 0 and 4),
    decidida integer,
    check ((estado in (2, 3)) = (decidida is not null)),
    check (estado <> 4 or caduca is not null)
) strict;

create index notificaciones_sujeto on notificaciones (sujeto_nif, codigo);
create index notificaciones_pendientes on notificaciones (sujeto_nif, codigo) where estado < 2;
create index notificaciones_por_caducar on notificaciones (caduca, codigo) where estado < 2;

create table evidencias (
    huella blob not null primary key check (length(huella) = 32),
    octetos blob not null,
    recibida integer not null
) strict;

create table acuses (
    -- Primary key, hence one definitive acuse a notification at most.
    codigo integer not null primary key references notificaciones (codigo),
    identificador text not null unique check (length(identificador) = 36),
    sujeto_nif text not null check (length(sujeto_nif) = 9),
    sentido text not null,
    instante integer not null,
    persona_nif text check (length(persona_nif) = 9),
    persona_nombre text,
    entidad_nif text check (length(entidad_nif) = 9),
    entidad_denominacion text,
    rol integer not null check (rol between 1 and 3),
    autorizacion integer,
    documento_huella blob not null check (length(documento_huella) = 32),
    evidencia_huella blob not null references evidencias (huella),
    peticion text not null check (length(peticion) = 36),
    motivo text,
    check ((persona_nif is null) = (persona_nombre is null)),
    check ((entidad_nif is null) = (entidad_denominacion is null)),
    check (persona_nif is not null or entidad_nif is not null)
) strict;

create table mensajes_vistos (
    huella blob not null primary key check (length(huella) = 32),
    hasta integer not null
) strict, without rowid;

create index mensajes_vistos_hasta on mensajes_vistos (hasta);

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
    -- JSON, kept to the letter, since the hash is over these characters.
    detalle text not null,
    evidencia blob references evidencias (huella),
    anterior blob not null check (length(anterior) = 32),
    hash blob not null check (length(hash) = 32)
) strict;

create index auditoria_peticion on auditoria (peticion);

-- Where the chain ends: without it, rows cut from its tail would leave no trace.
create table auditoria_cabeza (
    unica integer not null primary key check (unica = 1),
    secuencia integer not null check (secuencia >= 0),
    hash blob not null check (length(hash) = 32)
) strict;

insert into auditoria_cabeza (unica, secuencia, hash) values (1, 0, zeroblob(32));

create trigger auditoria_no_update before update on auditoria begin
    select raise(abort, 'auditoria is append-only');
end;
create trigger auditoria_no_delete before delete on auditoria begin
    select raise(abort, 'auditoria is append-only');
end;
create trigger acuses_no_update before update on acuses begin
    select raise(abort, 'acuses is append-only');
end;
create trigger acuses_no_delete before delete on acuses begin
    select raise(abort, 'acuses is append-only');
end;
create trigger evidencias_no_update before update on evidencias begin
    select raise(abort, 'evidencias is append-only');
end;
create trigger evidencias_no_delete before delete on evidencias begin
    select raise(abort, 'evidencias is append-only');
end;
