//! Marks of messages already taken, so that none is taken twice within its life.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::notificacion::Huella;

use super::backend::{Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::mensajes_vistos::{self, dsl};

/// Marks a message, by the SHA-256 of what is unique in it, as seen, until the instant when it is refused for its age
/// anyhow. Gives whether it is the first time: of many at once, exactly one is the first.
pub fn see(conn: &mut Writer, sha256: &[u8; 32], until: DateTime<Utc>) -> Result<bool, StoreError> {
    let mark = (
        dsl::huella.eq(Huella(*sha256)),
        dsl::hasta.eq(Micros::clamped(until)),
    );
    let marked = on_each!(conn, |c| {
        diesel::insert_into(mensajes_vistos::table)
            .values(mark)
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(marked == 1)
}

/// Removes the marks that are no longer needed at `at`; gives how many.
pub fn purge(conn: &mut Writer, at: DateTime<Utc>) -> Result<usize, StoreError> {
    let at = Micros::clamped(at);
    on_each!(conn, |c| diesel::delete(
        mensajes_vistos::table.filter(dsl::hasta.le(at))
    )
    .execute(c))
}
