//! The term of a notification: ten natural days in Spanish peninsular time (LPAC art. 43.2, RGRSS art. 9.2.a; D-9).

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Madrid;

/// Days of the term.
pub const DIAS: u64 = 10;

/// A day after the beginning of the year 1: no zone is behind by more.
const FIRST: DateTime<Utc> = instant(-62_135_596_800 + 86_400);
/// Two hours before the last second of the year 9999: Madrid is ahead by no more.
const LAST: DateTime<Utc> = instant(253_402_300_799 - 2 * 3_600);

const fn instant(seconds: i64) -> DateTime<Utc> {
    match DateTime::from_timestamp(seconds, 0) {
        Some(instant) => instant,
        None => DateTime::<Utc>::UNIX_EPOCH,
    }
}

/// For how long what is finished is listed (D-16).
const LISTED: Months = Months::new(24);

/// Since when a notification must have been published to be listed though it is finished (D-16); nothing where the
/// calendar does not go back so far, and all are listed.
#[must_use]
pub fn listed_from(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    at.checked_sub_months(LISTED)
}

/// Around when what ended at `ended` ceases to be listed: to the week, since months differ in length. Nothing where the calendar
/// does not go so far.
#[must_use]
pub fn unlisted_about(ended: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let about = ended.checked_add_months(LISTED)?;
    let days = Days::new(4);
    Some((about.checked_sub_days(days)?, about.checked_add_days(days)?))
}

/// The first instant at which a notification published at `published` can no longer be accessed: the start of the
/// eleventh civil day after that of its publication, in Madrid (D-9). The hour of publication does not matter.
#[must_use]
pub fn lapse_of(published: DateTime<Utc>) -> DateTime<Utc> {
    let day = published.with_timezone(&Madrid).date_naive();
    day.checked_add_days(Days::new(DIAS + 1))
        .map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
}

/// How many civil days are left: 0 on the last one, nothing when it is over.
#[must_use]
pub fn days_left(lapse: DateTime<Utc>, at: DateTime<Utc>) -> Option<i64> {
    let last_day = last_second(lapse).with_timezone(&Madrid).date_naive();
    (at < lapse).then(|| (last_day - at.with_timezone(&Madrid).date_naive()).num_days())
}

/// The last second within a term, which is what is shown to people.
#[must_use]
pub fn last_second(lapse: DateTime<Utc>) -> DateTime<Utc> {
    lapse
        .checked_sub_signed(chrono::TimeDelta::seconds(1))
        .unwrap_or(lapse)
}

/// The instant, or the nearest one that is in the years 1 to 9999 in UTC and in Madrid: what has room for a year of four figures
/// is written of that.
#[must_use]
pub fn of_our_era(at: DateTime<Utc>) -> DateTime<Utc> {
    at.clamp(FIRST, LAST)
}

/// The instant at which a civil day begins in Madrid.
#[must_use]
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    from_madrid(day.and_time(NaiveTime::MIN))
}

/// The instant of a wall-clock time in Madrid. In the hour that autumn repeats it is the first of the two; in the
/// hour that spring skips, it is read as if the clocks had not been put forward yet.
#[must_use]
pub fn from_madrid(local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(found) = Madrid.from_local_datetime(&local).earliest() {
        return found.to_utc();
    }
    // Spain's clocks skip from 02:00 to 03:00, an hour: before the gap the offset is that of an hour earlier.
    let hour = chrono::TimeDelta::hours(1);
    local
        .checked_sub_signed(hour)
        .and_then(|earlier| Madrid.from_local_datetime(&earlier).earliest())
        .and_then(|before| before.to_utc().checked_add_signed(hour))
        // At the ends of the calendar, which nobody comes near.
        .unwrap_or_else(|| local.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn madrid(text: &str) -> DateTime<Utc> {
        from_madrid(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap())
    }

    #[test]
    fn the_last_second_follows_the_vectors_of_d12() {
        for (published, last) in [
            ("2026-03-10 09:15:00", "2026-03-20T23:59:59+01:00"),
            ("2026-03-25 12:00:00", "2026-04-04T23:59:59+02:00"),
            ("2026-10-20 12:00:00", "2026-10-30T23:59:59+01:00"),
            ("2026-12-31 23:59:59", "2027-01-10T23:59:59+01:00"),
        ] {
            let shown = last_second(lapse_of(madrid(published)))
                .with_timezone(&Madrid)
                .to_rfc3339();
            assert_eq!(shown, last, "published {published}");
        }
    }

    #[test]
    fn days_left_are_civil_days_of_madrid() {
        let lapse = lapse_of(madrid("2026-03-10 09:15:00"));
        assert_eq!(days_left(lapse, madrid("2026-03-10 09:15:00")), Some(10));
        assert_eq!(days_left(lapse, madrid("2026-03-20 00:00:00")), Some(0));
        assert_eq!(days_left(lapse, madrid("2026-03-20 23:59:59")), Some(0));
        assert_eq!(days_left(lapse, madrid("2026-03-21 00:00:00")), None);
    }

    #[test]
    fn a_wall_clock_time_that_spring_skips_is_read_by_the_winter_clock() {
        assert_eq!(
            madrid("2026-03-29 02:30:00").to_rfc3339(),
            "2026-03-29T01:30:00+00:00"
        );
    }

    proptest! {
        #[test]
        fn a_term_ends_at_midnight_ten_whole_days_after_the_day_of_publication(seconds in 1_500_000_000_i64..2_500_000_000) {
            let published = DateTime::from_timestamp(seconds, 0).unwrap();
            let end = lapse_of(published).with_timezone(&Madrid);
            prop_assert_eq!(end.time(), NaiveTime::MIN);
            let days = end.date_naive() - published.with_timezone(&Madrid).date_naive();
            prop_assert_eq!(days.num_days(), 11);
        }
    }
}
