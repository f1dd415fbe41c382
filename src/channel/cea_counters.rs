//! What is counted of those who have documents verified.

use metrics::{counter, describe_counter};

const ATTEMPTS: &str = "notess_cea_attempts_total";

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// It was right.
    Match,
    /// Something was wrong.
    NoMatch,
    /// The question was too old, or answered already.
    Over,
    /// Too many wrong ones came from there.
    TooMany,
    /// It could not be judged.
    Error,
}

/// Says what it is, to whoever has the recorder.
pub(super) fn describe() {
    describe_counter!(
        ATTEMPTS,
        "Answers of those who have an issued document verified, by what came of each"
    );
}

/// Counts an answer.
pub(super) fn came(came: Came) {
    let result = match came {
        Came::Match => "coincide",
        Came::NoMatch => "no_coincide",
        Came::Over => "caducada",
        Came::TooMany => "demasiados",
        Came::Error => "error",
    };
    counter!(ATTEMPTS, "result" => result).increment(1);
}
