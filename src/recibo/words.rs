//! How a receipt says numbers, instants, people and titles.

use chrono::{DateTime, Datelike, Offset, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::firmante::Firmante;
use crate::domain::materia::Entidad;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Publicada, TipoDestinatario};
use crate::domain::plazo::of_our_era;
use crate::domain::rol::Rol;

/// A number as it is printed: with the year of its act in Madrid.
#[must_use]
pub fn numero(numero: u64, acto: DateTime<Utc>) -> String {
    format!(
        "{:04}-{numero:09}",
        of_our_era(acto).with_timezone(&Madrid).year()
    )
}

/// An instant in official time, to the second (E-35).
pub(super) fn instante(at: DateTime<Utc>) -> String {
    let local = of_our_era(at).with_timezone(&Madrid);
    let minutes = local.offset().fix().local_minus_utc() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    format!(
        "{}, hora oficial peninsular (UTC{sign}{hours:02}:{rest:02})",
        local.format("%d-%m-%Y %H:%M:%S")
    )
}

/// The same in a sentence.
pub(super) fn momento(at: DateTime<Utc>) -> String {
    let local = of_our_era(at).with_timezone(&Madrid);
    local
        .format("el %d-%m-%Y a las %H:%M:%S, hora oficial peninsular")
        .to_string()
}

/// The body that issued the act.
pub(super) fn entidad(entidad: Entidad) -> &'static str {
    match entidad {
        Entidad::Tgss => "Tesorería General de la Seguridad Social (TGSS)",
        Entidad::Inss => "Instituto Nacional de la Seguridad Social (INSS)",
        Entidad::Ism => "Instituto Social de la Marina (ISM)",
    }
}

/// By which identifier the act names its addressee.
pub(super) fn destinatario(publicada: &Publicada) -> String {
    let kind = match publicada.tipo_destinatario {
        TipoDestinatario::Ccc => "Código de cuenta de cotización",
        TipoDestinatario::Nif => "NIF",
        TipoDestinatario::Naf => "Número de la Seguridad Social",
    };
    format!("{kind} {}", publicada.destinatario)
}

/// A person or an entity, with its NIF.
pub(super) fn nombrado(nif: Nif, nombre: &str) -> String {
    format!("{nombre}, NIF {}", nif.as_str())
}

/// By what title somebody received.
pub(super) fn rol(rol: Rol) -> &'static str {
    match rol {
        Rol::Propio => "Destinatario de la notificación",
        Rol::AutorizadoRed => "Autorizado del Sistema RED",
        Rol::Apoderado => "Apoderado con poder inscrito",
    }
}

/// Person and entity for whom a certificate speaks.
pub(super) fn firmante(firmante: &Firmante) -> String {
    let persona = firmante.persona_nombrada();
    let entidad = firmante.entidad_nombrada();
    let said = |(nif, nombre)| nombrado(nif, nombre);
    match (persona.map(said), entidad.map(said)) {
        (Some(persona), Some(entidad)) => format!("{persona}\nen representación de {entidad}"),
        (Some(one), None) => one,
        (None, Some(entidad)) => format!("{entidad} (sello de entidad)"),
        (None, None) => String::new(),
    }
}
