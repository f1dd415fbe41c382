//! A message from the socket to the worker that answers it, its reply back, and one line and one count about it.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

use crate::xml::soap::SoapVersion;

use super::app::Shared;
use super::body::NotRead;
use super::exchange::{Call, Contrato, Outcome, Reply, UNKNOWN};
use super::metrics;
use super::workers::WorkError;

/// A SOAP message of contract canal, whose content type tells the version.
pub(super) async fn canal(request: HttpRequest, body: web::Payload, shared: Data<Shared>) -> HttpResponse {
    let peticion = shared.service.new_id();
    match SoapVersion::from_media_type(media_type(&request)) {
        Some(version) => exchange(&shared, Contrato::Canal(version), peticion, body).await,
        None => refuse(
            &shared,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "TIPO_DE_CONTENIDO_NO_ADMITIDO",
            peticion,
        ),
    }
}

/// A SOAP message of contract WSCN, whatever old clients say of it in the headers.
pub(super) async fn wscn(body: web::Payload, shared: Data<Shared>) -> HttpResponse {
    let peticion = shared.service.new_id();
    exchange(&shared, Contrato::Wscn, peticion, body).await
}

/// Reads a message, has it answered, and reports on it.
async fn exchange(shared: &Shared, contrato: Contrato, peticion: Uuid, body: web::Payload) -> HttpResponse {
    let body = shared.room.read(body).await;
    let began = Instant::now();
    let reply = match body {
        Ok(body) => {
            let call = Call {
                body,
                contrato,
                peticion,
            };
            match shared.work(move |service| service.answer(&call)).await {
                Ok(reply) => reply,
                Err(WorkError::Full) => shared.service.busy(contrato, peticion),
                Err(WorkError::Failed) => shared.service.failed(contrato, peticion),
            }
        }
        Err(NotRead::NoRoom) => shared.service.busy(contrato, peticion),
        Err(NotRead::Unread(unread)) => shared.service.unread(contrato, peticion, unread),
    };
    report(shared, &reply.outcome, peticion, began.elapsed());
    response(reply)
}

fn response(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, "1"));
    }
    response.content_type(reply.content_type).body(reply.octets)
}

/// Refuses what is not SOAP enough for a fault to make sense of it.
fn refuse(shared: &Shared, status: StatusCode, code: &'static str, peticion: Uuid) -> HttpResponse {
    let outcome = Outcome {
        operation: UNKNOWN,
        code: code.into(),
        caller: None,
        inside: None,
    };
    report(shared, &outcome, peticion, Duration::ZERO);
    HttpResponse::build(status)
        .content_type(ContentType::plaintext())
        .body(format!("{code}\n{peticion}\n"))
}

/// One line and one count for each request; of those that nobody identified signed, only so many lines.
fn report(shared: &Shared, outcome: &Outcome, peticion: Uuid, took: Duration) {
    let Outcome {
        operation,
        code,
        caller,
        inside,
    } = outcome;
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    metrics::request(operation, code.clone(), took);
    match (caller, inside) {
        (_, Some(inside)) => {
            tracing::error!(%peticion, operation, %code, micros, inside, "a request failed inside the service");
        }
        (Some(caller), None) => tracing::info!(%peticion, operation, %code, caller, micros, "request"),
        (None, None) => {
            metrics::stranger(code);
            if let Some(held_back) = shared.strangers.pass(Instant::now()) {
                tracing::warn!(%peticion, %code, micros, held_back, "request of somebody not identified");
            }
        }
    }
}

/// The media type, without its parameters.
fn media_type(request: &HttpRequest) -> &str {
    let value = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    value.split(';').next().unwrap_or_default()
}
