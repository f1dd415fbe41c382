//! Walking the journal's chain from its first row to its head.

use std::fmt;

use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::notificacion::Huella;

use super::chain::Link;
use super::{Head, read_head};
use crate::store::backend::{Reader, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::schema::{auditoria, auditoria_cabeza};
use crate::store::stored::{Stored, nullable};

/// Rows read at a time.
const PAGE: i64 = 1000;

/// What a walk of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is there and as it was written.
    Whole(Verified),
    /// It is not; this is the first place where it shows.
    Broken(Break),
}

/// A chain that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many rows it has.
    pub rows: u64,
    /// Its last one.
    pub head: Head,
}

/// Where a chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// Number of the row.
    pub secuencia: i64,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with a row of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no row of this number, though there are later ones.
    Missing,
    /// Its contents do not have the hash that it bears.
    Altered,
    /// It does not bear the hash of the row before: it was put here, or moved, or that one was replaced.
    Unlinked,
    /// The rows from here on are gone: the head says that there were more.
    Cut,
    /// The head knows nothing of this row.
    BeyondHead,
    /// The head has another hash than this row, the last one.
    HeadDiffers,
    /// The head itself is gone or unreadable.
    NoHead,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the row is missing",
            Self::Altered => "the row was altered",
            Self::Unlinked => "the row does not follow the one before",
            Self::Cut => "the rows from here on were removed",
            Self::BeyondHead => "the row was added behind the last one",
            Self::HeadDiffers => "the record of the last row is of another one",
            Self::NoHead => "the record of the last row is missing",
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = auditoria)]
struct Row {
    secuencia: i64,
    instante: Micros,
    peticion: Stored<Uuid>,
    operacion: Stored<String>,
    persona: Option<Stored<String>>,
    entidad: Option<Stored<String>>,
    emisor: Stored<String>,
    serie: Stored<String>,
    poderdante: Option<Stored<String>>,
    resultado: Stored<String>,
    detalle: Stored<String>,
    evidencia: Option<Stored<Huella>>,
    anterior: Stored<Huella>,
    hash: Stored<Huella>,
}

/// Walks the whole chain, telling `progress` now and then how many rows are done. It reads page by page, in the
/// caller's transaction, so that rows added meanwhile do not disturb it.
pub fn verify(conn: &mut Reader, mut progress: impl FnMut(u64)) -> Result<Verdict, StoreError> {
    let Some(head) = head(conn)? else {
        let (secuencia, fault) = (0, Fault::NoHead);
        return Ok(Verdict::Broken(Break { secuencia, fault }));
    };
    let mut last = Head {
        secuencia: 0,
        hash: Huella([0; 32]),
    };
    let mut rows = 0;
    loop {
        let page = page_after(conn, last.secuencia)?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            match follow(last, head, row) {
                Ok(next) => last = next,
                Err(broken) => return Ok(Verdict::Broken(broken)),
            }
            rows += 1;
        }
        progress(rows);
    }
    let fault = if last.secuencia < head.secuencia {
        Fault::Cut
    } else if last.hash != head.hash {
        Fault::HeadDiffers
    } else {
        return Ok(Verdict::Whole(Verified { rows, head }));
    };
    let secuencia = match fault {
        Fault::Cut => last.secuencia + 1,
        _ => last.secuencia,
    };
    Ok(Verdict::Broken(Break { secuencia, fault }))
}

fn head(conn: &mut Reader) -> Result<Option<Head>, StoreError> {
    let found = on_each!(conn, |c| {
        auditoria_cabeza::table
            .select((auditoria_cabeza::secuencia, auditoria_cabeza::hash))
            .get_result(c)
            .optional()
    })?;
    Ok(read_head(found).ok())
}

fn page_after(conn: &mut Reader, secuencia: i64) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        auditoria::table
            .filter(auditoria::secuencia.gt(secuencia))
            .order(auditoria::secuencia)
            .limit(PAGE)
            .select(Row::as_select())
            .load(c)
    })
}

/// Takes one step: the row must be the next one, follow the last one, and be what its hash is of.
fn follow(last: Head, head: Head, row: &Row) -> Result<Head, Break> {
    let expected = last.secuencia + 1;
    let broken = |secuencia, fault| Break { secuencia, fault };
    if last.secuencia >= head.secuencia {
        return Err(broken(row.secuencia, Fault::BeyondHead));
    }
    if row.secuencia != expected {
        return Err(broken(expected, Fault::Missing));
    }
    let (anterior, hash, actual) = read(row).ok_or(broken(expected, Fault::Altered))?;
    if hash != actual {
        return Err(broken(expected, Fault::Altered));
    }
    if anterior != last.hash {
        return Err(broken(expected, Fault::Unlinked));
    }
    Ok(Head {
        secuencia: expected,
        hash,
    })
}

/// The hash before that a row bears, its own, and the one that it should have.
fn read(row: &Row) -> Option<(Huella, Huella, Huella)> {
    let anterior = row.anterior.0?;
    let link = Link {
        anterior,
        secuencia: row.secuencia,
        instante: row.instante.number(),
        peticion: row.peticion.0?,
        operacion: row.operacion.0.as_deref()?,
        persona: nullable_text(row.persona.as_ref())?,
        entidad: nullable_text(row.entidad.as_ref())?,
        emisor: row.emisor.0.as_deref()?,
        serie: row.serie.0.as_deref()?,
        poderdante: nullable_text(row.poderdante.as_ref())?,
        resultado: row.resultado.0.as_deref()?,
        detalle: row.detalle.0.as_deref()?,
        evidencia: nullable(row.evidencia.as_ref().map(|stored| Stored(stored.0)))?,
    };
    Some((anterior, row.hash.0?, link.hash()))
}

#[expect(
    clippy::option_option,
    reason = "unreadable, null and a value are three answers"
)]
fn nullable_text(column: Option<&Stored<String>>) -> Option<Option<&str>> {
    column.map_or(Some(None), |stored| stored.0.as_deref().map(Some))
}
