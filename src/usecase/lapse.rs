//! Recording the lapse of terms. States are true without it (D-24): this only writes down what time has done.

use chrono::{DateTime, Utc};

use crate::store::{Durability, Store, decisions};

use super::UseCaseError;

/// How many are recorded in one transaction, so that writers are never kept waiting for long.
const BATCH: u32 = 1000;

/// Records the lapse of all whose term is over; gives how many there were.
pub fn record_lapsed(store: &Store, at: DateTime<Utc>) -> Result<usize, UseCaseError> {
    let mut total = 0;
    loop {
        let recorded = store.write::<_, UseCaseError, _>(Durability::Full, |conn| {
            Ok(decisions::lapse_due(conn, at, BATCH)?.len())
        })?;
        total += recorded;
        if recorded < BATCH as usize {
            return Ok(total);
        }
    }
}
