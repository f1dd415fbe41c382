//! What is left of plain words after rows were encrypted: in pages that a table no longer uses, and in the log of writing.

use crate::store::backend::Backend;
use crate::store::error::StoreError;
use crate::store::transaction::Store;

impl Store {
    /// Has the log of a SQLite file written into it and cut to nothing, since it held the rows as they were. In PostgreSQL
    /// the server recycles its own.
    pub fn fold_log(&self) -> Result<(), StoreError> {
        self.ask(|conn| match conn.backend() {
            Backend::Sqlite(_) => conn.batch("pragma wal_checkpoint(truncate)"),
            Backend::Postgres(_) => Ok(()),
        })
    }

    /// Writes anew whatever holds, or held, documents and asuntos, so that no page is left of what they were before: all of
    /// a SQLite file, two tables of PostgreSQL. Nobody else can write meanwhile, nor, in PostgreSQL, read these tables.
    pub fn write_anew(&self) -> Result<(), StoreError> {
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
