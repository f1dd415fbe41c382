//! `StoreError`: all that can go wrong on this floor. What a driver says of it is its source.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use openssl::error::ErrorStack;
use thiserror::Error;

use crate::domain::contradiccion::Contradiccion;
use crate::domain::notificacion::Huella;

use super::cipher::NoKey;

/// Why the store could not do as it was told. None of them carries personal data (D-113).
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be opened or reached.
    #[error("the database cannot be opened")]
    Connect(#[from] ConnectionError),
    /// It is known not to answer, so that it was not asked.
    #[error("the database does not answer: {reason}")]
    Gone {
        /// As what that was found out.
        reason: String,
    },
    /// The connection ended, or the server ended it; nothing of the transaction was done.
    #[error("the connection to the database is gone")]
    Lost(#[source] DieselError),
    /// The connection ended, or the disk failed, while the transaction was being committed: it may have been done or not.
    #[error("whether the transaction was committed is not known")]
    Uncertain(#[source] DieselError),
    /// The SQLite file was removed, or another one put in its place.
    #[error(
        "the SQLite file, or its log, is no longer where the service opened it: put it back, or stop the service first"
    )]
    Moved,
    /// There is no space to write.
    #[error("there is no space left to write")]
    Full(#[source] DieselError),
    /// What is there can be read, and nothing written.
    #[error("the database lets nothing be written")]
    ReadOnly(#[source] DieselError),
    /// A statement took longer than it may.
    #[error("the database took too long")]
    TooSlow(#[source] DieselError),
    /// The disk fails, or what is on it can no longer be read as a database.
    #[error("the disk fails, or the database is damaged")]
    Damaged(#[source] DieselError),
    /// The SQLite file would not go into write-ahead mode, as on some network file systems.
    #[error("the SQLite file cannot be used in write-ahead mode (it is in mode {mode})")]
    NotWriteAhead {
        /// The mode in which it stayed.
        mode: String,
    },
    /// No connection, or no turn to write, became free in time.
    #[error("the database is busy")]
    Busy(#[source] Option<DieselError>),
    /// Another service is using the SQLite file: several share a PostgreSQL.
    #[error("another service is using this SQLite file; only PostgreSQL can be shared by several")]
    Claimed,
    /// It could not be settled whether another service is using the SQLite file.
    #[error("the lock file beside the SQLite file cannot be used")]
    Claim(#[source] std::io::Error),
    /// The database was made by a later version of this program.
    #[error("the database has the migration {version}, which this version of the program does not know")]
    NewerSchema {
        /// The migration that is not known here.
        version: String,
    },
    /// A migration could not be read or applied.
    #[error("migration failed")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something changed since it was read: what was to be decided is no longer open, or was already on record.
    #[error("the rows are no longer in the state in which they were read")]
    Conflict,
    /// What is told of a title cannot be, beside what is on record.
    #[error(transparent)]
    Contradiction(#[from] Contradiccion),
    /// A row of that key is already there.
    #[error("already on record")]
    Duplicate(#[source] DieselError),
    /// A row refers to another that is not there.
    #[error("refers to what is not on record")]
    Dangling(#[source] DieselError),
    /// The database undid the transaction because of another one, more often than it was worth repeating.
    #[error("undone by the database in favour of another transaction")]
    Contended(#[source] DieselError),
    /// A statement of the transaction had failed, so that it was undone although its author went on.
    #[error("a statement of the transaction had failed")]
    Undone,
    /// What is on record cannot be what this program wrote.
    #[error("corrupt row in {table}, key {key}")]
    Corrupt {
        /// The table whose row cannot be read.
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
    /// What is asked for lies encrypted, and there is no key to open it.
    #[error(
        "what is encrypted under the key {clave:?} cannot be opened: {}; see `notess cifrado estado`",
        told_of(*.why)
    )]
    NoKey {
        /// The id of the key.
        clave: String,
        /// Why there is none.
        why: NoKey,
    },
    /// An act of a special category is to be published, and there is no key to encrypt it.
    #[error(
        "an act of a special category is not published without a key to encrypt it: name one in `cifrado.claves`, and say \
         in `cifrado.actual` that it is the current one"
    )]
    Keyless,
    /// The library of cryptography failed.
    #[error("nothing can be encrypted")]
    Cipher(#[source] ErrorStack),
    /// The octets given do not have the hash given.
    #[error("the octets do not have the hash under which they were to be kept")]
    HashMismatch,
    /// Anything else that the database says.
    #[error("the database refused a statement")]
    Database(#[source] DieselError),
}

/// What keeps the store from doing as it is told, where that is no fault of what it was told and may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It cannot be reached, or does not answer.
    Unavailable,
    /// There is no space to write.
    Full,
    /// It can be read only.
    ReadOnly,
    /// Others keep it busy, or it is slow.
    Busy,
    /// The disk fails, or what is on it is no longer right.
    Corrupt,
}

impl Trouble {
    /// Its name, for log and metrics.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Busy => "busy",
            Self::Corrupt => "corrupt",
        }
    }

    /// What the operator should look at.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Unavailable => {
                "the database does not answer: look whether its server runs and can be reached, or whether its file is where it was"
            }
            Self::Full => {
                "there is no space left where the database writes: make some; nothing need be restarted"
            }
            Self::ReadOnly => {
                "the database can be read and not written: look at default_transaction_read_only, the rights of the role, whether \
                 this server is a standby, or the rights of the file and its folder"
            }
            Self::Busy => "somebody else keeps the database locked, or it is too slow",
            Self::Corrupt => {
                "the disk fails or the database is damaged: stop the service, save what there is, and run `notess auditoria verificar`"
            }
        }
    }
}

impl StoreError {
    /// What kind of trouble it is, if it is one of the database and not of what was asked of it.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        Some(match self {
            Self::Connect(_) | Self::Gone { .. } | Self::Lost(_) | Self::Uncertain(_) | Self::Moved => {
                Trouble::Unavailable
            }
            Self::Full(_) => Trouble::Full,
            Self::ReadOnly(_) => Trouble::ReadOnly,
            Self::Busy(_) | Self::TooSlow(_) | Self::Contended(_) => Trouble::Busy,
            Self::Damaged(_) | Self::Corrupt { .. } => Trouble::Corrupt,
            _ => return None,
        })
    }

    /// Whether nothing can be written that can be read all the same.
    pub(super) fn leaves_reading(&self) -> bool {
        matches!(self, Self::Full(_) | Self::ReadOnly(_) | Self::Damaged(_))
    }

    /// Whether a connection was refused because the server has as many as it takes. Drivers give no code for it.
    pub(super) fn is_crowded(&self) -> bool {
        const WORDS: [&str; 3] = ["too many", "connection slots", "demasiad"];
        let Self::Connect(ConnectionError::BadConnection(message)) = self else {
            return false;
        };
        WORDS.iter().any(|words| message.contains(words))
    }

    /// What is known of a transaction whose commit ended so.
    pub(super) fn of_commit(self) -> Self {
        match self {
            Self::Lost(error) | Self::Damaged(error) => Self::Uncertain(error),
            known => known,
        }
    }

    pub(super) fn no_key(clave: &str, why: NoKey) -> Self {
        let clave = clave.to_owned();
        Self::NoKey { clave, why }
    }

    pub(super) fn corrupt_documento(huella: &[u8]) -> Self {
        let huella = <[u8; 32]>::try_from(huella).map(Huella);
        let key = huella.map_or_else(|_| "?".to_owned(), |huella| huella.to_string());
        Self::corrupt("documentos", &key)
    }

    pub(super) fn corrupt(table: &'static str, key: &impl ToString) -> Self {
        let key = key.to_string();
        Self::Corrupt { table, key }
    }
}

/// What the operator is told of a key that there is not.
fn told_of(why: NoKey) -> &'static str {
    match why {
        NoKey::Unnamed => "`cifrado.claves` names none of that id",
        NoKey::Another => "the one that `cifrado.claves` names is another one",
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let (kind, message) = match &error {
            DieselError::DatabaseError(kind, information) => (kind, information.message()),
            // What a failed commit could not undo is over with its connection.
            DieselError::RollbackErrorOnCommit { .. } => return Self::of_unfinished(error),
            DieselError::BrokenTransactionManager => return Self::Lost(error),
            _ => return Self::Database(error),
        };
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Duplicate(error),
            DatabaseErrorKind::ForeignKeyViolation => Self::Dangling(error),
            DatabaseErrorKind::SerializationFailure => Self::Contended(error),
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Self::Lost(error),
            DatabaseErrorKind::ReadOnlyTransaction => Self::ReadOnly(error),
            _ => match told_by(message) {
                Some(Told::Busy) => Self::Busy(Some(error)),
                Some(Told::Contended) => Self::Contended(error),
                Some(Told::TooSlow) => Self::TooSlow(error),
                Some(Told::Full) => Self::Full(error),
                Some(Told::ReadOnly) => Self::ReadOnly(error),
                Some(Told::Damaged) => Self::Damaged(error),
                None => Self::Database(error),
            },
        }
    }
}

impl StoreError {
    fn of_unfinished(error: DieselError) -> Self {
        match error {
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            other => Self::Database(other),
        }
    }
}

/// What the drivers give no code for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Busy,
    Contended,
    TooSlow,
    Full,
    ReadOnly,
    Damaged,
}

/// What a message says. SQLite's are always the same; PostgreSQL's are in English where it lets us have them so
/// (`lc_messages`), and in Spanish keep these words.
fn told_by(message: &str) -> Option<Told> {
    const WORDS: [(&str, Told); 18] = [
        ("database is locked", Told::Busy),
        ("lock timeout", Told::Busy),
        ("deadlock", Told::Contended),
        ("statement timeout", Told::TooSlow),
        ("database or disk is full", Told::Full),
        ("No space left on device", Told::Full),
        ("could not extend file", Told::Full),
        ("Disk quota exceeded", Told::Full),
        ("No queda espacio", Told::Full),
        ("readonly database", Told::ReadOnly),
        ("read-only", Told::ReadOnly),
        ("Read-only file system", Told::ReadOnly),
        ("permission denied", Told::ReadOnly),
        ("disk I/O error", Told::Damaged),
        ("Input/output error", Told::Damaged),
        ("malformed", Told::Damaged),
        ("file is not a database", Told::Damaged),
        ("invalid page in block", Told::Damaged),
    ];
    let told = WORDS.iter().find(|(words, _)| message.contains(words));
    told.map(|(_, told)| *told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: DatabaseErrorKind, message: &str) -> StoreError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn each_trouble_of_a_database_is_known_by_its_code_or_its_words() {
        use DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction, UnableToSendCommand, Unknown};
        for (kind, message, trouble) in [
            (Unknown, "database or disk is full", Some(Trouble::Full)),
            (
                Unknown,
                "could not extend file \"base/5/16384\": No space left on device",
                Some(Trouble::Full),
            ),
            (
                Unknown,
                "attempt to write a readonly database",
                Some(Trouble::ReadOnly),
            ),
            (ReadOnlyTransaction, "25006", Some(Trouble::ReadOnly)),
            (
                Unknown,
                "permission denied for table acuses",
                Some(Trouble::ReadOnly),
            ),
            (Unknown, "database is locked", Some(Trouble::Busy)),
            (
                Unknown,
                "canceling statement due to lock timeout",
                Some(Trouble::Busy),
            ),
            (
                Unknown,
                "canceling statement due to statement timeout",
                Some(Trouble::Busy),
            ),
            (Unknown, "disk I/O error", Some(Trouble::Corrupt)),
            (
                Unknown,
                "database disk image is malformed",
                Some(Trouble::Corrupt),
            ),
            (ClosedConnection, "", Some(Trouble::Unavailable)),
            (UnableToSendCommand, "", Some(Trouble::Unavailable)),
            (Unknown, "division by zero", None),
        ] {
            assert_eq!(said(kind, message).trouble(), trouble, "{message}");
        }
    }

    #[test]
    fn of_a_commit_that_had_no_answer_nobody_knows_whether_it_was_done() {
        let lost = said(DatabaseErrorKind::ClosedConnection, "");
        assert!(matches!(lost.of_commit(), StoreError::Uncertain(_)));
        let full = said(DatabaseErrorKind::Unknown, "database or disk is full");
        assert!(
            matches!(full.of_commit(), StoreError::Full(_)),
            "undone, for sure"
        );
        let unfinished = DieselError::RollbackErrorOnCommit {
            rollback_error: Box::new(DieselError::BrokenTransactionManager),
            commit_error: Box::new(DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection,
                Box::new(String::new()),
            )),
        };
        let unfinished = StoreError::from(unfinished).of_commit();
        assert!(matches!(unfinished, StoreError::Uncertain(_)));
    }
}
