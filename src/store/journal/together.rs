//! Leaves of one class into SQLite by one statement, which is prepared once however many they are: a decision of five hundred
//! codes would else run five hundred (docs/decisions/0012-diesel-statements.md says why not `sql_query`).

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, SmallInt, Text};
use diesel::sqlite::Sqlite;
use serde_json::Value;

use super::leaf::Hoja;

/// An INSERT of leaves.
pub(super) struct Together {
    asiento: i64,
    clase: i16,
    /// As a JSON array.
    referencias: String,
    /// Side by side.
    huellas: Vec<u8>,
}

impl Together {
    /// Of a row, if all are of one class.
    pub(super) fn of(asiento: i64, leaves: &[Hoja]) -> Option<Self> {
        let clase = leaves.first()?.clase;
        let all = leaves.iter().all(|leaf| leaf.clase == clase);
        let referencias = || -> Value { leaves.iter().map(|leaf| leaf.referencia.as_str()).collect() };
        all.then(|| Self {
            asiento,
            clase: clase.number().into(),
            referencias: referencias().to_string(),
            huellas: leaves.iter().flat_map(|leaf| leaf.huella.0).collect(),
        })
    }
}

impl QueryId for Together {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Conn> RunQueryDsl<Conn> for Together {}

impl QueryFragment<Sqlite> for Together {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("insert into hojas (asiento, orden, clase, referencia, huella) select ");
        out.push_bind_param::<BigInt, i64>(&self.asiento)?;
        out.push_sql(", key + 1, ");
        out.push_bind_param::<SmallInt, i16>(&self.clase)?;
        out.push_sql(", value, substr(");
        out.push_bind_param::<Binary, Vec<u8>>(&self.huellas)?;
        out.push_sql(", key * 32 + 1, 32) from json_each(");
        out.push_bind_param::<Text, String>(&self.referencias)?;
        out.push_sql(")");
        Ok(())
    }
}
