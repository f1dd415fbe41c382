//! Who may use the door: programs of the machine that it is on, and no page that somebody's browser shows.
//!
//! It listens on 127.0.0.1 alone, and asks nobody who he is. A browser on the machine reaches it too, whatever page it shows.

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::middleware::Next;

use super::answer::{Refused, Wrong, response};

/// Lets nobody in who was brought here by a page of somebody else's: its address leads to this machine under another name, or its
/// browser says of which page it is (RFC 6454 §7; a browser sends some methods to anybody before it asks whether it may).
pub(super) async fn from_this_machine(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Whoever speaks HTTP/1.0 names no host, and no browser speaks it; programs have no page.
    let wrong = [header::HOST, header::ORIGIN]
        .into_iter()
        .find(|field| !is_own(&request, field));
    let Some(field) = wrong else {
        return next.call(request).await;
    };
    let wrong = Wrong::field(
        if field == header::HOST { "Host" } else { "Origin" },
        "la puerta de control sólo atiende a 127.0.0.1 y localhost",
    );
    let refused = response(Err(Refused::for_one(StatusCode::FORBIDDEN, wrong)));
    Ok(request.into_response(refused))
}

/// Whether a field names this machine each time that it comes, or does not come. A page is named with its scheme, a host without.
fn is_own(request: &ServiceRequest, field: &HeaderName) -> bool {
    request.headers().get_all(field).all(|said| {
        let said = said.to_str().unwrap_or_default();
        let host = said.split_once("://").map_or(said, |(_, host)| host);
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        matches!(name, "127.0.0.1" | "localhost" | "[::1]")
    })
}
