//! `Turns`: who has the use of each lane, who waits for it, and which threads rest.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::fair::Whose;
use super::queue::{Job, Lane, Queue, Turn, TurnedAway, Waiting};

/// How many may have the use of each lane at once, and how many wait for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    pub(super) reading: NonZeroUsize,
    pub(super) writing: NonZeroUsize,
    /// In each lane.
    pub(super) waiting: usize,
    /// For how long.
    pub(super) patience: Duration,
    /// After how long work has a turn no longer that does not come back: it waits for an answer that nobody gives.
    pub(super) lost: Duration,
}

/// A turn that a thread has had, to be given up when it asks for more.
pub(super) struct Had {
    pub(super) turn: Turn,
    pub(super) took: Duration,
}

impl Had {
    /// Whether the thread had it still; another has taken the place of one that had not.
    fn give_up(self, state: &mut State) -> bool {
        let kept = state.lane(self.turn.lane).leave(&self.turn, self.took);
        if !kept {
            state.lost -= 1;
        }
        kept
    }
}

/// All lanes together, since their threads are the same.
pub(super) struct Turns {
    state: Mutex<State>,
    patience: Duration,
    lost: Duration,
    threads: usize,
}

struct State {
    /// In the order of [`Lane::ALL`].
    lanes: [Queue; 2],
    /// Threads with nothing to do; the last one rests for the shortest time.
    resting: Vec<Thread>,
    /// How many were woken and have not come yet.
    woken: usize,
    /// How many do work that has lost its turn.
    lost: usize,
    closed: bool,
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
                lost: 0,
                closed: false,
            }),
            patience: widths.patience,
            lost: widths.lost,
            threads: widths.reading.get() + widths.writing.get(),
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
    /// can come, or if another has taken its place.
    pub(super) fn next(&self, had: Option<Had>) -> Option<(Turn, Waiting)> {
        let this = std::thread::current();
        let mut state = self.lock();
        if had.is_some_and(|had| !had.give_up(&mut state)) {
            return None;
        }
        loop {
            let mut turned_away = TurnedAway::default();
            for lane in Lane::ALL {
                if let Some(called) = state.lane(lane).call(self.patience, &mut turned_away) {
                    let woken = state.wake();
                    drop(state);
                    unpark(woken);
                    return Some(called);
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
    pub(super) fn go_on_writing(&self, had: Had, whose: Whose, one: Waiting) -> Option<(Turn, Box<dyn Job>)> {
        let mut state = self.lock();
        had.give_up(&mut state);
        let queue = state.lane(Lane::Writing);
        if queue.is_free() {
            let turn = queue.take();
            queue.counters.waited.record(0.0);
            // This thread does not go back to where it came from now.
            let woken = state.wake();
            drop(state);
            unpark(woken);
            return Some((turn, one.job));
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

    /// Turns away who has waited too long, forgets what nobody waits for any more, and gives the lanes of turns that were lost:
    /// for each of them another thread is to take the place of the one that does not come back. There are never more of those
    /// than threads.
    pub(super) fn sweep(&self, now: Instant) -> Vec<Lane> {
        let mut turned_away = TurnedAway::default();
        let mut lost = Vec::new();
        let mut state = self.lock();
        for lane in Lane::ALL {
            state.lane(lane).sweep(now, self.patience, &mut turned_away);
            while state.lost < self.threads && state.lane(lane).lose(now, self.lost) {
                state.lost += 1;
                lost.push(lane);
            }
        }
        drop(state);
        drop(turned_away);
        lost
    }

    #[expect(clippy::cast_precision_loss, reason = "a queue is far shorter than 2^52")]
    pub(super) fn observe(&self) {
        for queue in &self.lock().lanes {
            queue.counters.waiting.set(queue.waiting.len() as f64);
            queue.counters.taken.set(queue.taken() as f64);
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
        (queue.taken(), queue.waiting.len())
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
