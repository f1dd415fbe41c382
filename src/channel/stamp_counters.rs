//! What is counted of time stamps.

use std::time::Duration;

use chrono::TimeDelta;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const OFFSET: &str = "notess_clock_offset_seconds";
const STAMPS: &str = "notess_time_stamps_total";
const AGE: &str = "notess_time_stamp_age_seconds";
/// Seconds that asking for a time stamp takes.
pub(crate) const SECONDS: &str = "notess_time_stamp_seconds";

/// Says what each is, to whoever has the recorder.
pub(super) fn describe() {
    describe_gauge!(
        OFFSET,
        "By how much the clock was ahead of the last time stamp, beyond what asking took; negative if it was behind"
    );
    describe_counter!(
        STAMPS,
        "Answers of time-stamping authorities, by what came of each: hecho, or why it does not count"
    );
    describe_gauge!(AGE, "How old the newest time stamp is");
    describe_histogram!(
        SECONDS,
        "Seconds that asking for a time stamp took, of all authorities that were asked for it"
    );
}

/// What came of asking an authority.
pub(super) fn came(result: &'static str) {
    counter!(STAMPS, "result" => result).increment(1);
}

/// How long asking took.
pub(super) fn took(took: Duration) {
    histogram!(SECONDS).record(took.as_secs_f64());
}

/// How old the newest one is, if there is any.
pub(super) fn age(age: Option<TimeDelta>) {
    if let Some(age) = age {
        gauge!(AGE).set(seconds(age));
    }
}

/// By how much the clock is ahead of the time of whoever dates.
pub(super) fn offset(difference: TimeDelta) {
    gauge!(OFFSET).set(seconds(difference));
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds between two dates are far below 2^52"
)]
fn seconds(between: TimeDelta) -> f64 {
    between.num_milliseconds() as f64 / 1000.0
}
