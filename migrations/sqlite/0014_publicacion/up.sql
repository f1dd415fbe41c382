-- What another system had published before: how each notification stood when it was loaded, and the row of the journal that says
-- so. Kept in step with migrations/postgresql.

create table historicas (
    codigo integer not null primary key references notificaciones (codigo),
    estado integer not null check (estado in (0, 2, 3, 4)),
    -- When it was practised; null while it is pending.
    instante integer,
    peticion text not null check (length(peticion) = 36),
    check ((instante is null) = (estado = 0))
) strict;

create trigger historicas_no_update before update on historicas begin
    select raise(abort, 'rows are only added');
end;
create trigger historicas_no_delete before delete on historicas begin
    select raise(abort, 'rows are only added');
end;

-- How far the load of each file has got that has not come to its end: what is loaded and this are one transaction.
create table cargas (
    huella blob not null check (length(huella) = 32),
    clase text not null,
    -- Every line up to this one was loaded or refused.
    linea integer not null,
    cargadas integer not null,
    rechazadas integer not null,
    avanzada integer not null,
    primary key (huella, clase)
) strict;

-- The table of procedures (D-3), with its two times: from when until when each row has effect, and when it was recorded. It is only
-- added to; of what was told of a code twice the last counts. The first edition is what the program had before, and holds since
-- always.
create table procedimientos (
    secuencia integer not null primary key autoincrement,
    codigo text not null,
    entidad text not null,
    materia text not null,
    especial integer not null check (especial in (0, 1)),
    denominacion text not null,
    neutra text not null,
    desde integer not null,
    hasta integer,
    registrado integer not null
) strict;

create trigger procedimientos_no_update before update on procedimientos begin
    select raise(abort, 'rows are only added');
end;
create trigger procedimientos_no_delete before delete on procedimientos begin
    select raise(abort, 'rows are only added');
end;

insert into procedimientos (codigo, entidad, materia, especial, denominacion, neutra, desde, hasta, registrado) values
    ('TGSS-RD', 'TGSS', 'IACR', 0, 'Reclamación de deuda', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-PA', 'TGSS', 'IACR', 0, 'Providencia de apremio', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-DED', 'TGSS', 'IACR', 0, 'Inicio del procedimiento de deducción', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-EMB', 'TGSS', 'IACR', 0, 'Diligencia de embargo', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-APL', 'TGSS', 'IACR', 0, 'Resolución de aplazamiento', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-DEV', 'TGSS', 'IACR', 0, 'Devolución de ingresos indebidos', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-MOR', 'TGSS', 'IACR', 0, 'Moratoria o exención', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-LIQ', 'TGSS', 'IACR', 0, 'Acta de liquidación', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-SAN', 'TGSS', 'IACR', 0, 'Imposición de sanción', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('TGSS-ALZ', 'TGSS', 'IMP', 0, 'Resolución de recurso de alzada', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('INSS-IT', 'INSS', 'PREST', 1, 'Incapacidad temporal, pago directo', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('INSS-NAC', 'INSS', 'PREST', 1, 'Nacimiento y cuidado de menor', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('INSS-EMB', 'INSS', 'PREST', 1, 'Riesgo durante el embarazo o la lactancia', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('INSS-CUM', 'INSS', 'PREST', 1, 'Cuidado de menor con enfermedad grave', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer)),
    ('ISM-EST', 'ISM', 'MAR', 0, 'Estudio informativo de jubilación', 'Resolución de prestaciones', -62135596800000000, null,
        cast(unixepoch('subsec') * 1000000 as integer));
