//! Counting the terms of what is pending anew, when an outage is declared or annulled or the operator chooses otherwise whether
//! terms go on to a working day (D-10, D-11). It is done in batches, by whoever comes to it: the command that changed something, and
//! every service, each of which goes on where the others are.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::domain::clock::not_before;
use crate::domain::computo::{Incidencia, Prorroga};
use crate::store::journal;
use crate::store::plazos::{self, Recontados};
use crate::store::{Deed, Desk, Durability, Reader, Store, StoreError, Writer, believed, incidencias};

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
    /// Official time, asked for anew by each batch.
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

/// An operator, by a clock that nothing contradicts (D-100).
#[derive(Clone, Copy)]
pub struct AtDesk<'a> {
    /// The desk by which what he does has its row.
    pub desk: &'a Desk<'a>,
    /// By how much clocks may differ.
    pub salto_maximo: TimeDelta,
}

impl AtDesk<'_> {
    /// Counts anew as [`recount`] does; he tells of each batch.
    pub fn recount(&self, progress: impl FnMut(&Recuento)) -> Result<Recuento, UseCaseError> {
        let batch = || {
            if self.desk.look(plazos::pendiente)?.is_none() {
                return Ok(None);
            }
            self.desk.write(|conn| {
                plazos::hold(conn)?;
                let at = self.now(conn)?;
                let deed = Deed::of(RECONTAR);
                Ok(match plazos::recount(conn, at, BATCH)? {
                    Some(counted) => {
                        let deed = deed.count(counted.contados).with("plazos", counted.told());
                        (Some(counted), deed)
                    }
                    None => (None, deed.count(0)),
                })
            })
        };
        each(batch, progress)
    }

    /// Declares an outage, and has the terms of what is pending counted anew; gives its number.
    pub fn declare(&self, incidencia: Incidencia, motivo: &str) -> Result<i64, UseCaseError> {
        self.desk.write(|conn| {
            let (now, deed) = self.change(conn, Deed::of("declararIncidencia"))?;
            let numero = incidencias::declare(conn, incidencia, motivo, now)?;
            let deed = deed
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
    pub fn annul(&self, numero: i64, motivo: &str) -> Result<(), UseCaseError> {
        self.desk.write(|conn| {
            let (now, deed) = self.change(conn, Deed::of("anularIncidencia"))?;
            incidencias::annul(conn, numero, motivo, now)?;
            let deed = deed.count(1).with("incidencia", numero).with("motivo", motivo);
            Ok(((), deed))
        })
    }

    /// Has terms counted otherwise from the instant on that it gives ([`plazos::change`]); the deed tells of those that were
    /// counted before.
    fn change(&self, conn: &mut Writer, deed: Deed) -> Result<(DateTime<Utc>, Deed), UseCaseError> {
        let (now, counted) = plazos::change(conn, |conn| self.now(conn))?;
        Ok((now, deed.with("plazos", counted.told())))
    }

    /// The instant at which something is done.
    pub(super) fn now(&self, conn: &mut Reader) -> Result<DateTime<Utc>, UseCaseError> {
        Ok(believed(conn, self.desk.now(), self.salto_maximo)??)
    }
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
        // Before the clock: what is shortened ends at no instant that is past by then.
        if plazos::hold(conn)?.is_none() {
            return Ok(None);
        }
        let at = (around.clock)();
        let Some(counted) = plazos::recount(conn, at, BATCH)? else {
            return Ok(None);
        };
        if counted.movidos.is_empty() {
            return Ok(Some(counted));
        }
        let held = journal::hold(conn)?;
        (around.believe)(at, held.last())?;
        let row = Row {
            detalle: json!({ "plazos": counted.told() }),
            ..Row::of(None, "hecho")
        };
        let at = not_before(at, held.last());
        held.append(conn, &row.entry(Author::service(), (around.ids)(), RECONTAR, at))?;
        Ok(Some(counted))
    })
}

/// Has terms counted from now on as the operator's settings say, and those of what is pending anew; gives whether that is another
/// way than before. The journal says so.
pub fn settle(store: &Store, prorroga: Prorroga, clock: Clock<'_>, id: Uuid) -> Result<bool, StoreError> {
    if store.read(plazos::prorroga)? == prorroga {
        return Ok(false);
    }
    store.write(Durability::Full, |conn| {
        let (now, counted) = plazos::change::<StoreError>(conn, |_| Ok(clock()))?;
        plazos::set_prorroga(conn, prorroga)?;
        let held = journal::hold(conn)?;
        let mut detalle = json!({ "prorroga_inhabil": prorroga == Prorroga::HastaHabil });
        if !counted.movidos.is_empty() {
            detalle["plazos"] = counted.told();
        }
        let row = Row {
            detalle,
            ..Row::of(None, "hecho")
        };
        let at = not_before(now, held.last());
        held.append(conn, &row.entry(Author::service(), id, "cambiarPlazos", at))?;
        Ok(true)
    })
}
