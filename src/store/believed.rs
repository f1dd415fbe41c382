//! The clock by which a command of an operator does what has legal effect.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::clock::{self, Disagreement, Readings};

use super::backend::Reader;
use super::clock as of_store;
use super::error::StoreError;
use super::journal;

/// The instant at which something is done: later than none that the journal knows, by a clock that neither it nor the
/// database contradicts (D-100). Where an operator has said that a clock is right, it is not held against the database's.
pub fn believed(
    conn: &mut Reader,
    system: DateTime<Utc>,
    most: TimeDelta,
) -> Result<Result<DateTime<Utc>, Disagreement>, StoreError> {
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
    Ok(readings.agree(most).map(|()| clock::not_before(system, last)))
}
