//! `open`: the condition that nobody has decided, spelt as in the indexes that serve it.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

use super::schema::notificaciones;

/// An SQL condition on notifications: states 0 and 1. The number is part of the text, since a partial index is used
/// only where its own condition is recognised, and a bound value hides it.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct Open;

/// The condition that a notification is recorded as pending. It may be out of term nonetheless.
pub(super) fn open() -> Open {
    Open
}

impl Open {
    /// How it is spelt.
    pub(super) const SQL: &'static str = "estado < 2";
}

impl Expression for Open {
    type SqlType = Bool;
}

impl<G> ValidGrouping<G> for Open {
    type IsAggregate = is_aggregate::Never;
}

impl AppearsOnTable<notificaciones::table> for Open {}

impl<DB: Backend> QueryFragment<DB> for Open {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(Self::SQL);
        Ok(())
    }
}
