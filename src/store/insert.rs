//! `insert_rows`: many rows at once, in the way that is fastest in each database.

use std::collections::HashSet;
use std::hash::Hash;

/// Rows of one statement in PostgreSQL, which takes at most 65,535 values in each; no table here has over 20 columns.
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

/// The last row of each key: what is left of rows recorded one after the other, each in the place of the one before.
/// A statement of PostgreSQL refuses to write a row twice.
pub(super) fn last_of_each<T, K: Eq + Hash>(
    rows: impl DoubleEndedIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> impl Iterator<Item = T> {
    let mut seen = HashSet::new();
    let mut last: Vec<T> = rows.rev().filter(|row| seen.insert(key(row))).collect();
    last.reverse();
    last.into_iter()
}

#[cfg(test)]
mod tests {
    use super::last_of_each;

    #[test]
    fn of_rows_of_one_key_the_last_is_left_in_its_place() {
        let rows = [("a", 1), ("b", 2), ("a", 3), ("c", 4), ("b", 5)];
        let left: Vec<_> = last_of_each(rows.into_iter(), |row| row.0).collect();
        assert_eq!(left, [("a", 3), ("c", 4), ("b", 5)]);
    }
}
