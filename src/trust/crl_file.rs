//! A file of revocation lists: which version of it is there, and what that holds.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use openssl::sha::sha256;

use super::admitted::CaCertificate;
use super::crl::Crl;
use super::error::CrlFault;
use super::pem::{self, PemError};
use super::renewal::Pace;

/// Largest file that is read; the largest complete lists in the field have some tens of megabytes.
const MAX_FILE: u64 = 128 * 1024 * 1024;
/// How often a file that changes while it is read is read again.
const MAX_READS: usize = 3;
/// Most lists in one file: some issuers split theirs into thousands.
const MAX_LISTS: usize = 200_000;

/// By what it is told that a file is still the same: whatever replaces or rewrites it changes one of these, and the
/// last one cannot be set back by its owner. That of a folder changes with each file that comes into it or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    pub(super) length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
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

impl Stamp {
    /// The stamp of what has that path now: one call of stat().
    pub(super) fn of(path: &Path) -> Result<Self, CrlFault> {
        std::fs::metadata(path)
            .map(|m| Self::from(&m))
            .map_err(|e| fault(&e))
    }
}

/// What one version of a file holds, or what is wrong with it: a bad file is not read again at every request.
#[derive(Debug)]
pub(super) struct FileLists {
    pub(super) stamp: Stamp,
    pub(super) lists: Result<Vec<Arc<Crl>>, CrlFault>,
}

impl FileLists {
    /// Reads a file. Lists that `known` has already verified are taken from there, by their SHA-256.
    ///
    /// One list that is not good spoils the file, since what it hides cannot be told.
    pub(super) fn read(
        path: &Path,
        ca: &CaCertificate,
        known: Option<&Self>,
        pace: &mut Pace,
    ) -> Result<Self, CrlFault> {
        let (stamp, octets) = read(path)?;
        let before = known
            .and_then(|known| known.lists.as_deref().ok())
            .unwrap_or_default();
        let lists = read_lists(&octets, ca, before, pace);
        Ok(Self { stamp, lists })
    }
}

/// The lists of one issuer: one in DER, or any number in PEM, where the issuer splits its own.
fn read_lists(
    octets: &[u8],
    ca: &CaCertificate,
    before: &[Arc<Crl>],
    pace: &mut Pace,
) -> Result<Vec<Arc<Crl>>, CrlFault> {
    let by_huella: std::collections::HashMap<&[u8; 32], &Arc<Crl>> =
        before.iter().map(|list| (&list.huella, list)).collect();
    let mut lists = Vec::new();
    pem::each(octets, pem::CRL, |der| {
        if lists.len() == MAX_LISTS {
            return Err(CrlFault::Unreadable);
        }
        let list = match by_huella.get(&sha256(der)) {
            Some(known) => Arc::clone(known),
            None => Arc::new(Crl::read(der, ca)?),
        };
        lists.push(list);
        pace.step();
        Ok(())
    })?;
    Ok(lists)
}

impl From<PemError> for CrlFault {
    fn from(_: PemError) -> Self {
        Self::Unreadable
    }
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

pub(super) fn fault(error: &io::Error) -> CrlFault {
    match error.kind() {
        io::ErrorKind::NotFound => CrlFault::Missing,
        _ => CrlFault::Unreadable,
    }
}
