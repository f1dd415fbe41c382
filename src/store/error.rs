//! `StoreError`: all that can go wrong on this floor.

use diesel::ConnectionError;
use diesel::r2d2::PoolError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use thiserror::Error;

/// Why the store could not do as it was told. None of them carries personal data (D-113).
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be opened or reached.
    #[error("the database cannot be opened: {0}")]
    Connect(#[from] ConnectionError),
    /// The SQLite file would not go into write-ahead mode, as on some network file systems.
    #[error("the SQLite file cannot be used in write-ahead mode (it is in mode {mode})")]
    NotWriteAhead {
        /// The mode in which it stayed.
        mode: String,
    },
    /// No connection, or no turn to write, became free in time.
    #[error("the database is busy")]
    Busy(#[source] Option<PoolError>),
    /// Another service is using the SQLite file: several share a PostgreSQL.
    #[error("another service is using this SQLite file; only PostgreSQL can be shared by several")]
    Claimed,
    /// It could not be settled whether another service is using the SQLite file.
    #[error("the lock file beside the SQLite file cannot be used: {0}")]
    Claim(#[source] std::io::Error),
    /// The database was made by a later version of this program.
    #[error("the database has the migration {version}, which this version of the program does not know")]
    NewerSchema {
        /// The migration that is not known here.
        version: String,
    },
    /// A migration could not be read or applied.
    #[error("migration failed: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something changed since it was read: what was to be decided is no longer open, or was already on record.
    #[error("the rows are no longer in the state in which they were read")]
    Conflict,
    /// A row of that key is already there.
    #[error("already on record: {0}")]
    Duplicate(#[source] DieselError),
    /// A row refers to another that is not there.
    #[error("refers to what is not on record: {0}")]
    Dangling(#[source] DieselError),
    /// The database undid the transaction because of another one, more often than it was worth repeating.
    #[error("undone by the database in favour of another transaction: {0}")]
    Contended(#[source] DieselError),
    /// A statement of the transaction had failed, so that it was undone although its author went on.
    #[error("a statement of the transaction had failed")]
    Undone,
    /// What is on record cannot be what this program wrote.
    #[error("corrupt row in {table}, key {key}")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Key of the row, masked where it identifies a person.
        key: String,
    },
    /// The acuse on record is not what the journal says that was decided: somebody altered one of them.
    #[error("the acuse of notification {codigo} is not what the journal says that was decided")]
    Unvouched {
        /// Of which notification.
        codigo: i32,
    },
    /// The octets given do not have the hash given.
    #[error("the octets do not have the hash under which they were to be kept")]
    HashMismatch,
    /// Anything else that the database says.
    #[error("database: {0}")]
    Database(#[source] DieselError),
}

impl StoreError {
    pub(super) fn corrupt(table: &'static str, key: &impl ToString) -> Self {
        let key = key.to_string();
        Self::Corrupt { table, key }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, information) = &error else {
            return Self::Database(error);
        };
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Duplicate(error),
            DatabaseErrorKind::ForeignKeyViolation => Self::Dangling(error),
            DatabaseErrorKind::SerializationFailure => Self::Contended(error),
            // The drivers do not classify these. PostgreSQL says its two in the server's language, of which the likely
            // ones keep the word «deadlock»; a lock not had in time is, in others, an error like any other.
            _ if information.message() == "database is locked" => Self::Busy(None),
            _ if information.message().contains("lock timeout") => Self::Busy(None),
            _ if information.message().contains("deadlock") => Self::Contended(error),
            _ => Self::Database(error),
        }
    }
}
