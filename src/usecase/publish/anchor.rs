//! `Anchor`: the last checkpoint, in a file outside the database.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::tlog::{MAX_NOTE, NoteError, SignedCheckpoint, VerifierKey};
use crate::whole_file;

/// What the name of the file ends with that keeps the anchor of a log in whose place another one goes on.
const FORMER: &str = ".anterior";

/// A file with the last checkpoint that was signed.
pub struct Anchor(PathBuf);

/// Why the anchor cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// It cannot be read.
    #[error("the anchor {path} cannot be read")]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// What the system says of it.
        #[source]
        reason: io::Error,
    },
    /// It cannot be written.
    #[error("the anchor {path} cannot be written")]
    Unwritable {
        /// Where it is.
        path: PathBuf,
        /// What the system says of it.
        #[source]
        reason: io::Error,
    },
    /// It is no checkpoint of this log, signed with its key.
    #[error("the anchor {path}")]
    Altered {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with its signature.
        #[source]
        reason: NoteError,
    },
    /// It is of a log of another name.
    #[error("the anchor {path} is of the log {old}, and the settings name {new}")]
    OtherOrigin {
        /// Where it is.
        path: PathBuf,
        /// Whose it is.
        old: String,
        /// The log of the settings.
        new: String,
    },
}

impl Anchor {
    /// The one at a path, if it is there.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What it says, if it is there, whoever signed it.
    pub fn note(&self) -> Result<Option<String>, AnchorError> {
        let unreadable = |reason| AnchorError::Unreadable {
            path: self.0.clone(),
            reason,
        };
        let file = match File::open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(unreadable)?,
        };
        let mut octets = Vec::new();
        file.take(MAX_NOTE as u64 + 1)
            .read_to_end(&mut octets)
            .map_err(unreadable)?;
        Ok(Some(String::from_utf8_lossy(&octets).into_owned()))
    }

    /// What it says, signed with a key, if it is there.
    pub fn read(&self, key: &VerifierKey) -> Result<Option<SignedCheckpoint>, AnchorError> {
        let Some(note) = self.note()? else {
            return Ok(None);
        };
        key.open(note.as_bytes()).map(Some).map_err(|reason| {
            let path = self.0.clone();
            match origin(&note).filter(|origin| *origin != key.origin()) {
                Some(old) => AnchorError::OtherOrigin {
                    path,
                    old: old.to_owned(),
                    new: key.origin().to_owned(),
                },
                None => AnchorError::Altered { path, reason },
            }
        })
    }

    /// Puts a checkpoint in its place.
    pub fn write(&self, signed: &SignedCheckpoint) -> Result<(), AnchorError> {
        let written = whole_file::replace(&self.0, signed.note().as_bytes(), whole_file::ALL);
        written.map_err(|reason| AnchorError::Unwritable {
            path: self.0.clone(),
            reason,
        })
    }

    /// Puts it aside, under a name that says so.
    pub fn put_aside(&self) -> Result<(), AnchorError> {
        let aside = whole_file::beside(&self.0, FORMER);
        match std::fs::rename(&self.0, aside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AnchorError::Unwritable {
                path: self.0.clone(),
                reason: error,
            }),
            _ => Ok(()),
        }
    }
}

/// The log that a note says that it is of.
fn origin(note: &str) -> Option<&str> {
    note.lines().next().filter(|origin| !origin.is_empty())
}
