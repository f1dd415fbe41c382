//! What was signed of the log. A note alone is to be believed, by whoever verifies it.

use diesel::dsl::max;
use diesel::prelude::*;

use crate::store::backend::{Reader, Writer, on_each};
use crate::store::error::StoreError;
use crate::store::insert::insert_rows;
use crate::store::schema::puntos::{self, dsl};
use crate::tlog::SignedCheckpoint;

#[derive(Insertable)]
#[diesel(table_name = puntos)]
struct New<'a> {
    orden: i64,
    origen: &'a str,
    tamano: i64,
    raiz: &'a [u8],
    nota: &'a str,
}

/// The note of the last checkpoint of a log.
pub fn last(conn: &mut Reader, origen: &str) -> Result<Option<String>, StoreError> {
    on_each!(conn, |c| puntos::table
        .filter(dsl::origen.eq(origen))
        .order(dsl::tamano.desc())
        .select(dsl::nota)
        .first(c)
        .optional())
}

/// The name of the log of which one was kept last, whichever it is.
pub fn last_origin(conn: &mut Reader) -> Result<Option<String>, StoreError> {
    on_each!(conn, |c| puntos::table
        .order(dsl::orden.desc())
        .select(dsl::origen)
        .first(c)
        .optional())
}

/// Keeps one. Two cannot be kept at the same time.
pub fn keep(conn: &mut Writer, signed: &SignedCheckpoint) -> Result<(), StoreError> {
    let checkpoint = signed.checkpoint();
    let tamano =
        i64::try_from(checkpoint.size).map_err(|_| StoreError::corrupt("puntos", &checkpoint.size))?;
    let before: Option<i64> = on_each!(conn, |c| puntos::table.select(max(dsl::orden)).first(c))?;
    let row = New {
        orden: before.unwrap_or_default() + 1,
        origen: &checkpoint.origin,
        tamano,
        raiz: checkpoint.root.octets(),
        nota: signed.note(),
    };
    insert_rows!(conn, puntos::table, std::iter::once(row))
}
