//! What the operator is told of certificates that end, or that have ended: at the start, and then each day.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// How long before its end a certificate is first told of: to have one issued anew takes weeks in some houses.
const AHEAD: TimeDelta = TimeDelta::days(30);
/// Once it is near, its end is told each day.
const EVERY: TimeDelta = TimeDelta::days(1);

/// The first and the last instant of a validity.
pub(crate) type Validity = (DateTime<Utc>, DateTime<Utc>);

/// What is to be told of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It is not valid yet.
    NotYet,
    /// It is valid and ends before long.
    Ends,
    /// It is over.
    Over,
}

/// When the operator was told last, and of what.
#[derive(Default)]
pub(crate) struct Told(Mutex<Option<(DateTime<Utc>, Trouble, Validity)>>);

impl Told {
    /// What is to be told now, if anything; what is new at once, what stays so each day.
    pub(crate) fn due(&self, at: DateTime<Utc>, validity: Validity) -> Option<Trouble> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(trouble) = Trouble::at(at, validity) else {
            *told = None;
            return None;
        };
        let fresh = told
            .is_some_and(|(when, same, of)| same == trouble && of == validity && (at - when).abs() < EVERY);
        if fresh {
            return None;
        }
        *told = Some((at, trouble, validity));
        Some(trouble)
    }
}

impl Trouble {
    fn at(at: DateTime<Utc>, (from, until): Validity) -> Option<Self> {
        if at < from {
            Some(Self::NotYet)
        } else if until < at {
            Some(Self::Over)
        } else if until - at < AHEAD {
            Some(Self::Ends)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_told_at_once_and_then_each_day_from_thirty_days_before() {
        let day = TimeDelta::days;
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let validity = (start, start + day(100));
        let told = Told::default();
        let at = |days: i64| told.due(start + day(days), validity);
        assert_eq!(at(-1), Some(Trouble::NotYet));
        assert_eq!(told.due(start - TimeDelta::hours(1), validity), None);
        assert_eq!(at(0), None);
        assert_eq!(at(69), None);
        assert_eq!(at(70), None);
        assert_eq!(
            told.due(start + day(70) + TimeDelta::seconds(1), validity),
            Some(Trouble::Ends)
        );
        assert_eq!(at(71), None);
        assert_eq!(at(72), Some(Trouble::Ends));
        assert_eq!(at(100), Some(Trouble::Ends));
        // What is worse does not wait for the day.
        assert_eq!(
            told.due(start + day(100) + TimeDelta::seconds(1), validity),
            Some(Trouble::Over)
        );
        assert_eq!(at(101), None);
        assert_eq!(at(102), Some(Trouble::Over));
        // Another one that ends soon is told of by itself.
        let other = (start, start + day(110));
        assert_eq!(told.due(start + day(102), other), Some(Trouble::Ends));
        assert_eq!(told.due(start + day(102), (start, start + day(400))), None);
    }
}
