//! Adding a row with the leaves that it has: in PostgreSQL, for which each statement is a journey, by one, whose leaves go as one
//! array for each column, so that it is prepared once however many they are (docs/decisions/0012-diesel-statements.md).

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Binary, SmallInt, Text};

use super::leaf::{self, Hoja};
use crate::domain::notificacion::Huella;
use crate::store::backend::{Backend, Writer};
use crate::store::columns::{Id, Micros};
use crate::store::error::StoreError;
use crate::store::schema::auditoria;

/// A row to be.
#[derive(Insertable)]
#[diesel(table_name = auditoria, treat_none_as_default_value = false)]
pub(super) struct New<'a> {
    pub(super) formato: i16,
    pub(super) instante: Micros,
    pub(super) peticion: Id,
    pub(super) operacion: &'a str,
    pub(super) persona: Option<&'a str>,
    pub(super) entidad: Option<&'a str>,
    pub(super) emisor: &'a str,
    pub(super) serie: &'a str,
    pub(super) poderdante: Option<&'a str>,
    pub(super) resultado: &'a str,
    pub(super) detalle: &'a str,
    pub(super) evidencia: Option<Huella>,
    pub(super) hojas: i32,
    pub(super) entradas: Option<Huella>,
    pub(super) hash: Huella,
}

/// Adds a row and its leaves, and gives its id: in SQLite the next one, which whoever has the turn knows.
pub(super) fn insert(
    conn: &mut Writer,
    next: i64,
    row: &New<'_>,
    leaves: &[Hoja],
) -> Result<i64, StoreError> {
    let added = match conn.backend() {
        Backend::Sqlite(c) => diesel::insert_into(auditoria::table)
            .values((auditoria::id.eq(next), row))
            .execute(c)
            .and_then(|_| leaf::insert(c, next, leaves))
            .map(|()| next),
        Backend::Postgres(c) => {
            let insert = diesel::insert_into(auditoria::table)
                .values(row)
                .returning(auditoria::id);
            if leaves.is_empty() {
                insert.get_result(c)
            } else {
                let leaves = Leaves::of(leaves);
                WithLeaves { insert, leaves }.get_result(c)
            }
        }
    };
    conn.note(added)
}

/// An INSERT that gives an id, and that of leaves which bear it; gives the id.
struct WithLeaves<'a, I> {
    insert: I,
    leaves: Leaves<'a>,
}

/// Rows of `hojas`, by their columns.
struct Leaves<'a> {
    clase: Vec<i16>,
    referencia: Vec<&'a str>,
    huella: Vec<Huella>,
}

impl<'a> Leaves<'a> {
    fn of(leaves: &'a [Hoja]) -> Self {
        Self {
            clase: leaves.iter().map(|leaf| leaf.clase.number().into()).collect(),
            referencia: leaves.iter().map(|leaf| leaf.referencia.as_str()).collect(),
            huella: leaves.iter().map(|leaf| leaf.huella).collect(),
        }
    }
}

impl<I> QueryId for WithLeaves<'_, I> {
    type QueryId = ();
    // It is told from others by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<I> Query for WithLeaves<'_, I> {
    type SqlType = BigInt;
}

impl<I> RunQueryDsl<PgConnection> for WithLeaves<'_, I> {}

impl<I: QueryFragment<Pg>> QueryFragment<Pg> for WithLeaves<'_, I> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("with asiento as (");
        self.insert.walk_ast(out.reborrow())?;
        out.push_sql(
            "), leaves as (insert into hojas (asiento, orden, clase, referencia, huella) \
             select id, orden, clase, referencia, huella from asiento, unnest(",
        );
        out.push_bind_param::<Array<SmallInt>, [i16]>(&self.leaves.clase)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, [&str]>(&self.leaves.referencia)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, [Huella]>(&self.leaves.huella)?;
        out.push_sql(") with ordinality as hoja (clase, referencia, huella, orden)) select id from asiento");
        Ok(())
    }
}
