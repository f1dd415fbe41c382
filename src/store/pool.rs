//! Connections ready for use: many to read; in SQLite a single one to write, so that writers wait in line in this
//! process (`line`) instead of finding the file locked.
//!
//! A pool of our own, since what matters here is what others leave open: that nobody waits for a connection to a database
//! that is known to be gone, that the first who needs one after its return makes it, and that one whose borrower is never
//! answered does not take up a place for good.

mod lease;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::backend::{Fate, Writer};
use super::cipher::Ciphers;
use super::error::{StoreError, Trouble};
use super::group::{Counted, Open};
use super::limits::Limits;
use super::line::{Called, Company, Line};
use super::memory::Memory;
use super::place::Place;
use super::presence::Presence;
use super::procedimientos::Known;
use super::url::DatabaseUrl;
use crate::chain::Chain;

pub(super) use self::lease::Lease;
use self::lease::Loan;

/// How long a connection to a server is used, whose own memory of it grows. One to a file does not age, and what it has
/// prepared is worth keeping.
const LIFETIME: Duration = Duration::from_mins(30);
/// How many connections to a server are made before they are needed, each of which takes it a process.
const READY: u32 = 4;
/// How often who waits looks whether the database is still there.
const LOOK: Duration = Duration::from_millis(50);
/// After how many turns' worth of waiting a connection on loan no longer counts: its borrower waits for an answer that does
/// not come.
const GIVEN_UP_AFTER: u32 = 4;

/// How many KiB of a SQLite file's pages a connection keeps that reads: the upper levels of all indexes of millions of
/// notifications, and what one listing needs of the lower ones. There are as many of them as workers.
const KEPT_TO_READ: u32 = 1024;
/// The same of the one that writes, what it has changed until it is committed among it.
const KEPT_TO_WRITE: u32 = 8 * 1024;

/// What connections are made with, and what they share.
#[derive(Clone)]
pub(super) struct Maker {
    pub(super) url: DatabaseUrl,
    pub(super) limits: Limits,
    pub(super) memory: Arc<Memory>,
    pub(super) ciphers: Arc<Ciphers>,
    pub(super) procedimientos: Arc<Known>,
    pub(super) presence: Arc<Presence>,
    /// Where a SQLite file was opened.
    pub(super) place: Arc<Place>,
    /// How many KiB of a SQLite file's pages each keeps.
    pub(super) kept: u32,
}

/// All the connections.
#[derive(Clone)]
pub(super) struct Connections {
    maker: Maker,
    readers: Arc<Pool>,
    writers: Arc<Pool>,
    /// Those who wait to write to a SQLite file.
    line: Option<Arc<Line<Open>>>,
    counted: Arc<Counted>,
}

struct Pool {
    maker: Maker,
    size: usize,
    /// Whether those who borrow may find out that the database is there again; else they are told that it is gone.
    asks_always: bool,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    /// The one that was given back last is lent first.
    idle: Vec<(Writer, Instant)>,
    /// Those on loan, or being made: by whom, and since when.
    lent: Vec<(u64, Instant)>,
    count: u64,
    /// How many wait for one that is given back: to wake nobody would be a call of the system as well.
    waiting: usize,
}

impl Connections {
    /// Makes ready for `size` connections to read; the first one tells what is wrong, if something is.
    pub(super) fn open(url: &DatabaseUrl, size: u32, limits: Limits) -> Result<Self, StoreError> {
        let maker = Maker {
            url: url.clone(),
            limits,
            memory: Arc::default(),
            ciphers: Arc::default(),
            procedimientos: Arc::default(),
            presence: Arc::default(),
            place: Arc::default(),
            kept: KEPT_TO_READ,
        };
        let first = Writer::connect(&maker)?;
        if let DatabaseUrl::Sqlite(path) = url {
            maker.place.settle(path);
        }
        let connections = Self::of(maker.clone(), size, false);
        let mut ready = vec![(first, Instant::now())];
        if let DatabaseUrl::Postgres(_) = url {
            for _ in 1..size.min(READY) {
                ready.push((Writer::connect(&maker)?, Instant::now()));
            }
        }
        connections.readers.lock().idle = ready;
        Ok(connections)
    }

    pub(super) fn ciphers(&self) -> &Ciphers {
        &self.maker.ciphers
    }

    /// Forgets what the connections remember of what was read.
    pub(super) fn forget(&self) {
        self.maker.memory.forget();
        self.maker.procedimientos.forget();
    }

    /// A connection apart from these, to look whether the database answers.
    pub(super) fn apart(&self, turn: Duration) -> Self {
        let limits = Limits {
            turn,
            ..self.maker.limits
        };
        let maker = Maker {
            limits,
            ..self.maker.clone()
        };
        Self::of(maker, 1, true)
    }

    fn of(maker: Maker, size: u32, asks_always: bool) -> Self {
        let pool = |size: u32, kept: u32| {
            Arc::new(Pool {
                maker: Maker {
                    kept,
                    ..maker.clone()
                },
                size: usize::try_from(size.max(1)).unwrap_or(usize::MAX),
                asks_always,
                state: Mutex::default(),
                freed: Condvar::new(),
            })
        };
        let readers = pool(size, maker.kept);
        let (writers, line) = match maker.url {
            DatabaseUrl::Sqlite(_) => (pool(1, KEPT_TO_WRITE), Some(Arc::default())),
            DatabaseUrl::Postgres(_) => (Arc::clone(&readers), None),
        };
        Self {
            maker,
            readers,
            writers,
            line,
            counted: Arc::default(),
        }
    }

    /// Whether the database answers.
    pub(super) fn presence(&self) -> &Presence {
        &self.maker.presence
    }

    /// Asks something of the database; of those apart it is remembered for as long as there is no answer that there is none.
    pub(super) fn watched<T>(&self, question: impl FnOnce() -> T) -> T {
        if self.readers.asks_always {
            self.maker.presence.ask(question)
        } else {
            question()
        }
    }

    /// A connection to read with, on which `first` has succeeded, and what that gave.
    pub(super) fn reader<T>(
        &self,
        first: impl Fn(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<(Lease, T), StoreError> {
        self.readers.begun(first)
    }

    /// A connection to write with, on which `first` has succeeded, and what that gave.
    pub(super) fn writer<T>(
        &self,
        first: impl Fn(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<(Lease, T), StoreError> {
        self.writers.begun(first)
    }

    /// Waits for the turn to write to a SQLite file; on PostgreSQL there is none to wait for.
    pub(super) fn line_up(&self, company: Company) -> Result<Option<Called<Open>>, StoreError> {
        let Some(line) = &self.line else {
            return Ok(None);
        };
        let admit = || {
            if self.readers.asks_always {
                Ok(())
            } else {
                self.maker.presence.admit()
            }
        };
        line.enter(company, self.maker.limits.turn, admit).map(Some)
    }

    /// How many wait for that turn.
    #[cfg(test)]
    pub(super) fn lined_up(&self) -> usize {
        self.line.as_ref().map_or(0, |line| line.waiting())
    }

    /// How many acts were written, and by how many commits.
    pub(super) fn counted(&self) -> &Counted {
        &self.counted
    }

    /// Whether what is committed now would be found again.
    pub(super) fn check_place(&self) -> Result<(), StoreError> {
        match &self.maker.url {
            DatabaseUrl::Sqlite(path) => self.maker.place.check_to_write(path),
            DatabaseUrl::Postgres(_) => Ok(()),
        }
    }
}

impl Pool {
    /// Nothing panics while it holds the lock, and each change is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connections are not tested before each use, so after the server restarted all that are in the pool are dead: the
    /// first thing asked of one finds it out, all that rested beside it are dropped with it, and another is made.
    fn begun<T>(
        self: &Arc<Self>,
        first: impl Fn(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<(Lease, T), StoreError> {
        if let DatabaseUrl::Sqlite(path) = &self.maker.url {
            self.maker.place.check_lately(path)?;
        }
        let mut dead = 0;
        loop {
            let mut lease = self.get()?;
            match first(&mut lease) {
                Ok(given) => return Ok((lease, given)),
                Err(_) if lease.fate() == Fate::Lost && dead < self.size => {
                    dead += 1;
                    self.lock().idle.clear();
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn get(self: &Arc<Self>) -> Result<Lease, StoreError> {
        let until = Instant::now() + self.maker.limits.turn;
        let mut state = self.lock();
        loop {
            if !self.asks_always {
                self.maker.presence.admit()?;
            }
            if let Some((conn, born)) = state.rested(&self.maker.url) {
                let loan = self.loan(&mut state);
                return Ok(Lease { conn, born, loan });
            }
            if state.taken(self.maker.limits) < self.size {
                let others = !state.lent.is_empty();
                let loan = self.loan(&mut state);
                drop(state);
                match self.make() {
                    Ok(conn) => {
                        let born = Instant::now();
                        return Ok(Lease { conn, born, loan });
                    }
                    // The server has as many connections as it takes: ours will be free again.
                    Err(error) if error.is_crowded() && others => {}
                    Err(error) => return Err(error),
                }
                drop(loan);
                state = self.lock();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StoreError::Busy(None));
            }
            state.waiting += 1;
            let waited = self.freed.wait_timeout(state, left.min(LOOK));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
    }

    fn loan(self: &Arc<Self>, state: &mut State) -> Loan {
        Loan {
            pool: Arc::clone(self),
            number: state.lend(),
            rests: None,
        }
    }

    fn make(&self) -> Result<Writer, StoreError> {
        let made = Writer::connect(&self.maker);
        match &made {
            Ok(_) => self.maker.presence.found(),
            Err(error) if error.is_crowded() || error.trouble() != Some(Trouble::Unavailable) => {}
            Err(error) => self.maker.presence.lost(&Chain(error).to_string()),
        }
        made
    }
}

impl State {
    /// One that can be lent.
    fn rested(&mut self, url: &DatabaseUrl) -> Option<(Writer, Instant)> {
        if matches!(url, DatabaseUrl::Postgres(_)) {
            self.idle.retain(|(_, born)| born.elapsed() < LIFETIME);
        }
        self.idle.pop()
    }

    fn lend(&mut self) -> u64 {
        self.count += 1;
        self.lent.push((self.count, Instant::now()));
        self.count
    }

    /// Whether it counted still.
    fn given_back(&mut self, loan: u64) -> bool {
        let before = self.lent.len();
        self.lent.retain(|(one, _)| *one != loan);
        self.lent.len() < before
    }

    /// How many are in use.
    fn taken(&mut self, limits: Limits) -> usize {
        if let Some(statement) = limits.statement {
            let given_up = (limits.turn + statement) * GIVEN_UP_AFTER;
            self.lent.retain(|(_, since)| since.elapsed() < given_up);
        }
        self.lent.len() + self.idle.len()
    }
}
