//! `Queue`: one lane, with those who have its turns and those who wait for one.

use std::time::{Duration, Instant};

use super::fair::{Fair, Whose};
use super::metrics::LaneCounters;

/// One of the ways through the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// For what waits for no writer: cryptography, and SQL that only reads.
    Reading,
    /// For what waits for the disk and for other writers.
    Writing,
}

impl Lane {
    pub(super) const ALL: [Self; 2] = [Self::Writing, Self::Reading];

    /// Its name, for metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Reading => "lectura",
            Self::Writing => "escritura",
        }
    }
}

/// Work for a thread, and whom to tell of it.
pub(super) trait Job: Send {
    /// Whether somebody waits for it.
    fn is_wanted(&self) -> bool;
    /// Tells that it is not done now.
    fn refuse(self: Box<Self>);
    /// Does it; gives what is left of it to do where one writes.
    fn begin(self: Box<Self>) -> Option<Left>;
}

/// What is left of work, and for whom it is.
pub(super) type Left = (Whose, Box<dyn Job>);

/// Work that waits for its turn.
pub(super) struct Waiting {
    pub(super) job: Box<dyn Job>,
    /// Since when somebody waits for it.
    pub(super) since: Instant,
    /// Whether it had to wait, so that it may have been left alone meanwhile.
    pub(super) behind_others: bool,
}

impl From<Box<dyn Job>> for Waiting {
    fn from(job: Box<dyn Job>) -> Self {
        Self {
            job,
            since: Instant::now(),
            behind_others: false,
        }
    }
}

/// A turn in a lane, to be given up.
pub(super) struct Turn {
    pub(super) lane: Lane,
    number: u64,
}

/// A lane's turns, and those who wait for one.
pub(super) struct Queue {
    lane: Lane,
    turns: usize,
    /// The turns that are taken, by number, each since when.
    taken: Vec<(u64, Instant)>,
    /// How many turns there were.
    count: u64,
    pub(super) waiting: Fair<Waiting>,
    pub(super) places: usize,
    /// What one takes, of late.
    usual: Duration,
    pub(super) counters: LaneCounters,
}

/// Those who are turned away, told once the lock is no longer held.
#[derive(Default)]
pub(super) struct TurnedAway(Vec<Box<dyn Job>>);

impl Drop for TurnedAway {
    fn drop(&mut self) {
        self.0.drain(..).for_each(Job::refuse);
    }
}

impl Queue {
    pub(super) fn new(lane: Lane, turns: usize, places: usize) -> Self {
        Self {
            lane,
            turns,
            taken: Vec::new(),
            count: 0,
            waiting: Fair::default(),
            places,
            usual: Duration::ZERO,
            counters: LaneCounters::of(lane.name()),
        }
    }

    /// Whether one more need not wait.
    pub(super) fn is_free(&self) -> bool {
        self.taken.len() + self.waiting.len() < self.turns
    }

    /// How much of what waits has a turn.
    pub(super) fn ready(&self) -> usize {
        self.waiting
            .len()
            .min(self.turns.saturating_sub(self.taken.len()))
    }

    /// How long one more of this one's would wait, as far as can be told, if so many come before it does.
    pub(super) fn expected(&self, whose: Whose, coming: usize) -> Duration {
        let ahead = u32::try_from(self.waiting.ahead(whose) + coming).unwrap_or(u32::MAX);
        let turns = u32::try_from(self.turns).unwrap_or(u32::MAX).max(1);
        self.usual.saturating_mul(ahead) / turns
    }

    /// Lines up, unless it would wait longer than `patience`. Who has most waiting gives way where there is no place left.
    pub(super) fn line_up(&mut self, whose: Whose, one: Waiting, patience: Duration) -> TurnedAway {
        let mut turned_away = TurnedAway::default();
        if self.expected(whose, 0) + one.since.elapsed() > patience {
            self.counters.full.increment(1);
            turned_away.0.push(one.job);
            return turned_away;
        }
        if self.waiting.len() >= self.places {
            self.counters.full.increment(1);
            let Some(other) = self.waiting.give_way(whose) else {
                turned_away.0.push(one.job);
                return turned_away;
            };
            turned_away.0.push(other.job);
        }
        let one = Waiting {
            behind_others: true,
            ..one
        };
        self.waiting.push(whose, one);
        turned_away
    }

    /// Who has the next turn, if there is one.
    pub(super) fn call(
        &mut self,
        patience: Duration,
        turned_away: &mut TurnedAway,
    ) -> Option<(Turn, Waiting)> {
        while self.taken.len() < self.turns {
            let next = self.waiting.pop()?;
            let waited = next.since.elapsed();
            if next.behind_others && !next.job.is_wanted() {
                self.counters.abandoned.increment(1);
                turned_away.0.push(next.job);
            } else if waited > patience {
                self.counters.late.increment(1);
                turned_away.0.push(next.job);
            } else {
                self.counters.waited.record(waited.as_secs_f64());
                return Some((self.take(), next));
            }
        }
        None
    }

    /// Takes a turn, of which there must be one.
    pub(super) fn take(&mut self) -> Turn {
        self.count += 1;
        self.taken.push((self.count, Instant::now()));
        Turn {
            lane: self.lane,
            number: self.count,
        }
    }

    /// How many turns are taken.
    pub(super) fn taken(&self) -> usize {
        self.taken.len()
    }

    /// Gives up a turn, after work that took so long; false if it was lost before.
    pub(super) fn leave(&mut self, turn: &Turn, took: Duration) -> bool {
        let Some(at) = self.taken.iter().position(|(number, _)| *number == turn.number) else {
            return false;
        };
        self.taken.swap_remove(at);
        self.usual = (self.usual * 7 + took) / 8;
        true
    }

    /// Gives up the oldest turn, if its work began longer ago than `after`.
    pub(super) fn lose(&mut self, now: Instant, after: Duration) -> bool {
        let oldest = self.taken.iter().enumerate().min_by_key(|(_, (_, since))| *since);
        match oldest {
            Some((at, (_, since))) if now.saturating_duration_since(*since) > after => {
                self.taken.swap_remove(at);
                true
            }
            _ => false,
        }
    }

    /// Turns away who has waited too long at `now`, and forgets what nobody waits for any more.
    pub(super) fn sweep(&mut self, now: Instant, patience: Duration, turned_away: &mut TurnedAway) {
        let too_long = |one: &Waiting| now.saturating_duration_since(one.since) > patience;
        let left_alone = |one: &Waiting| one.behind_others && !one.job.is_wanted();
        for one in self.waiting.remove(|one| left_alone(one) || too_long(one)) {
            let counter = if left_alone(&one) {
                &self.counters.abandoned
            } else {
                &self.counters.late
            };
            counter.increment(1);
            turned_away.0.push(one.job);
        }
    }
}
