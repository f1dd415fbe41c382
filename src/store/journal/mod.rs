//! The audit journal: one row for each request that decides, serves or is refused to somebody identified. Rows are only
//! ever added (D-114, D-115).
//!
//! What was done (`auditoria`) stands apart from the order in which it was (`cadena`): who adds a row waits for nobody, and the
//! row gets its number, and the hash that binds it to all before, from whoever numbers (`numbering`): in SQLite, where
//! writers take turns, at once; in PostgreSQL a moment after the commit (E-1).

mod act;
pub mod anulacion;
mod asiento;
mod chain;
mod columns;
pub mod detalle;
pub(super) mod emision;
pub mod historia;
mod leaf;
mod numbering;
pub mod practica;
mod row;
mod search;
mod sequencer;
mod together;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::nif::Nif;
use crate::domain::notificacion::Huella;

pub(super) use self::act::Act;
pub use self::act::{decided_after, vouch, vouch_in_log};
pub(super) use self::chain::End;
use self::chain::Next;
use self::columns::{Columns, FORMATO_2};
pub use self::leaf::{Clase, Hoja};
pub(super) use self::leaf::{entradas, entry};
pub(super) use self::numbering::unnumbered_after;
pub use self::numbering::waiting_since;
pub(super) use self::row::{Contents, Link, linked, page_after};
pub use self::search::{Fila, Filas, Search, search};
pub use self::sequencer::{Sequencer, number};
use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::schema::{auditoria, auditoria_cabeza};

/// The operation by which an operator says that a clock is right: the one row that may be dated before the one before it.
pub const CLOCK_ACCEPTED: &str = "aceptarReloj";

/// What one request did.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When, in official time.
    pub instante: DateTime<Utc>,
    /// The request, by the identifier that its answer bears.
    pub peticion: Uuid,
    /// Name of the operation: of the message, or of the command.
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

/// Where time is by the journal, and leave to add to it: once what is to be waited for has been. In SQLite, where writers take
/// turns, also where the journal ends.
#[derive(Debug)]
pub struct Held(End);

/// Makes ready to add to the journal. The instant of what is then added is to be asked for behind this, and this behind all that
/// the transaction waits for. It waits for nobody who adds: of two who do so at once, neither sees the other's row.
pub fn hold(conn: &mut Writer) -> Result<Held, StoreError> {
    let found: QueryResult<Option<(Stored, Option<Micros>)>> = match conn.backend() {
        // Writers take turns: the head knows all.
        Backend::Sqlite(c) => auditoria_cabeza::table
            .select(END)
            .get_result(c)
            .optional()
            .map(|end: Option<Stored>| end.map(|end| (end, None))),
        Backend::Postgres(c) => {
            // The newest row that is committed may have no number yet.
            let newest = auditoria::table
                .select(auditoria::instante)
                .order(auditoria::id.desc())
                .limit(1)
                .single_value();
            auditoria_cabeza::table
                .select((END, newest))
                .get_result(c)
                .optional()
        }
    };
    let end = conn
        .note(found)?
        .and_then(|(end, newest)| read_end(end).map(|end| end.not_before(newest)));
    end.map(Held).ok_or_else(no_head)
}

/// Adds an entry and gives its id. The evidence that the entry names must have been kept before.
pub fn append(conn: &mut Writer, entry: &Entry) -> Result<i64, StoreError> {
    hold(conn)?.append(conn, entry)
}

impl Held {
    /// The newest instant that the journal knows: rows go with time, so that none may say that it was earlier.
    #[must_use]
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.0.instante.and_then(Micros::instant)
    }

    /// Adds an entry and gives its id. The evidence that the entry names must have been kept before.
    pub fn append(self, conn: &mut Writer, entry: &Entry) -> Result<i64, StoreError> {
        self.append_with(conn, entry, &[])
    }

    /// The same, with what else is to be in the log by it, in this order.
    pub fn append_with(self, conn: &mut Writer, entry: &Entry, leaves: &[Hoja]) -> Result<i64, StoreError> {
        let detalle = entry.detalle.to_string();
        let instante = Micros::from(entry.instante);
        let columns = Columns {
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
        // As many as one transaction has.
        let hojas = i32::try_from(leaves.len()).map_err(|_| StoreError::Conflict)?;
        let entradas = entradas(leaves.iter().map(Hoja::entry));
        let hash = columns.second(hojas, entradas);
        let row = asiento::New {
            formato: FORMATO_2,
            instante,
            peticion: Id(columns.peticion),
            operacion: columns.operacion,
            persona: columns.persona,
            entidad: columns.entidad,
            emisor: columns.emisor,
            serie: columns.serie,
            poderdante: columns.poderdante,
            resultado: columns.resultado,
            detalle: columns.detalle,
            evidencia: columns.evidencia,
            hojas,
            entradas,
            hash,
        };
        // In SQLite the number that it gets.
        let id = asiento::insert(conn, self.0.head.secuencia + 1, &row, leaves)?;
        if matches!(conn.backend(), Backend::Sqlite(_)) {
            let next = Next {
                asiento: id,
                hash,
                hojas,
                instante,
                sets_time: entry.operacion == CLOCK_ACCEPTED,
            };
            numbering::number(conn, self.0, &[next])?;
        }
        Ok(id)
    }
}

/// The end of the chain; nothing where it is gone or unreadable.
pub fn head(conn: &mut Reader) -> Result<Option<Head>, StoreError> {
    Ok(end(conn)?.map(|end| end.head))
}

/// The newest instant that the journal knows, of rows that have no number yet too.
pub fn last(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    let numbered = end(conn)?.and_then(|end| end.instante);
    Ok(numbered.max(numbering::newest(conn)?).and_then(Micros::instant))
}

pub(super) fn end(conn: &mut Reader) -> Result<Option<End>, StoreError> {
    let found: Option<Stored> = on_each!(conn, |c| auditoria_cabeza::table
        .select(END)
        .get_result(c)
        .optional())?;
    Ok(found.and_then(read_end))
}

/// That whoever adds to the journal cannot tell where it ends.
fn no_head() -> StoreError {
    StoreError::corrupt("auditoria_cabeza", &"1")
}

/// The columns of the head.
const END: (
    auditoria_cabeza::secuencia,
    auditoria_cabeza::hash,
    auditoria_cabeza::instante,
    auditoria_cabeza::hojas,
) = (
    auditoria_cabeza::secuencia,
    auditoria_cabeza::hash,
    auditoria_cabeza::instante,
    auditoria_cabeza::hojas,
);

/// They, as they lie.
type Stored = (i64, Vec<u8>, Option<Micros>, i64);

fn read_end((secuencia, hash, instante, hojas): Stored) -> Option<End> {
    let hash = Huella(hash.try_into().ok()?);
    Some(End {
        head: Head { secuencia, hash },
        instante,
        hojas,
    })
}
