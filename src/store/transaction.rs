//! `Store`: transactions, and nothing outside them.

use std::sync::Arc;
use std::time::Duration;

use super::backend::{Fate, Reader, Writer};
use super::cipher::Ciphers;
use super::error::StoreError;
use super::limits::Limits;
use super::line::Company;
use super::mensajes::Known;
use super::pool::{Connections, Lease};
use super::url::DatabaseUrl;

/// How often a transaction that the database undid in favour of another one is tried in all.
const ATTEMPTS: u32 = 5;
/// How long it waits before its second attempt; twice that before the third, three times before the fourth.
const PAUSE: Duration = Duration::from_millis(10);

/// Whether a commit waits until the disk has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does: what was answered survives a power cut.
    Full,
    /// It does not: the last moments may be lost, though nothing is ever half done, and a later full commit makes
    /// it durable as well. For marks whose loss harms nobody, such as replay marks of requests that only read.
    Relaxed,
}

/// The database. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    connections: Connections,
    known_marks: Arc<Known>,
}

impl Store {
    /// Opens the database with `pool` connections to read (in PostgreSQL, to read and write). It refuses one that a
    /// later version of this program made, and applies no migration by itself: see [`Store::migrate`].
    pub fn open(url: &DatabaseUrl, pool: u32) -> Result<Self, StoreError> {
        Self::open_within(url, pool, Limits::default())
    }

    /// The same, waiting no longer than that.
    pub fn open_within(url: &DatabaseUrl, pool: u32, limits: Limits) -> Result<Self, StoreError> {
        let connections = Connections::open(url, pool, limits)?;
        let known_marks = Arc::new(match url {
            DatabaseUrl::Sqlite(_) => Known::all(),
            DatabaseUrl::Postgres(_) => Known::unwritten(),
        });
        let store = Self {
            connections,
            known_marks,
        };
        store.pending_migrations()?;
        Ok(store)
    }

    pub(super) fn connections(&self) -> &Connections {
        &self.connections
    }

    pub(super) fn ciphers(&self) -> &Ciphers {
        self.connections.ciphers()
    }

    /// The same database, over connections of its own, of which each is waited for so long.
    pub(super) fn apart(&self, turn: Duration) -> Self {
        Self {
            connections: self.connections.apart(turn),
            known_marks: Arc::clone(&self.known_marks),
        }
    }

    pub(super) fn known_marks(&self) -> &Known {
        &self.known_marks
    }

    /// Forgets what is remembered of the database: it has become another one.
    pub(super) fn forget(&self) {
        self.connections.forget();
        self.known_marks.forget();
    }

    /// Whether the database answers.
    pub fn ping(&self) -> Result<(), StoreError> {
        self.ask(|conn| conn.batch("select 1"))
    }

    /// Runs `statement`, which is a single one and changes nothing: so it sees one state of the database without a
    /// transaction around it, whose beginning and end would each be one more question.
    pub fn ask<T, F>(&self, statement: F) -> Result<T, StoreError>
    where
        F: Fn(&mut Reader) -> Result<T, StoreError>,
    {
        self.connections.watched(|| {
            let (lease, answer) = self.connections.reader(|conn| {
                conn.begin_nothing();
                statement(conn)
            })?;
            lease.give_back();
            Ok(answer)
        })
    }

    /// Runs `work` in one transaction that sees one state of the database and changes nothing.
    pub fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Reader) -> Result<T, E>,
        E: From<StoreError>,
    {
        self.connections.watched(|| {
            let (mut lease, ()) = self.connections.reader(|conn| conn.begin_read())?;
            let outcome = work(&mut lease);
            // Nothing was written: whether it ends one way or the other is the same, but for a lost connection.
            let ended = lease.rollback();
            lease.give_back();
            let value = outcome?;
            ended?;
            Ok(value)
        })
    }

    /// Runs `work` in one transaction that is committed if it returns `Ok`, and undone if it returns `Err`.
    ///
    /// In SQLite writers take turns, in the order in which they came. In PostgreSQL they run side by side at READ COMMITTED, and one that the
    /// database undoes to break a deadlock is run again: `work` must not have effects of its own.
    pub fn write<T, E, F>(&self, durability: Durability, mut work: F) -> Result<T, E>
    where
        F: FnMut(&mut Writer) -> Result<T, E>,
        E: From<StoreError>,
    {
        let _turn = self.connections.line_up(Company::Nobody)?;
        let mut attempt = 1;
        loop {
            let (mut lease, ()) = self.connections.writer(|conn| conn.begin_write(durability))?;
            let outcome = work(&mut lease).and_then(|value| {
                self.commit(&mut lease, durability)?;
                Ok(value)
            });
            if outcome.is_ok() {
                lease.give_back();
                return outcome;
            }
            let fate = lease.fate();
            // Where it fails, the connection is dropped with whatever is open on it.
            if lease.rollback().is_ok() {
                lease.give_back();
            }
            if fate != Fate::Contended || attempt == ATTEMPTS {
                return outcome;
            }
            // Without a pause it would often take its rows again before the other one has woken up.
            std::thread::sleep(PAUSE * attempt);
            attempt += 1;
        }
    }

    pub(super) fn commit(&self, lease: &mut Lease, durability: Durability) -> Result<(), StoreError> {
        if lease.fate() != Fate::Sound {
            return Err(StoreError::Undone);
        }
        if durability == Durability::Full {
            self.connections.check_place()?;
        }
        lease.commit().map_err(StoreError::of_commit)?;
        if durability == Durability::Full {
            self.connections.presence().wrote();
        }
        Ok(())
    }
}
