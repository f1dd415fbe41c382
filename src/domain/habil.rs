//! Terms of a month that are moved to a working day (LPAC arts. 30.4, 30.5; D-47, D-48).

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use chrono_tz::Europe::Madrid;

use super::calendario::{Calendarios, SinCalendario};
use super::plazo::start_of_day;

/// Whether a term of a month, counted from date to date in Madrid, that began at `start` is over at `at`: where its last day is
/// inhábil it is the next working one, which counts whole. Within the month no calendar is needed to tell.
pub fn month_is_over(
    start: DateTime<Utc>,
    at: DateTime<Utc>,
    calendarios: &Calendarios,
) -> Result<bool, SinCalendario> {
    let day = start.with_timezone(&Madrid).date_naive();
    let Some(last) = day.checked_add_months(Months::new(1)) else {
        return Ok(false);
    };
    if at < end_of(last) {
        return Ok(false);
    }
    Ok(end_of(next_working(last, calendarios)?) <= at)
}

/// The first working day from this one on.
pub fn next_working(mut day: NaiveDate, calendarios: &Calendarios) -> Result<NaiveDate, SinCalendario> {
    while calendarios.is_inhabil(day)? {
        match day.succ_opt() {
            Some(next) => day = next,
            None => break,
        }
    }
    Ok(day)
}

/// The first instant after a day.
pub(super) fn end_of(day: NaiveDate) -> DateTime<Utc> {
    day.checked_add_days(Days::new(1))
        .map_or(DateTime::<Utc>::MAX_UTC, start_of_day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendario::tests::national;
    use crate::domain::plazo::last_second;
    use chrono::TimeDelta;

    /// Whether it is over at the start of a day, by the first edition of the calendars.
    fn over(granted: &str, day: &str) -> Result<bool, SinCalendario> {
        let start = |day: &str| start_of_day(day.parse().unwrap());
        month_is_over(start(granted), start(day), &national())
    }

    #[test]
    fn a_month_goes_from_date_to_date_and_on_to_the_next_working_day() {
        for (granted, last) in [
            ("2026-01-31", "2026-03-02"),
            ("2026-01-09", "2026-02-09"),
            ("2026-03-03", "2026-04-06"),
            ("2026-11-25", "2026-12-28"),
            ("2024-01-31", "2024-02-29"),
        ] {
            let start = start_of_day(granted.parse().unwrap());
            let end = end_of(last.parse().unwrap());
            for (at, expected) in [(last_second(end), false), (end, true)] {
                assert_eq!(
                    month_is_over(start, at, &national()),
                    Ok(expected),
                    "granted on {granted}, at {at}"
                );
            }
        }
    }

    #[test]
    fn without_a_calendar_only_what_needs_none_is_told() {
        // 2028-02-05 is a Saturday.
        assert_eq!(over("2028-01-05", "2028-02-05"), Ok(false));
        assert_eq!(over("2028-01-05", "2028-02-07"), Err(SinCalendario(2028)));
        assert_eq!(over("2027-12-07", "2028-01-07"), Ok(false));
        let start = start_of_day("2027-12-07".parse().unwrap());
        let late = start + TimeDelta::days(40);
        assert_eq!(month_is_over(start, late, &national()), Err(SinCalendario(2028)));
    }
}
