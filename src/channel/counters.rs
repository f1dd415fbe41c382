//! What the channel counts. No label ever holds personal data or what a client wrote (D-113).

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, gauge};

use crate::domain::notificacion::Sentido;
use crate::store::Flushes;

use super::{cea_counters, stamp_counters};

const DECISIONS: &str = "notess_decisions_total";
const CLOCK: &str = "notess_clock_disagreement_seconds";
const CLOCK_IN_DOUBT: &str = "notess_clock_in_doubt";
const READY: &str = "notess_ready";
const MISSING_KEYS: &str = "notess_cipher_keys_missing";
const CALENDAR_ENDS: &str = "notess_calendar_ends_seconds";
const ACTS: &str = "notess_acts_written_total";
const COMMITS: &str = "notess_act_commits_total";
const UNNUMBERED: &str = "notess_journal_unnumbered_seconds";
const LATE_PRACTICES: &str = "notess_late_practices";
const LOG_LEAVES: &str = "notess_log_leaves";
const LOG_PENDING: &str = "notess_log_pending_leaves";
const LOG_AGE: &str = "notess_log_checkpoint_age_seconds";
const LOG_HINDERED: &str = "notess_log_hindered";
const SHA1: &str = "notess_sha1_signatures_total";

/// Says what each is, to whoever has the recorder.
pub(crate) fn describe() {
    describe_counter!(
        DECISIONS,
        "Notifications to be accepted or rejected, by contract and by what came of each"
    );
    describe_gauge!(
        CLOCK,
        "By how much the clock is ahead of what speaks against it; 0 while nothing does"
    );
    describe_gauge!(
        CLOCK_IN_DOUBT,
        "1 while the clock may not be believed and decisions are refused, else 0"
    );
    describe_gauge!(
        READY,
        "Of each check of readiness: 1 while it holds, as far as was last seen, else 0"
    );
    describe_gauge!(
        MISSING_KEYS,
        "Keys under which acts of a special category lie encrypted, and which are missing or wrong"
    );
    describe_gauge!(
        CALENDAR_ENDS,
        "Seconds until a year begins of which no calendar of working days is loaded"
    );
    describe_counter!(
        ACTS,
        "Acts written by this process: decisions, acuses given out, denials and refusals on record"
    );
    describe_counter!(
        COMMITS,
        "Commits that it took, each of which waits for the disk: on SQLite those who write at the same time share them"
    );
    describe_gauge!(
        UNNUMBERED,
        "For how long the oldest row of the journal has been waiting for its number; 0 where none is"
    );
    describe_gauge!(
        LATE_PRACTICES,
        "Notifications practised elsewhere before they were decided here, or lapsed, of which the news came after that"
    );
    describe_gauge!(LOG_LEAVES, "Leaves of the published log that were signed");
    describe_gauge!(LOG_PENDING, "Leaves that are not signed yet");
    describe_gauge!(
        LOG_AGE,
        "Seconds since the last checkpoint of the published log was signed, or first seen by this process"
    );
    describe_gauge!(
        LOG_HINDERED,
        "1 while nothing is signed of the published log, since it would not go on with what was, else 0"
    );
    describe_counter!(SHA1, "Messages taken although they were signed with SHA-1");
    stamp_counters::describe();
    cea_counters::describe();
}

/// How many of the notifications that a message is about met with each result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Decisions {
    /// Codes decided by this request, and not those that had been before.
    pub(crate) decided: u64,
    /// Decided before by the same act, and answered alike.
    pub(crate) repeated: u64,
    /// Not to be decided by the caller, or no longer.
    pub(crate) denied: u64,
}

/// What came of a message that accepts or rejects.
pub(crate) fn decisions(contract: &'static str, sentido: Sentido, came: Decisions) {
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

/// How many acts were written, and how many commits they took.
pub(super) fn flushes(flushes: Flushes) {
    counter!(ACTS).absolute(flushes.acts);
    counter!(COMMITS).absolute(flushes.commits);
}

/// A message with an old signature was taken.
pub(crate) fn sha1() {
    counter!(SHA1).increment(1);
}

/// How many keys are missing.
#[expect(clippy::cast_precision_loss, reason = "there are as many as operators made")]
pub(super) fn missing_keys(count: usize) {
    gauge!(MISSING_KEYS).set(count as f64);
}

/// Whether something speaks against the clock, and by how much.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds between two dates are far below 2^52"
)]
pub(crate) fn clock(difference: Option<chrono::TimeDelta>) {
    gauge!(CLOCK_IN_DOUBT).set(if difference.is_some() { 1.0 } else { 0.0 });
    gauge!(CLOCK).set(difference.map_or(0.0, |difference| difference.num_milliseconds() as f64 / 1000.0));
}

/// How long it is until a year begins of which there is no calendar.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of some years are far below 2^52"
)]
pub(super) fn calendar_ends(seconds: i64) {
    gauge!(CALENDAR_ENDS).set(seconds as f64);
}

/// For how long a row of the journal has been waiting for its number.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds between two dates are far below 2^52"
)]
pub(super) fn unnumbered(waiting: chrono::TimeDelta) {
    gauge!(UNNUMBERED).set(waiting.num_milliseconds() as f64 / 1000.0);
}

/// How many notifications had been practised elsewhere, of which the news came late.
#[expect(
    clippy::cast_precision_loss,
    reason = "rows that were told are far below 2^52"
)]
pub(super) fn late_practices(count: i64) {
    gauge!(LATE_PRACTICES).set(count as f64);
}

/// How the published log stands.
#[expect(clippy::cast_precision_loss, reason = "leaves are far below 2^52")]
pub(super) fn log(signed: u64, pending: u64, age: Duration) {
    gauge!(LOG_LEAVES).set(signed as f64);
    gauge!(LOG_PENDING).set(pending as f64);
    gauge!(LOG_AGE).set(age.as_secs_f64());
}

/// Whether something keeps the log from being signed.
pub(super) fn log_hindered(hindered: bool) {
    gauge!(LOG_HINDERED).set(if hindered { 1.0 } else { 0.0 });
}

/// Whether a check of readiness holds.
pub(super) fn ready(check: &'static str, holds: bool) {
    gauge!(READY, "check" => check).set(if holds { 1.0 } else { 0.0 });
}
