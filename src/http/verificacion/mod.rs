//! Having issued documents verified, in a browser and without a certificate (D-108, E-51 to E-54).

mod form;
mod page;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType, HeaderName};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, guard};
use maud::Markup;

use crate::chain::Chain;
use crate::channel::Service;
use crate::channel::cea::{Answered, Named};
use crate::usecase::cea::VerifyError;

use super::body::{Body, NotRead};
use super::line::Line;
use super::room::neighbourhood;
use super::shared::Shared;
use form::Form;
use page::{STYLE_HASH, Site, Written};

/// In how many seconds whoever was wrong too often may come again: wrong answers count for an hour.
const LATER: &str = "3600";
/// The same where the service is at fault.
const SOON: &str = "5";

/// What is answered here. Whoever only asks for the head of a document has not had it: his link is not used up.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    let read = || web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    config
        .service(
            web::resource("/verificacion")
                .route(web::post().to(sent))
                .route(read().to(first))
                .default_service(web::to(async || not_allowed("GET, HEAD, POST"))),
        )
        .service(
            web::resource("/verificacion/documento/{enlace}")
                .route(web::get().to(document))
                .default_service(web::to(async || not_allowed("GET"))),
        );
}

/// Refuses a method; these are not refused (RFC 9110 §15.5.6).
fn not_allowed(methods: &'static str) -> HttpResponse {
    begun(StatusCode::METHOD_NOT_ALLOWED)
        .insert_header((header::ALLOW, methods))
        .finish()
}

/// The first step.
async fn first(shared: Data<Shared>) -> HttpResponse {
    shown(
        StatusCode::OK,
        page::first(site(&shared), Written::default(), None),
    )
}

/// Either step, sent.
async fn sent(request: HttpRequest, payload: web::Payload, shared: Data<Shared>) -> HttpResponse {
    let site = site(&shared);
    let Some(line) = request.conn_data::<Line>() else {
        return shown(StatusCode::BAD_REQUEST, page::unread(site));
    };
    let address = shared.proxies.origin(line.from, request.headers());
    let origin = neighbourhood(address);
    let body = match Body::read(payload, line, shared.room.place(address)).await {
        Ok(body) => body,
        Err(NotRead::NoRoom) => return later(site),
        Err(NotRead::Unread(_)) => return shown(StatusCode::BAD_REQUEST, page::unread(site)),
    };
    match Form::read(&body) {
        None => shown(StatusCode::BAD_REQUEST, page::unread(site)),
        Some(Form::Document { id, fecha }) => named(&shared, site, &id, &fecha),
        Some(Form::Groups { reto, grupos }) => {
            let judged = in_turn(&shared, move |service| {
                let [one, other] = &grupos;
                service.answer_question(&reto, [one, other], origin)
            });
            answered(site, judged.await)
        }
    }
}

fn named(shared: &Shared, site: Site<'_>, id: &str, fecha: &str) -> HttpResponse {
    match shared.channel.service.name_document(id, fecha) {
        Ok(Named::Asked(asked)) => shown(StatusCode::OK, page::second(site, &asked, [true; 2])),
        Ok(Named::Unread {
            id: id_read,
            fecha: date_read,
        }) => {
            let written = Written { id, fecha };
            let page = page::first(site, written, Some((id_read, date_read)));
            shown(StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        Err(error) => failed(site, &error),
    }
}

fn answered(site: Site<'_>, judged: Option<Result<Answered, VerifyError>>) -> HttpResponse {
    match judged {
        Some(Ok(Answered::Found(found))) => shown(StatusCode::OK, page::found(site, &found)),
        Some(Ok(Answered::NoMatch)) => shown(StatusCode::OK, page::no_match(site)),
        Some(Ok(Answered::Over)) => shown(StatusCode::GONE, page::over(site)),
        Some(Ok(Answered::Unread { asked, read })) => {
            shown(StatusCode::UNPROCESSABLE_ENTITY, page::second(site, &asked, read))
        }
        Some(Ok(Answered::TooMany)) => {
            let mut response = begun(StatusCode::TOO_MANY_REQUESTS);
            response.insert_header((header::RETRY_AFTER, LATER));
            written(response, page::too_many(site))
        }
        Some(Err(error)) => failed(site, &error),
        None => later(site),
    }
}

/// A document, by a link that is followed once.
async fn document(link: Path<String>, shared: Data<Shared>) -> HttpResponse {
    let link = link.into_inner();
    let followed = in_turn(&shared, move |service| service.follow_link(&link)).await;
    match followed {
        Some(Ok(Some(octets))) => begun(StatusCode::OK)
            .insert_header((header::CONTENT_TYPE, "application/pdf"))
            .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"documento.pdf\""))
            .body(octets),
        Some(Ok(None)) => shown(StatusCode::GONE, page::link_over(site(&shared))),
        Some(Err(error)) => failed(site(&shared), &error),
        None => later(site(&shared)),
    }
}

/// What blocks, in its turn, while no demonstration is being put back, for as long as it takes; nothing where the store is known to be
/// away, or too many wait.
async fn in_turn<T: Send + 'static>(
    shared: &Shared,
    work: impl FnOnce(&Service) -> Result<T, VerifyError> + Send + 'static,
) -> Option<Result<T, VerifyError>> {
    if shared.channel.service.store_gone_for().is_some() {
        return None;
    }
    let within = match &shared.steering {
        Some(steering) => Some(steering.enter().await),
        None => None,
    };
    let channel = Arc::clone(&shared.channel);
    let work = move || {
        let _within = within;
        work(&channel.service)
    };
    match shared.verifying.run(work).await? {
        Ok(done) => Some(done),
        Err(error) => {
            tracing::error!(error = %Chain(&error), "verifying a document was interrupted");
            None
        }
    }
}

fn site(shared: &Shared) -> Site<'_> {
    let channel = &shared.channel;
    Site {
        is_of_tests: channel.wscn.entorno.is_of_tests(),
        years: channel.service.verified_for_years(),
        log: channel.service.log_origin(),
    }
}

fn failed(site: Site<'_>, error: &VerifyError) -> HttpResponse {
    tracing::error!(error = %Chain(error), "a document cannot be verified");
    later(site)
}

fn later(site: Site<'_>) -> HttpResponse {
    let mut response = begun(StatusCode::SERVICE_UNAVAILABLE);
    response.insert_header((header::RETRY_AFTER, SOON));
    written(response, page::later(site))
}

fn shown(status: StatusCode, page: Markup) -> HttpResponse {
    written(begun(status), page)
}

fn written(mut response: HttpResponseBuilder, page: Markup) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; style-src {}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    response
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .content_type(ContentType::html())
        .body(page.into_string())
}

/// An answer with what all of them say to browsers: keep nothing, run nothing, tell nobody (E-53).
fn begun(status: StatusCode) -> HttpResponseBuilder {
    const NOWHERE: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((NOWHERE, "same-origin"))
        .insert_header(("x-robots-tag", "noindex"));
    response
}
