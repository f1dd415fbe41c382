//! What a client is told of a payload that is no request.

use super::code::{Coded, ErrorCode, coded};
use super::decode::DecodeError;
use super::operation::RouteError;
use crate::domain::nif::NifError;

/// A payload that is no request.
#[must_use]
pub fn decode_error(error: &DecodeError) -> Coded {
    match error {
        DecodeError::Message(_) => coded(
            ErrorCode::EsquemaInvalido,
            "El mensaje no cumple el esquema publicado junto al WSDL.",
        ),
        DecodeError::PoderdanteMissing => coded(
            ErrorCode::PoderdanteAusente,
            "Falta el elemento poderdante, del espacio de nombres urn:notess:canal:1: es el NIF de la persona o entidad \
             cuyas notificaciones se piden.",
        ),
        DecodeError::PoderdanteEmpty { position } => coded(
            ErrorCode::PoderdanteVacio,
            format!("El poderdante número {position} está vacío: ha de llevar un NIF."),
        ),
        DecodeError::PoderdanteInvalid { position, reason } => coded(
            ErrorCode::PoderdanteInvalido,
            format!(
                "El poderdante número {position} no es un NIF: {}.",
                match reason {
                    NifError::Check => "su carácter de control no es el correcto",
                    NifError::Form | NifError::Empty => "no tiene la forma de ninguno",
                }
            ),
        ),
        DecodeError::TooManyPoderdantes => coded(
            ErrorCode::DemasiadosPoderdantes,
            "Hay más de 1000 poderdantes: repártalos en varias consultas.",
        ),
        DecodeError::TooManyCodigos => coded(
            ErrorCode::DemasiadosCodigos,
            "Hay más de 1000 códigos: repártalos en varias peticiones.",
        ),
        DecodeError::AdvertenciaMissing => coded(
            ErrorCode::AdvertenciaAusente,
            "Falta en «advertencia» el código de la advertencia legal que quien firma ha leído; la vigente la da \
             consultarPoderdantes.",
        ),
        DecodeError::Fecha { element } => coded(
            ErrorCode::FechaInvalida,
            format!("La fecha de «{element}» no puede leerse: use la forma 2026-03-20T09:15:00+01:00."),
        ),
        DecodeError::Cursor(_) => coded(
            ErrorCode::CursorInvalido,
            "El cursor no es de este servicio: devuélvalo tal como vino en «siguienteCursor», o empiece sin él.",
        ),
        DecodeError::OutOfRange {
            element,
            value,
            allowed,
        } => coded(
            ErrorCode::EsquemaInvalido,
            format!("El valor «{value}» de «{element}» no se admite: ha de ser {allowed}."),
        ),
        DecodeError::Value { element } => coded(
            ErrorCode::EsquemaInvalido,
            format!("El valor de «{element}» no es uno de los que admite el esquema."),
        ),
    }
}

/// A body that goes to no operation.
#[must_use]
pub fn route_error(error: &RouteError) -> Coded {
    match error {
        RouteError::Unreadable => coded(
            ErrorCode::MensajeIlegible,
            "El Body no contiene un elemento legible.",
        ),
        RouteError::Unknown => operation_unknown(),
    }
}

fn operation_unknown() -> Coded {
    coded(
        ErrorCode::OperacionDesconocida,
        "El elemento del Body no es el de ninguna operación del WSDL; compruebe su nombre y que su espacio de nombres sea \
         urn:notess:canal:1.",
    )
}
