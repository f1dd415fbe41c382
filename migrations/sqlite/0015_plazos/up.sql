-- By what terms are counted: calendars of días inhábiles, outages, and whether a term goes on to the next working day. Kept in
-- step with migrations/postgresql.

-- Días inhábiles besides Saturdays and Sundays, of a year in a part of Spain. What is loaded is only added to; of one year
-- and part the last counts.
create table calendarios (
    secuencia integer not null primary key autoincrement,
    anyo integer not null check (anyo between 1 and 9999),
    ambito text not null,
    -- As YYYY-MM-DD, in order, separated by blanks.
    dias text not null,
    fuente text not null,
    registrado integer not null
) strict;

-- That notifications could not be accessed from one instant to another, the latter left out.
create table incidencias (
    secuencia integer not null primary key autoincrement,
    desde integer not null,
    hasta integer not null,
    motivo text not null,
    registrado integer not null,
    check (desde < hasta)
) strict;

-- Which of them were declared in error.
create table incidencias_anuladas (
    incidencia integer not null primary key references incidencias (secuencia),
    motivo text not null,
    registrado integer not null
) strict;

-- How terms are counted, and how far those of what is pending have been counted anew since that changed.
create table plazos (
    unica integer not null primary key check (unica = 1),
    prorroga integer not null check (prorroga in (0, 1)),
    -- Since when they are counted so; null where all that was pending then has been counted anew.
    cambiados integer,
    -- The last one that has been: the end that its term had, and its code.
    tras_caduca integer,
    tras_codigo integer,
    check ((tras_caduca is null) = (tras_codigo is null))
) strict;

insert into plazos (unica, prorroga) values (1, 0);

insert into calendarios (anyo, ambito, dias, fuente, registrado) values
    (2021, 'nacional', '2021-01-01 2021-01-06 2021-04-02 2021-10-12 2021-11-01 2021-12-06 2021-12-08',
        'Calendario de días inhábiles de la Administración General del Estado para 2021', cast(unixepoch('subsec') * 1000000 as integer)),
    (2022, 'nacional', '2022-01-06 2022-04-15 2022-08-15 2022-10-12 2022-11-01 2022-12-06 2022-12-08',
        'Calendario de días inhábiles de la Administración General del Estado para 2022', cast(unixepoch('subsec') * 1000000 as integer)),
    (2023, 'nacional', '2023-01-06 2023-04-07 2023-05-01 2023-08-15 2023-10-12 2023-11-01 2023-12-06 2023-12-08 2023-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2023', cast(unixepoch('subsec') * 1000000 as integer)),
    (2024, 'nacional', '2024-01-01 2024-03-29 2024-05-01 2024-08-15 2024-11-01 2024-12-06 2024-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2024', cast(unixepoch('subsec') * 1000000 as integer)),
    (2025, 'nacional', '2025-01-01 2025-01-06 2025-04-18 2025-05-01 2025-08-15 2025-12-08 2025-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2025', cast(unixepoch('subsec') * 1000000 as integer)),
    (2026, 'nacional', '2026-01-01 2026-01-06 2026-04-03 2026-05-01 2026-10-12 2026-12-08 2026-12-25',
        'Calendario de días inhábiles de la Administración General del Estado para 2026', cast(unixepoch('subsec') * 1000000 as integer)),
    (2027, 'nacional', '2027-01-01 2027-01-06 2027-03-26 2027-10-12 2027-11-01 2027-12-06 2027-12-08',
        'Calendario de días inhábiles de la Administración General del Estado para 2027', cast(unixepoch('subsec') * 1000000 as integer));

create trigger calendarios_no_update before update on calendarios begin
    select raise(abort, 'calendarios is append-only');
end;
create trigger calendarios_no_delete before delete on calendarios begin
    select raise(abort, 'calendarios is append-only');
end;
create trigger incidencias_no_update before update on incidencias begin
    select raise(abort, 'incidencias is append-only');
end;
create trigger incidencias_no_delete before delete on incidencias begin
    select raise(abort, 'incidencias is append-only');
end;
create trigger incidencias_anuladas_no_update before update on incidencias_anuladas begin
    select raise(abort, 'incidencias_anuladas is append-only');
end;
create trigger incidencias_anuladas_no_delete before delete on incidencias_anuladas begin
    select raise(abort, 'incidencias_anuladas is append-only');
end;
