//! Working days, and the terms that are moved to one (LPAC arts. 30.4, 30.5; D-47, D-48).

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc, Weekday};
use chrono_tz::Europe::Madrid;

use super::plazo::start_of_day;

/// Days that are inhábiles in all of Spain and fall on a working day of the week, by year: the calendars that the
/// Administración General del Estado publishes each year (LPAC art. 30.7), as month and day.
const NACIONALES: &[(i32, &[(u32, u32)])] = &[
    (
        2021,
        &[(1, 1), (1, 6), (4, 2), (10, 12), (11, 1), (12, 6), (12, 8)],
    ),
    (
        2022,
        &[(1, 6), (4, 15), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8)],
    ),
    (
        2023,
        &[
            (1, 6),
            (4, 7),
            (5, 1),
            (8, 15),
            (10, 12),
            (11, 1),
            (12, 6),
            (12, 8),
            (12, 25),
        ],
    ),
    (
        2024,
        &[(1, 1), (3, 29), (5, 1), (8, 15), (11, 1), (12, 6), (12, 25)],
    ),
    (
        2025,
        &[(1, 1), (1, 6), (4, 18), (5, 1), (8, 15), (12, 8), (12, 25)],
    ),
    (
        2026,
        &[(1, 1), (1, 6), (4, 3), (5, 1), (10, 12), (12, 8), (12, 25)],
    ),
    (
        2027,
        &[(1, 1), (1, 6), (3, 26), (10, 12), (11, 1), (12, 6), (12, 8)],
    ),
];

/// Whether nothing that ends on a working day ends on this one.
#[must_use]
pub fn is_inhabil(day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let listed = NACIONALES
        .iter()
        .filter(|(year, _)| *year == day.year())
        .any(|(_, days)| days.contains(&(day.month(), day.day())));
    weekend || listed
}

/// The first instant out of a term of a month, counted from date to date in Madrid, that began at `start`: where its last day
/// is inhábil it is the next working one, which counts whole.
#[must_use]
pub fn end_of_month_term(start: DateTime<Utc>) -> DateTime<Utc> {
    let day = start.with_timezone(&Madrid).date_naive();
    let mut last = day.checked_add_months(Months::new(1));
    while let Some(found) = last.filter(|day| is_inhabil(*day)) {
        last = found.checked_add_days(Days::new(1));
    }
    last.and_then(|last| last.checked_add_days(Days::new(1)))
        .map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plazo::last_second;

    fn last_day(start: &str) -> String {
        let day: NaiveDate = start.parse().unwrap();
        let last = last_second(end_of_month_term(start_of_day(day)));
        last.with_timezone(&Madrid).to_rfc3339()
    }

    #[test]
    fn a_month_goes_from_date_to_date_and_on_to_the_next_working_day() {
        for (granted, last) in [
            ("2026-01-31", "2026-03-02T23:59:59+01:00"),
            ("2026-01-09", "2026-02-09T23:59:59+01:00"),
            ("2026-03-03", "2026-04-06T23:59:59+02:00"),
            ("2026-11-25", "2026-12-28T23:59:59+01:00"),
            ("2024-01-31", "2024-02-29T23:59:59+01:00"),
        ] {
            assert_eq!(last_day(granted), last, "granted on {granted}");
        }
    }
}
