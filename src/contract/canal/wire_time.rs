//! Instants on the wire: `xs:dateTime` in Spanish peninsular official time (D-100).

use chrono::{DateTime, Datelike, Offset, Timelike, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::plazo;
use crate::xml::date_time::{self, Read};

/// Length of `2026-03-20T23:59:59.123+01:00`.
const LONGEST: usize = 29;

/// The text of an instant, on the stack: a listing writes two for each notification.
pub(super) struct Stamp {
    text: [u8; LONGEST],
    length: usize,
}

impl Stamp {
    /// With whole seconds, what is below one dropped: `2026-03-20T23:59:59+01:00`.
    pub(super) fn seconds(at: DateTime<Utc>) -> Self {
        Self::write(at, None)
    }

    /// With milliseconds, what is below one dropped: `2026-03-20T23:59:59.123+01:00`.
    pub(super) fn millis(at: DateTime<Utc>) -> Self {
        // A leap second counts on from 1,000; it is written as the end of the second before.
        Self::write(at, Some(at.timestamp_subsec_millis().min(999)))
    }

    /// The text as it goes out, with its offset.
    pub(super) fn as_str(&self) -> &str {
        // Only ASCII is ever written, so the fallback cannot be reached.
        self.text
            .get(..self.length)
            .and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    fn write(at: DateTime<Utc>, millis: Option<u32>) -> Self {
        // No notification is of another era; the text has room for four figures.
        let zoned = plazo::of_our_era(at).with_timezone(&Madrid);
        let offset_minutes = zoned.offset().fix().local_minus_utc() / 60;
        let local = zoned.naive_local();
        let year = local.year().unsigned_abs();
        let mut stamp = Self {
            text: [0; LONGEST],
            length: 0,
        };
        stamp.two(year / 100);
        stamp.two(year);
        for (separator, value) in [
            (b'-', local.month()),
            (b'-', local.day()),
            (b'T', local.hour()),
            (b':', local.minute()),
            (b':', local.second()),
        ] {
            stamp.push(separator);
            stamp.two(value);
        }
        if let Some(millis) = millis {
            stamp.push(b'.');
            stamp.one(millis / 100);
            stamp.two(millis);
        }
        stamp.push(if offset_minutes < 0 { b'-' } else { b'+' });
        stamp.two(offset_minutes.unsigned_abs() / 60);
        stamp.push(b':');
        stamp.two(offset_minutes.unsigned_abs() % 60);
        stamp
    }

    fn push(&mut self, octet: u8) {
        if let Some(place) = self.text.get_mut(self.length) {
            *place = octet;
            self.length += 1;
        }
    }

    /// The last figure of a number.
    fn one(&mut self, value: u32) {
        let [digit, ..] = (value % 10).to_le_bytes();
        self.push(b'0' + digit);
    }

    /// Its last two.
    fn two(&mut self, value: u32) {
        self.one(value / 10);
        self.one(value);
    }
}

/// The instant of an `xs:dateTime`; without offset it is a wall-clock time in Madrid (D-100). Nothing for what is not
/// one, and for years and forms that no client needs (see [`date_time`]).
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    Some(match date_time::read(text)? {
        Read::Instant(instant) => instant,
        Read::WallClock(local) => plazo::from_madrid(local),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    #[test]
    fn an_instant_is_written_in_madrid_with_its_offset() {
        let summer = DateTime::from_timestamp(1_783_000_000, 987_654_321).unwrap();
        assert_eq!(Stamp::seconds(summer).as_str(), "2026-07-02T15:46:40+02:00");
        assert_eq!(Stamp::millis(summer).as_str(), "2026-07-02T15:46:40.987+02:00");
        let winter = DateTime::from_timestamp(1_767_225_599, 0).unwrap();
        assert_eq!(Stamp::millis(winter).as_str(), "2026-01-01T00:59:59.000+01:00");
    }

    #[test]
    fn an_instant_without_offset_is_read_as_madrid_time() {
        let expected = parse("2026-07-02T13:46:40Z");
        assert!(expected.is_some());
        for text in [
            "2026-07-02T15:46:40",
            "2026-07-02T15:46:40.000",
            "2026-07-02T15:46:40+02:00",
            " 2026-07-02T12:46:40-01:00 ",
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "2026-07-02",
            "02-07-2026 15:46:40",
            "2026-13-02T00:00:00",
            "-0001-01-01T00:00:00",
            "0000-06-01T00:00:00",
            "0000-06-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "10000-01-01T00:00:00Z",
            "2026-07-02t15:46:40z",
            "2026-07-02 15:46:40Z",
            "\u{a0}2026-07-02T15:46:40",
            "2026-07-02T15:46:60",
            "mañana",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_what_is_read_are_written_with_four_figures() {
        for (text, shown) in [
            ("0001-01-01T00:00:00Z", "0001-01-01T"),
            ("9999-12-31T23:59:59Z", "9999-12-31T"),
            ("9999-12-31T23:59:59", "9999-12-31T"),
        ] {
            let written = Stamp::seconds(parse(text).unwrap());
            assert!(written.as_str().starts_with(shown), "{}", written.as_str());
        }
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert_eq!(Stamp::millis(at).as_str().len(), LONGEST);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(millis in 0_i64..200_000_000_000_000) {
            let at = DateTime::from_timestamp_millis(millis).unwrap();
            prop_assert_eq!(parse(Stamp::millis(at).as_str()), Some(at));
            let whole = at - TimeDelta::milliseconds(millis % 1000);
            prop_assert_eq!(parse(Stamp::seconds(at).as_str()), Some(whole));
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}", shaped in "[-+0-9T:.Z]{0,32}") {
            let _ = (parse(&text), parse(&shaped));
        }
    }
}
