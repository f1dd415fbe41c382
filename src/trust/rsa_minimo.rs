//! `RsaMinimo`: how many bits an RSA key must have, and from when on (D-69).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use thiserror::Error;

use super::key::RSA_LEAST_BITS;
use crate::domain::plazo;

/// How many bits a key has to have once 2048 are no longer enough (CCN-STIC 221; ECCG's agreed mechanisms, v2).
const BITS_AFTER_2048: u32 = 3072;
/// First day (of Madrid) on which Spanish guidance no longer takes RSA of fewer (CCN-STIC 221).
const END_OF_2048: (i32, u32, u32) = (2027, 1, 1);
/// Days before that from which on it is told: who renews certificates needs some months.
const NOTICE_DAYS: i64 = 90;
/// Most bits that may be asked for; keys of more are not verified.
const MOST_BITS: u32 = 8192;

/// The least bits of an RSA modulus: so many from the beginning, and others from some days (of Madrid) on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaMinimo {
    always: u32,
    /// In the order of their days.
    later: Vec<(NaiveDate, u32)>,
}

/// Why a text is no such setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RsaMinimoError {
    /// Neither a number of bits nor a day with one.
    #[error("{0:?} is neither a number of bits such as 3072, nor a day and bits such as 2027-01-01=3072")]
    Form(String),
    /// Bits that nobody could ask for.
    #[error("{0} bits: it must be from {min} to {MOST_BITS}", min = RSA_LEAST_BITS)]
    Bits(u32),
    /// Two settings for one day.
    #[error("two minimums begin on {0}")]
    Twice(String),
}

impl Default for RsaMinimo {
    fn default() -> Self {
        Self {
            always: RSA_LEAST_BITS,
            later: Vec::new(),
        }
    }
}

impl RsaMinimo {
    /// Of parts: bits that hold from the beginning (2048 where no part says it), and days from which on others do.
    pub fn of(parts: impl IntoIterator<Item = (Option<NaiveDate>, u32)>) -> Result<Self, RsaMinimoError> {
        let mut always = None;
        let mut later: Vec<(NaiveDate, u32)> = Vec::new();
        for (from, bits) in parts {
            if !(RSA_LEAST_BITS..=MOST_BITS).contains(&bits) {
                return Err(RsaMinimoError::Bits(bits));
            }
            match from {
                None if always.is_some() => return Err(RsaMinimoError::Twice("the first day".to_owned())),
                None => always = Some(bits),
                Some(day) if later.iter().any(|(other, _)| *other == day) => {
                    return Err(RsaMinimoError::Twice(day.to_string()));
                }
                Some(day) => later.push((day, bits)),
            }
        }
        later.sort_unstable();
        Ok(Self {
            always: always.unwrap_or(RSA_LEAST_BITS),
            later,
        })
    }

    /// Of words as [`RsaMinimo`] is written: `2048`, `2027-01-01=3072`.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, RsaMinimoError> {
        let parts: Result<Vec<_>, _> = words.into_iter().map(part).collect();
        Self::of(parts?)
    }

    /// How many bits there must be at an instant.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> u32 {
        let begun = |(day, _): &&(NaiveDate, u32)| plazo::start_of_day(*day) <= at;
        self.later
            .iter()
            .rev()
            .find(begun)
            .map_or(self.always, |(_, bits)| *bits)
    }

    /// The last instant at which what holds at `at` still does.
    pub(super) fn holds_until(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.later
            .iter()
            .map(|(day, _)| plazo::start_of_day(*day))
            .find(|start| *start > at)
            .map_or(DateTime::<Utc>::MAX_UTC, |start| {
                start - chrono::TimeDelta::nanoseconds(1)
            })
    }

    /// Whether it is to be told at `at` that keys of 2048 bits are still taken: they are at the end of 2026 or later, and
    /// that is near or past, unless nothing is taken by then any more.
    #[must_use]
    pub fn outlives_2048(&self, at: DateTime<Utc>, until: Option<DateTime<Utc>>) -> bool {
        let Some(end) = end_of_2048() else {
            return false;
        };
        at >= end - chrono::TimeDelta::days(NOTICE_DAYS)
            && until.is_none_or(|until| until > end)
            && self.at(at.max(end)) < BITS_AFTER_2048
    }
}

/// Whether it is to be told at `at` that a key of so many bits is used until then: as of minimums.
#[must_use]
pub fn outlives_2048(bits: u32, at: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    RsaMinimo {
        always: bits,
        later: Vec::new(),
    }
    .outlives_2048(at, Some(until))
}

fn end_of_2048() -> Option<DateTime<Utc>> {
    let (year, month, day) = END_OF_2048;
    NaiveDate::from_ymd_opt(year, month, day).map(plazo::start_of_day)
}

fn part(word: &str) -> Result<(Option<NaiveDate>, u32), RsaMinimoError> {
    let form = || RsaMinimoError::Form(word.to_owned());
    let (day, bits) = match word.split_once('=') {
        Some((day, bits)) => (Some(day.parse().map_err(|_| form())?), bits),
        None => (None, word),
    };
    Ok((day, bits.parse().map_err(|_| form())?))
}

impl fmt::Display for RsaMinimo {
    /// The words that [`RsaMinimo::parse`] reads, with blanks between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.always)?;
        self.later
            .iter()
            .try_for_each(|(day, bits)| write!(f, " {day}={bits}"))
    }
}

impl FromStr for RsaMinimo {
    type Err = RsaMinimoError;

    fn from_str(text: &str) -> Result<Self, RsaMinimoError> {
        Self::parse(text.split_ascii_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> DateTime<Utc> {
        plazo::start_of_day(day.parse().unwrap())
    }

    #[test]
    fn a_minimum_begins_with_its_day_in_madrid() {
        let dated: RsaMinimo = "2027-01-01=3072 2030-01-01=4096".parse().unwrap();
        let second = chrono::TimeDelta::seconds(1);
        assert_eq!(dated.at(on("2027-01-01") - second), 2048);
        assert_eq!(dated.at(on("2027-01-01")), 3072);
        assert_eq!(dated.at(on("2029-12-31")), 3072);
        assert_eq!(dated.at(on("2031-01-01")), 4096);
        assert_eq!(
            dated.holds_until(on("2026-01-01")),
            on("2027-01-01") - chrono::TimeDelta::nanoseconds(1)
        );
        assert_eq!(dated.holds_until(on("2031-01-01")), DateTime::<Utc>::MAX_UTC);
        assert_eq!(dated.to_string(), "2048 2027-01-01=3072 2030-01-01=4096");
        assert_eq!(dated.to_string().parse(), Ok(dated));
    }

    #[test]
    fn what_is_no_minimum_is_refused() {
        let parse = |text: &str| text.parse::<RsaMinimo>();
        assert_eq!(parse("1024"), Err(RsaMinimoError::Bits(1024)));
        assert_eq!(parse("2027-01-01=9000"), Err(RsaMinimoError::Bits(9000)));
        for text in ["many", "2027-13-01=3072", "2027-01-01", "=3072", "-1"] {
            assert_eq!(parse(text), Err(RsaMinimoError::Form(text.to_owned())));
        }
        assert!(matches!(parse("2048 3072"), Err(RsaMinimoError::Twice(_))));
        assert!(matches!(
            parse("2027-01-01=3072 2027-01-01=4096"),
            Err(RsaMinimoError::Twice(_))
        ));
    }

    #[test]
    fn that_2048_bits_are_taken_is_told_near_the_end_of_2026_and_after_it() {
        let told = |minimo: &str, at, until: Option<&str>| {
            let minimo: RsaMinimo = minimo.parse().unwrap();
            minimo.outlives_2048(on(at), until.map(on))
        };
        assert!(!told("2048", "2026-06-01", None), "not near");
        assert!(told("2048", "2026-11-01", None));
        assert!(told("2048", "2027-06-01", None));
        assert!(!told("3072", "2027-06-01", None));
        assert!(!told("2027-01-01=3072", "2026-12-31", None), "they end in time");
        assert!(told("2027-01-02=3072", "2026-12-31", None), "a day late");
        assert!(
            !told("2048", "2026-12-31", Some("2027-01-01")),
            "nothing is taken by then"
        );
        assert!(told("2048", "2026-12-31", Some("2027-01-02")));
    }
}
