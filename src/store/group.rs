//! Acts that share a flush: on SQLite, one transaction of several who write at the same time, each of whom has an outcome of
//! his own.
//!
//! Nobody waits for company. Whoever has done his work and finds somebody waiting behind him hands the transaction on to him
//! instead of committing it; the last one commits for all, and nobody is answered before that. All but the first work within a
//! savepoint: what fails is undone alone. While they commit those who come gather behind them
//! (docs/decisions/0020-shared-flush.md).

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::backend::{Fate, Writer};
use super::error::StoreError;
use super::line::{Called, Company, Turn};
use super::pool::Lease;
use super::transaction::{Durability, Store};

/// How many decisions share a flush at most: a few milliseconds' work. A request with more of them has one of its own, whose
/// flush is little beside what it does.
const MOST: usize = 256;

/// How long others may join: whoever came first waits no longer than this, and what one of them takes, before all is committed.
const GATHERING: Duration = Duration::from_millis(20);

/// How many acts were written, and how many commits they took: each but those that others' commits bore has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushes {
    /// Acts that are durable.
    pub acts: u64,
    /// Commits that made them so.
    pub commits: u64,
}

/// The same, being counted.
#[derive(Debug, Default)]
pub(super) struct Counted {
    acts: AtomicU64,
    commits: AtomicU64,
}

/// A transaction that others may join.
pub(super) struct Open {
    lease: Lease,
    group: Unsettled,
    /// How many decisions those in it take.
    taken: usize,
    /// How many of them are to be committed.
    acts: u64,
    began: Instant,
    /// Whether one of them has panicked: then nobody else joins, and the connection is not used again.
    panicked: bool,
}

/// Those who wait for one commit.
#[derive(Default)]
struct Group {
    settled: Mutex<Option<Result<(), StoreError>>>,
    told: Condvar,
}

/// A group whose outcome is still to be told: if it is dropped before, nobody knows what that was.
struct Unsettled(Arc<Group>);

/// What came of one's work, a panic among it.
type Came<T, E> = std::thread::Result<Result<T, E>>;

impl Store {
    /// Runs `work`, an act of so many decisions, in a durable transaction, as [`Store::write`] does; on SQLite possibly in one
    /// that others share who write at the same time. What comes of it is its own: it is there if it returned `Ok` and is not if
    /// it failed or panicked, whatever others in the same transaction did. If that cannot be committed all of them are told so,
    /// those too who failed, since they may have failed for what the others had written.
    ///
    /// `work` must not wait for anybody else who writes.
    pub fn write_act<T, E, F>(&self, decisions: usize, mut work: F) -> Result<T, E>
    where
        F: FnMut(&mut Writer) -> Result<T, E>,
        E: From<StoreError>,
    {
        // Whoever decides nothing leaves a row all the same: nobody may join for nothing, and so without end.
        let decisions = decisions.max(1);
        let counted = self.connections().counted();
        let Some(called) = self.connections().line_up(Company::Others(decisions))? else {
            let outcome = self.write(Durability::Full, work);
            counted.add(u64::from(outcome.is_ok()));
            return outcome;
        };
        let (came, open, turn) = match called {
            Called { shared: None, turn } => {
                let (mut lease, ()) = self
                    .connections()
                    .writer(|conn| conn.begin_write(Durability::Full))?;
                let came = run(&mut lease, &mut work);
                if !matches!(came, Ok(Ok(_))) {
                    // There is nobody else in it.
                    if came.is_ok() && lease.rollback().is_ok() {
                        lease.give_back();
                    }
                    return outcome_of(came);
                }
                (came, Open::new(lease, decisions), turn)
            }
            Called {
                shared: Some(mut open),
                turn,
            } => match open.join(decisions, &mut work) {
                Ok(came) => (came, open, turn),
                Err(broken) => {
                    let ended = open.end(Err(broken));
                    drop(turn);
                    return Err(ended.err().unwrap_or(StoreError::Undone).into());
                }
            },
        };
        let settled = self.settled(open, turn);
        let outcome = outcome_of(came);
        settled?;
        outcome
    }

    /// Hands on what is open and waits until it is committed; or, where nobody is to go on with it, commits it.
    fn settled(&self, open: Open, turn: Turn<Open>) -> Result<(), StoreError> {
        let group = Arc::clone(&open.group.0);
        let room = open.room();
        match turn.hand_on(open, room) {
            Ok(()) => group.wait(),
            Err(Called { shared, turn }) => {
                let outcome = shared.map_or(Ok(()), |open| self.finish(open));
                drop(turn);
                outcome
            }
        }
    }

    fn finish(&self, mut open: Open) -> Result<(), StoreError> {
        let outcome = self.commit(&mut open.lease, Durability::Full);
        if outcome.is_ok() {
            self.connections().counted().add(open.acts);
        }
        open.end(outcome)
    }

    /// How many acts were written since the store was opened, and how many commits they took.
    #[must_use]
    pub fn flushes(&self) -> Flushes {
        let Counted { acts, commits } = self.connections().counted();
        Flushes {
            acts: acts.load(Ordering::Relaxed),
            commits: commits.load(Ordering::Relaxed),
        }
    }
}

/// Runs work; what it passed over has failed nonetheless.
fn run<T, E: From<StoreError>>(
    conn: &mut Writer,
    work: &mut impl FnMut(&mut Writer) -> Result<T, E>,
) -> Came<T, E> {
    // What a panic leaves half done within the transaction is undone.
    let came = catch_unwind(AssertUnwindSafe(|| work(conn)))?;
    Ok(came.and_then(|value| match conn.fate() {
        Fate::Sound => Ok(value),
        _ => Err(StoreError::Undone.into()),
    }))
}

fn outcome_of<T, E>(came: Came<T, E>) -> Result<T, E> {
    came.unwrap_or_else(|panic| resume_unwind(panic))
}

impl Open {
    /// One in which somebody has done his work.
    fn new(lease: Lease, decisions: usize) -> Self {
        Self {
            lease,
            group: Unsettled(Arc::default()),
            taken: decisions,
            acts: 1,
            began: Instant::now(),
            panicked: false,
        }
    }

    /// Runs the work of one more. If what those before him have done is gone with it, gives why.
    fn join<T, E: From<StoreError>>(
        &mut self,
        decisions: usize,
        work: &mut impl FnMut(&mut Writer) -> Result<T, E>,
    ) -> Result<Came<T, E>, StoreError> {
        self.lease.begin_part()?;
        let came = run(&mut self.lease, work);
        if let Ok(Ok(_)) = &came {
            self.lease.keep_part()?;
            self.taken += decisions;
            self.acts += 1;
        } else {
            self.panicked = came.is_err();
            self.lease.undo_part()?;
        }
        Ok(came)
    }

    /// How much more others may bring.
    fn room(&self) -> usize {
        if self.panicked || self.began.elapsed() >= GATHERING {
            0
        } else {
            MOST.saturating_sub(self.taken)
        }
    }

    /// Ends it so, and tells all; gives the same.
    fn end(self, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
        let Self {
            mut lease,
            group,
            panicked,
            ..
        } = self;
        let is_over = outcome.is_ok() || lease.rollback().is_ok();
        if is_over && !panicked {
            lease.give_back();
        }
        group.settle(outcome)
    }
}

impl Group {
    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Option<Result<(), StoreError>>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is committed, or is not.
    fn wait(&self) -> Result<(), StoreError> {
        let settled = self.told.wait_while(self.lock(), |settled| settled.is_none());
        match &*settled.unwrap_or_else(PoisonError::into_inner) {
            Some(Err(error)) => Err(error.again()),
            _ => Ok(()),
        }
    }

    fn tell(&self, outcome: Result<(), StoreError>) {
        *self.lock() = Some(outcome);
        self.told.notify_all();
    }
}

impl Unsettled {
    fn settle(self, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
        let told = match &outcome {
            Ok(()) => Ok(()),
            Err(error) => Err(error.again()),
        };
        self.0.tell(told);
        outcome
    }
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        if self.0.lock().is_none() {
            self.0.tell(Err(StoreError::unknown()));
        }
    }
}

impl Counted {
    fn add(&self, acts: u64) {
        self.acts.fetch_add(acts, Ordering::Relaxed);
        self.commits.fetch_add(acts.min(1), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
