//! Payloads to domain requests.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::cursor::{self, CursorError};
use super::declared;
use super::messages::{self, Message, MessageError};
use super::operation::Operation;
use super::outline::{Child, Outline};
use super::wire_time;
use crate::domain::materia::Entidad;
use crate::domain::nif::{Nif, NifError};
use crate::domain::notificacion::{Codigo, Estado, Sentido};
use crate::domain::operation::{DecideRequest, ListRequest, MAX_BATCH, OneNotificacion, PageSize, Request};
use crate::domain::rol::{Rol, Roles};
use crate::xml::Excerpt;
use crate::xml::white::{is_white, trim};

/// Why a payload is no request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// It is not the message of its operation.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// No poderdante, which is mandatory (D-78).
    #[error("poderdante missing")]
    PoderdanteMissing,
    /// A poderdante without text (D-78).
    #[error("poderdante {position} empty")]
    PoderdanteEmpty {
        /// Which of them, from 1.
        position: usize,
    },
    /// A poderdante that is not a NIF (D-72, D-73, D-78).
    #[error("poderdante {position} is no NIF")]
    PoderdanteInvalid {
        /// Which of them, from 1.
        position: usize,
        /// Which rule of the identifier it breaks, for the client's programmer.
        #[source]
        reason: NifError,
    },
    /// More than [`MAX_BATCH`] poderdantes.
    #[error("too many poderdantes")]
    TooManyPoderdantes,
    /// More than [`MAX_BATCH`] codes.
    #[error("too many codes")]
    TooManyCodigos,
    /// A decision without the code of a warning (D-4).
    #[error("advertencia missing")]
    AdvertenciaMissing,
    /// A date that cannot be read.
    #[error("{element} is no date")]
    Fecha {
        /// Local name of the element, as the schema has it.
        element: &'static str,
    },
    /// A cursor that is none.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A value that the schema refuses.
    #[error("{element} is {value} and must be {allowed}")]
    OutOfRange {
        /// Local name of the element, as the schema has it.
        element: Excerpt,
        /// The value as it came, cut where it is long.
        value: Excerpt,
        /// What the schema allows, in Spanish.
        allowed: String,
    },
    /// A value outside of those of its element.
    #[error("{element} has no such value")]
    Value {
        /// Local name of the element, as the schema has it.
        element: &'static str,
    },
}

/// The request in the payload of an operation. The payload has been validated against the schema; it stands alone,
/// declaring its namespaces.
pub fn decode(operation: Operation, payload: &[u8]) -> Result<Request, DecodeError> {
    match operation {
        Operation::ConsultarPoderdantes => poderdantes(payload),
        Operation::ConsultarNotificaciones => list(payload),
        Operation::FirmarNotificaciones => accept(payload),
        Operation::RechazarNotificaciones => reject(payload),
        Operation::ObtenerDocumento => document(payload),
        Operation::ObtenerAcuse => acuse(payload),
    }
}

/// What to mend in a payload that the schema refused, where it is something with an error of its own; nothing where the
/// schema's complaint is all that there is to say.
#[must_use]
pub fn explain(operation: Operation, payload: &[u8]) -> Option<DecodeError> {
    let decision = match operation {
        // It says nothing that could be wrong.
        Operation::ConsultarPoderdantes => return None,
        Operation::ConsultarNotificaciones | Operation::ObtenerDocumento | Operation::ObtenerAcuse => false,
        Operation::FirmarNotificaciones | Operation::RechazarNotificaciones => true,
    };
    // Enough children to see that there are too many of one name.
    let outline = Outline::read(payload, 2 * (MAX_BATCH + 2))?;
    if outline.named("poderdante").count() > MAX_BATCH {
        return Some(DecodeError::TooManyPoderdantes);
    }
    if outline.whole && outline.named("poderdante").next().is_none() {
        return Some(DecodeError::PoderdanteMissing);
    }
    for (at, child) in outline.named("poderdante").enumerate() {
        if let Err(error) = nif(at, &child.text) {
            return Some(error);
        }
    }
    for element in ["desde", "hasta", "finAntesDe"] {
        let unreadable = |child: &Child| fecha(element, Some(&child.text)).err();
        if let Some(error) = outline.named(element).find_map(unreadable) {
            return Some(error);
        }
    }
    if decision && outline.named("codigo").count() > MAX_BATCH {
        return Some(DecodeError::TooManyCodigos);
    }
    let warned = outline.named("advertencia").any(|child| !is_white(&child.text));
    if decision && outline.whole && !warned {
        return Some(DecodeError::AdvertenciaMissing);
    }
    let out_of_range = |child: &Child| {
        let allowed = &declared::of(operation.name(), &child.name)?.allowed;
        (!child.nested && !allowed.takes(&child.text, child.length)).then(|| DecodeError::OutOfRange {
            element: Excerpt::of(&child.name),
            value: Excerpt::of(trim(&child.text)),
            allowed: allowed.to_string(),
        })
    };
    outline.children.iter().find_map(out_of_range)
}

fn poderdantes(payload: &[u8]) -> Result<Request, DecodeError> {
    messages::ConsultarPoderdantes::read(payload)?;
    Ok(Request::Poderdantes)
}

fn list(payload: &[u8]) -> Result<Request, DecodeError> {
    let message = messages::ConsultarNotificaciones::read(payload)?;
    if message.poderdantes.is_empty() {
        return Err(DecodeError::PoderdanteMissing);
    }
    if message.poderdantes.len() > MAX_BATCH {
        return Err(DecodeError::TooManyPoderdantes);
    }
    let poderdantes = message
        .poderdantes
        .iter()
        .enumerate()
        .map(|(at, text)| nif(at, text))
        .collect::<Result<_, _>>()?;
    let roles: Roles = message
        .roles
        .iter()
        .map(|number| rol(*number))
        .collect::<Result<_, _>>()?;
    Ok(Request::List(ListRequest {
        poderdantes,
        roles: if roles.is_empty() { Roles::ALL } else { roles },
        estados: values("estado", &message.estados, |number| Estado::from_number(*number))?,
        entidades: values("entidad", &message.entidades, |code| Entidad::from_code(code))?,
        desde: fecha("desde", message.desde.as_deref())?,
        hasta: fecha("hasta", message.hasta.as_deref())?,
        fin_antes_de: fecha("finAntesDe", message.fin_antes_de.as_deref())?,
        // Clients that keep the cursor in a variable send it empty the first time.
        cursor: message
            .cursor
            .filter(|text| !text.is_empty())
            .map(|text| cursor::read(&text))
            .transpose()?,
        limite: message.limite.map_or(Ok(PageSize::default()), |limite| {
            u16::try_from(limite)
                .ok()
                .and_then(PageSize::new)
                .ok_or(DecodeError::Value { element: "limite" })
        })?,
        practicada: message
            .practicada
            .is_some_and(|text| matches!(trim(&text), "true" | "1")),
    }))
}

fn accept(payload: &[u8]) -> Result<Request, DecodeError> {
    let message = messages::FirmarNotificaciones::read(payload)?;
    Ok(Request::Decide(DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante: nif(0, &message.poderdante)?,
        rol: message.rol.map(rol).transpose()?,
        advertencia: advertencia(message.advertencia)?,
        codigos: codigos(&message.codigos)?,
        motivo: None,
    }))
}

fn reject(payload: &[u8]) -> Result<Request, DecodeError> {
    let message = messages::RechazarNotificaciones::read(payload)?;
    Ok(Request::Decide(DecideRequest {
        sentido: Sentido::Rechazo,
        poderdante: nif(0, &message.poderdante)?,
        rol: message.rol.map(rol).transpose()?,
        advertencia: advertencia(message.advertencia)?,
        codigos: codigos(&message.codigos)?,
        motivo: message.motivo.filter(|motivo| !motivo.is_empty()),
    }))
}

fn document(payload: &[u8]) -> Result<Request, DecodeError> {
    let message = messages::ObtenerDocumento::read(payload)?;
    one(&message.poderdante, message.codigo).map(Request::Document)
}

fn acuse(payload: &[u8]) -> Result<Request, DecodeError> {
    let message = messages::ObtenerAcuse::read(payload)?;
    one(&message.poderdante, message.codigo).map(Request::Acuse)
}

fn one(poderdante: &str, number: i32) -> Result<OneNotificacion, DecodeError> {
    Ok(OneNotificacion {
        poderdante: nif(0, poderdante)?,
        codigo: codigo(number)?,
    })
}

fn nif(at: usize, text: &str) -> Result<Nif, DecodeError> {
    let position = at + 1;
    text.parse().map_err(|reason| match reason {
        NifError::Empty => DecodeError::PoderdanteEmpty { position },
        NifError::Form | NifError::Check => DecodeError::PoderdanteInvalid { position, reason },
    })
}

fn rol(number: i32) -> Result<Rol, DecodeError> {
    Rol::from_number(number).ok_or(DecodeError::Value { element: "rol" })
}

fn codigo(number: i32) -> Result<Codigo, DecodeError> {
    Codigo::new(number).ok_or(DecodeError::Value { element: "codigo" })
}

/// In the order given, the first of each: nobody can decide the same notification twice in one act.
fn codigos(numbers: &[i32]) -> Result<Vec<Codigo>, DecodeError> {
    if numbers.len() > MAX_BATCH {
        return Err(DecodeError::TooManyCodigos);
    }
    if numbers.is_empty() {
        return Err(DecodeError::Value { element: "codigo" });
    }
    let mut seen = HashSet::with_capacity(numbers.len());
    numbers
        .iter()
        .filter(|number| seen.insert(**number))
        .map(|number| codigo(*number))
        .collect()
}

fn advertencia(text: String) -> Result<String, DecodeError> {
    if is_white(&text) {
        return Err(DecodeError::AdvertenciaMissing);
    }
    Ok(text)
}

fn fecha(element: &'static str, text: Option<&str>) -> Result<Option<DateTime<Utc>>, DecodeError> {
    text.map(|text| wire_time::parse(text).ok_or(DecodeError::Fecha { element }))
        .transpose()
}

/// The values of a repeated element, the first of each.
fn values<W, T: PartialEq>(
    element: &'static str,
    given: &[W],
    read: impl Fn(&W) -> Option<T>,
) -> Result<Vec<T>, DecodeError> {
    let mut values = Vec::new();
    for value in given {
        let value = read(value).ok_or(DecodeError::Value { element })?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}
