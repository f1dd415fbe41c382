//! Turns among those who record the same kind of thing, each until the end of its transaction. In SQLite all who write take
//! turns; PostgreSQL has advisory locks, whose numbers follow that of migrations.

use super::backend::{Backend, Writer};
use super::error::StoreError;

const PUBLICATION: &str = "select pg_advisory_xact_lock(121424206132084)";
const TITLES: &str = "select pg_advisory_xact_lock(121424206132085)";

/// Waits until nobody else is publishing; until the end of the transaction nobody else can.
pub fn hold_publication(conn: &mut Writer) -> Result<(), StoreError> {
    hold(conn, PUBLICATION)
}

/// The same of whoever tells of titles: what is told is judged by what was told before, and what decisions read is made of
/// both. Of two at once each would miss the other's: a power that one revokes the other would put in force again.
pub fn hold_titles(conn: &mut Writer) -> Result<(), StoreError> {
    hold(conn, TITLES)
}

fn hold(conn: &mut Writer, lock: &str) -> Result<(), StoreError> {
    match conn.backend() {
        Backend::Sqlite(_) => Ok(()),
        Backend::Postgres(_) => conn.batch(lock),
    }
}
