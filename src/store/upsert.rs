//! `upsert`: an INSERT that takes the place of the row of its key, prepared once.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// An INSERT statement that changes the row that there is. Diesel's own is prepared anew each time, since its changes may vary
/// in shape; these do not.
pub(super) struct Upsert<I> {
    insert: I,
    key: &'static [&'static str],
    others: &'static [&'static str],
}

/// Has an INSERT put its values of the columns `others` into the row of the same `key`, if there is one.
pub(super) fn upsert<I>(
    insert: I,
    key: &'static [&'static str],
    others: &'static [&'static str],
) -> Upsert<I> {
    Upsert { insert, key, others }
}

/// The names of columns.
macro_rules! columns {
    ($($column:path),+ $(,)?) => {
        &[$(<$column as diesel::Column>::NAME),+]
    };
}
pub(super) use columns;

impl<I> QueryId for Upsert<I> {
    type QueryId = ();
    // It is told from others by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<I, Conn> RunQueryDsl<Conn> for Upsert<I> {}

impl<I, DB> QueryFragment<DB> for Upsert<I>
where
    DB: Backend,
    I: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.insert.walk_ast(out.reborrow())?;
        let mut before = " on conflict (";
        for column in self.key {
            out.push_sql(before);
            out.push_identifier(column)?;
            before = ", ";
        }
        before = ") do update set ";
        for column in self.others {
            out.push_sql(before);
            out.push_identifier(column)?;
            out.push_sql(" = excluded.");
            out.push_identifier(column)?;
            before = ", ";
        }
        Ok(())
    }
}
