//! Giving rows their number, each with the hash that binds it to all before.
//!
//! In SQLite whoever adds a row numbers it, in the same transaction. In PostgreSQL transactions end in another order than that in
//! which they took an id, and some never do: which rows are committed and have no number is asked of the tables, behind the id
//! up to which there will be none (`secuenciador`), so that it takes neither a queue nor a lock on whoever decides.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

use super::chain::{End, Next};
use super::row::{Contents, Row};
use super::{CLOCK_ACCEPTED, read_end};
use crate::domain::notificacion::Huella;
use crate::store::backend::{Backend, Reader, Writer, on_each};
use crate::store::columns::{Instante, Micros};
use crate::store::error::StoreError;
use crate::store::insert::insert_rows;
use crate::store::schema::{auditoria, auditoria_cabeza, cadena, secuenciador};
use crate::store::update::update;

#[derive(Insertable)]
#[diesel(table_name = cadena)]
struct New {
    secuencia: i64,
    asiento: i64,
    anterior: Huella,
    hash: Huella,
    hojas: i64,
}

/// Numbers rows, in this order, behind the end that there is.
pub(super) fn number(conn: &mut Writer, end: End, rows: &[Next]) -> Result<(), StoreError> {
    let mut last = end;
    let links = rows.iter().map(|next| {
        let before = last;
        last = before.behind(next);
        New {
            secuencia: last.head.secuencia,
            asiento: next.asiento,
            anterior: before.head.hash,
            hash: last.head.hash,
            hojas: last.hojas,
        }
    });
    insert_rows!(conn, cadena::table, links)?;
    let moved = (
        auditoria_cabeza::secuencia.eq(last.head.secuencia),
        auditoria_cabeza::hash.eq(last.head.hash),
        auditoria_cabeza::instante.eq(last.instante),
        auditoria_cabeza::hojas.eq(last.hojas),
    );
    let only_row = auditoria_cabeza::unica.eq(1);
    on_each!(conn, |c| update(&auditoria_cabeza::table, moved, only_row)
        .execute(c))?;
    Ok(())
}

/// A row that has no number, as whoever numbers needs it.
#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
    #[diesel(sql_type = Integer)]
    hojas: i32,
    #[diesel(sql_type = Instante)]
    instante: Micros,
    #[diesel(sql_type = Text)]
    operacion: String,
}

impl Waiting {
    fn read(self) -> Result<Next, StoreError> {
        let hash = self.hash.try_into().map(Huella);
        Ok(Next {
            asiento: self.id,
            hash: hash.map_err(|_| StoreError::corrupt("auditoria", &self.id))?,
            hojas: self.hojas,
            instante: self.instante,
            sets_time: self.operacion == CLOCK_ACCEPTED,
        })
    }
}

/// Rows of PostgreSQL without a number, of which none has an id up to `complete`. The number stands in the statement, which is
/// planned each time: for one that is not known it would be planned to read both tables from their beginning.
pub(super) fn waiting_behind(complete: i64) -> String {
    format!(
        "from auditoria a where a.id > {complete} and not exists \
         (select 1 from cadena c where c.asiento = a.id and c.asiento > {complete})"
    )
}

/// The first rows of PostgreSQL that are committed and have no number, by id.
pub(super) fn waiting(conn: &mut Writer, complete: i64, limit: usize) -> Result<Vec<Next>, StoreError> {
    let rows = waiting_behind(complete);
    let question =
        format!("select a.id, a.hash, a.hojas, a.instante, a.operacion {rows} order by a.id limit {limit}");
    let rows: QueryResult<Vec<Waiting>> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(Vec::new()),
        Backend::Postgres(c) => diesel::sql_query(question).load(c),
    };
    conn.note(rows)?.into_iter().map(Waiting::read).collect()
}

/// Between which instants the rows are that have no number.
#[derive(QueryableByName, Default)]
struct Span {
    #[diesel(sql_type = Nullable<Instante>)]
    oldest: Option<Micros>,
    #[diesel(sql_type = Nullable<Instante>)]
    newest: Option<Micros>,
}

fn span(conn: &mut Reader) -> Result<Span, StoreError> {
    if matches!(conn.backend(), Backend::Sqlite(_)) {
        return Ok(Span::default());
    }
    let rows = waiting_behind(complete(conn)?);
    let question = format!("select min(a.instante) as oldest, max(a.instante) as newest {rows}");
    let span: QueryResult<Span> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(Span::default()),
        Backend::Postgres(c) => diesel::sql_query(question).get_result(c),
    };
    conn.note(span)
}

/// The newest instant of a row that has no number.
pub(super) fn newest(conn: &mut Reader) -> Result<Option<Micros>, StoreError> {
    Ok(span(conn)?.newest)
}

/// When the oldest row was written that has no number, if there is one.
pub fn waiting_since(conn: &mut Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(span(conn)?.oldest.and_then(Micros::instant))
}

/// Where the journal ends, for whoever alone numbers until the end of the transaction; nothing where somebody else does, or where
/// there is no such row.
pub(super) fn take_turn(conn: &mut Writer) -> Result<Option<End>, StoreError> {
    let end = auditoria_cabeza::table.select(super::END);
    let found = match conn.backend() {
        Backend::Sqlite(c) => end.get_result(c).optional(),
        Backend::Postgres(c) => end.for_update().skip_locked().get_result(c).optional(),
    };
    Ok(conn.note(found)?.and_then(read_end))
}

/// The id up to which no row will ever be that has no number.
pub(super) fn complete(conn: &mut Reader) -> Result<i64, StoreError> {
    on_each!(conn, |c| secuenciador::table
        .select(secuenciador::completo)
        .get_result(c))
}

/// Says that there is none up to another id.
pub(super) fn set_complete(conn: &mut Writer, id: i64) -> Result<(), StoreError> {
    let moved = secuenciador::completo.eq(id);
    on_each!(conn, |c| update(
        &secuenciador::table,
        moved,
        secuenciador::unica.eq(1)
    )
    .execute(c))?;
    Ok(())
}

/// The highest id that has a number.
pub(super) fn highest(conn: &mut Writer) -> Result<i64, StoreError> {
    let highest: Option<i64> = on_each!(conn, |c| cadena::table
        .select(diesel::dsl::max(cadena::asiento))
        .get_result(c))?;
    Ok(highest.unwrap_or(0))
}

/// Rows that have no number, behind an id, in order: `limit` at most. For audits.
pub(in crate::store) fn unnumbered_after(
    conn: &mut Reader,
    id: i64,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<Contents> = on_each!(conn, |c| {
        auditoria::table
            .left_join(cadena::table)
            .filter(cadena::secuencia.is_null())
            .filter(auditoria::id.gt(id))
            .order(auditoria::id)
            .limit(limit)
            .select(Contents::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Row::unnumbered).collect())
}
