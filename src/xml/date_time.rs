//! `xs:dateTime` (XML Schema part 2, §3.2.7) as messages write it.
//!
//! No more is read than can be kept and written again: instants of the years 1 to 9999 in UTC. So there is no year 0, no
//! year of five figures and none of another era; nor `24:00:00` or a leap second, which no message needs.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};

use super::white::trim;

/// How its fixed part is written, where 0 is any figure.
const FIXED: &[u8] = b"0000-00-00T00:00:00";

/// What an `xs:dateTime` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// An instant: it has its zone.
    Instant(DateTime<Utc>),
    /// What a clock on a wall showed: it has none.
    WallClock(NaiveDateTime),
}

/// Reads a text, white space around it collapsed (§4.3.6); nothing where it is no `xs:dateTime`, or none that is read.
#[must_use]
pub fn read(text: &str) -> Option<Read> {
    let text = trim(text);
    let (fixed, rest) = text.as_bytes().split_at_checked(FIXED.len())?;
    // That the month has so many days is for the calendar to say.
    if !follows(fixed, FIXED) || fixed.starts_with(b"0000") || fixed.ends_with(b"60") {
        return None;
    }
    match without_fraction(rest)? {
        [] => {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
            Some(Read::WallClock(local))
        }
        zone if is_zone(zone) => {
            let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
            // A zone can carry an instant out of the years that its date is in.
            (1..=9999)
                .contains(&instant.year())
                .then_some(Read::Instant(instant))
        }
        _ => None,
    }
}

/// The instant of a text that says its zone.
#[must_use]
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    match read(text)? {
        Read::Instant(instant) => Some(instant),
        Read::WallClock(_) => None,
    }
}

/// What follows a fraction of a second, which may not be there but has figures if it is.
fn without_fraction(rest: &[u8]) -> Option<&[u8]> {
    let [b'.', fraction @ ..] = rest else {
        return Some(rest);
    };
    let figures = fraction.iter().take_while(|octet| octet.is_ascii_digit()).count();
    fraction.get(figures..).filter(|_| figures > 0)
}

/// UTC, or up to fourteen hours before or after it.
fn is_zone(zone: &[u8]) -> bool {
    match zone {
        b"Z" => true,
        [b'+' | b'-', offset @ ..] => {
            let minutes_tens = offset.get(3);
            follows(offset, b"00:00") && offset <= b"14:00".as_slice() && minutes_tens < Some(&b'6')
        }
        _ => false,
    }
}

fn follows(text: &[u8], form: &[u8]) -> bool {
    let fits = |(octet, form): (&u8, &u8)| octet == form || (*form == b'0' && octet.is_ascii_digit());
    text.len() == form.len() && text.iter().zip(form).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_of_a_date_time_are_read() {
        let noon = DateTime::from_timestamp(1_767_268_800, 0);
        for text in [
            "2026-01-01T12:00:00Z",
            "2026-01-01T12:00:00.000Z",
            "2026-01-01T12:00:00.0000000000000001Z",
            "2026-01-01T13:00:00+01:00",
            "2026-01-01T12:00:00-00:00",
            "2026-01-02T02:00:00+14:00",
            "2025-12-31T22:30:00-13:30",
            "\r\n\t 2026-01-01T12:00:00Z \n",
        ] {
            assert_eq!(instant(text), noon, "{text}");
        }
        let half = instant("2026-01-01T12:00:00.5Z").unwrap();
        assert_eq!(half.timestamp_subsec_millis(), 500);
    }

    #[test]
    fn what_only_resembles_a_date_time_is_not_one() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T12:00:00",
            "2026-01-01 12:00:00Z",
            "2026-01-01_12:00:00Z",
            "2026-01-01t12:00:00Z",
            "2026-01-01T12:00:00z",
            "2026-01-01T12:00Z",
            "2026-01-01T12:00:60Z",
            "2016-12-31T23:59:60Z",
            "2026-01-01T12:00:00.Z",
            "2026-01-01T12:00:00,5Z",
            "2026-01-01T12:00:00+0100",
            "2026-01-01T12:00:00+01",
            "2026-01-01T12:00:00+14:01",
            "2026-01-01T12:00:00+01:60",
            "2026-01-01T12:00:00\u{2212}01:00",
            "2026-01-01T12:00:00 Z",
            "2026-01-01T12:00:00ZZ",
            "2026-1-1T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-01-01T24:00:00Z",
            "0000-01-01T00:00:00Z",
            "0000-12-31T23:00:00-02:00",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-00:01",
            "-0001-01-01T00:00:00Z",
            "+2026-01-01T12:00:00Z",
            "12026-01-01T12:00:00Z",
            "\u{a0}2026-01-01T12:00:00Z",
            "2026-01-01T12:00:00Z\u{2003}",
            "2026-01-01T12:00:00Z\u{b}",
            "２026-01-01T12:00:00Z",
        ] {
            assert_eq!(instant(text), None, "{text:?}");
        }
    }

    #[test]
    fn without_a_zone_it_is_what_a_clock_showed() {
        for text in ["2026-01-01T12:00:00", " 2026-01-01T12:00:00.0000000000001\n"] {
            assert!(matches!(read(text), Some(Read::WallClock(_))), "{text}");
        }
        for text in [
            "0000-01-01T12:00:00",
            "2026-01-01T12:00:00.",
            "2026-01-01T12:00",
            "2026-02-29T12:00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}", shaped in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[-+0-9:.Z]{8,24}") {
            let _ = (instant(&text), instant(&shaped));
        }
    }
}
