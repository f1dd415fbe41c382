//! `Intervalo`: from when until when something has effect.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// The instant from which has effect what has had it always: the beginning of the year 1, before any that is recorded.
pub const SIEMPRE: DateTime<Utc> = match DateTime::from_timestamp(-62_135_596_800, 0) {
    Some(instant) => instant,
    None => DateTime::<Utc>::MIN_UTC,
};

/// A stretch of time, its end left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Intervalo {
    /// Its first instant.
    pub desde: DateTime<Utc>,
    /// The first instant after it; nothing while no end is known.
    pub hasta: Option<DateTime<Utc>>,
}

impl Intervalo {
    /// Whether an instant is in it.
    #[must_use]
    pub fn contains(self, at: DateTime<Utc>) -> bool {
        self.desde <= at && !self.over_at(at)
    }

    /// Whether it is over by an instant.
    #[must_use]
    pub fn over_at(self, at: DateTime<Utc>) -> bool {
        self.hasta.is_some_and(|hasta| hasta <= at)
    }

    /// What two have in common, if anything.
    #[must_use]
    pub fn common(self, other: Self) -> Option<Self> {
        let desde = self.desde.max(other.desde);
        let hasta = match (self.hasta, other.hasta) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        hasta
            .is_none_or(|hasta| desde < hasta)
            .then_some(Self { desde, hasta })
    }

    /// Both as one, where the other begins within this one or at its end.
    #[must_use]
    pub fn joined(self, next: Self) -> Option<Self> {
        let meets = self.desde <= next.desde && self.hasta.is_none_or(|hasta| next.desde <= hasta);
        let hasta = match (self.hasta, next.hasta) {
            (Some(one), Some(two)) => Some(one.max(two)),
            _ => None,
        };
        meets.then_some(Self {
            desde: self.desde,
            hasta,
        })
    }
}

/// What holds from each instant on until the next, in order of time, of what was told in this order: of what was told of one
/// instant the last counts, and what says again what holds already says nothing.
#[must_use]
pub fn escalones<T: PartialEq>(
    told: impl IntoIterator<Item = (DateTime<Utc>, T)>,
) -> Vec<(DateTime<Utc>, T)> {
    let by_instant: BTreeMap<DateTime<Utc>, T> = told.into_iter().collect();
    let mut steps: Vec<_> = by_instant.into_iter().collect();
    steps.dedup_by(|(_, later), (_, earlier)| later == earlier);
    steps
}

/// From when something told has effect, where no instant is told with it: the first thing that is told always had it, and
/// whatever differs from the last has it from the instant at which it is recorded. Nothing where it says what holds already.
#[must_use]
pub fn takes_effect<T: PartialEq>(
    steps: &[(DateTime<Utc>, T)],
    told: &T,
    desde: Option<DateTime<Utc>>,
    registrado: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let at = |desde| steps.iter().rev().find(|(since, _)| *since <= desde);
    match (desde, steps.last()) {
        (None, None) => Some(SIEMPRE),
        (None, Some((_, last))) => (last != told).then_some(registrado),
        (Some(desde), _) => at(desde).is_none_or(|(_, then)| then != told).then_some(desde),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(desde: i64, hasta: Option<i64>) -> Intervalo {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        Intervalo {
            desde: at(desde),
            hasta: hasta.map(at),
        }
    }

    #[test]
    fn an_end_is_left_out_and_what_only_touches_has_nothing_in_common() {
        let early = between(0, Some(3));
        let contained = [-1, 0, 2, 3].map(|at| early.contains(DateTime::from_timestamp(at, 0).unwrap()));
        assert_eq!(contained, [false, true, true, false]);
        assert_eq!(early.common(between(3, None)), None);
        assert_eq!(early.common(between(2, None)), Some(between(2, Some(3))));
    }

    #[test]
    fn what_touches_is_joined_and_what_leaves_a_gap_is_not() {
        let early = between(0, Some(3));
        assert_eq!(early.joined(between(3, None)), Some(between(0, None)));
        assert_eq!(early.joined(between(1, Some(2))), Some(early));
        assert_eq!(early.joined(between(4, None)), None);
    }

    #[test]
    fn what_is_told_without_an_instant_holds_always_if_it_is_the_first_and_from_its_record_on_if_not() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let steps = escalones([(at(5), "b"), (SIEMPRE, "a"), (at(7), "b")]);
        assert_eq!(steps, [(SIEMPRE, "a"), (at(5), "b")]);
        for (told, desde, expected) in [
            ("b", None, None),
            ("c", None, Some(at(9))),
            ("a", Some(at(6)), Some(at(6))),
            ("a", Some(at(4)), None),
        ] {
            assert_eq!(
                takes_effect(&steps, &told, desde, at(9)),
                expected,
                "{told} {desde:?}"
            );
        }
        assert_eq!(takes_effect(&[], &"a", None, at(9)), Some(SIEMPRE));
    }
}
