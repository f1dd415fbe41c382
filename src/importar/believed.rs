//! The clock by which something is published.

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use crate::domain::clock::{self, Disagreement, Readings};
use crate::store::clock as of_store;
use crate::store::{Reader, StoreError, journal};

/// That nothing is published by a clock that is in doubt.
#[derive(Debug, Error)]
#[error("nothing is published by a clock that may be wrong; see `notess reloj estado`")]
pub(super) struct ClockInDoubt(#[source] Disagreement);

/// The instant at which something is published: later than none that the journal knows, by a clock that neither it nor the
/// database contradicts (D-100). Where an operator has said that a clock is right, it is not held against the database's.
pub(super) fn believed(
    conn: &mut Reader,
    system: DateTime<Utc>,
    most: TimeDelta,
) -> Result<Result<DateTime<Utc>, ClockInDoubt>, StoreError> {
    let last = journal::last(conn)?;
    let database = match of_store::accepted(conn)? {
        Some(_) => None,
        None => of_store::of_database(conn)?,
    };
    let readings = Readings {
        system,
        expected: None,
        journal: last,
        database,
    };
    Ok(readings
        .agree(most)
        .map(|()| clock::not_before(system, last))
        .map_err(ClockInDoubt))
}
