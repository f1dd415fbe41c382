//! Instants and days as files write them.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc};

use crate::domain::plazo::{from_madrid, start_of_day};

/// Years outside which a date is a slip.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// An instant: RFC 3339, or a wall-clock time of Madrid.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    const LOCAL: [&str; 3] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M:%S"];
    let with_offset = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    let local = || {
        LOCAL
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    with_offset
        .or_else(|| local().filter(|at| YEARS.contains(&at.year())).map(from_madrid))
        .filter(|at| YEARS.contains(&at.year()))
}

/// An instant, or a day from its first one on.
pub(super) fn beginning(text: &str) -> Option<DateTime<Utc>> {
    instant(text).or_else(|| day(text).map(start_of_day))
}

/// The first instant after something ends: that instant, or the end of a day that counts whole.
pub(super) fn end(text: &str) -> Option<DateTime<Utc>> {
    instant(text).or_else(|| day(text)?.checked_add_days(Days::new(1)).map(start_of_day))
}

fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d-%m-%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
        .filter(|day| YEARS.contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(found: Option<DateTime<Utc>>) -> Option<String> {
        found.map(|at| at.to_rfc3339())
    }

    #[test]
    fn a_time_without_offset_is_of_madrid() {
        let expected = Some("2026-07-01T08:30:00+00:00".to_owned());
        for text in [
            "2026-07-01T10:30:00+02:00",
            "2026-07-01 10:30:00",
            "2026-07-01T10:30:00",
            "01-07-2026 10:30:00",
        ] {
            assert_eq!(utc(instant(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_day_begins_at_its_midnight_and_ends_at_the_next() {
        assert_eq!(
            utc(beginning("2026-04-02")),
            Some("2026-04-01T22:00:00+00:00".to_owned())
        );
        assert_eq!(
            utc(end("02-04-2026")),
            Some("2026-04-02T22:00:00+00:00".to_owned())
        );
        assert_eq!(instant("2026-04-02"), None);
    }

    #[test]
    fn dates_that_do_not_exist_or_lie_far_off_are_none() {
        for text in [
            "2026-02-30",
            "0026-02-01",
            "2226-01-01",
            "yesterday",
            "",
            "-262143-01-01",
            "2026-13-01 00:00:00",
        ] {
            assert_eq!(beginning(text), None, "{text}");
            assert_eq!(end(text), None, "{text}");
        }
    }
}
