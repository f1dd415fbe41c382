//! Recording the lapse of terms. States are true without it (D-24): this only writes down what time has done.

use std::time::Instant;

use serde_json::json;

use crate::domain::clock;
use crate::store::journal;
use crate::store::{Durability, Store, decisions, plazos};

use super::act::Row;
use super::author::Author;
use super::{Surroundings, UseCaseError, rest};

/// The operation's name in the journal.
pub(super) const CADUCAR: &str = "caducar";
/// The member of the particulars that has the codes.
pub(super) const CADUCADAS: &str = "caducadas";

/// How many are recorded in one transaction, so that writers are never kept waiting for long.
const BATCH: u32 = 1000;

/// Records the lapse of all whose term is over, each batch with a row in the journal that has its codes; gives how many
/// there were. Nothing lapses by a clock that may not be believed (D-100), nor while terms are being counted anew: one that has
/// not been yet may end later than it says (D-11).
pub fn record_lapsed(store: &Store, around: &Surroundings<'_>) -> Result<usize, UseCaseError> {
    let mut total = 0;
    loop {
        let began = Instant::now();
        let recorded = store.write::<_, UseCaseError, _>(Durability::Full, |conn| {
            // Before the clock: an outage is declared wholly before this instant or wholly after it.
            if plazos::hold(conn)?.is_some() {
                return Ok(0);
            }
            let at = (around.clock)();
            let lapsed = decisions::lapse_due(conn, at, BATCH)?;
            if lapsed.is_empty() {
                return Ok(0);
            }
            let held = journal::hold(conn)?;
            (around.believe)(at, held.last())?;
            let codigos: Vec<i32> = lapsed.iter().map(|codigo| codigo.number()).collect();
            let row = Row {
                detalle: json!({ CADUCADAS: codigos }),
                ..Row::of(None, "hecho")
            };
            let at = clock::not_before(at, held.last());
            let entry = row.entry(Author::service(), (around.ids)(), CADUCAR, at);
            held.append(conn, &entry)?;
            Ok(lapsed.len())
        })?;
        total += recorded;
        if recorded < BATCH as usize {
            return Ok(total);
        }
        rest::after(began);
    }
}
