//! `Shared`: what the threads that move octets share, and the address by which they were asked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::uri::Authority;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;

use crate::channel::Channel;

use super::fair::Names;
use super::lanes::Lanes;
use super::log_limit::LogLimit;
use super::log_turns::Turns;
use super::lookouts::Lookouts;
use super::proxies::Proxies;
use super::room::Room;
use super::steering::Steering;
use super::writers::Writers;

/// Where contract canal is served.
pub(super) const CANAL_PATH: &str = "/canal/v1";
/// How many log lines a second people who were not identified may cause.
const STRANGER_LINES: u32 = 20;
/// How many log lines a second may be about requests that were not answered for want of the store.
const AWAY_LINES: u32 = 10;
/// What a request may take beyond what the database may.
const GRACE: Duration = Duration::from_secs(2);
/// What a request may take that is still under way when the database is known not to answer.
const UNDER_WAY: Duration = Duration::from_secs(4);
/// How often it is looked whether one takes too long.
const OVERDUE_EVERY: Duration = Duration::from_millis(250);

/// What every mover of octets shares.
pub(super) struct Shared {
    pub(super) channel: Arc<Channel>,
    pub(super) metrics: PrometheusHandle,
    pub(super) lanes: Arc<Lanes>,
    pub(super) names: Names,
    pub(super) writers: Arc<Writers>,
    pub(super) lookouts: Lookouts,
    pub(super) room: Room,
    pub(super) proxies: Proxies,
    pub(super) turns: Turns,
    /// The turns of those who have documents verified.
    pub(super) verifying: Turns,
    pub(super) strangers: LogLimit,
    pub(super) away: LogLimit,
    /// By what a demonstration is steered.
    pub(super) steering: Option<Steering>,
    /// Ticks, for those who look now and then whether something takes too long. A timer for each request would wake the thread that
    /// sets it.
    ticks: watch::Sender<()>,
    /// How long the database may keep a request waiting in all.
    longest: Duration,
    /// What its own addresses begin with.
    scheme: &'static str,
    /// The address by which clients reach the service, if the operator said it.
    public_url: Option<String>,
}

impl Shared {
    pub(super) fn new(
        (channel, steering): (Arc<Channel>, Option<Steering>),
        metrics: PrometheusHandle,
        (lanes, lookouts): (Arc<Lanes>, Lookouts),
        (room, proxies): (Room, Proxies),
        longest: Duration,
        scheme: &'static str,
        public_url: Option<String>,
    ) -> Self {
        Self {
            channel,
            metrics,
            lanes,
            names: Names::default(),
            writers: Arc::default(),
            lookouts,
            room,
            proxies,
            turns: Turns::default(),
            verifying: Turns::default(),
            strangers: LogLimit::new(STRANGER_LINES, Instant::now()),
            away: LogLimit::new(AWAY_LINES, Instant::now()),
            steering,
            ticks: watch::Sender::new(()),
            longest,
            scheme,
            public_url,
        }
    }

    /// Ticks for as long as it is let.
    pub(super) async fn tick(&self) {
        let mut ticks = tokio::time::interval(OVERDUE_EVERY);
        loop {
            ticks.tick().await;
            self.ticks.send_replace(());
        }
    }

    /// Ends when a request that began then has taken so long that its end is waited for no more: it may wait for a database
    /// that says nothing, and that nobody can make speak.
    pub(super) async fn overdue(&self, began: Instant) {
        let mut ticks = self.ticks.subscribe();
        // There is who ticks for as long as this value is there.
        while ticks.changed().await.is_ok() {
            let took = began.elapsed();
            let is_gone = self.channel.service.store_gone_for().is_some();
            if took > self.longest + GRACE || (took > UNDER_WAY && is_gone) {
                return;
            }
        }
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
