//! `among`: whether a column is one of many values, in a form that each database prepares once, however many they are.
//!
//! Diesel's own `eq_any` has a parameter for each value on SQLite, so that a listing of a thousand poderdantes would prepare a
//! statement of a thousand parameters each time; `sql_query` is not kept prepared either, and a temporary table is a write.
//! Weighed in docs/decisions/0012-diesel-statements.md; that an act prepares nothing anew is what
//! `an_act_takes_few_statements_and_prepares_none_of_them_anew` counts.

use std::cell::OnceCell;
use std::fmt::Write;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, Integer, SingleValue, Text};
use diesel::sqlite::Sqlite;

use crate::domain::nif::Nif;
use crate::domain::notificacion::Codigo;

/// Values that can be bound all together: as an array in PostgreSQL, as a JSON text in SQLite.
pub(super) trait Listable: Sized + ToSql<Self::Sql, Pg> + std::fmt::Debug {
    /// SQL type of one.
    type Sql: SingleValue + QueryId + 'static;

    /// Appends one as JSON.
    fn json(&self, out: &mut String);
}

impl Listable for Nif {
    type Sql = Text;

    fn json(&self, out: &mut String) {
        // Letters and figures only: nothing to escape.
        out.push('"');
        out.push_str(self.as_str());
        out.push('"');
    }
}

impl Listable for i32 {
    type Sql = Integer;

    fn json(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{self}");
    }
}

impl Listable for String {
    type Sql = Text;

    fn json(&self, out: &mut String) {
        out.push_str(&serde_json::Value::from(self.as_str()).to_string());
    }
}

impl Listable for Codigo {
    type Sql = Integer;

    fn json(&self, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{self}");
    }
}

impl Listable for &'static str {
    type Sql = Text;

    fn json(&self, out: &mut String) {
        out.push_str(&serde_json::Value::from(*self).to_string());
    }
}

/// The values, and their JSON once it was needed.
#[derive(Debug)]
pub(super) struct Values<'a, T> {
    values: &'a [T],
    json: OnceCell<String>,
}

impl<'a, T: Listable> Values<'a, T> {
    pub(super) fn new(values: &'a [T]) -> Self {
        let json = OnceCell::new();
        Self { values, json }
    }

    /// The only one, if there is but one.
    pub(super) fn only(&self) -> Option<&'a T> {
        match self.values {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Pushes what stands in parentheses or brackets behind the column.
    pub(super) fn bind_json<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let json = self.json.get_or_init(|| {
            let mut json = String::with_capacity(2 + self.values.len() * 12);
            json.push('[');
            for (at, value) in self.values.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                value.json(&mut json);
            }
            json.push(']');
            json
        });
        out.push_sql("(select value from json_each(");
        out.push_bind_param::<Text, str>(json)?;
        out.push_sql("))");
        Ok(())
    }

    pub(super) fn bind_array<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()>
    where
        [T]: ToSql<Array<T::Sql>, Pg>,
        Pg: diesel::sql_types::HasSqlType<T::Sql>,
    {
        out.push_bind_param::<Array<T::Sql>, [T]>(self.values)
    }
}

/// An SQL condition: the column is one of the values.
#[derive(Debug)]
pub(super) struct Among<'a, C, T> {
    column: C,
    values: Values<'a, T>,
}

/// The condition that `column` is one of `values`; none of them means never.
pub(super) fn among<C, T: Listable>(column: C, values: &[T]) -> Among<'_, C, T>
where
    C: Expression<SqlType = T::Sql>,
{
    let values = Values::new(values);
    Among { column, values }
}

/// Runs a query on the rows where a column is one of some values, which it filters by what it is given for them. One
/// value alone, of which most questions are, is compared as it is: SQLite makes a table of several first.
macro_rules! on_each_among {
    ($conn:expr, $column:expr, $values:expr, |$c:ident, $these:ident| $query:expr) => {
        match $values {
            [one] => $crate::store::backend::on_each!($conn, |$c| {
                let $these = diesel::ExpressionMethods::eq($column, one);
                $query
            }),
            several => $crate::store::backend::on_each!($conn, |$c| {
                let $these = $crate::store::among::among($column, several);
                $query
            }),
        }
    };
}
pub(super) use on_each_among;

impl<C: QueryId, T: 'static> QueryId for Among<'_, C, T> {
    type QueryId = Among<'static, C::QueryId, T>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Expression, T> Expression for Among<'_, C, T> {
    type SqlType = Bool;
}

impl<C: ValidGrouping<G>, T, G> ValidGrouping<G> for Among<'_, C, T> {
    type IsAggregate = C::IsAggregate;
}

impl<C: AppearsOnTable<Q>, T, Q> AppearsOnTable<Q> for Among<'_, C, T> {}

impl<C: SelectableExpression<Q>, T, Q> SelectableExpression<Q> for Among<'_, C, T> {}

impl<C: QueryFragment<Sqlite>, T: Listable> QueryFragment<Sqlite> for Among<'_, C, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" in ");
        self.values.bind_json(&mut out)
    }
}

impl<C: QueryFragment<Pg>, T: Listable> QueryFragment<Pg> for Among<'_, C, T>
where
    [T]: ToSql<Array<T::Sql>, Pg>,
    Pg: diesel::sql_types::HasSqlType<T::Sql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = any(");
        self.values.bind_array(&mut out)?;
        out.push_sql(")");
        Ok(())
    }
}
