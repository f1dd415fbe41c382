//! `Place`: whether a SQLite file is still where it was opened.
//!
//! A file that is removed or replaced goes on being written by whoever has it open, and is gone with that process: what it
//! answers as done would be lost.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::owner_only::{beside, end_of_links};

/// For how long a file that was there is taken to be there still, until something is committed: to look costs a fortieth of a
/// listing.
const LATELY: Duration = Duration::from_millis(100);

/// Device and number of a file.
type File = (u64, u64);

/// Which files were opened.
#[derive(Debug, Default)]
pub(super) struct Place(Mutex<Opened>);

#[derive(Debug, Default)]
struct Opened {
    database: Option<File>,
    /// When it was found to be there.
    found: Option<Instant>,
    /// Its log, in which what is written stands first. The last connection that is closed removes it.
    log: Option<File>,
    connections: usize,
}

/// That a connection is open. It is to be dropped after the connection.
pub(super) struct Open(Arc<Place>);

fn file_of(path: &Path) -> Option<File> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

impl Place {
    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Opened> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection is about to be opened.
    pub(super) fn open(self: &Arc<Self>) -> Open {
        self.lock().connections += 1;
        Open(Arc::clone(self))
    }

    /// Takes what is there for the file that was opened.
    pub(super) fn settle(&self, path: &Path) {
        let mut opened = self.lock();
        opened.database = file_of(path);
        opened.found = None;
    }

    /// Whether the file that was opened is there still, or was a moment ago.
    pub(super) fn check_lately(&self, path: &Path) -> Result<(), StoreError> {
        let is_recent = |found: Instant| found.elapsed() < LATELY;
        if self.lock().found.is_some_and(is_recent) {
            return Ok(());
        }
        let began = Instant::now();
        self.check(path)?;
        self.lock().found = Some(began);
        Ok(())
    }

    /// Whether it is there still. From when it is not, nobody takes it that it is.
    pub(super) fn check(&self, path: &Path) -> Result<(), StoreError> {
        let found = file_of(path);
        let mut opened = self.lock();
        if opened.database.is_none() || found == opened.database {
            Ok(())
        } else {
            opened.found = None;
            Err(StoreError::Moved)
        }
    }

    /// The same, and whether its log is.
    pub(super) fn check_to_write(&self, path: &Path) -> Result<(), StoreError> {
        self.check(path)?;
        let Some(found) = file_of(&beside(&end_of_links(path), "-wal")) else {
            return Err(StoreError::Moved);
        };
        if *self.lock().log.get_or_insert(found) == found {
            Ok(())
        } else {
            Err(StoreError::Moved)
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut opened = self.0.lock();
        opened.connections -= 1;
        if opened.connections == 0 {
            opened.log = None;
        }
    }
}
