//! A database of its own for each test, and what is put into it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection};
use notess::domain::acuse::Acuse;
use notess::domain::firmante::Firmante;
use notess::domain::materia::Procedimiento;
use notess::domain::nif::Nif;
use notess::domain::notificacion::{
    Categoria, Codigo, Documento, Huella, Notificacion, Obligacion, Publicada, Sentido, Situacion,
    TipoDestinatario,
};
use notess::domain::rol::Rol;
use notess::store::{DatabaseUrl, Durability, Store, StoreError, Writer, decisions, notificaciones, octets};
use uuid::Uuid;

use crate::pg;

/// Where a test keeps its database.
pub(crate) struct Site {
    kind: Kind,
    /// Declared last, so that the store of a test is closed before its database goes.
    url: DatabaseUrl,
}

enum Kind {
    Sqlite(tempfile::TempDir),
    Postgresql(pg::Database),
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(&dir.path().join("notess.db")).unwrap();
        Self {
            kind: Kind::Sqlite(dir),
            url,
        }
    }

    pub(crate) fn postgresql() -> Self {
        let database = pg::Database::create();
        let url = database.url().parse().unwrap();
        Self {
            kind: Kind::Postgresql(database),
            url,
        }
    }

    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The URL of a PostgreSQL database, for whoever asks it behind the store's back.
    pub(crate) fn postgres_url(&self) -> String {
        match &self.kind {
            Kind::Sqlite(_) => panic!("it is SQLite"),
            Kind::Postgresql(database) => database.url(),
        }
    }

    /// The store, up to date.
    pub(crate) fn store(&self) -> Store {
        let store = Store::open(&self.url, 4).unwrap();
        store.migrate().unwrap();
        store
    }

    /// Runs SQL behind the store's back.
    pub(crate) fn try_sql(&self, sql: &str) -> Result<(), String> {
        match &self.kind {
            Kind::Sqlite(dir) => {
                let path = dir.path().join("notess.db");
                let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                conn.batch_execute(&format!("pragma busy_timeout = 10000; {sql}"))
            }
            Kind::Postgresql(database) => PgConnection::establish(&database.url())
                .unwrap()
                .batch_execute(sql),
        }
        .map_err(|error| error.to_string())
    }

    /// The 32 octets that a query gives as `octets`.
    pub(crate) fn octets(&self, sql: &str) -> Huella {
        #[derive(QueryableByName)]
        struct Octets {
            #[diesel(sql_type = diesel::sql_types::Binary)]
            octets: Vec<u8>,
        }
        let Octets { octets } = self.row(sql);
        Huella(octets.try_into().unwrap())
    }

    /// The number that a query gives as `n`.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let Number { n } = self.row(sql);
        n
    }

    /// The only row that a query gives.
    fn row<R>(&self, sql: &str) -> R
    where
        R: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
    {
        let query = diesel::sql_query(sql);
        let row = match &self.kind {
            Kind::Sqlite(dir) => {
                let path = dir.path().join("notess.db");
                query.get_result(&mut SqliteConnection::establish(path.to_str().unwrap()).unwrap())
            }
            Kind::Postgresql(database) => {
                query.get_result(&mut PgConnection::establish(&database.url()).unwrap())
            }
        };
        row.unwrap()
    }

    pub(crate) fn sql(&self, sql: &str) {
        self.try_sql(sql).unwrap();
    }

    /// Runs SQL on a table that refuses changes, as somebody would who owns the database.
    pub(crate) fn tamper(&self, table: &str, sql: &str) {
        match self.kind {
            Kind::Sqlite(_) => self.sql(&format!(
                "pragma foreign_keys = off; drop trigger if exists {table}_no_update; drop trigger if exists {table}_no_delete; {sql}"
            )),
            Kind::Postgresql(_) => self.sql(&format!(
                "set session_replication_role = replica; {sql}"
            )),
        }
    }

    /// The same, past whatever keeps rows from being changed: triggers, constraints and references.
    pub(crate) fn unchecked(&self, table: &str, sql: &str) {
        match self.kind {
            Kind::Sqlite(_) => self.sql(&format!(
                "pragma foreign_keys = off; pragma ignore_check_constraints = on; \
                 drop trigger if exists {table}_no_update; drop trigger if exists {table}_no_delete; {sql}"
            )),
            Kind::Postgresql(_) => self.sql(&format!(
                "set session_replication_role = replica; \
                 alter table {table} drop constraint if exists {table}_rol_check; {sql}"
            )),
        }
    }

    /// Picks the SQL of the database.
    pub(crate) fn either<'a>(&self, sqlite: &'a str, postgresql: &'a str) -> &'a str {
        match self.kind {
            Kind::Sqlite(_) => sqlite,
            Kind::Postgresql(_) => postgresql,
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.kind, Kind::Sqlite(_))
    }
}

/// Noon of a day, counted from 2026-03-01.
pub(crate) fn day(n: i64) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-03-01T12:00:00Z")
        .unwrap()
        .to_utc()
        + TimeDelta::days(n)
}

/// The DNI of a number.
pub(crate) fn nif(number: u32) -> Nif {
    let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize];
    format!("{number:08}{}", char::from(letter)).parse().unwrap()
}

pub(crate) fn codigo(number: i32) -> Codigo {
    Codigo::new(number).unwrap()
}

pub(crate) fn codigos(numbers: impl IntoIterator<Item = i32>) -> Vec<Codigo> {
    numbers.into_iter().map(codigo).collect()
}

pub(crate) const PDF: &[u8] = b"%PDF-1.7 the same document for everybody";

pub(crate) fn pdf_hash() -> Huella {
    Huella(openssl::sha::sha256(PDF))
}

/// A pending notification.
pub(crate) fn pending(number: i32, sujeto: Nif, published: DateTime<Utc>) -> Notificacion {
    let obligacion = Obligacion::Articulo41a;
    Notificacion {
        publicada: Arc::new(Publicada {
            codigo: codigo(number),
            sujeto,
            denominacion: "HORNOS DEL SUR SL".to_owned(),
            tipo_destinatario: TipoDestinatario::Nif,
            destinatario: sujeto.as_str().to_owned(),
            procedimiento: Procedimiento::find("TGSS-RD").unwrap(),
            asunto: "Reclamación de deuda".to_owned(),
            obligacion,
            categoria: Categoria::Ordinaria,
            puesta_a_disposicion: published,
            documento: Documento {
                huella: pdf_hash(),
                tamano: 40,
            },
        }),
        caduca: Notificacion::lapse_of(published, obligacion),
        situacion: Situacion::Pendiente {
            acuse_solicitado: false,
        },
    }
}

/// One of which something else was published.
pub(crate) fn altered(mut notificacion: Notificacion, alter: impl FnOnce(&mut Publicada)) -> Notificacion {
    alter(Arc::make_mut(&mut notificacion.publicada));
    notificacion
}

/// One that only copies what goes on paper, and never lapses.
pub(crate) fn copy(notificacion: Notificacion) -> Notificacion {
    Notificacion {
        caduca: None,
        ..altered(notificacion, |publicada| publicada.obligacion = Obligacion::Copia)
    }
}

/// The acuse of a decided notification.
pub(crate) fn acuse(decided: &Notificacion, evidencia: Huella) -> Acuse {
    let Situacion::Decidida { sentido, instante } = decided.situacion else {
        panic!("{} is not decided", decided.codigo);
    };
    Acuse {
        identificador: Uuid::now_v7(),
        codigo: decided.codigo,
        poderdante: decided.sujeto,
        sentido,
        instante,
        firmante: Firmante::Persona {
            nif: decided.sujeto,
            nombre: "ANA RUIZ".to_owned(),
        },
        rol: Rol::Propio,
        autorizacion: None,
        documento: decided.documento.huella,
        evidencia,
        peticion: Uuid::now_v7(),
        motivo: None,
    }
}

/// Publishes notifications, with their document.
pub(crate) fn publish(store: &Store, new: &[Notificacion]) {
    store
        .write(Durability::Full, |conn| {
            octets::insert_documentos(conn, &[(pdf_hash(), PDF)])?;
            notificaciones::insert_notificaciones(conn, new)
        })
        .unwrap();
}

/// Decides on notifications as a request would: read them, decide, record.
pub(crate) fn decide(
    conn: &mut Writer,
    sujeto: Nif,
    codigos: &[Codigo],
    sentido: Sentido,
    at: DateTime<Utc>,
) -> Result<usize, StoreError> {
    decisions::hold(conn, sujeto, codigos)?;
    let found = notificaciones::find(conn, sujeto, codigos)?;
    let decided: Vec<_> = found
        .into_iter()
        .filter_map(|notificacion| notificacion.decide(sentido, at).ok())
        .collect();
    let evidencia = octets::keep_evidencia(conn, b"the signed request", at)?;
    let acuses: Vec<_> = decided.iter().map(|decided| acuse(decided, evidencia)).collect();
    decisions::record_decisions(conn, &decided, &acuses)?;
    Ok(decided.len())
}

/// Writes what must succeed.
pub(crate) fn write<T>(store: &Store, work: impl FnMut(&mut Writer) -> Result<T, StoreError>) -> T {
    store.write(Durability::Full, work).unwrap()
}
