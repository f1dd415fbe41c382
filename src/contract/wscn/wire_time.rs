//! Instants on this wire: `dd-MM-yyyy HH:mm:ss` in Spanish peninsular official time, whatever the caller's (D-100).

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Europe::Madrid;

use crate::domain::plazo;

/// Length of `20-03-2026 23:59:59`.
const LENGTH: usize = 19;

/// The text of an instant, on the stack: a listing writes two for each notification.
pub(super) struct Stamp([u8; LENGTH]);

impl Stamp {
    /// What is below a second is dropped.
    pub(super) fn of(at: DateTime<Utc>) -> Self {
        // No notification is of another era; the text has room for four figures.
        let local = plazo::of_our_era(at).with_timezone(&Madrid);
        let year = local.year().unsigned_abs();
        let mut text = *b"00-00-0000 00:00:00";
        for (at, value) in [
            (0, local.day()),
            (3, local.month()),
            (6, year / 100),
            (8, year % 100),
            (11, local.hour()),
            (14, local.minute()),
            (17, local.second()),
        ] {
            if let Some(place) = text.get_mut(at..at + 2) {
                place.copy_from_slice(&two(value));
            }
        }
        Self(text)
    }

    /// The text as it goes out, in Madrid's time, without offset.
    pub(super) fn as_str(&self) -> &str {
        // Only ASCII is ever written, so the fallback cannot be reached.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The two figures of a number below a hundred.
fn two(number: u32) -> [u8; 2] {
    [number / 10 % 10, number % 10].map(|figure| b'0' + u8::try_from(figure).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;
    use proptest::prelude::*;

    fn text(seconds: i64) -> String {
        Stamp::of(DateTime::from_timestamp(seconds, 999_999_999).unwrap())
            .as_str()
            .to_owned()
    }

    #[test]
    fn an_instant_is_written_in_madrid_by_winter_and_summer_time() {
        assert_eq!(text(1_767_225_599), "01-01-2026 00:59:59");
        assert_eq!(text(1_783_000_000), "02-07-2026 15:46:40");
    }

    #[test]
    fn an_instant_of_another_era_still_has_the_form() {
        assert_eq!(Stamp::of(DateTime::<Utc>::MAX_UTC).as_str().len(), LENGTH);
        assert_eq!(Stamp::of(DateTime::<Utc>::MIN_UTC).as_str().len(), LENGTH);
        // What never expires is written so in certificates (RFC 5280 §4.1.2.5).
        assert_eq!(text(253_402_300_799), "31-12-9999 22:59:59");
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_wall_clock_of_madrid(seconds in 0_i64..4_000_000_000) {
            let local = DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&Madrid).naive_local();
            prop_assert_eq!(NaiveDateTime::parse_from_str(&text(seconds), "%d-%m-%Y %H:%M:%S"), Ok(local));
        }
    }
}
