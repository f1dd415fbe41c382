-- What another system had published before: how each notification stood when it was loaded, and the row of the journal that says
-- so. Kept in step with migrations/sqlite.

create table historicas (
    codigo integer not null primary key references notificaciones (codigo),
    estado smallint not null check (estado in (0, 2, 3, 4)),
    -- When it was practised; null while it is pending.
    instante timestamptz,
    peticion uuid not null,
    check ((instante is null) = (estado = 0))
);

create trigger historicas_no_change before update or delete or truncate on historicas
    for each statement execute function refuse_change();

-- How far the load of each file has got that has not come to its end: what is loaded and this are one transaction.
create table cargas (
    huella bytea not null check (length(huella) = 32),
    clase text not null,
    -- Every line up to this one was loaded or refused.
    linea bigint not null,
    cargadas bigint not null,
    rechazadas bigint not null,
    avanzada timestamptz not null,
    primary key (huella, clase)
);

-- The table of procedures (D-3), with its two times: from when until when each row has effect, and when it was recorded. It is only
-- added to; of what was told of a code twice the last counts. The first edition is what the program had before, and holds since
-- always.
create table procedimientos (
    secuencia bigint generated always as identity primary key,
    codigo text collate "C" not null,
    entidad text not null,
    materia text not null,
    especial boolean not null,
    denominacion text not null,
    neutra text not null,
    desde timestamptz not null,
    hasta timestamptz,
    registrado timestamptz not null
);

create trigger procedimientos_no_change before update or delete or truncate on procedimientos
    for each statement execute function refuse_change();

insert into procedimientos (codigo, entidad, materia, especial, denominacion, neutra, desde, hasta, registrado) values
    ('TGSS-RD', 'TGSS', 'IACR', false, 'Reclamación de deuda', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-PA', 'TGSS', 'IACR', false, 'Providencia de apremio', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-DED', 'TGSS', 'IACR', false, 'Inicio del procedimiento de deducción', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-EMB', 'TGSS', 'IACR', false, 'Diligencia de embargo', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-APL', 'TGSS', 'IACR', false, 'Resolución de aplazamiento', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-DEV', 'TGSS', 'IACR', false, 'Devolución de ingresos indebidos', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-MOR', 'TGSS', 'IACR', false, 'Moratoria o exención', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-LIQ', 'TGSS', 'IACR', false, 'Acta de liquidación', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-SAN', 'TGSS', 'IACR', false, 'Imposición de sanción', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('TGSS-ALZ', 'TGSS', 'IMP', false, 'Resolución de recurso de alzada', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('INSS-IT', 'INSS', 'PREST', true, 'Incapacidad temporal, pago directo', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('INSS-NAC', 'INSS', 'PREST', true, 'Nacimiento y cuidado de menor', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('INSS-EMB', 'INSS', 'PREST', true, 'Riesgo durante el embarazo o la lactancia', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('INSS-CUM', 'INSS', 'PREST', true, 'Cuidado de menor con enfermedad grave', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now()),
    ('ISM-EST', 'ISM', 'MAR', false, 'Estudio informativo de jubilación', 'Resolución de prestaciones', '0001-01-01T00:00:00Z', null, now());
