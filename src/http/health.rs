//! Whether the process lives, and whether it is ready to serve.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Map, Value, json};

use crate::channel::readiness::{Check, STORE, WRITING};

use super::lookouts::Lookouts;
use super::metrics;
use super::shared::Shared;

/// How long who asks waits for what is seen anew.
const PATIENCE: Duration = Duration::from_millis(700);
/// How old it may be that the store could be written, which costs a turn of those who write.
const WRITTEN: Duration = Duration::from_secs(1);
/// How old what was seen may be before it counts as no answer.
const SILENT: Duration = Duration::from_secs(4);

/// The process answers: that is all that it says.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "vivo": true }))
}

/// 200 when everything that a request needs is there, else 503; which one it is stands in the answer. What should be mended
/// before it becomes a hindrance stands there too, as `avisos`. It waits for nothing that could block: what was seen of the
/// store is told with its age.
pub(super) async fn ready(shared: Data<Shared>) -> HttpResponse {
    let Lookouts { reading, writing, .. } = &shared.lookouts;
    let (read, written) = tokio::join!(
        reading.seen(Duration::ZERO, PATIENCE),
        writing.seen(WRITTEN, PATIENCE)
    );
    let mut checks = shared.channel.service.own_checks();
    let mut notices = Vec::new();
    if let Some(seen) = &read.0 {
        checks.extend(seen.checks.iter().filter(|check| check.name != STORE).cloned());
        notices.clone_from(&seen.notices);
    }
    let store = read
        .0
        .and_then(|seen| seen.checks.iter().find(|check| check.name == STORE).cloned());
    checks.push(Check {
        name: STORE,
        trouble: silent(read.1).or_else(|| store.and_then(|check| check.trouble)),
    });
    checks.push(Check {
        name: WRITING,
        trouble: silent(written.1).or_else(|| written.0.and_then(|check| check.trouble.clone())),
    });
    metrics::key_expiry(shared.channel.service.key_expires_in().num_seconds());
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
    let body = json!({
        "listo": ready,
        "comprobaciones": each,
        "avisos": notices,
        "vistas_hace_segundos": { STORE: read.1.as_secs(), WRITING: written.1.as_secs() },
    });
    if ready {
        HttpResponse::Ok().json(body)
    } else {
        HttpResponse::ServiceUnavailable().json(body)
    }
}

/// What is said of whom no answer comes from.
fn silent(age: Duration) -> Option<String> {
    (age >= SILENT).then(|| format!("sin respuesta desde hace {} segundos", age.as_secs()))
}
