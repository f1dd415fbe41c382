//! Values of the command line, each read once into what it means, or refused in Spanish.

use crate::client::cause;
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Estado};
use crate::domain::rol::Rol;

/// An identifier, typed in any usual way.
pub(super) fn nif(text: &str) -> Result<Nif, &'static str> {
    text.parse().map_err(cause::of_nif)
}

/// The number of a role.
pub(super) fn rol(text: &str) -> Result<Rol, &'static str> {
    let number = text.parse().ok();
    number
        .and_then(Rol::from_number)
        .ok_or("un rol es 1 (propio), 2 (RED) o 3 (poder)")
}

/// The number of a state.
pub(super) fn estado(text: &str) -> Result<Estado, &'static str> {
    let number = text.parse().ok();
    number
        .and_then(Estado::from_number)
        .ok_or("un estado es un número de 0 a 4")
}

/// The code of a body.
pub(super) fn entidad(text: &str) -> Result<Entidad, &'static str> {
    Entidad::from_code(text).ok_or("no hay tal entidad: son TGSS, INSS e ISM")
}

/// The code of a notification.
pub(super) fn codigo(text: &str) -> Result<Codigo, &'static str> {
    let number = text.parse().ok();
    number
        .and_then(Codigo::new)
        .ok_or("un código es un número de 1 a 2147483647")
}
