//! Whose turn it is to publish.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::store::backend::{Backend, Writer};
use crate::store::error::StoreError;

/// By what PostgreSQL knows this lock: no other of this program has the number.
const LOCK: i64 = 0x006E_6F74_6573_0018;

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Takes the turn to publish, for as long as the transaction lasts, unless somebody else has it. The lock dies with its holder.
/// On SQLite whoever writes is alone.
pub fn take_turn(conn: &mut Writer) -> Result<bool, StoreError> {
    let question = format!("select pg_try_advisory_xact_lock({LOCK}) as taken");
    let taken: QueryResult<Taken> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(true),
        Backend::Postgres(c) => diesel::sql_query(question).get_result(c),
    };
    Ok(conn.note(taken)?.taken)
}
