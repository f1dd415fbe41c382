//! What is counted, in Prometheus' format. No label ever holds personal data or what a client wrote (D-113).

use std::borrow::Cow;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::domain::notificacion::Sentido;

const REQUESTS: &str = "notess_requests_total";
const SECONDS: &str = "notess_request_seconds";
const DECISIONS: &str = "notess_decisions_total";
const STRANGERS: &str = "notess_unidentified_total";
const LAPSED: &str = "notess_lapsed_total";
const KEY_EXPIRY: &str = "notess_signing_certificate_expiry_seconds";
const CLOCK: &str = "notess_clock_disagreement_seconds";
const CLOCK_IN_DOUBT: &str = "notess_clock_in_doubt";
const SHA1: &str = "notess_sha1_signatures_total";

/// Makes the recorder of this process. Only the first call in a process succeeds.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let buckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    ];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &buckets)?
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
        DECISIONS,
        "Notifications to be accepted or rejected, by contract and by what came of each"
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
    describe_gauge!(
        CLOCK,
        "By how much the clock is ahead of what speaks against it; 0 while nothing does"
    );
    describe_gauge!(
        CLOCK_IN_DOUBT,
        "1 while the clock may not be believed and decisions are refused, else 0"
    );
    describe_counter!(SHA1, "Messages taken although they were signed with SHA-1");
    Ok(handle)
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

/// How many of the notifications that a message is about met with each result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Decisions {
    /// Decided now.
    pub(super) decided: u64,
    /// Decided before by the same act, and answered alike.
    pub(super) repeated: u64,
    /// Not to be decided by the caller, or no longer.
    pub(super) denied: u64,
}

/// What came of a message that accepts or rejects.
pub(super) fn decisions(contract: &'static str, sentido: Sentido, came: Decisions) {
    let results = [
        ("decided", came.decided),
        ("repeated", came.repeated),
        ("denied", came.denied),
    ];
    for (result, count) in results {
        let labels = [
            ("contract", contract),
            ("sentido", sentido.code()),
            ("result", result),
        ];
        counter!(DECISIONS, &labels).increment(count);
    }
}

/// A message with an old signature was taken.
pub(super) fn sha1() {
    counter!(SHA1).increment(1);
}

/// Lapses recorded.
pub(super) fn lapsed(count: u64) {
    counter!(LAPSED).increment(count);
}

/// Whether something speaks against the clock, and by how much.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds between two dates are far below 2^52"
)]
pub(super) fn clock(difference: Option<chrono::TimeDelta>) {
    gauge!(CLOCK_IN_DOUBT).set(if difference.is_some() { 1.0 } else { 0.0 });
    gauge!(CLOCK).set(difference.map_or(0.0, |difference| difference.num_milliseconds() as f64 / 1000.0));
}

/// How long the signing certificate lasts.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of a certificate's life are far below 2^52"
)]
pub(super) fn key_expiry(seconds: i64) {
    gauge!(KEY_EXPIRY).set(seconds as f64);
}
