//! The contract's operations, as a client calls them.

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
use crate::domain::operation::{DecideRequest, ListRequest, OneNotificacion, Request};

use super::connection::{CallError, Connection};

/// Why an operation gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is no answer, or it is a refusal.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The answer does not hold what the contract says.
    #[error("the answer does not follow the contract: {0}")]
    Message(#[from] MessageError),
    /// The service says why it does not give it.
    #[error("{codigo}: {descripcion}")]
    Denied {
        /// Its code.
        codigo: String,
        /// In its words.
        descripcion: String,
    },
    /// What came instead of a document is neither one nor an error.
    #[error("the answer holds no document")]
    NoDocument,
    /// What was asked for is no NIF.
    #[error("not a NIF: {0}")]
    Nif(#[from] NifError),
    /// What was asked for is no code.
    #[error("a code is a positive number")]
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
    std::iter::from_fn(move || {
        let listing = next.take()?;
        let page: ConsultarNotificacionesResponse = match ask(connection, &Request::List(listing.clone())) {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
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

/// Accepts or rejects.
pub fn decide(connection: &Connection, decision: DecideRequest) -> Result<Vec<Resultado>, AnswerError> {
    let sentido = decision.sentido;
    let question = Request::Decide(decision);
    Ok(match sentido {
        Sentido::Aceptacion => ask::<FirmarNotificacionesResponse>(connection, &question)?.resultados,
        Sentido::Rechazo => ask::<RechazarNotificacionesResponse>(connection, &question)?.resultados,
    })
}

/// The octets of the document of an accepted notification.
pub fn documento(connection: &Connection, poderdante: &str, codigo: i32) -> Result<Vec<u8>, AnswerError> {
    let answer: ObtenerDocumentoResponse = ask(connection, &Request::Document(one(poderdante, codigo)?))?;
    octets(answer.documento, answer.error)
}

/// The octets of the acuse of a decided notification.
pub fn acuse(connection: &Connection, poderdante: &str, codigo: i32) -> Result<Vec<u8>, AnswerError> {
    let answer: ObtenerAcuseResponse = ask(connection, &Request::Acuse(one(poderdante, codigo)?))?;
    octets(answer.acuse, answer.error)
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
