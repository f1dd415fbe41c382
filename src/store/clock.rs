//! What the database knows of time: its own clock, what clocks of machines said, and what an operator said of them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::backend::{Backend, Reader, Writer, on_each};
use super::columns::{Instante, Micros};
use super::error::StoreError;
use super::schema::{reloj, reloj_aceptado};

/// What the clock of a machine said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What it said.
    pub instante: DateTime<Utc>,
    /// How long the machine had then been running.
    pub since_boot: TimeDelta,
}

/// That an operator said that a clock is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// The row of the journal that says so, by its id.
    pub asiento: i64,
    /// What the clock said.
    pub instante: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = Instante)]
    now: Micros,
}

/// The clock of the database's server; nothing where that is no server (SQLite).
pub fn of_database(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    let now: QueryResult<Now> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(None),
        Backend::Postgres(c) => diesel::sql_query("select clock_timestamp() as now").get_result(c),
    };
    Ok(conn.note(now)?.now.instant())
}

/// What the clock said when it was last written down during a boot.
pub fn seen(conn: &mut Reader, boot: &str) -> Result<Option<Seen>, StoreError> {
    let row: Option<(Micros, i64)> = on_each!(conn, |c| {
        reloj::table
            .find(boot)
            .select((reloj::instante, reloj::transcurrido))
            .first(c)
            .optional()
    })?;
    Ok(row.and_then(|(instante, since_boot)| {
        Some(Seen {
            instante: instante.instant()?,
            since_boot: TimeDelta::microseconds(since_boot),
        })
    }))
}

/// The newest instant that any clock said.
pub fn newest(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    let newest: Option<Micros> = on_each!(conn, |c| {
        reloj::table
            .select(reloj::instante)
            .order(reloj::instante.desc())
            .first(c)
            .optional()
    })?;
    Ok(newest.and_then(Micros::instant))
}

/// Writes down what the clock says, in place of what it said before during the same boot.
pub fn write_down(conn: &mut Writer, boot: &str, seen: Seen) -> Result<(), StoreError> {
    let row = (
        reloj::arranque.eq(boot),
        reloj::instante.eq(Micros::from(seen.instante)),
        reloj::transcurrido.eq(seen.since_boot.num_microseconds().unwrap_or(i64::MAX)),
    );
    on_each!(conn, |c| {
        diesel::insert_into(reloj::table)
            .values(row)
            .on_conflict(reloj::arranque)
            .do_update()
            .set((
                reloj::instante.eq(excluded(reloj::instante)),
                reloj::transcurrido.eq(excluded(reloj::transcurrido)),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// The last time that an operator said that a clock is right.
pub fn accepted(conn: &mut Reader) -> Result<Option<Accepted>, StoreError> {
    let row: Option<(i64, Micros)> = on_each!(conn, |c| {
        reloj_aceptado::table
            .select((reloj_aceptado::asiento, reloj_aceptado::instante))
            .first(c)
            .optional()
    })?;
    Ok(row.and_then(|(asiento, instante)| {
        let instante = instante.instant()?;
        Some(Accepted { asiento, instante })
    }))
}

/// Records that an operator said it; the row of the journal must be there.
pub fn accept(conn: &mut Writer, accepted: Accepted) -> Result<(), StoreError> {
    let row = (
        reloj_aceptado::unica.eq(1),
        reloj_aceptado::asiento.eq(accepted.asiento),
        reloj_aceptado::instante.eq(Micros::from(accepted.instante)),
    );
    on_each!(conn, |c| {
        diesel::insert_into(reloj_aceptado::table)
            .values(row)
            .on_conflict(reloj_aceptado::unica)
            .do_update()
            .set((
                reloj_aceptado::asiento.eq(excluded(reloj_aceptado::asiento)),
                reloj_aceptado::instante.eq(excluded(reloj_aceptado::instante)),
            ))
            .execute(c)
    })?;
    Ok(())
}
