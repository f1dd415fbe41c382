-- Successors of addressees, as bodies admit them (RD 203/2021 art. 42.4). Kept in step with migrations/postgresql.

-- That a body admits somebody as the successor of an addressee, from the event that causes it on.
create table sucesiones (
    secuencia integer not null primary key autoincrement,
    antecesor_nif text not null,
    sucesor_nif text not null,
    clase text not null check (clase in ('inter_vivos', 'mortis_causa')),
    entidad text not null,
    desde integer not null,
    -- The first instant at which it has no effect any more; null where the body told of no end.
    hasta integer,
    motivo text not null,
    referencia text not null,
    registrado integer not null,
    check (antecesor_nif <> sucesor_nif),
    check (desde < hasta)
) strict;

create index sucesiones_sucesor on sucesiones (sucesor_nif, antecesor_nif);
create index sucesiones_antecesor on sucesiones (antecesor_nif);

-- Which of them were taken back, and from which instant on they have no effect by that.
create table sucesiones_anuladas (
    sucesion integer not null primary key references sucesiones (secuencia),
    desde integer not null,
    motivo text not null,
    referencia text not null,
    registrado integer not null
) strict;

create trigger sucesiones_no_update before update on sucesiones begin
    select raise(abort, 'sucesiones is append-only');
end;
create trigger sucesiones_no_delete before delete on sucesiones begin
    select raise(abort, 'sucesiones is append-only');
end;
create trigger sucesiones_anuladas_no_update before update on sucesiones_anuladas begin
    select raise(abort, 'sucesiones_anuladas is append-only');
end;
create trigger sucesiones_anuladas_no_delete before delete on sucesiones_anuladas begin
    select raise(abort, 'sucesiones_anuladas is append-only');
end;
