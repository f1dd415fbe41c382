//! Instants, and the time between two of them, as a client is told of them.

use std::fmt;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// An instant as a Timestamp would write it.
pub(super) fn written(instant: &DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The time between two instants, whichever comes first, in the words of a sentence.
pub(super) struct Between(pub(super) TimeDelta);

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.0.abs();
        if span < TimeDelta::seconds(1) {
            return write!(f, "{} ms", span.num_milliseconds());
        }
        let parts = [
            (span.num_days(), "d"),
            (span.num_hours() % 24, "h"),
            (span.num_minutes() % 60, "min"),
            (span.num_seconds() % 60, "s"),
        ];
        let mut between = "";
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{between}{count} {unit}")?;
            between = " ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_between_two_instants_is_told_in_the_units_that_it_has() {
        let told = |millis| Between(TimeDelta::milliseconds(millis)).to_string();
        assert_eq!(told(0), "0 ms");
        assert_eq!(told(-999), "999 ms");
        assert_eq!(told(1_999), "1 s");
        assert_eq!(told(-3_600_000), "1 h");
        let year = ((365 * 24 + 1) * 60 + 2) * 60_000 + 3_000;
        assert_eq!(told(year), "365 d 1 h 2 min 3 s");
    }
}
