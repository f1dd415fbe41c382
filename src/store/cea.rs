//! What is kept of those who have documents verified: the key of questions and links, which of them were used, and whose answers were
//! wrong. All of it is the database's, so that any instance can go on with what another one began.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Integer;

use crate::domain::notificacion::Huella;

use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::{cea_clave, cea_fallos, cea_usados};
use super::stored::Stored;

/// The only row of the key.
const UNICA: i32 = 1;
/// The classes of locks, so that a document's is none of an origin's; beside them, the first octets of the hash.
const DOCUMENTO: i32 = 1;
const ORIGEN: i32 = 2;

/// By how much it is kept longer that something was used than it could be: for an instance whose clock is behind.
const MARGIN: TimeDelta = TimeDelta::minutes(15);

/// Whose an answer is, and of which document, as hashes under the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quien {
    /// Of which document it is said to be.
    pub documento: Huella,
    /// From where it comes.
    pub origen: Huella,
}

/// How many answers were wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallos {
    /// Of the document.
    pub documento: i64,
    /// Of the origin.
    pub origen: i64,
}

/// The key, which is this one if there was none.
pub fn key(conn: &mut Writer, new: [u8; 32], at: DateTime<Utc>) -> Result<[u8; 32], StoreError> {
    let row = (
        cea_clave::unica.eq(UNICA),
        cea_clave::clave.eq(Huella(new)),
        cea_clave::desde.eq(Micros::from(at)),
    );
    on_each!(conn, |c| diesel::insert_into(cea_clave::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    let key: Stored<Huella> = on_each!(conn, |c| cea_clave::table
        .find(UNICA)
        .select(cea_clave::clave)
        .first(c))?;
    key.0
        .map(|Huella(key)| key)
        .ok_or_else(|| StoreError::corrupt("cea_clave", &UNICA))
}

/// Has answers of one document, and those of one origin, go one after another until each transaction ends: of many at once none is
/// one too many. In SQLite whoever writes has a turn of his own anyhow.
pub fn in_turn(conn: &mut Writer, quien: &Quien) -> Result<(), StoreError> {
    if matches!(conn.backend(), Backend::Sqlite(_)) {
        return Ok(());
    }
    // Always in this order, so that no two wait for each other.
    for (class, Huella(hash)) in [(DOCUMENTO, quien.documento), (ORIGEN, quien.origen)] {
        let [a, b, c, d, ..] = hash;
        let locked = match conn.backend() {
            Backend::Sqlite(_) => Ok(0),
            Backend::Postgres(conn) => diesel::sql_query("select pg_advisory_xact_lock($1, $2)")
                .bind::<Integer, _>(class)
                .bind::<Integer, _>(i32::from_be_bytes([a, b, c, d]))
                .execute(conn),
        };
        conn.note(locked)?;
    }
    Ok(())
}

/// Whether a question or a link is used for the first time: of many at once, exactly one is.
pub fn use_once(conn: &mut Writer, marca: Huella, hasta: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = (
        cea_usados::marca.eq(marca),
        cea_usados::hasta.eq(Micros::clamped(hasta)),
    );
    let used = on_each!(conn, |c| diesel::insert_into(cea_usados::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(used == 1)
}

/// How many answers were wrong since then.
pub fn failures(conn: &mut Reader, quien: &Quien, since: DateTime<Utc>) -> Result<Fallos, StoreError> {
    let since = Micros::clamped(since);
    let documento = on_each!(conn, |c| cea_fallos::table
        .filter(cea_fallos::documento.eq(quien.documento))
        .filter(cea_fallos::instante.gt(since))
        .count()
        .get_result(c))?;
    let origen = on_each!(conn, |c| cea_fallos::table
        .filter(cea_fallos::origen.eq(quien.origen))
        .filter(cea_fallos::instante.gt(since))
        .count()
        .get_result(c))?;
    Ok(Fallos { documento, origen })
}

/// Notes a wrong answer to a question. It counts for the document too, if that is named.
pub fn fail(
    conn: &mut Writer,
    marca: Huella,
    (documento, origen): (Option<Huella>, Huella),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        cea_fallos::marca.eq(marca),
        cea_fallos::documento.eq(documento),
        cea_fallos::origen.eq(origen),
        cea_fallos::instante.eq(Micros::from(at)),
    );
    on_each!(conn, |c| diesel::insert_into(cea_fallos::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// Forgets what was used and is over, and answers that were wrong before `since`.
pub fn forget(conn: &mut Writer, at: DateTime<Utc>, since: DateTime<Utc>) -> Result<(), StoreError> {
    let earlier = |at: DateTime<Utc>| Micros::clamped(at.checked_sub_signed(MARGIN).unwrap_or(at));
    let (at, since) = (earlier(at), earlier(since));
    on_each!(conn, |c| diesel::delete(
        cea_usados::table.filter(cea_usados::hasta.le(at))
    )
    .execute(c))?;
    on_each!(conn, |c| diesel::delete(
        cea_fallos::table.filter(cea_fallos::instante.le(since))
    )
    .execute(c))?;
    Ok(())
}
