//! What tells a connection how far each of its requests is: around all that the service answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _};

use super::line::Line;

/// Has the connection know when a request's head was read, and when its answer was handed over.
pub(super) async fn timed(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<Answer>, Error> {
    let line = request.conn_data::<Line>().cloned();
    if let Some(line) = &line {
        line.head_read();
        let body = request.take_payload();
        if matches!(body, Payload::None) {
            line.whole();
        }
        request.set_payload(body);
    }
    // Also of one that is dropped on its way.
    let handed_over = HandedOver(line);
    let mut response = next.call(request).await?;
    if handed_over.0.as_ref().is_some_and(|line| !line.is_whole()) {
        // What is left of the request is nobody's (RFC 9112 §9.6).
        response
            .response_mut()
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
    Ok(response.map_body(|_, body| Answer {
        body,
        _handed_over: handed_over,
    }))
}

/// An answer's body, whose end the connection is told.
pub(super) struct Answer {
    body: BoxBody,
    _handed_over: HandedOver,
}

struct HandedOver(Option<Line>);

impl Drop for HandedOver {
    fn drop(&mut self) {
        if let Some(line) = &self.0 {
            line.answered();
        }
    }
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
