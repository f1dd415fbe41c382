//! What the journal says of notifications that another system had published before.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde_json::{Value, json};
use uuid::Uuid;

use super::row::{Contents, Link, Row};
use crate::store::backend::{Reader, on_each};
use crate::store::columns::Id;
use crate::store::error::StoreError;
use crate::store::schema::{auditoria, cadena};

/// The operation by which they are loaded.
pub const HISTORY_LOADED: &str = "publicarHistorico";

/// How one of them stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dicha {
    /// Code of the notification.
    pub codigo: i32,
    /// Its state, by the number of the wire.
    pub estado: i16,
    /// When it was practised, in microseconds since 1970; nothing while it is pending.
    pub instante: Option<i64>,
}

/// The member of `detalle` that tells of them.
pub const HISTORICAS: &str = "historicas";

/// What that member says. It is a stored format: rows of years ago are read by it.
#[must_use]
pub fn detalle(dichas: &[Dicha]) -> Value {
    let each = |dicha: &Dicha| json!([dicha.codigo, dicha.estado, dicha.instante]);
    dichas.iter().map(each).collect()
}

/// What a row says of them: none if it is about something else, and nothing at all if it cannot be read.
pub(in crate::store) fn of(row: &Contents) -> Option<Vec<Dicha>> {
    if row.operacion.0.as_deref() != Some(HISTORY_LOADED) {
        return Some(Vec::new());
    }
    let detalle: Value = serde_json::from_str(row.detalle.0.as_deref()?).ok()?;
    let each: Vec<(i32, i16, Option<i64>)> = serde_json::from_value(detalle.get(HISTORICAS)?.clone()).ok()?;
    let dicha = |(codigo, estado, instante)| Dicha {
        codigo,
        estado,
        instante,
    };
    Some(each.into_iter().map(dicha).collect())
}

/// Whether a request said this of one, by a row that is as it was written.
pub(in crate::store) fn vouch(conn: &mut Reader, peticion: Uuid, dicha: Dicha) -> Result<bool, StoreError> {
    let rows = intact_rows(conn, peticion, dicha.codigo)?;
    Ok(rows
        .iter()
        .filter_map(|row| of(row))
        .any(|dichas| dichas.contains(&dicha)))
}

/// That a row tells how notifications stand that were not decided here, spelt as in the index that serves it: a bound value hides it.
const TELLS: &str = "operacion in ('publicarHistorico', 'practicarFuera')";

/// The rows of a request that are as they were written, and may tell of a notification: an import has one for each thousand.
pub(super) fn intact_rows(conn: &mut Reader, peticion: Uuid, codigo: i32) -> Result<Vec<Row>, StoreError> {
    let rows: Vec<(Contents, Option<Link>)> = on_each!(conn, |c| {
        auditoria::table
            .left_join(cadena::table)
            .filter(auditoria::peticion.eq(Id(peticion)))
            .filter(sql::<Bool>(TELLS))
            .filter(auditoria::detalle.like(format!("%{codigo}%")))
            .select((Contents::as_select(), Option::<Link>::as_select()))
            .load(c)
    })?;
    Ok(rows.into_iter().map(Row::from).filter(Row::is_intact).collect())
}

#[cfg(test)]
mod tests {
    use super::super::practica::PRACTISED_ELSEWHERE;
    use super::*;
    use crate::store::testing::plan_of;

    /// Whoever is given a document waits for it.
    #[test]
    fn sqlite_finds_by_an_index_what_a_request_tells() {
        for operacion in [HISTORY_LOADED, PRACTISED_ELSEWHERE] {
            assert!(TELLS.contains(&format!("'{operacion}'")), "{operacion}");
        }
        let steps = plan_of(&format!(
            "select id from auditoria where peticion = '' and {TELLS}"
        ));
        assert!(
            matches!(steps.as_slice(), [one] if one.contains("INDEX auditoria_dichas")),
            "{steps:?}"
        );
    }
}
