//! Instants and days as files write them.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::domain::plazo::{from_madrid, start_of_day};

/// Years outside which a date is a slip.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// What comes first in a date with bars, where both of its first numbers could be the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bars {
    /// The day, as in Spain: the file is one that a spreadsheet set to Spanish writes.
    DayFirst,
    /// Nobody can tell.
    Unknown,
}

/// Why a text is no instant, or no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoInstant {
    /// It is of no form that is known, or there is no such day or hour.
    Form,
    /// It could be of two days.
    TwoDays,
    /// It is the number by which a spreadsheet keeps a date; from which day it counts depends on the program.
    Serial,
}

/// An instant: RFC 3339, or a wall-clock time of Madrid.
pub(super) fn instant(text: &str, bars: Bars) -> Result<DateTime<Utc>, NoInstant> {
    let within = |at: DateTime<Utc>| YEARS.contains(&at.year()).then_some(at);
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return within(at.to_utc()).ok_or(NoInstant::Form);
    }
    let Some((date, time)) = text.split_once([' ', 'T']) else {
        return Err(day(text, bars).err().unwrap_or(NoInstant::Form));
    };
    let time = clock(time.trim_start_matches(' ')).ok_or(NoInstant::Form)?;
    let local: NaiveDateTime = day(date, bars)?.and_time(time);
    Ok(from_madrid(local))
}

/// An instant, or a day from its first one on.
pub(super) fn beginning(text: &str, bars: Bars) -> Result<DateTime<Utc>, NoInstant> {
    instant(text, bars).or_else(|_| day(text, bars).map(start_of_day))
}

/// The first instant after something ends: that instant, or the end of a day that counts whole.
pub(super) fn end(text: &str, bars: Bars) -> Result<DateTime<Utc>, NoInstant> {
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).ok_or(NoInstant::Form);
    instant(text, bars).or_else(|_| day(text, bars).and_then(after).map(start_of_day))
}

/// A day: `YYYY-MM-DD`, `DD-MM-YYYY`, `DD/MM/YYYY` or `YYYY/MM/DD`, the year in four figures.
fn day(text: &str, bars: Bars) -> Result<NaiveDate, NoInstant> {
    let figures = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    if text.split([',', '.']).all(figures) && !text.is_empty() {
        return Err(NoInstant::Serial);
    }
    let bar = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(bar).map(|part| figures(part).then_some(part));
    let (Some(Some(first)), Some(Some(second)), Some(Some(third)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NoInstant::Form);
    };
    let (year, month, day) = match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => (first, second, third),
        (1..=2, 1..=2, 4) => (third, second, first),
        _ => return Err(NoInstant::Form),
    };
    let number = |text: &str| text.parse::<u32>().map_err(|_| NoInstant::Form);
    let found = year
        .parse()
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, number(month).ok()?, number(day).ok()?))
        .filter(|day| YEARS.contains(&day.year()))
        .ok_or(NoInstant::Form)?;
    let two_days = bar == '/' && third.len() == 4 && found.day() <= 12 && found.day() != found.month();
    if two_days && bars == Bars::Unknown {
        return Err(NoInstant::TwoDays);
    }
    Ok(found)
}

/// A time of the day: hours in one figure or two, minutes, and seconds or none.
fn clock(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split(':');
    let mut next = |least: usize| {
        let part = parts.next()?;
        let good = (least..=2).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_digit());
        good.then(|| part.parse().ok()).flatten()
    };
    let (hours, minutes) = (next(1)?, next(2)?);
    let seconds = if text.matches(':').count() == 1 {
        0
    } else {
        next(2)?
    };
    match parts.next() {
        None => NaiveTime::from_hms_opt(hours, minutes, seconds),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(found: Result<DateTime<Utc>, NoInstant>) -> Result<String, NoInstant> {
        found.map(|at| at.to_rfc3339())
    }

    #[test]
    fn a_time_without_offset_is_of_madrid() {
        let expected = Ok("2026-07-01T08:30:00+00:00".to_owned());
        for text in [
            "2026-07-01T10:30:00+02:00",
            "2026-07-01 10:30:00",
            "2026-07-01T10:30:00",
            "01-07-2026 10:30:00",
            "01/07/2026 10:30",
            "1/7/2026  10:30:00",
            "2026/07/01 10:30",
        ] {
            assert_eq!(utc(instant(text, Bars::DayFirst)), expected, "{text}");
        }
    }

    #[test]
    fn what_a_spanish_spreadsheet_writes_is_read_day_first() {
        let expected = Ok("2026-11-26T08:00:00+00:00".to_owned());
        for bars in [Bars::DayFirst, Bars::Unknown] {
            for text in ["26/11/2026 9:00", "26/11/2026 09:00:00", "26/11/2026  9:00:00"] {
                assert_eq!(utc(instant(text, bars)), expected, "{text}");
            }
        }
        let expected = Ok("2026-04-02T22:00:00+00:00".to_owned());
        assert_eq!(utc(beginning("3/4/2026", Bars::DayFirst)), expected);
        for read in [beginning, end, instant] {
            assert_eq!(read("3/4/2026", Bars::Unknown), Err(NoInstant::TwoDays));
        }
        assert_eq!(instant("3/4/2026 9:00", Bars::Unknown), Err(NoInstant::TwoDays));
        // The third of March, whichever comes first.
        assert!(instant("3/3/2026 9:00", Bars::Unknown).is_ok());
        for bars in [Bars::DayFirst, Bars::Unknown] {
            for text in ["11/26/2026 9:00", "26/11/26 9:00", "26/11/2026 9:00 PM"] {
                assert_eq!(instant(text, bars), Err(NoInstant::Form), "{text}");
            }
            for text in ["46352", "46352,375", "46352.375"] {
                assert_eq!(instant(text, bars), Err(NoInstant::Serial), "{text}");
                assert_eq!(end(text, bars), Err(NoInstant::Serial), "{text}");
            }
        }
    }

    #[test]
    fn a_day_begins_at_its_midnight_and_ends_at_the_next() {
        assert_eq!(
            utc(beginning("2026-04-02", Bars::Unknown)),
            Ok("2026-04-01T22:00:00+00:00".to_owned())
        );
        assert_eq!(
            utc(end("02-04-2026", Bars::Unknown)),
            Ok("2026-04-02T22:00:00+00:00".to_owned())
        );
        assert_eq!(instant("2026-04-02", Bars::Unknown), Err(NoInstant::Form));
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
            "2026-01-01 24:00:00",
            "2026-01-01 10:5",
            "2026-01-01 10:05:00:00",
            "2026-01-01 ",
            "01-02/2026",
        ] {
            assert_eq!(beginning(text, Bars::DayFirst), Err(NoInstant::Form), "{text}");
            assert_eq!(end(text, Bars::DayFirst), Err(NoInstant::Form), "{text}");
        }
    }
}
