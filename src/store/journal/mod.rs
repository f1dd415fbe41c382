//! The audit journal: one row for each request that decides, serves or is refused to somebody identified. Rows are
//! only ever added, and each carries the hash of the one before (D-114, D-115).

mod act;
mod chain;
pub mod detalle;
pub mod historia;
mod row;
mod search;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::nif::Nif;
use crate::domain::notificacion::Huella;

pub(super) use self::act::Act;
pub use self::act::vouch;
use self::chain::Link;
pub(super) use self::row::{Row, page_after};
pub use self::search::{Fila, Filas, Search, search};
use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::schema::{auditoria, auditoria_cabeza};
use super::update::update;

/// The operation by which an operator says that a clock is right: the one row that may be dated before the one before it.
pub const CLOCK_ACCEPTED: &str = "aceptarReloj";

/// What one request did.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When, in official time.
    pub instante: DateTime<Utc>,
    /// The request, by the identifier that its answer bears.
    pub peticion: Uuid,
    /// Which operation.
    pub operacion: String,
    /// The natural person who signed, unless it was a seal.
    pub persona: Option<Nif>,
    /// The entity for which it was signed.
    pub entidad: Option<Nif>,
    /// Issuer of the certificate.
    pub emisor: String,
    /// Serial number of the certificate.
    pub serie: String,
    /// Whose notifications it was about, if one person's.
    pub poderdante: Option<Nif>,
    /// How it ended.
    pub resultado: String,
    /// Particulars: codes, roles, denials.
    pub detalle: serde_json::Value,
    /// What was received, where it is kept.
    pub evidencia: Option<Huella>,
}

/// The last row of the chain: an operator who writes it down elsewhere can tell a chain made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the row; zero when there is none.
    pub secuencia: i64,
    /// Its hash; all zeros when there is none.
    pub hash: Huella,
}

impl Head {
    /// That of a journal without rows.
    pub(super) const NONE: Self = Self {
        secuencia: 0,
        hash: Huella([0; 32]),
    };
}

#[derive(Insertable)]
#[diesel(table_name = auditoria, treat_none_as_default_value = false)]
struct New<'a> {
    secuencia: i64,
    instante: Micros,
    peticion: Id,
    operacion: &'a str,
    persona: Option<&'a str>,
    entidad: Option<&'a str>,
    emisor: &'a str,
    serie: &'a str,
    poderdante: Option<&'a str>,
    resultado: &'a str,
    detalle: &'a str,
    evidencia: Option<Huella>,
    anterior: Huella,
    hash: Huella,
}

/// The end of the journal, where nobody else adds until the transaction is over: it holds nothing else, and can be added to
/// once. Waiting for it comes last of all that a transaction waits for.
#[derive(Debug)]
pub struct Held(End);

/// Where the journal ends.
#[derive(Debug, Clone, Copy)]
struct End {
    head: Head,
    /// When the last row was written, if there is one.
    instante: Option<Micros>,
}

/// Waits until nobody else is adding to the journal. The instant of what is then added is to be asked for behind this wait.
pub fn hold(conn: &mut Writer) -> Result<Held, StoreError> {
    let end = auditoria_cabeza::table.select(END);
    let found = match conn.backend() {
        // Writers take turns.
        Backend::Sqlite(c) => end.get_result(c).optional(),
        Backend::Postgres(c) => end.for_update().get_result(c).optional(),
    };
    let found = conn.note(found)?;
    read_end(found)
        .map(Held)
        .ok_or_else(|| StoreError::corrupt("auditoria_cabeza", &"1"))
}

/// Adds an entry and gives its number. The evidence that the entry names must have been kept before.
pub fn append(conn: &mut Writer, entry: &Entry) -> Result<i64, StoreError> {
    hold(conn)?.append(conn, entry)
}

impl Held {
    /// When the last row was written, if there is one: rows go with time, so that none may say that it was earlier.
    #[must_use]
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.0.instante.and_then(Micros::instant)
    }

    /// Adds an entry and gives its number. The evidence that the entry names must have been kept before.
    pub fn append(self, conn: &mut Writer, entry: &Entry) -> Result<i64, StoreError> {
        let Self(End { head: last, .. }) = self;
        let secuencia = last.secuencia + 1;
        let detalle = entry.detalle.to_string();
        let instante = Micros::from(entry.instante);
        let link = Link {
            anterior: last.hash,
            secuencia,
            instante: instante.number(),
            peticion: entry.peticion,
            operacion: &entry.operacion,
            persona: entry.persona.as_ref().map(Nif::as_str),
            entidad: entry.entidad.as_ref().map(Nif::as_str),
            emisor: &entry.emisor,
            serie: &entry.serie,
            poderdante: entry.poderdante.as_ref().map(Nif::as_str),
            resultado: &entry.resultado,
            detalle: &detalle,
            evidencia: entry.evidencia,
        };
        let hash = link.hash();
        let row = New {
            secuencia,
            instante,
            peticion: Id(link.peticion),
            operacion: link.operacion,
            persona: link.persona,
            entidad: link.entidad,
            emisor: link.emisor,
            serie: link.serie,
            poderdante: link.poderdante,
            resultado: link.resultado,
            detalle: link.detalle,
            evidencia: link.evidencia,
            anterior: link.anterior,
            hash,
        };
        on_each!(conn, |c| diesel::insert_into(auditoria::table)
            .values(&row)
            .execute(c))?;
        let moved = (
            auditoria_cabeza::secuencia.eq(secuencia),
            auditoria_cabeza::hash.eq(hash),
            auditoria_cabeza::instante.eq(Some(instante)),
        );
        let only_row = auditoria_cabeza::unica.eq(1);
        on_each!(conn, |c| update(&auditoria_cabeza::table, moved, only_row)
            .execute(c))?;
        Ok(secuencia)
    }
}

/// The end of the chain; nothing where it is gone or unreadable.
pub fn head(conn: &mut Reader) -> Result<Option<Head>, StoreError> {
    Ok(end(conn)?.map(|end| end.head))
}

/// When the last row was written, if there is one.
pub fn last(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(end(conn)?.and_then(|end| end.instante?.instant()))
}

fn end(conn: &mut Reader) -> Result<Option<End>, StoreError> {
    let found = on_each!(conn, |c| auditoria_cabeza::table
        .select(END)
        .get_result(c)
        .optional())?;
    Ok(read_end(found))
}

/// The columns of the head.
const END: (
    auditoria_cabeza::secuencia,
    auditoria_cabeza::hash,
    auditoria_cabeza::instante,
) = (
    auditoria_cabeza::secuencia,
    auditoria_cabeza::hash,
    auditoria_cabeza::instante,
);

fn read_end(found: Option<(i64, Vec<u8>, Option<Micros>)>) -> Option<End> {
    let (secuencia, hash, instante) = found?;
    let hash = Huella(hash.try_into().ok()?);
    let head = Head { secuencia, hash };
    Some(End { head, instante })
}
