-- Successors of addressees, as bodies admit them (RD 203/2021 art. 42.4). Kept in step with migrations/sqlite.

-- That a body admits somebody as the successor of an addressee, from the event that causes it on.
create table sucesiones (
    secuencia bigint generated always as identity primary key,
    antecesor_nif text not null,
    sucesor_nif text not null,
    clase text not null check (clase in ('inter_vivos', 'mortis_causa')),
    entidad text not null,
    desde timestamptz not null,
    -- The first instant at which it has no effect any more; null where the body told of no end.
    hasta timestamptz,
    motivo text not null,
    referencia text not null,
    registrado timestamptz not null,
    check (antecesor_nif <> sucesor_nif),
    check (desde < hasta)
);

create index sucesiones_sucesor on sucesiones (sucesor_nif, antecesor_nif);
create index sucesiones_antecesor on sucesiones (antecesor_nif);

-- Which of them were taken back, and from which instant on they have no effect by that.
create table sucesiones_anuladas (
    sucesion bigint not null primary key references sucesiones (secuencia),
    desde timestamptz not null,
    motivo text not null,
    referencia text not null,
    registrado timestamptz not null
);

create trigger sucesiones_append_only before update or delete or truncate on sucesiones
    for each statement execute function refuse_change();
create trigger sucesiones_anuladas_append_only before update or delete or truncate on sucesiones_anuladas
    for each statement execute function refuse_change();
