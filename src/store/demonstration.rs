//! Whether a demonstration made the database: what it holds is invented, and must not be mixed with what is not.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::migration::has_table;
use super::schema::demostracion;

/// The organisation that demonstrations write into the certificates that they make.
pub const ORGANISATION: &str = "NOTESS DEMOSTRACION";

/// When a demonstration made the database; nothing if none did. It may be asked of one that lacks migrations.
pub fn prepared(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    if !has_table(conn, "demostracion")? {
        return Ok(None);
    }
    let row: Option<Micros> = on_each!(conn, |c| {
        demostracion::table
            .select(demostracion::preparada)
            .first(c)
            .optional()
    })?;
    Ok(row.and_then(Micros::instant))
}

/// Says that a demonstration made it.
pub fn mark(conn: &mut Writer, at: DateTime<Utc>) -> Result<(), StoreError> {
    let row = (
        demostracion::unica.eq(1),
        demostracion::preparada.eq(Micros::from(at)),
    );
    on_each!(conn, |c| diesel::insert_into(demostracion::table)
        .values(row)
        .execute(c))?;
    Ok(())
}
