//! What time stamps say of the clock: one that differs may be the authority's own mistake, two in a row are ours (E-22).

use chrono::TimeDelta;

use super::clock::{Disagreement, Witness};

/// How many in a row speak against the clock.
const IN_A_ROW: u32 = 2;

/// What the last time stamps said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamped {
    /// How many of the last ones differed by too much.
    beyond: u32,
    /// By how much the clock was ahead of the last one.
    difference: TimeDelta,
    /// What an operator took that difference for.
    forgiven: TimeDelta,
}

impl Stamped {
    /// After another one, of which the clock is ahead by `difference`, where it may be by `most`.
    #[must_use]
    pub fn after(self, difference: TimeDelta, most: TimeDelta) -> Self {
        let beyond = if (difference - self.forgiven).abs() > most {
            self.beyond.saturating_add(1)
        } else {
            0
        };
        Self {
            beyond,
            difference,
            ..self
        }
    }

    /// After an operator has said that the clock is right: what stamps say otherwise by the same difference is theirs.
    #[must_use]
    pub fn forgiven(self) -> Self {
        Self {
            beyond: 0,
            forgiven: self.difference,
            ..self
        }
    }

    /// What they have against the clock.
    #[must_use]
    pub fn doubt(self) -> Option<Disagreement> {
        (self.beyond >= IN_A_ROW).then_some(Disagreement {
            witness: Witness::Stamp,
            difference: self.difference,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: TimeDelta = TimeDelta::seconds(30);

    fn after(differences: &[i64]) -> Stamped {
        let told = |stamped: Stamped, seconds: &i64| stamped.after(TimeDelta::seconds(*seconds), MOST);
        differences.iter().fold(Stamped::default(), told)
    }

    #[test]
    fn two_stamps_in_a_row_speak_against_the_clock_and_one_that_agrees_ends_it() {
        let doubt = |differences: &[i64]| {
            after(differences)
                .doubt()
                .map(|doubt| doubt.difference.num_seconds())
        };
        assert_eq!(doubt(&[]), None);
        assert_eq!(doubt(&[31]), None);
        assert_eq!(doubt(&[30, -30]), None);
        assert_eq!(doubt(&[31, 0, 31]), None);
        assert_eq!(doubt(&[31, 40]), Some(40));
        assert_eq!(doubt(&[31, -31]), Some(-31));
        assert_eq!(doubt(&[31, 40, 0]), None);
    }

    #[test]
    fn what_an_operator_has_accepted_speaks_against_nothing_more() {
        let accepted = after(&[3600, 3600]).forgiven();
        assert_eq!(accepted.doubt(), None);
        let told = |seconds: [i64; 2]| {
            seconds
                .iter()
                .fold(accepted, |stamped, s| stamped.after(TimeDelta::seconds(*s), MOST))
                .doubt()
        };
        assert_eq!(told([3601, 3602]), None);
        assert!(told([3631, 3632]).is_some());
    }
}
