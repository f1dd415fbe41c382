//! Connections ready for use: many to read; in SQLite a single one to write, so that writers wait in line in this
//! process instead of finding the file locked.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection};

use super::backend::{Backend, Fate, Writer};
use super::error::StoreError;
use super::published::Published;
use super::url::DatabaseUrl;

/// How long somebody waits for a connection, or for the turn to write.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection on loan.
pub(super) type Lease = PooledConnection<Manager>;

/// Makes connections and tells which are past use.
pub(super) struct Manager {
    url: DatabaseUrl,
    published: Arc<Published>,
}

/// All the connections.
#[derive(Clone)]
pub(super) struct Connections {
    readers: Pool<Manager>,
    writers: Pool<Manager>,
}

impl ManageConnection for Manager {
    type Connection = Writer;
    type Error = StoreError;

    fn connect(&self) -> Result<Writer, StoreError> {
        Writer::connect(&self.url, Arc::clone(&self.published))
    }

    fn is_valid(&self, conn: &mut Writer) -> Result<(), StoreError> {
        conn.batch("select 1")
    }

    fn has_broken(&self, conn: &mut Writer) -> bool {
        // A panic, or a failed rollback, leaves a transaction open, which must end with the connection.
        std::thread::panicking()
            || conn.fate() == Fate::Lost
            || match conn.backend() {
                Backend::Sqlite(c) => unfinished(AnsiTransactionManager::transaction_manager_status_mut(c)),
                Backend::Postgres(c) => unfinished(AnsiTransactionManager::transaction_manager_status_mut(c)),
            }
    }
}

/// Whether a transaction is still open, or nobody knows.
fn unfinished(status: &mut diesel::connection::TransactionManagerStatus) -> bool {
    !matches!(status.transaction_depth(), Ok(None))
}

impl Connections {
    /// Opens `size` connections to read; the first one tells what is wrong, if something is.
    pub(super) fn open(url: &DatabaseUrl, size: u32) -> Result<Self, StoreError> {
        let published = Arc::default();
        drop(Writer::connect(url, Arc::clone(&published))?);
        let size = size.max(1);
        let readers = pool(url, size, &published)?;
        let writers = match url {
            DatabaseUrl::Sqlite(_) => pool(url, 1, &published)?,
            DatabaseUrl::Postgres(_) => readers.clone(),
        };
        Ok(Self { readers, writers })
    }

    /// A connection to read with, on which `first` has succeeded, and what that gave.
    pub(super) fn reader<T>(
        &self,
        first: impl Fn(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<(Lease, T), StoreError> {
        begun(&self.readers, first)
    }

    /// A connection to write with, on which `first` has succeeded, and what that gave.
    pub(super) fn writer<T>(
        &self,
        first: impl Fn(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<(Lease, T), StoreError> {
        begun(&self.writers, first)
    }
}

fn pool(url: &DatabaseUrl, size: u32, published: &Arc<Published>) -> Result<Pool<Manager>, StoreError> {
    let settings = Pool::builder()
        .max_size(size)
        .connection_timeout(PATIENCE)
        .test_on_check_out(false)
        .error_handler(Box::new(NopErrorHandler));
    let settings = match url {
        // A connection to a file does not age, and what it has prepared is worth keeping.
        DatabaseUrl::Sqlite(_) => settings.idle_timeout(None).max_lifetime(None),
        DatabaseUrl::Postgres(_) => settings,
    };
    let manager = Manager {
        url: url.clone(),
        published: Arc::clone(published),
    };
    settings
        .build(manager)
        .map_err(|error| StoreError::Busy(Some(error)))
}

/// Connections are not tested before each use, so after the server restarted all that are in the pool are dead:
/// each of these is found out by the first thing asked of it, dropped, and replaced.
fn begun<T>(
    pool: &Pool<Manager>,
    first: impl Fn(&mut Writer) -> Result<T, StoreError>,
) -> Result<(Lease, T), StoreError> {
    let mut dead = 0;
    loop {
        let mut lease = pool.get().map_err(|error| StoreError::Busy(Some(error)))?;
        match first(&mut lease) {
            Ok(given) => return Ok((lease, given)),
            Err(_) if lease.fate() == Fate::Lost && dead < pool.max_size() => dead += 1,
            Err(error) => return Err(error),
        }
    }
}
