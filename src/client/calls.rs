//! The contract's operations, as a client calls them.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::contract::canal::messages::{
    ConsultarNotificacionesResponse, ConsultarPoderdantesResponse, FirmarNotificacionesResponse, Message,
    MessageError, Notificacion, ObtenerAcuseResponse, ObtenerDocumentoResponse,
    RechazarNotificacionesResponse, Resultado,
};
use crate::contract::canal::{cursor, messages, request};
use crate::domain::nif::{Nif, NifError};
use crate::domain::notificacion::{Codigo, Sentido};
use crate::domain::operation::{DecideRequest, ListRequest, OneNotificacion, PageSize, Request};
use crate::domain::rol::{Rol, Roles};

use super::acuse::{self, AcuseError};
use super::cause;
use super::checks::{self, Mismatch};
use super::connection::{CallError, Connection};

/// Why an operation gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is no answer, or it is a refusal.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The answer does not hold what the contract says.
    #[error("la respuesta no cumple el contrato: no es un elemento {}", .0.0)]
    Message(#[from] MessageError),
    /// The answer is to something else, so that what came of the question is not known.
    #[error("la respuesta no es a lo que se preguntó: {0}")]
    Mismatch(#[from] Mismatch),
    /// The document that came is no acuse of the service's.
    #[error(transparent)]
    Acuse(#[from] AcuseError),
    /// The service says why it does not give it.
    #[error("{codigo}: {descripcion}")]
    Denied {
        /// A word of the contract, for programs.
        codigo: String,
        /// A sentence for people.
        descripcion: String,
    },
    /// What came instead of a document is neither one nor an error.
    #[error("la respuesta no trae ningún documento")]
    NoDocument,
    /// What was asked for is no NIF.
    #[error("no es un NIF: {}", cause::of_nif(*.0))]
    Nif(#[from] NifError),
    /// What was asked for is no code.
    #[error("un código es un número positivo")]
    Codigo,
}

/// Those whose notifications the caller may receive.
pub fn poderdantes(connection: &Connection) -> Result<ConsultarPoderdantesResponse, AnswerError> {
    ask(connection, &Request::Poderdantes)
}

/// All pages of a listing, one after another.
pub fn pages(
    connection: &Connection,
    listing: ListRequest,
) -> impl Iterator<Item = Result<Vec<Notificacion>, AnswerError>> {
    let mut next = Some(listing);
    let mut seen = HashSet::new();
    std::iter::from_fn(move || {
        let listing = next.take()?;
        let page: ConsultarNotificacionesResponse = match ask(connection, &Request::List(listing.clone())) {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
        if let Err(mismatch) = checks::page(&listing, &page.notificaciones, &mut seen) {
            return Some(Err(mismatch.into()));
        }
        if let Some(text) = page.siguiente_cursor {
            match cursor::read(&text) {
                Ok(cursor) => {
                    next = Some(ListRequest {
                        cursor: Some(cursor),
                        ..listing
                    });
                }
                Err(_) => return Some(Err(MessageError(ConsultarNotificacionesResponse::ELEMENT).into())),
            }
        }
        Some(Ok(page.notificaciones))
    })
}

/// Accepts or rejects: gives a result for each code, in their order.
pub fn decide(connection: &Connection, decision: DecideRequest) -> Result<Vec<Resultado>, AnswerError> {
    let (sentido, asked) = (decision.sentido, decision.codigos.clone());
    let question = Request::Decide(decision);
    let results = match sentido {
        Sentido::Aceptacion => ask::<FirmarNotificacionesResponse>(connection, &question)?.resultados,
        Sentido::Rechazo => ask::<RechazarNotificacionesResponse>(connection, &question)?.resultados,
    };
    checks::results(&asked, &results)?;
    Ok(results)
}

/// The octets of the document of an accepted notification.
pub fn documento(connection: &Connection, poderdante: &str, codigo: i32) -> Result<Vec<u8>, AnswerError> {
    let asked = one(poderdante, codigo)?;
    let answer: ObtenerDocumentoResponse = ask(connection, &Request::Document(asked))?;
    checks::codigo(asked.codigo, answer.codigo)?;
    let octets = octets(answer.documento, answer.error)?;
    checks::document(&octets, answer.huella.as_deref())?;
    Ok(octets)
}

/// The octets of the acuse of a decided notification.
pub fn acuse(connection: &Connection, poderdante: &str, codigo: i32) -> Result<Vec<u8>, AnswerError> {
    let asked = one(poderdante, codigo)?;
    let answer: ObtenerAcuseResponse = ask(connection, &Request::Acuse(asked))?;
    checks::codigo(asked.codigo, answer.codigo)?;
    let octets = octets(answer.acuse, answer.error)?;
    let acuse = acuse::read(&octets, connection.service_key())?;
    checks::acuse(asked, answer.huella.as_deref(), &acuse)?;
    Ok(octets)
}

/// A listing of everything of somebody's, by a role or by any.
#[must_use]
pub fn everything(poderdantes: Vec<Nif>, rol: Option<Rol>) -> ListRequest {
    ListRequest {
        poderdantes: poderdantes.into_iter().collect(),
        roles: rol.map_or(Roles::ALL, |rol| Roles::NONE.with(rol)),
        estados: Vec::new(),
        entidades: Vec::new(),
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor: None,
        limite: PageSize::default(),
        practicada: false,
    }
}

/// A code of the wire.
pub fn codigo(number: i32) -> Result<Codigo, AnswerError> {
    Codigo::new(number).ok_or(AnswerError::Codigo)
}

fn ask<M: Message>(connection: &Connection, question: &Request) -> Result<M, AnswerError> {
    Ok(M::read(&connection.ask(&request::encode(question))?)?)
}

fn one(poderdante: &str, number: i32) -> Result<OneNotificacion, AnswerError> {
    let poderdante: Nif = poderdante.parse()?;
    Ok(OneNotificacion {
        poderdante,
        codigo: codigo(number)?,
    })
}

fn octets(base64: Option<String>, error: Option<messages::ErrorFuncional>) -> Result<Vec<u8>, AnswerError> {
    match (base64, error) {
        (Some(text), None) => STANDARD.decode(text).map_err(|_| AnswerError::NoDocument),
        (_, Some(messages::ErrorFuncional { codigo, descripcion })) => {
            Err(AnswerError::Denied { codigo, descripcion })
        }
        (None, None) => Err(AnswerError::NoDocument),
    }
}
