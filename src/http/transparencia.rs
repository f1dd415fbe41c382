//! The published log over HTTP (C2SP tlog-tiles; E-11): whoever asks is nobody in particular.

use actix_web::http::header::{self, ContentType};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, HttpResponseBuilder};

use crate::chain::Chain;
use crate::channel::Service;
use crate::tlog::Tile;
use crate::usecase::publish::Hindrance;

use super::shared::Shared;

/// What never changes may be kept for ever.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// What is shown of the newest checkpoint may be as old as two of them are apart.
const NEWEST: &str = "public, max-age=5";

/// The newest checkpoint.
pub(super) async fn checkpoint(shared: Data<Shared>) -> HttpResponse {
    answered(shared, Service::checkpoint, |signed| {
        HttpResponse::Ok()
            .content_type(ContentType::plaintext())
            .insert_header((header::CACHE_CONTROL, NEWEST))
            .body(signed.note().to_owned())
    })
    .await
}

/// The log's public key.
pub(super) async fn clave(shared: Data<Shared>) -> HttpResponse {
    match shared.channel.service.publishing() {
        Some(publishing) => HttpResponse::Ok()
            .content_type(ContentType::plaintext())
            .insert_header((header::CACHE_CONTROL, NEWEST))
            .body(publishing.public_key()),
        None => HttpResponse::NotFound().finish(),
    }
}

/// A tile of hashes or of entries.
pub(super) async fn tile(path: Path<String>, shared: Data<Shared>) -> HttpResponse {
    let Some(tile) = Tile::parse(&format!("tile/{path}")) else {
        return HttpResponse::NotFound().finish();
    };
    answered(
        shared,
        move |service| service.tile(tile),
        |octets| {
            HttpResponse::Ok()
                .content_type(ContentType::octet_stream())
                .insert_header((header::CACHE_CONTROL, IMMUTABLE))
                .body(octets)
        },
    )
    .await
}

/// A time stamp over a checkpoint (`N.tst`), the checkpoint that it dates (`N.txt`), or of how many leaves the last one is
/// (`ultimo`).
pub(super) async fn sello(path: Path<String>, shared: Data<Shared>) -> HttpResponse {
    let number = |ending| path.strip_suffix(ending).and_then(|number| number.parse().ok());
    let (token, text) = (number(".tst"), number(".txt"));
    if token.or(text).is_none() && *path != "ultimo" {
        return HttpResponse::NotFound().finish();
    }
    answered(
        shared,
        move |service| Ok(service.stamp_over(token.or(text))?),
        move |sello| {
            let mut response = HttpResponse::Ok();
            // At rest what was dated is dated again.
            response.insert_header((header::CACHE_CONTROL, NEWEST));
            match (token, text) {
                (Some(_), _) => response
                    .content_type(ContentType::octet_stream())
                    .body(sello.token),
                (_, Some(_)) => response
                    .content_type(ContentType::plaintext())
                    .body(sello.punto.documento),
                _ => response
                    .content_type(ContentType::plaintext())
                    .body(format!("{}\n", sello.punto.tamano)),
            }
        },
    )
    .await
}

/// What is asked of the store, in its turn: 404 where it is not published, 503 where it cannot be told now.
async fn answered<T: Send + 'static>(
    shared: Data<Shared>,
    ask: impl FnOnce(&Service) -> Result<Option<T>, Hindrance> + Send + 'static,
    found: impl FnOnce(T) -> HttpResponse,
) -> HttpResponse {
    let service = &shared.channel.service;
    if service.publishing().is_none() {
        return HttpResponse::NotFound().finish();
    }
    if service.store_gone_for().is_some() {
        return later();
    }
    let channel = std::sync::Arc::clone(&shared.channel);
    match shared.turns.run(move || ask(&channel.service)).await {
        Some(Ok(Ok(Some(what)))) => found(what),
        Some(Ok(Ok(None))) => HttpResponse::NotFound().finish(),
        Some(Ok(Err(error))) => {
            tracing::debug!(error = %Chain(&error), "the published log cannot be shown");
            later()
        }
        Some(Err(error)) => {
            tracing::error!(error = %Chain(&error), "showing the published log was interrupted");
            later()
        }
        None => later(),
    }
}

fn later() -> HttpResponse {
    let mut response: HttpResponseBuilder = HttpResponse::ServiceUnavailable();
    response.insert_header((header::RETRY_AFTER, "1")).finish()
}
