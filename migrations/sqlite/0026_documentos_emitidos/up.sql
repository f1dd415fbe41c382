-- Documents that are issued, each with the code by which anybody can have it verified; and what is kept of those who do. Kept in step
-- with migrations/postgresql.

create table documentos_emitidos (
    id integer not null primary key autoincrement,
    tipo integer not null check (tipo > 0),
    codigo integer not null references notificaciones (codigo),
    -- Of the act, where acts of its kind are numbered.
    numero integer check (numero > 0),
    cea text not null unique check (length(cea) = 12),
    -- The day in Madrid.
    cea_fecha text not null check (length(cea_fecha) = 10),
    cea_codigo text not null check (length(cea_codigo) = 30),
    huella blob not null check (length(huella) = 32),
    octetos blob not null,
    emitido integer not null,
    peticion text not null check (length(peticion) = 36),
    -- Made once more, on an operator's word: beside the one that there was, which stays good.
    de_nuevo integer not null check (de_nuevo in (0, 1))
) strict;

create unique index documentos_emitidos_primeros on documentos_emitidos (codigo, tipo) where not de_nuevo;

-- The leaf of a document is found by the document's id; there are few beside those of decisions.
create index hojas_documentos on hojas (referencia) where clase = 6;

create trigger documentos_emitidos_no_update before update on documentos_emitidos begin
    select raise(abort, 'documentos_emitidos is append-only');
end;
create trigger documentos_emitidos_no_delete before delete on documentos_emitidos begin
    select raise(abort, 'documentos_emitidos is append-only');
end;

-- The key by which questions, links and origins are told apart, the same for all who answer over this database.
create table cea_clave (
    unica integer not null primary key check (unica = 1),
    clave blob not null check (length(clave) = 32),
    desde integer not null
) strict;

-- Questions that were answered and links that were followed: each once.
create table cea_usados (
    marca blob not null primary key check (length(marca) = 32),
    hasta integer not null
) strict, without rowid;

create index cea_usados_hasta on cea_usados (hasta);

-- Answers that were wrong, by the question. Which document and whose they were is kept as hashes under the key.
create table cea_fallos (
    marca blob not null primary key check (length(marca) = 32),
    -- Nothing where the document had no more answers: else it would never have any again.
    documento blob check (length(documento) = 32),
    origen blob not null check (length(origen) = 32),
    instante integer not null
) strict, without rowid;

create index cea_fallos_documento on cea_fallos (documento, instante);
create index cea_fallos_origen on cea_fallos (origen, instante);
create index cea_fallos_instante on cea_fallos (instante);
