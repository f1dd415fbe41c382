//! Turns among those who record the same kind of thing, or decide on the same notifications, each until the end of its transaction.
//! In SQLite all who write take turns; PostgreSQL has locks of rows, and advisory locks, whose numbers follow that of migrations.

use diesel::prelude::*;

use crate::domain::notificacion::Codigo;

use super::among::among;
use super::backend::{Backend, Writer};
use super::error::StoreError;
use super::represented;
use super::schema::notificaciones::{self, dsl};

const PUBLICATION: &str = "select pg_advisory_xact_lock(121424206132084)";
const TITLES: &str = "select pg_advisory_xact_lock(121424206132085)";
const SEALS: &str = "select pg_advisory_xact_lock(121424206132087)";

/// Waits until nobody else is publishing; until the end of the transaction nobody else can.
pub fn hold_publication(conn: &mut Writer) -> Result<(), StoreError> {
    hold(conn, PUBLICATION)
}

/// The same of whoever tells of titles: what is told is judged by what was told before, and what decisions read is made of
/// both. Of two at once each would miss the other's: a power that one revokes the other would put in force again. Whatever is
/// remembered of titles is so no more when the transaction is committed.
pub fn hold_titles(conn: &mut Writer) -> Result<(), StoreError> {
    hold(conn, TITLES)?;
    represented::told(conn)
}

/// The same of whoever seals acuses: of two who seal the same one, the later finds what the earlier has kept.
pub fn hold_seals(conn: &mut Writer) -> Result<(), StoreError> {
    hold(conn, SEALS)
}

/// Waits until nobody else is deciding on these notifications, whoever's they are; until the end of the transaction nobody else
/// can. By code, as decisions hold them.
pub fn hold_rows(conn: &mut Writer, codigos: &[Codigo]) -> Result<(), StoreError> {
    let held: QueryResult<Vec<i32>> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(()),
        Backend::Postgres(c) => notificaciones::table
            .filter(among(dsl::codigo, codigos))
            .order(dsl::codigo)
            .select(dsl::codigo)
            .for_update()
            .load(c),
    };
    conn.note(held).map(drop)
}

fn hold(conn: &mut Writer, lock: &str) -> Result<(), StoreError> {
    match conn.backend() {
        Backend::Sqlite(_) => Ok(()),
        Backend::Postgres(_) => conn.batch(lock),
    }
}
