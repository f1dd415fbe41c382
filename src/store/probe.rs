//! `Probe`: whether the database answers and can be written, found out on connections of its own.

use std::time::Duration;

use super::backend::{Backend, Writer};
use super::error::{StoreError, Trouble};
use super::transaction::{Durability, Store};

/// How long it waits for the turn to write. Whoever writes keeps it for less.
const TURN: Duration = Duration::from_secs(1);

/// For how long nobody may write before it is held against the store.
const BUSY: Duration = Duration::from_secs(6);

/// SQLite: more than its page of a transaction's own stays in memory, so that it must be written, and then is undone; that it
/// reaches the disk is shown by a commit that changes nothing (the number is nobody's, and stays).
const SQLITE_SPACE: &str = "pragma cache_spill = 1; pragma cache_size = 1; \
     insert into reloj (arranque, instante, transcurrido) values (hex(zeroblob(65536)), 0, 0)";
const SQLITE_COMMITS: &str = "pragma user_version = 0";

/// PostgreSQL: what a decision writes, of no row, which needs the same rights; what is sorted in more memory than there is,
/// which takes space on the disk until it is read; and a record of the write-ahead log that is nobody's, whose commit waits
/// for the disk as a decision's does. No table grows of it.
const POSTGRESQL: &str = "set local work_mem = '64kB'; set local statement_timeout = '5s'; \
     insert into evidencias select * from evidencias where false; \
     insert into acuses select * from acuses where false; \
     insert into auditoria select * from auditoria where false; \
     insert into mensajes_vistos select * from mensajes_vistos where false; \
     insert into hojas select * from hojas where false; \
     update notificaciones set estado = estado where false; \
     select count(*) from (select repeat('x', 1000) || n from generate_series(1, 250) n order by 1 offset 0) s; \
     select pg_logical_emit_message(true, 'notess', ''::text)";

/// Looks whether the store works, apart from all that works with it. What it finds, those who work with it know as well: while
/// there is no answer they are refused at once.
#[derive(Clone)]
pub struct Probe(Store);

impl Store {
    /// What looks whether this store works, on connections of its own.
    #[must_use]
    pub fn probe(&self) -> Probe {
        Probe(self.apart(TURN))
    }

    /// For how long the database has not answered, as far as is known.
    #[must_use]
    pub fn gone_for(&self) -> Option<Duration> {
        self.connections().presence().gone_for()
    }
}

impl Probe {
    /// The store, to be asked what belongs to looking whether it works.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0
    }

    /// Whether it answers. It may block for as long as it does not.
    pub fn reads(&self) -> Result<(), StoreError> {
        self.0.ping()?;
        self.0.connections().presence().found();
        Ok(())
    }

    /// Whether it can be written: something is, of which nothing stays. It may block for as long as the disk does. Where the
    /// turn to write does not come, what others have written counts: who is busy writes.
    pub fn writes(&self) -> Result<(), StoreError> {
        let presence = self.0.connections().presence();
        match self.write() {
            Err(error)
                if error.trouble() == Some(Trouble::Busy)
                    && presence.wrote_before().is_some_and(|before| before < BUSY) =>
            {
                Ok(())
            }
            Ok(()) => {
                presence.wrote();
                Ok(())
            }
            failed => failed,
        }
    }

    fn write(&self) -> Result<(), StoreError> {
        let connections = self.0.connections();
        let (mut lease, ()) = connections.writer(|conn| conn.begin_write(Durability::Full))?;
        let mut wrote = write(&mut lease);
        if wrote.is_ok() {
            wrote = connections.check_place().and_then(|()| lease.commit());
        }
        if wrote.is_ok() || lease.rollback().is_ok() {
            lease.give_back();
        }
        wrote
    }
}

fn write(conn: &mut Writer) -> Result<(), StoreError> {
    match conn.backend() {
        Backend::Postgres(_) => conn.batch(POSTGRESQL),
        Backend::Sqlite(_) => {
            conn.batch("savepoint space")?;
            let space = conn.batch(SQLITE_SPACE);
            if space.is_ok() {
                conn.batch("rollback to space; release space")?;
            }
            space?;
            conn.batch(SQLITE_COMMITS)
        }
    }
}
