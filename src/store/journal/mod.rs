//! The audit journal: one row for each request that decides, serves or is refused to somebody identified. Rows are
//! only ever added, and each carries the hash of the one before (D-114, D-115).

mod act;
mod chain;
pub mod detalle;
mod row;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::nif::Nif;
use crate::domain::notificacion::Huella;

pub(super) use self::act::Act;
pub use self::act::vouch;
use self::chain::Link;
pub(super) use self::row::{Row, page_after};
use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::schema::{auditoria, auditoria_cabeza};
use super::update::update;

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

/// Waits until nobody else is adding to the journal; until the end of the transaction nobody else can. In SQLite writers
/// take turns, so that nobody could anyway. The instant of what is then added is to be asked for behind this wait.
pub fn hold(conn: &mut Writer) -> Result<(), StoreError> {
    match conn.backend() {
        Backend::Sqlite(_) => Ok(()),
        Backend::Postgres(_) => locked_head(conn).map(drop),
    }
}

/// Adds an entry and gives its number. From here to the end of the transaction no other can be added, so that nothing
/// which takes long should follow in it. The evidence that the entry names must have been kept before.
pub fn append(conn: &mut Writer, entry: &Entry) -> Result<i64, StoreError> {
    let last = locked_head(conn)?;
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
    );
    let only_row = auditoria_cabeza::unica.eq(1);
    on_each!(conn, |c| update(&auditoria_cabeza::table, moved, only_row)
        .execute(c))?;
    Ok(secuencia)
}

/// The end of the chain, which nobody else can move until this transaction is over.
fn locked_head(conn: &mut Writer) -> Result<Head, StoreError> {
    let columns = (auditoria_cabeza::secuencia, auditoria_cabeza::hash);
    let head = auditoria_cabeza::table.select(columns);
    let found = match conn.backend() {
        Backend::Sqlite(c) => head.get_result(c).optional(),
        Backend::Postgres(c) => head.for_update().get_result(c).optional(),
    };
    read_head(conn.note(found)?)
}

/// The end of the chain; nothing where it is gone or unreadable.
pub fn head(conn: &mut Reader) -> Result<Option<Head>, StoreError> {
    let found = on_each!(conn, |c| {
        auditoria_cabeza::table
            .select((auditoria_cabeza::secuencia, auditoria_cabeza::hash))
            .get_result(c)
            .optional()
    })?;
    Ok(read_head(found).ok())
}

fn read_head(found: Option<(i64, Vec<u8>)>) -> Result<Head, StoreError> {
    found
        .and_then(|(secuencia, hash)| {
            let hash = Huella(hash.try_into().ok()?);
            Some(Head { secuencia, hash })
        })
        .ok_or_else(|| StoreError::corrupt("auditoria_cabeza", &"1"))
}
