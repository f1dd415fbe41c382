//! `Shared`: what the threads that move octets share, and the address by which they were asked.

use std::sync::Arc;
use std::time::Instant;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::uri::Authority;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::channel::Channel;

use super::body::Room;
use super::log_limit::LogLimit;
use super::workers::{WorkError, Workers};

/// Where contract canal is served.
pub(super) const CANAL_PATH: &str = "/canal/v1";
/// How many log lines a second people who were not identified may cause.
const STRANGER_LINES: u32 = 20;

/// What every mover of octets shares.
pub(super) struct Shared {
    pub(super) channel: Arc<Channel>,
    pub(super) metrics: PrometheusHandle,
    workers: Workers,
    pub(super) room: Room,
    pub(super) strangers: LogLimit,
    /// What its own addresses begin with.
    scheme: &'static str,
    /// The address by which clients reach the service, if the operator said it.
    public_url: Option<String>,
}

impl Shared {
    pub(super) fn new(
        channel: Arc<Channel>,
        metrics: PrometheusHandle,
        workers: Workers,
        scheme: &'static str,
        public_url: Option<String>,
    ) -> Self {
        Self {
            channel,
            metrics,
            workers,
            room: Room::default(),
            strangers: LogLimit::new(STRANGER_LINES, Instant::now()),
            scheme,
            public_url,
        }
    }

    /// Does blocking work with the channel.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Channel) -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let channel = Arc::clone(&self.channel);
        self.workers.run(move || work(&channel)).await
    }

    /// The address that the client used, unless the operator says which it is.
    pub(super) fn base(&self, request: &HttpRequest) -> String {
        if let Some(url) = &self.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        format!("{}://{}", self.scheme, authority(request).unwrap_or("localhost"))
    }
}

/// The authority that the client named: in the target, as in requests through a proxy, which then has precedence
/// (RFC 9112 §3.2.2), else in Host. A name and password are no part of an address to publish.
fn authority(request: &HttpRequest) -> Option<&str> {
    let target = request.uri().authority().map(Authority::as_str);
    let host = || request.headers().get(header::HOST)?.to_str().ok();
    let named = target.or_else(host)?;
    Some(named.rsplit_once('@').map_or(named, |(_, server)| server))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn named(target: &str, host: Option<&'static str>) -> Option<String> {
        let mut request = TestRequest::with_uri(target);
        if let Some(host) = host {
            request = request.insert_header((header::HOST, host));
        }
        authority(&request.to_http_request()).map(str::to_owned)
    }

    #[test]
    fn the_authority_is_that_of_the_target_or_else_of_host() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(named("/canal/v1?wsdl", Some("a:1")), some("a:1"));
        assert_eq!(named("https://b:2/canal/v1?wsdl", None), some("b:2"));
        assert_eq!(named("https://b:2/canal/v1?wsdl", Some("a:1")), some("b:2"));
        assert_eq!(named("https://u:p@b:2/", None), some("b:2"));
        assert_eq!(named("https://[::1]:2/", None), some("[::1]:2"));
        assert_eq!(named("/", None), None);
    }
}
