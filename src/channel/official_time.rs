//! Official time: the machine's clock, for as long as nothing speaks against it (LPAC art. 31.2; D-100).
//!
//! What has legal effect is not written on the word of one clock. The machine's is held against the time that has gone by
//! since it was believed, which nobody sets; against the newest instant in the journal; and against the clock of the
//! database's server, where there is one. While one of them speaks against it listings go on, decisions are refused, and
//! neither lapses nor purges are written. It ends by itself when they agree again, or by an operator's word.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};

use crate::config::Reloj;
use crate::domain::clock::{Disagreement, Readings, Witness};
use crate::domain::stamped::Stamped;
use crate::store::clock::{self, Accepted, Seen};
use crate::store::{Durability, Store, StoreError, journal};

use super::counters;
use super::stamp_counters;

/// The clocks of a machine.
#[derive(Clone)]
pub struct Clocks {
    /// What the time is.
    pub system: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// How long the machine has been running, sleep included: a count that nobody sets.
    pub since_boot: Arc<dyn Fn() -> TimeDelta + Send + Sync>,
    /// Which boot of which machine that is.
    pub boot: String,
    /// The clock by which those who call go, where it need not be the service's: a demonstration may be told another time, and
    /// the programs that try it are not. It can be put back then too.
    pub of_callers: Option<Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>>,
}

/// How much of a difference is forgiven in the time that goes by: clocks that are kept are corrected by little and little,
/// at most so fast, and over months that adds up. A thousandth is twice what the kernel's own correction may be (500 ppm).
const FORGIVEN: i32 = 1000;
/// How often the clock is written down for whoever starts next.
const WRITTEN_EVERY: TimeDelta = TimeDelta::seconds(30);

/// The clock of the service, and what is held of it.
pub(super) struct OfficialTime {
    clocks: Clocks,
    /// By how much clocks may differ.
    most: TimeDelta,
    belief: ArcSwap<Belief>,
    /// Held by whoever looks, which is one task.
    watch: Mutex<Watch>,
    /// By how much the clock may differ from the time of whoever dates.
    most_from_stamps: TimeDelta,
    /// What time stamps say.
    stamped: Mutex<Stamped>,
}

/// What is held of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Belief {
    /// An instant that was believed.
    instante: DateTime<Utc>,
    /// How long the machine had then been running.
    since_boot: TimeDelta,
    /// What an operator took the difference from the database's clock for.
    database_ahead: TimeDelta,
    /// What speaks against it.
    doubt: Option<Disagreement>,
}

#[derive(Debug, Default)]
struct Watch {
    /// The last word of an operator that was heard.
    accepted: Option<Accepted>,
    written: Option<TimeDelta>,
}

impl OfficialTime {
    /// Begins with what the database knows of this machine's clock.
    pub(super) fn begin(clocks: Clocks, reloj: &Reloj, store: &Store) -> Result<Self, StoreError> {
        let (system, since_boot) = ((clocks.system)(), (clocks.since_boot)());
        let (seen, newest) = store
            .read::<_, StoreError, _>(|conn| Ok((clock::seen(conn, &clocks.boot)?, clock::newest(conn)?)))?;
        let stopped = newest.map(|newest| system - newest);
        let mut belief = Belief {
            instante: system,
            since_boot,
            database_ahead: TimeDelta::zero(),
            doubt: None,
        };
        match (seen, stopped, reloj.parada_maxima()) {
            // It ran during this same boot: what the clock should say is known. (A container may count from its own start, and
            // still tell the boot of its machine: a count that went back is another one.)
            (Some(seen), _, _) if seen.since_boot <= since_boot => {
                belief = Belief {
                    instante: seen.instante,
                    since_boot: seen.since_boot,
                    ..belief
                }
            }
            (_, Some(difference), Some(longest)) if difference > longest => {
                belief.doubt = Some(Disagreement {
                    witness: Witness::Stop,
                    difference,
                });
            }
            _ => {}
        }
        let time = Self {
            clocks,
            most: reloj.salto_maximo(),
            belief: ArcSwap::from_pointee(belief),
            // What was said a moment before the start is heard; what is older no longer fits the clock.
            watch: Mutex::default(),
            most_from_stamps: reloj.desfase_maximo(),
            stamped: Mutex::default(),
        };
        if let Some(doubt) = belief.doubt {
            tell(&doubt);
        }
        time.look(store)?;
        Ok(time)
    }

    /// What the clock says.
    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clocks.system)()
    }

    /// How long the machine has been running.
    pub(super) fn since_boot(&self) -> TimeDelta {
        (self.clocks.since_boot)()
    }

    /// What the clock says by which those who call go, where that is another one.
    pub(super) fn of_callers(&self) -> Option<DateTime<Utc>> {
        self.clocks.of_callers.as_ref().map(|clock| clock())
    }

    /// What speaks against the clock, as far as it was looked at.
    pub(super) fn doubt(&self) -> Option<Disagreement> {
        self.belief.load().doubt
    }

    /// Hears by how much the clock is ahead of a time stamp that is to be believed in all else (E-22).
    pub(super) fn hear_stamp(&self, difference: TimeDelta) {
        stamp_counters::offset(difference);
        let mut stamped = self.stamped.lock().unwrap_or_else(PoisonError::into_inner);
        *stamped = stamped.after(difference, self.most_from_stamps);
    }

    /// Whether the clock may be believed when it says `at`, the newest instant of the journal being `last`. It asks no
    /// database: what that says is looked at now and then.
    pub(super) fn believe(&self, at: DateTime<Utc>, last: Option<DateTime<Utc>>) -> Result<(), Disagreement> {
        let belief = self.belief.load();
        if let Some(doubt) = belief.doubt {
            return Err(doubt);
        }
        let readings = Readings {
            system: at,
            expected: Some(belief.expected((self.clocks.since_boot)())),
            journal: last,
            database: None,
        };
        readings.agree(self.most)
    }

    /// Takes the machine's clock for right as it is, whatever was known of it: a demonstration was told another time, or was put
    /// back to when it was made.
    pub(super) fn settle(&self, store: &Store) -> Result<(), StoreError> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let (database, accepted) =
            store.read::<_, StoreError, _>(|conn| Ok((clock::of_database(conn)?, clock::accepted(conn)?)))?;
        let (system, since_boot) = ((self.clocks.system)(), (self.clocks.since_boot)());
        self.belief.store(Arc::new(Belief {
            instante: system,
            since_boot,
            database_ahead: database.map_or(TimeDelta::zero(), |database| database - system),
            doubt: None,
        }));
        *watch = Watch {
            accepted,
            written: None,
        };
        counters::clock(None);
        Ok(())
    }

    /// Looks at all clocks, and holds of the machine's what they say. What changes goes to the log.
    pub(super) fn look(&self, store: &Store) -> Result<(), StoreError> {
        // One at a time, and nothing panics while it is held.
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let known = store.read::<_, StoreError, _>(|conn| {
            Ok((
                clock::of_database(conn)?,
                journal::last(conn)?,
                clock::accepted(conn)?,
            ))
        });
        let (database, last, accepted) = match known {
            Ok(known) => known,
            // What time has gone by is known without it.
            Err(_) => (None, None, watch.accepted),
        };
        let (system, since_boot) = ((self.clocks.system)(), (self.clocks.since_boot)());
        let mut belief = **self.belief.load();
        let word = accepted.filter(|word| watch.accepted.is_none_or(|heard| heard.asiento < word.asiento));
        if let Some(word) = word {
            watch.accepted = Some(word);
            // It was said of this clock, and not of what it has become since.
            if (system - word.instante).abs() <= self.most {
                belief = Belief {
                    instante: system,
                    since_boot,
                    database_ahead: database.map_or(TimeDelta::zero(), |database| database - system),
                    doubt: None,
                };
                let mut stamped = self.stamped.lock().unwrap_or_else(PoisonError::into_inner);
                *stamped = stamped.forgiven();
                tracing::warn!(row = word.asiento, "an operator says that the clock is right");
            }
        }
        let standing = belief.doubt.filter(|doubt| doubt.stands(known.is_ok()));
        let readings = Readings {
            system,
            expected: Some(belief.expected(since_boot)),
            journal: last,
            database: database.map(|database| database - belief.database_ahead),
        };
        let stamped = *self.stamped.lock().unwrap_or_else(PoisonError::into_inner);
        let doubt = standing
            .or(readings.agree(self.most).err())
            .or_else(|| stamped.doubt());
        match (belief.doubt, doubt) {
            (None, Some(doubt)) => tell(&doubt),
            (Some(_), None) => tracing::warn!("the clocks agree again: decisions, lapses and purges go on"),
            _ => {}
        }
        counters::clock(doubt.map(|doubt| doubt.difference));
        if doubt.is_none() {
            belief = belief.follow(system, since_boot);
        }
        self.belief.store(Arc::new(Belief { doubt, ..belief }));
        let due = watch
            .written
            .is_none_or(|written| since_boot - written >= WRITTEN_EVERY);
        if doubt.is_none() && due {
            let seen = Seen {
                instante: belief.instante,
                since_boot: belief.since_boot,
            };
            store.write::<_, StoreError, _>(Durability::Relaxed, |conn| {
                clock::write_down(conn, &self.clocks.boot, seen)
            })?;
            watch.written = Some(since_boot);
        }
        known.map(drop)
    }
}

impl Belief {
    /// What the clock should say, by the time that has gone by.
    fn expected(&self, since_boot: TimeDelta) -> DateTime<Utc> {
        self.instante
            .checked_add_signed(since_boot - self.since_boot)
            .unwrap_or(self.instante)
    }

    /// Follows the clock, as far as it may be corrected in the time that has gone by.
    fn follow(self, system: DateTime<Utc>, since_boot: TimeDelta) -> Self {
        let expected = self.expected(since_boot);
        let most = ((since_boot - self.since_boot) / FORGIVEN).max(TimeDelta::zero());
        Self {
            instante: expected + (system - expected).clamp(-most, most),
            since_boot,
            ..self
        }
    }
}

fn tell(doubt: &Disagreement) {
    tracing::error!(
        witness = doubt.witness.code(),
        difference_seconds = doubt.difference.num_seconds(),
        "the clock may not be believed: decisions are refused, and neither lapses nor purges written, until the clocks agree \
         or an operator says `notess reloj aceptar`"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_773_130_500 + seconds, 0).unwrap()
    }

    #[test]
    fn a_clock_that_is_corrected_by_little_is_followed_and_one_that_is_set_is_not() {
        let mut belief = Belief {
            instante: noon(0),
            since_boot: TimeDelta::zero(),
            database_ahead: TimeDelta::zero(),
            doubt: None,
        };
        // 500 ppm fast for a day: 43 seconds in all.
        for second in (0..86_400).step_by(5) {
            let system = noon(second) + TimeDelta::microseconds(second * 500);
            belief = belief.follow(system, TimeDelta::seconds(second));
            assert!(
                (system - belief.instante).abs() <= TimeDelta::milliseconds(10),
                "{second}"
            );
        }
        // Set an hour ahead, it is not followed there within an hour.
        let (ran, before) = (TimeDelta::seconds(90_000), belief);
        let set = belief.follow(noon(93_600), ran);
        assert!(set.instante - before.expected(ran) < TimeDelta::seconds(4));
    }
}
