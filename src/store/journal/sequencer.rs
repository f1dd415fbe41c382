//! Who numbers the rows of PostgreSQL: each service looks again and again, and commands do when they have added some. One at a
//! time does it, whoever comes: it holds the row of the head until it has committed, and nobody else waits for that row. Where it
//! dies, its transaction goes with it, and the next one finds what it left.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::no_head;
use super::numbering::{
    complete, highest, number as number_rows, set_complete, take_turn, waiting, waiting_behind,
};
use crate::store::backend::{Backend, Reader, Writer};
use crate::store::error::StoreError;
use crate::store::transaction::{Durability, Store};

/// Rows that are numbered in one transaction.
const BATCH: usize = 2000;
/// How long it waits for the connection that is its alone.
const TURN: Duration = Duration::from_secs(5);

/// Numbers the rows of a PostgreSQL database, on a connection of its own: it waits for no turn among those who decide.
pub struct Sequencer {
    store: Store,
    /// Held by whoever is at it, of which a process has one.
    known: Mutex<Known>,
}

/// What is known of the rows that have no number.
#[derive(Debug, Clone, Default)]
struct Known {
    /// Whether anything is.
    begun: bool,
    /// The id up to which there are none, nor will be.
    complete: i64,
    /// By which another such id will be known.
    mark: Option<Mark>,
}

/// An id up to which all rows will be committed or given up when certain transactions are over.
///
/// An id is taken with the lock in hand that any transaction has on a table to which it adds, and has until its end. So whoever
/// took one up to that of a row that is there to be seen has that lock by now, or is over.
#[derive(Debug, Clone)]
struct Mark {
    id: i64,
    /// Those that had the lock when the row was there.
    open: Vec<String>,
    /// Whether they are over, so that whoever looks for rows from then on misses none.
    over: bool,
}

impl Store {
    /// What numbers the rows of the journal, where they are not numbered as they are added.
    pub fn sequencer(&self) -> Result<Option<Sequencer>, StoreError> {
        let is_server = self.ask(|conn| Ok(matches!(conn.backend(), Backend::Postgres(_))))?;
        Ok(is_server.then(|| Sequencer {
            store: self.apart(TURN),
            known: Mutex::default(),
        }))
    }
}

impl Sequencer {
    /// Does something while nobody is at it, after which the journal is another one: nothing is known of its rows.
    pub fn anew<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let done = work();
        *known = Known::default();
        done
    }

    /// Numbers what is committed and has no number; gives how many rows. Where somebody else is at it, that one does.
    pub fn run(&self) -> Result<usize, StoreError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.begun {
            known.complete = self.store.ask(complete)?;
        }
        let mut rows = 0;
        loop {
            // What is neither to be numbered nor to be known takes a question and no turn.
            if known.begun
                && known.mark.is_none()
                && !self.store.ask(|conn| has_waiting(conn, known.complete))?
            {
                return Ok(rows);
            }
            let turn: Option<(usize, Known)> = self.store.write(Durability::Full, |conn| {
                let Some(numbered) = batch(conn, known.complete)? else {
                    return Ok::<_, StoreError>(None);
                };
                let known = known.clone().advanced(conn, numbered < BATCH)?;
                Ok(Some((numbered, known)))
            })?;
            let Some((numbered, now)) = turn else {
                return Ok(rows);
            };
            *known = now;
            rows += numbered;
            if numbered < BATCH {
                return Ok(rows);
            }
        }
    }
}

impl Known {
    /// What is known once rows were numbered; `all` says whether every row that could be seen has a number now.
    fn advanced(self, conn: &mut Writer, all: bool) -> Result<Self, StoreError> {
        let Self {
            mut complete, mark, ..
        } = self;
        let mark = match mark {
            Some(mark) if mark.over && all => {
                complete = complete.max(mark.id);
                set_complete(conn, complete)?;
                None
            }
            other => other,
        };
        let mark = match mark {
            Some(mark) if mark.over => Some(mark),
            Some(mark) => Some(mark.looked_at(&adding(conn)?)),
            // In this order: whoever has an id up to this one adds by now, or is over.
            None => match highest(conn)? {
                id if id > complete => Some(Mark::set(id, adding(conn)?)),
                _ => None,
            },
        };
        Ok(Self {
            begun: true,
            complete,
            mark,
        })
    }
}

impl Mark {
    fn set(id: i64, open: Vec<String>) -> Self {
        let over = open.is_empty();
        Self { id, open, over }
    }

    fn looked_at(self, adding: &[String]) -> Self {
        let over = !self.open.iter().any(|one| adding.contains(one));
        Self { over, ..self }
    }
}

/// Numbers what is committed and has no number, on a connection of the store's; gives how many rows. For programs that end
/// after what they did.
pub fn number(store: &Store) -> Result<usize, StoreError> {
    let Some(complete) = store.ask(known_complete)? else {
        return Ok(0);
    };
    let mut rows = 0;
    loop {
        if !store.ask(|conn| has_waiting(conn, complete))? {
            return Ok(rows);
        }
        match store.write(Durability::Full, |conn| batch(conn, complete))? {
            Some(more) if more > 0 => rows += more,
            _ => return Ok(rows),
        }
    }
}

/// The id up to which no row has no number; nothing where each is numbered as it is added.
fn known_complete(conn: &mut Reader) -> Result<Option<i64>, StoreError> {
    match conn.backend() {
        Backend::Sqlite(_) => Ok(None),
        Backend::Postgres(_) => complete(conn).map(Some),
    }
}

#[derive(QueryableByName)]
struct Waits {
    #[diesel(sql_type = Bool)]
    waits: bool,
}

/// Whether there is a row without a number.
fn has_waiting(conn: &mut Reader, complete: i64) -> Result<bool, StoreError> {
    let question = format!("select exists (select 1 {}) as waits", waiting_behind(complete));
    let waits: QueryResult<Waits> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(false),
        Backend::Postgres(c) => diesel::sql_query(question).get_result(c),
    };
    Ok(conn.note(waits)?.waits)
}

/// Numbers some rows; gives how many, and nothing where somebody else is at it.
fn batch(conn: &mut Writer, complete: i64) -> Result<Option<usize>, StoreError> {
    let Some(end) = take_turn(conn)? else {
        // Where it is not there, nobody is at it.
        return super::end(conn)?.map(|_| None).ok_or_else(no_head);
    };
    let rows = waiting(conn, complete, BATCH)?;
    if !rows.is_empty() {
        number_rows(conn, end, &rows)?;
    }
    Ok(Some(rows.len()))
}

#[derive(QueryableByName)]
struct Adding {
    #[diesel(sql_type = Text)]
    transaction: String,
}

/// The transactions that add to the journal and have not ended.
fn adding(conn: &mut Writer) -> Result<Vec<String>, StoreError> {
    const QUESTION: &str = "select virtualtransaction as transaction from pg_locks where locktype = 'relation' \
         and relation = 'auditoria'::regclass and mode = 'RowExclusiveLock' and granted \
         and database = (select oid from pg_database where datname = current_database())";
    let found: QueryResult<Vec<Adding>> = match conn.backend() {
        Backend::Sqlite(_) => return Ok(Vec::new()),
        Backend::Postgres(c) => diesel::sql_query(QUESTION).load(c),
    };
    Ok(conn.note(found)?.into_iter().map(|one| one.transaction).collect())
}
