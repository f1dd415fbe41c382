//! `Turns`: who has the use of each lane, who waits for it, and which threads rest.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
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
    const ALL: [Self; 2] = [Self::Writing, Self::Reading];

    /// Its name, for metrics.
    fn name(self) -> &'static str {
        match self {
            Self::Reading => "lectura",
            Self::Writing => "escritura",
        }
    }
}

/// How many may have the use of each lane at once, and how many wait for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    pub(super) reading: NonZeroUsize,
    pub(super) writing: NonZeroUsize,
    /// In each lane.
    pub(super) waiting: usize,
    /// For how long.
    pub(super) patience: Duration,
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

/// A turn that a thread has had, to be given up when it asks for more.
pub(super) struct Had {
    pub(super) lane: Lane,
    pub(super) took: Duration,
}

impl Had {
    fn give_up(self, state: &mut State) {
        let queue = state.lane(self.lane);
        queue.taken -= 1;
        queue.usual = (queue.usual * 7 + self.took) / 8;
    }
}

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

/// All lanes together, since their threads are the same.
pub(super) struct Turns {
    state: Mutex<State>,
    patience: Duration,
}

struct State {
    /// In the order of [`Lane::ALL`].
    lanes: [Queue; 2],
    /// Threads with nothing to do; the last one rests for the shortest time.
    resting: Vec<Thread>,
    /// How many were woken and have not come yet.
    woken: usize,
    closed: bool,
}

/// A lane's turns, and those who wait for one.
struct Queue {
    turns: usize,
    taken: usize,
    waiting: Fair<Waiting>,
    places: usize,
    /// What one takes, of late.
    usual: Duration,
    counters: LaneCounters,
}

/// Those who are turned away, told once the lock is no longer held.
#[derive(Default)]
struct TurnedAway(Vec<Box<dyn Job>>);

impl Drop for TurnedAway {
    fn drop(&mut self) {
        self.0.drain(..).for_each(Job::refuse);
    }
}

impl Queue {
    fn new(lane: Lane, turns: usize, places: usize) -> Self {
        Self {
            turns,
            taken: 0,
            waiting: Fair::default(),
            places,
            usual: Duration::ZERO,
            counters: LaneCounters::of(lane.name()),
        }
    }

    /// Whether one more need not wait.
    fn is_free(&self) -> bool {
        self.taken + self.waiting.len() < self.turns
    }

    /// How much of what waits has a turn.
    fn ready(&self) -> usize {
        self.waiting.len().min(self.turns.saturating_sub(self.taken))
    }

    /// How long one more of this one's would wait, as far as can be told, if so many come before it does.
    fn expected(&self, whose: Whose, coming: usize) -> Duration {
        let ahead = u32::try_from(self.waiting.ahead(whose) + coming).unwrap_or(u32::MAX);
        let turns = u32::try_from(self.turns).unwrap_or(u32::MAX).max(1);
        self.usual.saturating_mul(ahead) / turns
    }

    /// Lines up, unless it would wait longer than `patience`. Who has most waiting gives way where there is no place left.
    fn line_up(&mut self, whose: Whose, one: Waiting, patience: Duration) -> TurnedAway {
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
    fn call(&mut self, patience: Duration, turned_away: &mut TurnedAway) -> Option<Waiting> {
        while self.taken < self.turns {
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
                self.taken += 1;
                return Some(next);
            }
        }
        None
    }
}

impl State {
    fn lane(&mut self, lane: Lane) -> &mut Queue {
        let [writing, reading] = &mut self.lanes;
        match lane {
            Lane::Writing => writing,
            Lane::Reading => reading,
        }
    }

    /// A thread for what could be done now, unless as many as there is work for are on their way: one more would come in vain.
    /// It is asked for after each change but one: whoever gives up a turn looks for work himself.
    fn wake(&mut self) -> Option<Thread> {
        let work: usize = self.lanes.iter().map(Queue::ready).sum();
        if work <= self.woken {
            return None;
        }
        let thread = self.resting.pop()?;
        self.woken += 1;
        Some(thread)
    }

    /// A thread is here, which was called if it does not rest any more.
    fn come(&mut self, this: &Thread) {
        let resting = self.resting.iter().position(|thread| thread.id() == this.id());
        match resting {
            // Nobody but chance has woken it.
            Some(at) => drop(self.resting.remove(at)),
            None => self.woken -= 1,
        }
    }
}

fn unpark(thread: Option<Thread>) {
    if let Some(thread) = thread {
        thread.unpark();
    }
}

impl Turns {
    pub(super) fn new(widths: &Widths) -> Self {
        let queue = |lane| {
            let turns = match lane {
                Lane::Writing => widths.writing,
                Lane::Reading => widths.reading,
            };
            Queue::new(lane, turns.get(), widths.waiting)
        };
        Self {
            state: Mutex::new(State {
                lanes: Lane::ALL.map(queue),
                resting: Vec::new(),
                woken: 0,
                closed: false,
            }),
            patience: widths.patience,
        }
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lines work up, or turns it away.
    pub(super) fn enter(&self, lane: Lane, whose: impl FnOnce() -> Whose, one: Waiting) {
        let mut state = self.lock();
        let queue = state.lane(lane);
        let turned_away = if queue.is_free() {
            // It is called at once, whosever it is.
            queue.waiting.push(Whose::default(), one);
            TurnedAway::default()
        } else {
            queue.line_up(whose(), one, self.patience)
        };
        let woken = state.wake();
        drop(state);
        unpark(woken);
        drop(turned_away);
    }

    /// What a thread is to do next, once it has given up the turn that it had; nothing once there is nothing more and nothing
    /// can come.
    pub(super) fn next(&self, had: Option<Had>) -> Option<(Lane, Waiting)> {
        let this = std::thread::current();
        let mut state = self.lock();
        if let Some(had) = had {
            had.give_up(&mut state);
        }
        loop {
            let mut turned_away = TurnedAway::default();
            for lane in Lane::ALL {
                if let Some(called) = state.lane(lane).call(self.patience, &mut turned_away) {
                    let woken = state.wake();
                    drop(state);
                    unpark(woken);
                    return Some((lane, called));
                }
            }
            if state.closed {
                return None;
            }
            state.resting.push(this.clone());
            drop(state);
            drop(turned_away);
            std::thread::park();
            state = self.lock();
            state.come(&this);
        }
    }

    /// Goes on where one writes, after work where one reads: gives the work back if it has a turn there, which is taken, or
    /// lines it up.
    pub(super) fn go_on_writing(&self, had: Had, whose: Whose, one: Waiting) -> Option<Box<dyn Job>> {
        let mut state = self.lock();
        had.give_up(&mut state);
        let queue = state.lane(Lane::Writing);
        if queue.is_free() {
            queue.taken += 1;
            queue.counters.waited.record(0.0);
            // This thread does not go back to where it came from now.
            let woken = state.wake();
            drop(state);
            unpark(woken);
            return Some(one.job);
        }
        let turned_away = queue.line_up(whose, one, self.patience);
        drop(state);
        drop(turned_away);
        None
    }

    /// Whether one more of this one's would wait too long, or find no place, behind so many of its own that will get there
    /// before.
    pub(super) fn is_crowded(&self, lane: Lane, whose: Whose, coming: usize) -> bool {
        let mut state = self.lock();
        let queue = state.lane(lane);
        coming >= queue.places || queue.expected(whose, coming) > self.patience
    }

    pub(super) fn sweep(&self, now: Instant) {
        let mut turned_away = TurnedAway::default();
        let mut state = self.lock();
        for queue in &mut state.lanes {
            let too_long = |one: &Waiting| now.saturating_duration_since(one.since) > self.patience;
            let left_alone = |one: &Waiting| one.behind_others && !one.job.is_wanted();
            for one in queue.waiting.remove(|one| left_alone(one) || too_long(one)) {
                let counters = &queue.counters;
                let counter = if left_alone(&one) {
                    &counters.abandoned
                } else {
                    &counters.late
                };
                counter.increment(1);
                turned_away.0.push(one.job);
            }
        }
        drop(state);
        drop(turned_away);
    }

    #[expect(clippy::cast_precision_loss, reason = "a queue is far shorter than 2^52")]
    pub(super) fn observe(&self) {
        for queue in &self.lock().lanes {
            queue.counters.waiting.set(queue.waiting.len() as f64);
            queue.counters.taken.set(queue.taken as f64);
        }
    }

    /// Lets the threads end once all that waits is done.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let resting = std::mem::take(&mut state.resting);
        state.woken += resting.len();
        drop(state);
        for thread in resting {
            thread.unpark();
        }
    }

    /// How many have turns in a lane, and how many wait for one.
    #[cfg(test)]
    pub(super) fn seen(&self, lane: Lane) -> (usize, usize) {
        let mut state = self.lock();
        let queue = state.lane(lane);
        (queue.taken, queue.waiting.len())
    }

    #[cfg(test)]
    pub(super) fn on_their_way(&self) -> usize {
        self.lock().woken
    }

    #[cfg(test)]
    pub(super) fn resting(&self) -> usize {
        self.lock().resting.len()
    }
}
