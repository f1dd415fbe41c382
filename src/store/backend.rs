//! The two databases behind one connection type, and what a connection needs before its first use.

use std::path::Path;
use std::sync::Arc;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::Text;

use super::cipher::Ciphers;
use super::error::StoreError;
use super::limits::Limits;
use super::memory::Memory;
use super::owner_only;
use super::place::Open;
use super::pool::Maker;
use super::procedimientos::Known;
use super::transaction::Durability;
use super::url::DatabaseUrl;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub(super) enum Backend {
    /// One file, of one service.
    Sqlite(SqliteConnection),
    /// One server, of any number of services.
    Postgres(PgConnection),
}

/// Runs a query, written once, on whichever database there is: it is compiled against each of them, since batch
/// inserts, row locks and arrays are beyond what the common backend of `MultiConnection` can express, and since a
/// query of a concrete backend is prepared once and then found without being spelt again.
macro_rules! on_each {
    ($conn:expr, |$c:ident| $query:expr) => {{
        let reader: &mut $crate::store::backend::Reader = $conn;
        let outcome = match reader.backend() {
            $crate::store::backend::Backend::Sqlite($c) => $query,
            $crate::store::backend::Backend::Postgres($c) => $query,
        };
        reader.note(outcome)
    }};
}
pub(super) use on_each;

/// A connection within a transaction that may read.
pub struct Reader {
    backend: Backend,
    fate: Fate,
    /// The first trouble of the database itself that the transaction met with.
    trouble: Option<StoreError>,
    memory: Arc<Memory>,
    ciphers: Arc<Ciphers>,
    procedimientos: Arc<Known>,
    /// Whether all that the transaction sees is committed, since it writes nothing itself.
    sees_committed: bool,
}

/// A connection within a transaction that may write, and read as a [`Reader`] does.
pub struct Writer {
    reader: Reader,
    /// What SQLite is set to; it cannot be changed within a transaction.
    durability: Durability,
    _open: Open,
}

/// What became of the current transaction, from its statements' outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// No statement has failed.
    Sound,
    /// A statement failed. PostgreSQL would answer a COMMIT with success and roll back.
    Failed,
    /// The database undid it because of another one: it may be tried again.
    Contended,
    /// The connection is gone.
    Lost,
}

impl Reader {
    pub(super) fn backend(&mut self) -> &mut Backend {
        &mut self.backend
    }

    pub(super) fn fate(&self) -> Fate {
        self.fate
    }

    /// What is remembered, where what is read may be: what a transaction has written itself may yet be undone.
    pub(super) fn memory(&self) -> Option<Arc<Memory>> {
        self.sees_committed.then(|| Arc::clone(&self.memory))
    }

    /// The keys of what lies encrypted.
    pub(super) fn ciphers(&self) -> Arc<Ciphers> {
        Arc::clone(&self.ciphers)
    }

    /// The table of procedures, as it was read last.
    pub(super) fn procedimientos(&self) -> Arc<Known> {
        Arc::clone(&self.procedimientos)
    }

    /// Whether what is read may be remembered beyond the transaction.
    pub(super) fn sees_committed(&self) -> bool {
        self.sees_committed
    }

    /// Remembers how a statement ended.
    pub(super) fn note<T>(&mut self, outcome: QueryResult<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            let error = StoreError::from(error);
            let fate = match error {
                StoreError::Contended(_) => Fate::Contended,
                StoreError::Lost(_) => Fate::Lost,
                _ => Fate::Failed,
            };
            self.fate = self.fate.max(fate);
            if self.trouble.is_none() && error.trouble().is_some() {
                self.trouble = Some(error.again());
            }
            error
        })
    }

    /// Makes ready for one statement that reads, without a transaction of ours around it.
    pub(super) fn begin_nothing(&mut self) {
        self.sees_committed = true;
        self.is_sound();
    }

    /// Nothing has failed yet.
    fn is_sound(&mut self) {
        self.fate = Fate::Sound;
        self.trouble = None;
    }

    fn begin(&mut self, sqlite: &str, postgres: &str) -> Result<(), StoreError> {
        self.is_sound();
        let begun = match &mut self.backend {
            Backend::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, sqlite),
            Backend::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, postgres),
        };
        self.note(begun)
    }

    /// One snapshot for the whole transaction, in both databases.
    pub(super) fn begin_read(&mut self) -> Result<(), StoreError> {
        self.sees_committed = true;
        self.begin("begin", "begin isolation level repeatable read read only")
    }

    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        on_each!(self, |c| AnsiTransactionManager::commit_transaction(c))
    }

    pub(super) fn rollback(&mut self) -> Result<(), StoreError> {
        on_each!(self, |c| AnsiTransactionManager::rollback_transaction(c))
    }

    /// Runs SQL that gives nothing back.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        on_each!(self, |c| c.batch_execute(sql))
    }
}

impl Writer {
    /// Connects and settles what does not depend on the transaction.
    pub(super) fn connect(maker: &Maker) -> Result<Self, StoreError> {
        let Maker {
            limits,
            memory,
            ciphers,
            procedimientos,
            ..
        } = maker;
        let open = maker.place.open();
        let backend = match &maker.url {
            DatabaseUrl::Sqlite(path) => Backend::Sqlite(connect_sqlite(path, maker)?),
            DatabaseUrl::Postgres(url) => Backend::Postgres(connect_postgres(url, limits)?),
        };
        Ok(Self {
            reader: Reader {
                backend,
                fate: Fate::Sound,
                trouble: None,
                memory: Arc::clone(memory),
                ciphers: Arc::clone(ciphers),
                procedimientos: Arc::clone(procedimientos),
                sees_committed: false,
            },
            durability: Durability::Full,
            _open: open,
        })
    }

    /// Whether it is good for another transaction: it is there, and no transaction is open on it.
    pub(super) fn can_be_used_again(&mut self) -> bool {
        let status = match self.backend() {
            Backend::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
            Backend::Postgres(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
        };
        matches!(status.transaction_depth(), Ok(None)) && self.fate() != Fate::Lost
    }

    pub(super) fn begin_write(&mut self, durability: Durability) -> Result<(), StoreError> {
        self.sees_committed = false;
        if matches!(self.backend(), Backend::Sqlite(_)) && self.durability != durability {
            // WAL mode: NORMAL writes the log without waiting for the disk; the next FULL commit syncs the same log.
            self.batch(match durability {
                Durability::Full => "pragma synchronous = full",
                Durability::Relaxed => "pragma synchronous = normal",
            })?;
            self.durability = durability;
        }
        self.begin(
            "begin immediate",
            match durability {
                Durability::Full => "begin isolation level read committed",
                Durability::Relaxed => {
                    "begin isolation level read committed; set local synchronous_commit = off"
                }
            },
        )
    }
}

/// A part of a transaction of SQLite, which can be undone alone.
impl Writer {
    /// From here on it can be undone.
    pub(super) fn begin_part(&mut self) -> Result<(), StoreError> {
        self.is_sound();
        self.batch("savepoint part")
    }

    /// It becomes one with what was done before.
    pub(super) fn keep_part(&mut self) -> Result<(), StoreError> {
        self.batch("release part")
    }

    /// Undoes it. Where SQLite has undone the whole transaction (<https://www.sqlite.org/lang_transaction.html>, «Response To
    /// Errors Within A Transaction»), gives for which trouble.
    pub(super) fn undo_part(&mut self) -> Result<(), StoreError> {
        let undone = self.batch("rollback to part; release part");
        let why = self.trouble.take();
        match undone {
            Ok(()) => {
                self.is_sound();
                Ok(())
            }
            Err(error) => Err(why.unwrap_or(error)),
        }
    }
}

impl std::ops::Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl std::ops::DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn connect_sqlite(path: &Path, maker: &Maker) -> Result<SqliteConnection, StoreError> {
    owner_only::make(path);
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    conn.batch_execute(&format!(
        "pragma busy_timeout = {}",
        maker.limits.turn.as_millis()
    ))?;
    let mode = write_ahead(&mut conn)?;
    if mode != "wal" {
        return Err(StoreError::NotWriteAhead { mode });
    }
    // What is deleted, or written over, is gone from its page: an asunto that is encrypted lay there in plain words.
    // The file is not mapped: a connection unmaps it, and touches each page anew, whenever another one has written. What each
    // keeps of it is little, since there are many; the kernel has it all, once.
    conn.batch_execute(&format!(
        "pragma synchronous = full; pragma foreign_keys = on; pragma trusted_schema = off; pragma secure_delete = on; \
         pragma temp_store = memory; pragma cache_size = -{}; pragma mmap_size = 0; \
         pragma journal_size_limit = 67108864",
        maker.kept
    ))?;
    Ok(conn)
}

/// Turns the file to write-ahead mode, for good. The very first connections to a new file may find each other in the
/// way in a manner that SQLite reports at once, whatever its timeout.
fn write_ahead(conn: &mut SqliteConnection) -> Result<String, StoreError> {
    const ATTEMPTS: u32 = 100;
    let mut attempt = 1;
    loop {
        let asked = diesel::sql_query("pragma journal_mode = wal").get_result::<JournalMode>(conn);
        match asked.map_err(StoreError::from) {
            Ok(JournalMode { journal_mode }) => return Ok(journal_mode),
            Err(StoreError::Busy(_)) if attempt < ATTEMPTS => {
                attempt += 1;
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
}

fn connect_postgres(url: &str, limits: &Limits) -> Result<PgConnection, StoreError> {
    let mut conn = PgConnection::establish(&limits.applied_to(url))?;
    // A server set not to wait for its disk would let confirmed acts be lost; stricter settings than ours stay.
    // Every query of this floor follows an index, in its order: planned for average numbers, some would collect and
    // sort all that the greatest addressees have; and planning anew costs more than most of them.
    // What it says of its disk is known by its words, which are in English if it lets us have them so.
    conn.batch_execute(&format!(
        "set application_name = 'notess'; {} \
         set plan_cache_mode = force_generic_plan; set enable_bitmapscan = off; \
         select set_config('synchronous_commit', 'on', false) \
         where current_setting('synchronous_commit') in ('off', 'local', 'remote_write'); \
         do $$ begin perform set_config('lc_messages', 'C', false); \
         exception when insufficient_privilege then null; end $$",
        limits.settings()
    ))?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(QueryableByName)]
    struct CompileOption {
        #[diesel(sql_type = Text)]
        compile_options: String,
    }

    /// Without the first SQLite prepares most statements again at their first step, since a value was bound; it cannot be
    /// seen from here how often it does.
    #[test]
    fn sqlite_is_compiled_to_plan_by_statements_alone_and_for_connections_of_one_thread() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        let options: Vec<CompileOption> = diesel::sql_query("pragma compile_options")
            .load(&mut conn)
            .unwrap();
        for wanted in ["ENABLE_QPSG", "THREADSAFE=2", "DEFAULT_MEMSTATUS=0"] {
            let there = options.iter().any(|option| option.compile_options == wanted);
            assert!(there, "{wanted}");
        }
    }
}
