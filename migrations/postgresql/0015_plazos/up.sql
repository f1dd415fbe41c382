-- By what terms are counted: calendars of días inhábiles, outages, and whether a term goes on to the next working day. Kept in
-- step with migrations/sqlite.

-- Días inhábiles besides Saturdays and Sundays, of a year in a part of Spain. What is loaded is only added to; of one year
-- and part the last counts.
create table calendarios (
    secuencia bigint generated always as identity primary key,
    anyo integer not null check (anyo between 1 and 9999),
    ambito text not null,
    -- As YYYY-MM-DD, in order, separated by blanks.
    dias text not null,
    fuente text not null,
    registrado timestamptz not null
);

-- That notifications could not be accessed from one instant to another, the latter left out.
create table incidencias (
    secuencia bigint generated always as identity primary key,
    desde timestamptz not null,
    hasta timestamptz not null,
    motivo text not null,
    registrado timestamptz not null,
    check (desde < hasta)
);

-- Which of them were declared in error.
create table incidencias_anuladas (
    incidencia bigint not null primary key references incidencias (secuencia),
    motivo text not null,
    registrado timestamptz not null
);

-- How terms are counted, and how far those of what is pending have been counted anew since that changed.
create table plazos (
    unica integer not null primary key check (unica = 1),
    prorroga boolean not null,
    -- Since when they are counted so; null where all that was pending then has been counted anew.
    cambiados timestamptz,
    -- The last one that has been: the end that its term had, and its code.
    tras_caduca timestamptz,
    tras_codigo integer,
    check ((tras_caduca is null) = (tras_codigo is null))
);

insert into plazos (unica, prorroga) values (1, false);

insert into calendarios (anyo, ambito, dias, fuente, registrado) values
    (2021, 'nacional', '2021-01-01 2021-01-06 2021-04-02 2021-10-12 2021-11-01 2021-12-06 2021-12-08',
        'Calendario de días inhábiles de la Administración General del Estado para 2021', now()),
    (2022, 'nacional', '2022-01-06 2022-04-15 2022-08-15 2022-10-12 2022-11-01 2022-12-06 2022-12-08',
        'Calendario de días inhábiles de la Administración General del Estado para 2022', now()),
    (2023, 'nacional', '2023-01-06 2023-04-07 2023-05-01 2023-08-15 2023-10-12 2023-11-01 2023-12-06 2023-12-08 2023-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2023', now()),
    (2024, 'nacional', '2024-01-01 2024-03-29 2024-05-01 2024-08-15 2024-11-01 2024-12-06 2024-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2024', now()),
    (2025, 'nacional', '2025-01-01 2025-01-06 2025-04-18 2025-05-01 2025-08-15 2025-12-08 2025-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2025', now()),
    (2026, 'nacional', '2026-01-01 2026-01-06 2026-04-03 2026-05-01 2026-10-12 2026-12-08 2026-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2026', now()),
    (2027, 'nacional', '2027-01-01 2027-01-06 2027-03-26 2027-10-12 2027-11-01 2027-12-06 2027-12-08',
        'Calendario de días inhábiles de la Administración General del Estado para 2027', now());

create trigger calendarios_append_only before update or delete or truncate on calendarios
    for each statement execute function refuse_change();
create trigger incidencias_append_only before update or delete or truncate on incidencias
    for each statement execute function refuse_change();
create trigger incidencias_anuladas_append_only before update or delete or truncate on incidencias_anuladas
    for each statement execute function refuse_change();
