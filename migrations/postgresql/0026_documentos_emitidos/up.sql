-- Documents that are issued, each with the code by which anybody can have it verified; and what is kept of those who do. Kept in step
-- with migrations/sqlite.

create table documentos_emitidos (
    id bigint generated always as identity primary key,
    tipo smallint not null check (tipo > 0),
    codigo integer not null references notificaciones (codigo),
    -- Of the act, where acts of its kind are numbered.
    numero bigint check (numero > 0),
    cea text collate "C" not null unique check (length(cea) = 12),
    -- The day in Madrid.
    cea_fecha date not null,
    cea_codigo text collate "C" not null check (length(cea_codigo) = 30),
    huella bytea not null check (length(huella) = 32),
    octetos bytea not null,
    emitido timestamptz not null,
    peticion uuid not null,
    -- Made once more, on an operator's word: beside the one that there was, which stays good.
    de_nuevo boolean not null
);

create unique index documentos_emitidos_primeros on documentos_emitidos (codigo, tipo) where not de_nuevo;

-- The leaf of a document is found by the document's id; there are few beside those of decisions.
create index hojas_documentos on hojas (referencia) where clase = 6;

create trigger documentos_emitidos_append_only before update or delete or truncate on documentos_emitidos
    for each statement execute function refuse_change();

-- The key by which questions, links and origins are told apart, the same for all who answer over this database.
create table cea_clave (
    unica integer not null primary key check (unica = 1),
    clave bytea not null check (length(clave) = 32),
    desde timestamptz not null
);

-- Questions that were answered and links that were followed: each once.
create table cea_usados (
    marca bytea not null primary key check (length(marca) = 32),
    hasta timestamptz not null
);

create index cea_usados_hasta on cea_usados (hasta);

-- Answers that were wrong, by the question. Which document and whose they were is kept as hashes under the key.
create table cea_fallos (
    marca bytea not null primary key check (length(marca) = 32),
    -- Nothing where the document had no more answers: else it would never have any again.
    documento bytea check (length(documento) = 32),
    origen bytea not null check (length(origen) = 32),
    instante timestamptz not null
);

create index cea_fallos_documento on cea_fallos (documento, instante);
create index cea_fallos_origen on cea_fallos (origen, instante);
create index cea_fallos_instante on cea_fallos (instante);
