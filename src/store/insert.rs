//! `insert_rows`: many rows at once, in the way that is fastest in each database.

/// Rows of one statement in PostgreSQL, which takes at most 65,535 values in each; no table here has over 16 columns.
pub(super) const CHUNK: usize = 1000;

/// Inserts rows from an iterator, with an optional `on conflict` clause. SQLite prepares one statement and runs it
/// for each row; PostgreSQL, for which each statement is a journey, gets them by the thousand.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr $(, |$insert:ident| $conflict:expr)?) => {{
        let writer: &mut $crate::store::backend::Writer = $conn;
        let mut rows = $rows;
        match writer.backend() {
            $crate::store::backend::Backend::Sqlite(c) => {
                let inserted = rows.try_for_each(|row| {
                    let statement = diesel::insert_into($table).values(&row);
                    $(let statement = { let $insert = statement; $conflict };)?
                    statement.execute(c).map(drop)
                });
                writer.note(inserted)
            }
            $crate::store::backend::Backend::Postgres(c) => {
                let mut inserted = Ok(());
                let mut chunk = Vec::new();
                while inserted.is_ok() {
                    chunk.clear();
                    chunk.extend(rows.by_ref().take($crate::store::insert::CHUNK));
                    if chunk.is_empty() {
                        break;
                    }
                    let statement = diesel::insert_into($table).values(&chunk);
                    $(let statement = { let $insert = statement; $conflict };)?
                    inserted = statement.execute(c).map(drop);
                }
                writer.note(inserted)
            }
        }
    }};
}
pub(super) use insert_rows;
