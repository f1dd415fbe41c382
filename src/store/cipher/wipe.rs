//! What is left of plain words after rows were encrypted: in pages that a table no longer uses, and in the log of writing.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_query;
use diesel::sql_types::Integer;

use crate::store::backend::Backend;
use crate::store::error::StoreError;
use crate::store::transaction::Store;

/// How long whoever reads is waited for, since nobody can write meanwhile.
const PATIENCE: Duration = Duration::from_millis(200);

#[derive(QueryableByName)]
struct Waits {
    /// How long, in milliseconds.
    #[diesel(sql_type = Integer)]
    timeout: i32,
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

impl Store {
    /// Has the log of a SQLite file written into it and cut to nothing, since it held the rows as they were; tells whether it
    /// could be, which it cannot while somebody reads what was there before. In PostgreSQL the server recycles its own.
    pub fn fold_log(&self) -> Result<bool, StoreError> {
        self.ask(|conn| match conn.backend() {
            Backend::Sqlite(c) => {
                let folded = fold(c);
                conn.note(folded)
            }
            Backend::Postgres(_) => Ok(true),
        })
    }

    /// Writes anew whatever holds, or held, documents and asuntos, so that no page is left of what they were before: all of
    /// a SQLite file, two tables of PostgreSQL. Nobody else can write meanwhile, nor, in PostgreSQL, read these tables. Tells
    /// whether the log could be cut as well ([`Store::fold_log`]).
    pub fn write_anew(&self) -> Result<bool, StoreError> {
        // Not in memory: what is written anew may be larger than that. Each is a statement of its own, since none of them may
        // stand in a transaction.
        let on_sqlite = ["pragma temp_store = file", "vacuum"];
        let on_postgres = [
            "vacuum (full, analyze) documentos",
            "vacuum (full, analyze) notificaciones",
            "checkpoint",
        ];
        self.ask(|conn| {
            let statements = match conn.backend() {
                Backend::Sqlite(_) => on_sqlite.as_slice(),
                Backend::Postgres(_) => on_postgres.as_slice(),
            };
            statements.iter().try_for_each(|statement| conn.batch(statement))
        })?;
        self.fold_log()
    }
}

fn fold(conn: &mut SqliteConnection) -> QueryResult<bool> {
    let Waits { timeout } = sql_query("pragma busy_timeout").get_result(conn)?;
    let shorter = format!("pragma busy_timeout = {}", PATIENCE.as_millis());
    conn.batch_execute(&shorter)?;
    let came = sql_query("pragma wal_checkpoint(truncate)").get_result::<Checkpoint>(conn);
    conn.batch_execute(&format!("pragma busy_timeout = {timeout}"))?;
    Ok(came?.busy == 0)
}
