//! Instants as operators type them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::domain::plazo::{from_madrid, start_of_day};

/// How they are told to an operator: in Madrid, with the difference.
const FORM: &str = "%Y-%m-%d %H:%M:%S %:z";

/// An instant: in Madrid, or with its zone.
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(from_madrid)
        .ok_or_else(|| "an instant is AAAA-MM-DD hh:mm:ss in Madrid, or RFC 3339".to_owned())
}

/// The beginning of an interval: an instant, or the first one of a day.
pub(super) fn beginning(text: &str) -> Result<DateTime<Utc>, String> {
    day(text).map_or_else(|| instant(text), |day| Ok(start_of_day(day)))
}

/// The end of an interval, which is no longer in it: an instant, or the first one after a day.
pub(super) fn end(text: &str) -> Result<DateTime<Utc>, String> {
    let Some(day) = day(text) else {
        return instant(text);
    };
    let next = day.checked_add_signed(TimeDelta::days(1));
    next.map(start_of_day)
        .ok_or_else(|| "no day comes after that one".to_owned())
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// An instant, for an operator.
pub(super) fn told(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Europe::Madrid)
        .format(FORM)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_has_its_last_day_whole() {
        let of = |read: Result<DateTime<Utc>, String>| read.map(told);
        let begins = Ok("2026-07-01 00:00:00 +02:00".to_owned());
        assert_eq!(of(beginning("2026-07-01")), begins);
        assert_eq!(of(end("2026-06-30")), begins);
        assert_eq!(of(end("2026-07-01T00:00:00+02:00")), begins);
        assert_eq!(of(instant("2026-07-01 00:00")), begins);
        for text in ["", "ayer", "2026-13-01", "2026-07-01 25:00"] {
            assert!(beginning(text).is_err() && end(text).is_err(), "{text}");
        }
        assert!(instant("2026-07-01").is_err());
    }
}
