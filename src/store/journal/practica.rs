//! What the journal says of notifications that were practised elsewhere.

use serde_json::{Value, json};
use uuid::Uuid;

use super::historia::intact_rows;
use super::row::Contents;
use crate::domain::notificacion::Medio;
use crate::store::backend::Reader;
use crate::store::error::StoreError;

/// The operation by which such news is recorded.
pub const PRACTISED_ELSEWHERE: &str = "practicarFuera";

/// The member of `detalle` that tells of them.
pub const PRACTICADAS: &str = "practicadas";

/// That one of them was practised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dicha {
    /// Code of the notification.
    pub codigo: i32,
    /// The state to which that leads, by the number of the wire.
    pub estado: i16,
    /// When, in microseconds since 1970.
    pub instante: i64,
    /// By which way.
    pub medio: Medio,
    /// Whether it was earlier than what stood.
    pub rige: bool,
}

/// What that member says. It is a stored format: rows of years ago are read by it.
#[must_use]
pub fn detalle(dichas: &[Dicha]) -> Value {
    let each = |dicha: &Dicha| {
        json!([
            dicha.codigo,
            dicha.estado,
            dicha.instante,
            dicha.medio.code(),
            dicha.rige
        ])
    };
    dichas.iter().map(each).collect()
}

/// What a row says of them, with the request: none if it is about something else, and nothing at all if it cannot be read.
pub(in crate::store) fn of(row: &Contents) -> Option<(Uuid, Vec<Dicha>)> {
    if row.operacion.0.as_deref() != Some(PRACTISED_ELSEWHERE) {
        return Some((Uuid::nil(), Vec::new()));
    }
    let peticion = row.peticion.0?;
    let detalle: Value = serde_json::from_str(row.detalle.0.as_deref()?).ok()?;
    let each: Vec<(i32, i16, i64, String, bool)> =
        serde_json::from_value(detalle.get(PRACTICADAS)?.clone()).ok()?;
    let dicha = |(codigo, estado, instante, medio, rige): (_, _, _, String, _)| {
        Some(Dicha {
            codigo,
            estado,
            instante,
            medio: Medio::from_code(&medio)?,
            rige,
        })
    };
    let dichas: Option<Vec<Dicha>> = each.into_iter().map(dicha).collect();
    Some((peticion, dichas?))
}

/// Whether a request said this of one, by a row that is as it was written.
pub(in crate::store) fn vouch(conn: &mut Reader, peticion: Uuid, dicha: Dicha) -> Result<bool, StoreError> {
    let rows = intact_rows(conn, peticion, dicha.codigo)?;
    Ok(rows
        .iter()
        .filter_map(|row| of(row))
        .any(|(_, dichas)| dichas.contains(&dicha)))
}
