//! What is counted, in Prometheus' format. No label ever holds personal data or what a client wrote (D-113).

use std::borrow::Cow;
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::channel::{counters, stamp_counters};

const REQUESTS: &str = "notess_requests_total";
const SECONDS: &str = "notess_request_seconds";
const STRANGERS: &str = "notess_unidentified_total";
const LAPSED: &str = "notess_lapsed_total";
const KEY_EXPIRY: &str = "notess_signing_certificate_expiry_seconds";
const WAITED: &str = "notess_lane_wait_seconds";
const WAITING: &str = "notess_lane_waiting";
const TAKEN: &str = "notess_lane_busy";
const TURNED_AWAY: &str = "notess_lane_refused_total";
const ABANDONED: &str = "notess_lane_abandoned_total";

/// Makes the recorder of this process. Only the first call in a process succeeds.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let buckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    ];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &buckets)?
        .set_buckets_for_metric(Matcher::Full(WAITED.to_owned()), &buckets)?
        .set_buckets_for_metric(Matcher::Full(stamp_counters::SECONDS.to_owned()), &buckets)?
        .install_recorder()?;
    describe_counter!(
        REQUESTS,
        "Requests answered, by operation and result code (OK, or that of the error or fault)"
    );
    describe_histogram!(
        SECONDS,
        "Seconds from the last octet of a request to the first of its answer"
    );
    describe_counter!(
        STRANGERS,
        "Requests refused before their sender was identified, by code"
    );
    describe_counter!(LAPSED, "Notifications whose lapse was recorded");
    describe_gauge!(
        KEY_EXPIRY,
        "Seconds until the service's signing certificate expires"
    );
    counters::describe();
    describe_lanes();
    Ok(handle)
}

fn describe_lanes() {
    describe_histogram!(
        WAITED,
        "Seconds from when work was asked for until a thread had a turn for it, by lane"
    );
    describe_gauge!(WAITING, "Work that waits for a turn, by lane");
    describe_gauge!(TAKEN, "Turns that are taken, by lane");
    describe_counter!(
        TURNED_AWAY,
        "Work turned away: at once, since it would have waited too long (lleno), or after it had (tarde), by lane"
    );
    describe_counter!(
        ABANDONED,
        "Work not begun since nobody waited for it any more, by lane"
    );
}

/// What is counted of a lane.
pub(super) struct LaneCounters {
    /// Seconds that work waited.
    pub(super) waited: Histogram,
    /// How much waits.
    pub(super) waiting: Gauge,
    /// How much is being done.
    pub(super) taken: Gauge,
    /// Turned away at once.
    pub(super) full: Counter,
    /// Turned away after it had waited too long.
    pub(super) late: Counter,
    /// Not begun, since nobody waited for it.
    pub(super) abandoned: Counter,
}

impl LaneCounters {
    /// Those of a lane.
    pub(super) fn of(lane: &'static str) -> Self {
        Self {
            waited: histogram!(WAITED, "lane" => lane),
            waiting: gauge!(WAITING, "lane" => lane),
            taken: gauge!(TAKEN, "lane" => lane),
            full: counter!(TURNED_AWAY, "lane" => lane, "reason" => "lleno"),
            late: counter!(TURNED_AWAY, "lane" => lane, "reason" => "tarde"),
            abandoned: counter!(ABANDONED, "lane" => lane),
        }
    }
}

/// One request answered.
pub(super) fn request(operation: &'static str, code: Cow<'static, str>, took: Duration) {
    counter!(REQUESTS, "operation" => operation, "code" => code).increment(1);
    histogram!(SECONDS, "operation" => operation).record(took.as_secs_f64());
}

/// One request refused to somebody who was not identified.
pub(super) fn stranger(code: &str) {
    counter!(STRANGERS, "code" => code.to_owned()).increment(1);
}

/// Counts lapses that were written down.
pub(super) fn lapsed(count: u64) {
    counter!(LAPSED).increment(count);
}

/// How long the signing certificate lasts.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a certificate's life are far below 2^52"
)]
pub(super) fn key_expiry(seconds: i64) {
    gauge!(KEY_EXPIRY).set(seconds as f64);
}
