//! `update`: an UPDATE that is prepared once.
//!
//! Diesel's own is never kept prepared, since its text may vary; `sql_query` is not either, and its types are looked at only
//! when it runs (docs/decisions/0012-diesel-statements.md).

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::result::QueryResult;

/// An UPDATE statement. Diesel's own is prepared anew each time, since its changes may vary in shape; these do not.
pub(super) struct Update<F, V, C> {
    from: F,
    values: V,
    condition: C,
}

/// Changes the rows of a table that meet a condition. `changes` must be assignments, none of them optional, so that
/// the statement is the same whatever the values.
pub(super) fn update<T, A, C>(table: &T, changes: A, condition: C) -> Update<T::FromClause, A::Changeset, C>
where
    T: Table + QuerySource,
    A: AsChangeset<Target = T>,
    C: AppearsOnTable<T>,
{
    Update {
        from: table.from_clause(),
        values: changes.as_changeset(),
        condition,
    }
}

impl<F, V, C> QueryId for Update<F, V, C> {
    type QueryId = ();
    // It is told from others by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<F, V, C, Conn> RunQueryDsl<Conn> for Update<F, V, C> {}

impl<F, V, C, DB> QueryFragment<DB> for Update<F, V, C>
where
    DB: Backend,
    F: QueryFragment<DB>,
    V: QueryFragment<DB>,
    C: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("update ");
        self.from.walk_ast(out.reborrow())?;
        out.push_sql(" set ");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(" where ");
        self.condition.walk_ast(out)
    }
}
