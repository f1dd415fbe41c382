//! `CrlFile`: a file of revocation lists, read again whenever it is another one (D-71).

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::admitted::CaCertificate;
use super::error::CrlFault;
use super::revocation::Lists;

/// Largest file that is read; the largest complete lists in the field have some tens of megabytes.
const MAX_FILE: u64 = 128 * 1024 * 1024;
/// How often a file that changes while it is read is read again.
const MAX_READS: usize = 3;

/// By what it is told that a file is still the same: whatever replaces or rewrites it changes one of these, and the
/// last one cannot be set back by its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of the file that has that path now: one call of stat().
    pub(super) fn of(path: &Path) -> Result<Self, CrlFault> {
        std::fs::metadata(path)
            .map(|m| Self::from(&m))
            .map_err(|e| fault(&e))
    }
}

impl From<&Metadata> for Stamp {
    fn from(m: &Metadata) -> Self {
        Self {
            device: m.dev(),
            inode: m.ino(),
            length: m.len(),
            modified: (m.mtime(), m.mtime_nsec()),
            changed: (m.ctime(), m.ctime_nsec()),
        }
    }
}

/// What one version of the file holds, or what is wrong with it: a bad file is not read again at every request.
type Loaded = (Stamp, Result<Arc<Lists>, CrlFault>);

/// The file of one issuer.
pub(super) struct CrlFile {
    path: PathBuf,
    // Held while the file is read, so that many requests at once read it once.
    loaded: Mutex<Option<Loaded>>,
}

impl CrlFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            loaded: Mutex::new(None),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The lists that the file holds now, checked to be those of `ca`, and the stamp of the file.
    pub(super) fn current(&self, ca: &CaCertificate) -> Result<(Arc<Lists>, Stamp), CrlFault> {
        let now = Stamp::of(&self.path)?;
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let (stamp, lists) = match loaded.take() {
            Some((stamp, lists)) if stamp == now => (stamp, lists),
            _ => {
                let (stamp, octets) = read(&self.path)?;
                (stamp, Lists::read(&octets, ca).map(Arc::new))
            }
        };
        *loaded = Some((stamp, lists.clone()));
        Ok((lists?, stamp))
    }
}

/// Whether a file holds revocation lists of `ca`, one of which at least is in force at `at`: for whoever is about to admit
/// it.
pub fn check_crl(path: &Path, ca: &CaCertificate, at: DateTime<Utc>) -> Result<(), CrlFault> {
    let (lists, _) = CrlFile::new(path.to_owned()).current(ca)?;
    lists.in_force_at(at)
}

/// The octets of a file together with the stamp that it had before and after they were read.
fn read(path: &Path) -> Result<(Stamp, Vec<u8>), CrlFault> {
    for _ in 0..MAX_READS {
        let mut file = File::open(path).map_err(|e| fault(&e))?;
        let before = file.metadata().map_err(|e| fault(&e))?;
        if !before.is_file() || before.len() > MAX_FILE {
            return Err(CrlFault::Unreadable);
        }
        let mut octets = Vec::new();
        file.by_ref()
            .take(MAX_FILE)
            .read_to_end(&mut octets)
            .map_err(|e| fault(&e))?;
        let after = file.metadata().map_err(|e| fault(&e))?;
        let stamp = Stamp::from(&before);
        if stamp == Stamp::from(&after) {
            return Ok((stamp, octets));
        }
    }
    Err(CrlFault::Unreadable)
}

fn fault(error: &io::Error) -> CrlFault {
    match error.kind() {
        io::ErrorKind::NotFound => CrlFault::Missing,
        _ => CrlFault::Unreadable,
    }
}
