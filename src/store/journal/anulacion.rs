//! What the journal says of lapses that were taken back.

use serde_json::Value;
use uuid::Uuid;

use super::detalle::CODIGOS;
use super::row::Contents;

/// The operation by which an operator has them taken back.
pub const TAKEN_BACK: &str = "anularCaducidades";

/// The member of `detalle` that names the request of the row by which they were written down.
pub const CADUCIDAD: &str = "caducidad";

/// That one of them was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::store) struct Dicha {
    /// Of which notification.
    pub(in crate::store) codigo: i32,
    /// The request of the row by which it was written down.
    pub(in crate::store) caducidad: Uuid,
    /// The request of the row that says so.
    pub(in crate::store) peticion: Uuid,
}

/// What a row says of them: none if it is about something else, or that it begins; and nothing at all if it cannot be read.
pub(in crate::store) fn of(row: &Contents) -> Option<Vec<Dicha>> {
    if row.operacion.0.as_deref() != Some(TAKEN_BACK) {
        return Some(Vec::new());
    }
    let detalle: Value = serde_json::from_str(row.detalle.0.as_deref()?).ok()?;
    let Some(codigos) = detalle.get(CODIGOS) else {
        return Some(Vec::new());
    };
    let peticion = row.peticion.0?;
    let caducidad = detalle.get(CADUCIDAD)?.as_str()?.parse().ok()?;
    let codigos: Vec<i32> = serde_json::from_value(codigos.clone()).ok()?;
    let dicha = |codigo| Dicha {
        codigo,
        caducidad,
        peticion,
    };
    Some(codigos.into_iter().map(dicha).collect())
}
