//! `Question`: two groups of the code of a document that somebody names (E-51).

use chrono::{DateTime, NaiveDate, Utc};
use openssl::error::ErrorStack;

use super::sealed::{Key, Purpose};
use crate::domain::cea::{CeaId, Pareja, fecha};

pub use super::sealed::Chance;

/// For how long the same groups of a document are asked for, in seconds: whoever knows two of them cannot ask until they are asked for.
const SAME: i64 = 3600;

/// What is asked, of which document, until when it may be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The document that was named, whether or not there is one.
    pub id: CeaId,
    /// The date that was named with it.
    pub fecha: NaiveDate,
    /// Which groups are asked for.
    pub pareja: Pareja,
    /// From when on it is too late.
    pub until: DateTime<Utc>,
}

/// Octets of an id, and of a date as it is printed.
const ID: usize = 12;
const FECHA: usize = 8;

impl Question {
    /// That about a document: which groups depends on its id, the hour and the key alone, not on whether there is one.
    pub(super) fn new(
        key: &Key,
        (id, fecha): (CeaId, NaiveDate),
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Self, ErrorStack> {
        let hour = at.timestamp().div_euclid(SAME);
        let drawn = key.hash(
            Purpose::Groups,
            &[id.as_str().as_bytes(), &hour.to_be_bytes()].concat(),
        )?;
        let first = drawn.0.first_chunk().copied().unwrap_or_default();
        let pareja = Pareja::drawn(u64::from_be_bytes(first));
        Ok(Self {
            id,
            fecha,
            pareja,
            until,
        })
    }

    /// What is given out of it.
    pub(super) fn octets(&self) -> Vec<u8> {
        let Pareja { primero, segundo } = self.pareja;
        [
            self.id.as_str().as_bytes(),
            self.fecha.format("%d%m%Y").to_string().as_bytes(),
            &[primero, segundo],
            &self.until.timestamp().to_be_bytes(),
        ]
        .concat()
    }

    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let (id, rest) = octets.split_at_checked(ID)?;
        let (day, rest) = rest.split_at_checked(FECHA)?;
        let (&[primero, segundo], until) = rest.split_first_chunk()?;
        let text = |octets| std::str::from_utf8(octets).ok();
        Some(Self {
            id: text(id)?.parse().ok()?,
            fecha: fecha(text(day)?).ok()?,
            pareja: Pareja { primero, segundo },
            until: DateTime::from_timestamp(i64::from_be_bytes(until.try_into().ok()?), 0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(key: &Key, id: &str, seconds: i64) -> Question {
        let at = DateTime::from_timestamp(1_773_130_500 + seconds, 0).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        Question::new(key, (id.parse().unwrap(), day), at, at).unwrap()
    }

    #[test]
    fn a_question_is_read_as_it_was_given_out() {
        let question = asked(&Key::new([7; 32]).unwrap(), "AC0123456789", 0);
        assert_eq!(Question::read(&question.octets()), Some(question.clone()));
        assert_eq!(Question::read(&question.octets()[..29]), None);
    }

    #[test]
    fn the_same_groups_are_asked_for_within_an_hour_and_others_of_others() {
        let key = Key::new([7; 32]).unwrap();
        let begun = 1_773_130_500 % SAME;
        let pair = |id: &str, seconds| asked(&key, id, seconds).pareja;
        for seconds in [-begun, 0, SAME - 1 - begun] {
            assert_eq!(
                pair("AC0123456789", seconds),
                pair("AC0123456789", 0),
                "{seconds}"
            );
        }
        let hours: Vec<_> = (0..200).map(|hour| pair("AC0123456789", hour * SAME)).collect();
        let documents: Vec<_> = (0..200).map(|n| pair(&format!("AC0123456{n:03}"), 0)).collect();
        for drawn in [hours, documents] {
            assert!(Pareja::all().all(|pair| drawn.contains(&pair)));
        }
    }
}
