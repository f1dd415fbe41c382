//! Whether the process lives, and whether it is ready to serve.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Map, Value, json};

use crate::channel::Channel;

use super::metrics;
use super::shared::Shared;

/// The process answers: that is all that it says.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "vivo": true }))
}

/// 200 when everything that a request needs is there, else 503; which one it is stands in the answer. What should be mended
/// before it becomes a hindrance stands there too, as `avisos`.
pub(super) async fn ready(shared: Data<Shared>) -> HttpResponse {
    let Ok((checks, notices, key_expiry)) = shared
        .work(|Channel { service, .. }| (service.checks(), service.notices(), service.key_expires_in()))
        .await
    else {
        let checks = json!({ "trabajadores": "la cola está llena" });
        return HttpResponse::ServiceUnavailable().json(json!({ "listo": false, "comprobaciones": checks }));
    };
    metrics::key_expiry(key_expiry.num_seconds());
    let ready = checks.iter().all(|check| check.trouble.is_none());
    let each: Map<String, Value> = checks
        .into_iter()
        .map(|check| {
            (
                check.name.to_owned(),
                check.trouble.unwrap_or_else(|| "bien".to_owned()).into(),
            )
        })
        .collect();
    let body = json!({ "listo": ready, "comprobaciones": each, "avisos": notices });
    if ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}
