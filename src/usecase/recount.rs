//! Counting the terms of what is pending anew, when an outage is declared or annulled or the operator chooses otherwise whether
//! terms go on to a working day (D-10, D-11). It is done in batches, by whoever comes to it: the command that changed something, and
//! every service, each of which goes on where the others are.

use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::clock;
use crate::domain::computo::{Incidencia, Prorroga};
use crate::store::hold::hold_publication;
use crate::store::journal;
use crate::store::plazos::{self, Recontados};
use crate::store::{Deed, Desk, Durability, Store, StoreError, incidencias};

use super::act::Row;
use super::author::Author;
use super::{Believe, Clock, Surroundings, UseCaseError, rest};

/// The operation's name in the journal.
const RECONTAR: &str = "recontarPlazos";

/// How many are counted in one transaction, so that whoever decides on one of them is not kept waiting for long.
const BATCH: usize = 1000;

/// What counting anew takes from outside.
#[derive(Clone, Copy)]
pub struct Recounting<'a> {
    /// Official time.
    pub clock: Clock<'a>,
    /// A new identifier each time.
    pub ids: &'a dyn Fn() -> Uuid,
    /// Whether the clock may be believed.
    pub believe: Believe<'a>,
}

impl<'a> From<&Surroundings<'a>> for Recounting<'a> {
    fn from(around: &Surroundings<'a>) -> Self {
        Self {
            clock: around.clock,
            ids: around.ids,
            believe: around.believe,
        }
    }
}

/// What came of counting anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recuento {
    /// How many were looked at; one that is moved on may be looked at twice.
    pub contados: usize,
    /// How many end otherwise now.
    pub movidos: usize,
    /// How many were left as they were, since there is no calendar of their last day's year.
    pub sin_calendario: usize,
}

/// Counts anew whatever is left to be, each batch with a row in the journal that has the codes of those that end otherwise; tells
/// `progress` how far it is. What of it is done stays done, and whoever does this next goes on from there.
pub fn recount(
    store: &Store,
    around: Recounting<'_>,
    progress: impl FnMut(&Recuento),
) -> Result<Recuento, UseCaseError> {
    each(|| batch(store, around), progress)
}

/// The same by an operator, who tells of each batch.
pub fn recount_at(desk: &Desk<'_>, progress: impl FnMut(&Recuento)) -> Result<Recuento, StoreError> {
    let batch = || {
        if desk.look(plazos::pendiente)?.is_none() {
            return Ok(None);
        }
        desk.write(|conn| {
            let counted = plazos::recount(conn, desk.now(), BATCH)?;
            let deed = Deed::of(RECONTAR);
            let deed = match &counted {
                Some(counted) => deed.count(counted.contados).with("plazos", moved(counted)),
                None => deed.count(0),
            };
            Ok((counted, deed))
        })
    };
    each(batch, progress)
}

/// Declares an outage, and has the terms of what is pending counted anew; gives its number.
pub fn declare(desk: &Desk<'_>, incidencia: Incidencia, motivo: &str) -> Result<i64, StoreError> {
    desk.write(|conn| {
        hold_publication(conn)?;
        let now = desk.now();
        let numero = incidencias::declare(conn, incidencia, motivo, now)?;
        plazos::change(conn, now)?;
        let deed = Deed::of("declararIncidencia")
            .count(1)
            .with("incidencia", numero)
            .with("desde", incidencia.desde.to_rfc3339())
            .with("hasta", incidencia.hasta.to_rfc3339())
            .with("motivo", motivo);
        Ok((numero, deed))
    })
}

/// Annuls an outage, and has the terms of what is pending counted anew. That there is none of this number is
/// [`StoreError::Dangling`]; that it is annulled already, [`StoreError::Duplicate`].
pub fn annul(desk: &Desk<'_>, numero: i64, motivo: &str) -> Result<(), StoreError> {
    desk.write(|conn| {
        hold_publication(conn)?;
        let now = desk.now();
        incidencias::annul(conn, numero, motivo, now)?;
        plazos::change(conn, now)?;
        let deed = Deed::of("anularIncidencia")
            .count(1)
            .with("incidencia", numero)
            .with("motivo", motivo);
        Ok(((), deed))
    })
}

/// Counts batch after batch.
fn each<E>(
    mut batch: impl FnMut() -> Result<Option<Recontados>, E>,
    mut progress: impl FnMut(&Recuento),
) -> Result<Recuento, E> {
    let mut total = Recuento::default();
    loop {
        let began = Instant::now();
        let Some(counted) = batch()? else {
            return Ok(total);
        };
        total.contados += counted.contados;
        total.movidos += counted.movidos.values().map(Vec::len).sum::<usize>();
        total.sin_calendario += counted.sin_calendario.map_or(0, |(count, _)| count);
        progress(&total);
        if counted.terminado {
            return Ok(total);
        }
        rest::after(began);
    }
}

fn batch(store: &Store, around: Recounting<'_>) -> Result<Option<Recontados>, UseCaseError> {
    store.write::<_, UseCaseError, _>(Durability::Full, |conn| {
        let at = (around.clock)();
        let Some(counted) = plazos::recount(conn, at, BATCH)? else {
            return Ok(None);
        };
        if counted.movidos.is_empty() {
            return Ok(Some(counted));
        }
        // After the rows, as whoever decides does, so that nobody waits in a circle.
        let held = journal::hold(conn)?;
        (around.believe)(at, held.last())?;
        let row = Row {
            detalle: json!({ "plazos": moved(&counted) }),
            ..Row::of(None, "hecho")
        };
        let at = clock::not_before(at, held.last());
        held.append(conn, &row.entry(Author::service(), (around.ids)(), RECONTAR, at))?;
        Ok(Some(counted))
    })
}

/// The codes of those that end otherwise now, by the first instant out of term.
fn moved(counted: &Recontados) -> Value {
    let each = counted.movidos.iter().map(|(end, codigos)| {
        let codigos: Vec<i32> = codigos.iter().map(|codigo| codigo.number()).collect();
        json!({ "caduca": end.to_rfc3339(), "codigos": codigos })
    });
    each.collect()
}

/// Has terms counted from now on as the operator's settings say, and those of what is pending anew; gives whether that is another
/// way than before. The journal says so.
pub fn settle(store: &Store, prorroga: Prorroga, now: DateTime<Utc>, id: Uuid) -> Result<bool, StoreError> {
    if store.read(plazos::prorroga)? == prorroga {
        return Ok(false);
    }
    store.write(Durability::Full, |conn| {
        hold_publication(conn)?;
        plazos::set_prorroga(conn, prorroga)?;
        plazos::change(conn, now)?;
        let held = journal::hold(conn)?;
        let row = Row {
            detalle: json!({ "prorroga_inhabil": prorroga == Prorroga::HastaHabil }),
            ..Row::of(None, "hecho")
        };
        let at = clock::not_before(now, held.last());
        held.append(conn, &row.entry(Author::service(), id, "cambiarPlazos", at))?;
        Ok(true)
    })
}
