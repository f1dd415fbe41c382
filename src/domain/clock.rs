//! Whether clocks agree: nothing with legal effect is written on the word of one (D-100).

use chrono::{DateTime, TimeDelta, Utc};

/// What clocks say of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readings {
    /// The machine's clock, which is the official time if nothing speaks against it.
    pub system: DateTime<Utc>,
    /// What it should say by the time that has gone by since it was believed, as a clock counts it that nobody sets.
    pub expected: Option<DateTime<Utc>>,
    /// The newest instant in the journal: time was there already.
    pub journal: Option<DateTime<Utc>>,
    /// The clock of the database's server.
    pub database: Option<DateTime<Utc>>,
}

/// What speaks against the machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// The time that has gone by.
    Elapsed,
    /// The newest instant in the journal, which is never ahead of the time.
    Journal,
    /// A notification that was published later than the clock says.
    Publication,
    /// The database's server.
    Database,
    /// How long the service had been stopped, if the clock were right.
    Stop,
    /// Time stamps, two in a row (E-22).
    Stamp,
}

impl Witness {
    /// Its name, for log and journal.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Elapsed => "tiempo_transcurrido",
            Self::Journal => "diario",
            Self::Publication => "publicacion",
            Self::Database => "base_de_datos",
            Self::Stop => "parada",
            Self::Stamp => "sello_de_tiempo",
        }
    }
}

/// That the machine's clock is not what a witness says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock is {} seconds {} by «{}»", difference.num_seconds().abs(), side(*difference), witness.code())]
pub struct Disagreement {
    /// Who says something else.
    pub witness: Witness,
    /// By how much the machine's clock is ahead; negative if it is behind.
    pub difference: TimeDelta,
}

impl Disagreement {
    /// Whether it stands whatever the clocks at hand say: only an operator's word ends that of a stop, and what the database
    /// knows speaks on while it cannot be asked.
    #[must_use]
    pub fn stands(&self, database_asked: bool) -> bool {
        match self.witness {
            Witness::Stop => true,
            // What either knows is at hand.
            Witness::Elapsed | Witness::Stamp => false,
            Witness::Journal | Witness::Publication | Witness::Database => !database_asked,
        }
    }
}

fn side(difference: TimeDelta) -> &'static str {
    if difference < TimeDelta::zero() {
        "behind"
    } else {
        "ahead"
    }
}

impl Readings {
    /// What speaks against the machine's clock by more than `most`. That it is far ahead of the journal says nothing: there
    /// may have been nothing to record.
    pub fn agree(&self, most: TimeDelta) -> Result<(), Disagreement> {
        let ahead_of = |other: Option<DateTime<Utc>>| other.map(|other| self.system - other);
        let told = [
            (Witness::Elapsed, ahead_of(self.expected)),
            (
                Witness::Journal,
                ahead_of(self.journal).filter(|difference| *difference < TimeDelta::zero()),
            ),
            (Witness::Database, ahead_of(self.database)),
        ];
        let against = told
            .into_iter()
            .find_map(|(witness, difference)| Some((witness, difference.filter(|d| d.abs() > most)?)));
        match against {
            None => Ok(()),
            Some((witness, difference)) => Err(Disagreement { witness, difference }),
        }
    }
}

/// That something published at `published` is there: an instant before that is none at which it could be decided.
pub fn published_by(at: DateTime<Utc>, published: DateTime<Utc>) -> Result<(), Disagreement> {
    if at < published {
        let (witness, difference) = (Witness::Publication, at - published);
        return Err(Disagreement { witness, difference });
    }
    Ok(())
}

/// The instant of the next row of the journal, by a clock that is believed: time does not go back, however little clocks of
/// several machines differ.
#[must_use]
pub fn not_before(at: DateTime<Utc>, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
    last.map_or(at, |last| at.max(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: TimeDelta = TimeDelta::minutes(2);

    fn noon(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_130_500 + seconds, 0).unwrap()
    }

    fn alone() -> Readings {
        Readings {
            system: noon(0),
            expected: None,
            journal: None,
            database: None,
        }
    }

    #[test]
    fn a_clock_that_nothing_speaks_against_is_believed() {
        assert_eq!(alone().agree(MOST), Ok(()));
        for difference in [-120, 0, 120] {
            let near = Readings {
                expected: Some(noon(difference)),
                database: Some(noon(difference)),
                journal: Some(noon(difference)),
                ..alone()
            };
            assert_eq!(near.agree(MOST), Ok(()), "{difference}");
        }
    }

    #[test]
    fn each_witness_is_heard_on_the_side_on_which_it_can_know() {
        for seconds in [-121, 121] {
            let other = Some(noon(-seconds));
            let difference = TimeDelta::seconds(seconds);
            let against = |witness| Err(Disagreement { witness, difference });
            let elapsed = Readings {
                expected: other,
                ..alone()
            };
            assert_eq!(elapsed.agree(MOST), against(Witness::Elapsed));
            let database = Readings {
                database: other,
                ..alone()
            };
            assert_eq!(database.agree(MOST), against(Witness::Database));
            let journal = Readings {
                journal: other,
                ..alone()
            };
            let heard = if seconds < 0 {
                against(Witness::Journal)
            } else {
                Ok(())
            };
            assert_eq!(journal.agree(MOST), heard);
        }
    }

    #[test]
    fn what_the_database_says_against_a_clock_stands_while_it_cannot_be_asked() {
        let stands = |witness, asked| {
            let difference = TimeDelta::days(1);
            Disagreement { witness, difference }.stands(asked)
        };
        for witness in [Witness::Journal, Witness::Database] {
            assert!(stands(witness, false) && !stands(witness, true), "{witness:?}");
        }
        for asked in [false, true] {
            assert!(stands(Witness::Stop, asked));
            assert!(!stands(Witness::Elapsed, asked));
        }
    }

    #[test]
    fn time_does_not_go_back() {
        assert_eq!(not_before(noon(0), None), noon(0));
        assert_eq!(not_before(noon(0), Some(noon(1))), noon(1));
        assert_eq!(not_before(noon(2), Some(noon(1))), noon(2));
    }
}
