//! `Represented`: whom a caller was told last that he represents, remembered until anything is told of titles, or one of his begins
//! or ends by itself.
//!
//! A gestoría has ten thousand poderdantes, and its programs ask for all of them before each round. To read and weigh them all takes
//! some ten times as long as to write the answer (docs/performance.md). Nothing else goes by it: who lists, decides, or is given a
//! document has his titles read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::nif::Nif;
use crate::domain::operation::PoderdanteEntry;
use crate::domain::red::Emitidas;
use crate::remembered::{Remembered, Weighed};

use super::backend::{Reader, Writer, on_each};
use super::error::StoreError;
use super::personas;
use super::schema::generaciones::{self, dsl};

/// The row of the number that grows with what is told of titles.
const TITULOS: &str = "titulos";

/// For whom a caller acts, and what he keeps of what he lost.
type Key = (Nif, Emitidas);

/// What is remembered. The connections of a store share it.
pub(super) struct Known(Remembered<Represented, Key>);

impl Default for Known {
    fn default() -> Self {
        Self(Remembered::of_few())
    }
}

impl Known {
    pub(super) fn forget(&self) {
        self.0.forget();
    }
}

/// Whom somebody represents, as it was weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Represented {
    /// The number that there was before any title was read.
    pub generation: i64,
    /// When it was weighed.
    pub at: DateTime<Utc>,
    /// Until when it is the same by itself; nothing where that is always.
    pub until: Option<DateTime<Utc>>,
    /// What he himself is called who asked, of whom there may be nothing on record.
    pub denominacion: String,
    /// Those of whom there was nothing on record but a title. They have their names when anything is published to them.
    pub unrecorded: Vec<Nif>,
    /// What he is told.
    pub entries: Vec<PoderdanteEntry>,
}

impl Weighed for Represented {
    fn octets(&self) -> usize {
        let of_entry = |entry: &PoderdanteEntry| {
            size_of::<PoderdanteEntry>() + entry.denominacion.len() + entry.materias.len() + 32
        };
        size_of::<Self>()
            + self.entries.iter().map(of_entry).sum::<usize>()
            + self.unrecorded.len() * size_of::<Nif>()
    }
}

/// A number that grows with each transaction that tells of titles.
pub fn generation(conn: &mut Reader) -> Result<i64, StoreError> {
    on_each!(conn, |c| {
        generaciones::table
            .find(TITULOS)
            .select(generaciones::valor)
            .get_result(c)
    })
}

/// Has it grow, for whoever tells of titles and nobody else can meanwhile.
pub(super) fn told(conn: &mut Writer) -> Result<(), StoreError> {
    on_each!(conn, |c| {
        diesel::update(generaciones::table.find(TITULOS))
            .set(dsl::valor.eq(dsl::valor + 1))
            .execute(c)
    })?;
    Ok(())
}

/// Whom somebody represents at an instant, if it is remembered and nothing was told since, which the number tells that there is now.
pub fn known(
    conn: &mut Reader,
    key: &Key,
    (generation, at, denominacion): (i64, DateTime<Utc>, &str),
) -> Result<Option<Arc<Represented>>, StoreError> {
    let known = conn.memory().and_then(|memory| memory.represented.0.get(key));
    let holds = |known: &Arc<Represented>| {
        known.generation == generation
            && known.at <= at
            && known.until.is_none_or(|until| at < until)
            && known.denominacion == denominacion
    };
    let Some(known) = known.filter(holds) else {
        return Ok(None);
    };
    let named = !known.unrecorded.is_empty() && !personas::personas(conn, &known.unrecorded)?.is_empty();
    Ok((!named).then_some(known))
}

/// Remembers it from now on.
pub fn keep(conn: &Reader, key: Key, represented: &Arc<Represented>) {
    if let Some(memory) = conn.memory() {
        memory.represented.0.keep(key, Arc::clone(represented));
    }
}
