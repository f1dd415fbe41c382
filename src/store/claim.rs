//! `Claim`: a SQLite file has one service at a time.

use std::fs::{File, TryLockError};

use super::error::StoreError;
use super::owner_only;
use super::url::DatabaseUrl;

/// The right to serve from a database, for as long as it lives, however the process ends. PostgreSQL gives it to
/// everyone; of a SQLite file there is one, since its service knows things by heart
/// ([`mensajes`](super::mensajes)). Whoever only administers the store needs none.
#[derive(Debug)]
pub struct Claim {
    _lock: Option<File>,
}

impl Claim {
    /// Takes the right, or says that somebody else has it.
    pub fn take(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let DatabaseUrl::Sqlite(path) = url else {
            return Ok(Self { _lock: None });
        };
        // A file of its own: closing any descriptor of the database itself would drop SQLite's locks on it.
        let file =
            owner_only::lock_file(&owner_only::beside(path, owner_only::LOCK)).map_err(StoreError::Claim)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _lock: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Claimed),
            Err(TryLockError::Error(error)) => Err(StoreError::Claim(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_file_has_one_service_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(&folder.path().join("one.db")).unwrap();
        let first = Claim::take(&url).unwrap();
        assert!(matches!(Claim::take(&url), Err(StoreError::Claimed)));
        drop(first);
        Claim::take(&url).unwrap();
    }

    #[test]
    fn several_services_share_a_postgresql() {
        let url = "postgres://server/notess".parse().unwrap();
        let _first = Claim::take(&url).unwrap();
        Claim::take(&url).unwrap();
    }
}
