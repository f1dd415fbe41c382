//! `Remembered`: what whoever watches a log knows of it, in a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::tlog::{KeyError, MAX_NOTE, NoteError, SignedCheckpoint, VerifierKey};
use crate::whole_file;

/// The first line of the file: a stored format.
const FORMAT: &str = "notess transparencia vigilar 1";
/// What the file has besides the note, at most, in octets.
const REST: usize = 1024;
/// What the name of the file ends with that keeps a note which contradicts the one that is known.
const CONTRADICTION: &str = ".bifurcacion";

/// The key of a log, and the last checkpoint that it was seen to have signed.
pub(super) struct Remembered {
    pub(super) key: VerifierKey,
    pub(super) signed: SignedCheckpoint,
}

/// Why a file does not tell what is known of a log.
#[derive(Debug, thiserror::Error)]
pub(super) enum StateError {
    /// It cannot be read or written.
    #[error("{path}")]
    File {
        /// Where it is.
        path: String,
        /// What the system says of it.
        #[source]
        reason: io::Error,
    },
    /// It was not written by this command.
    #[error("{0}: it was not written by `notess transparencia vigilar`")]
    Format(String),
    /// Its key is none.
    #[error("{path}: its key")]
    Key {
        /// Where it is.
        path: String,
        /// What its text is instead of a key.
        #[source]
        reason: KeyError,
    },
    /// Its note is not signed with its key.
    #[error("{path}: its note")]
    Note {
        /// Where it is.
        path: String,
        /// What is wrong with its signature.
        #[source]
        reason: NoteError,
    },
}

impl Remembered {
    /// What a file tells; nothing where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, StateError> {
        let named = || path.display().to_string();
        let of_file = |reason| StateError::File {
            path: named(),
            reason,
        };
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(of_file)?,
        };
        let mut text = String::new();
        file.take((MAX_NOTE + REST) as u64)
            .read_to_string(&mut text)
            .map_err(of_file)?;
        let format = || StateError::Format(named());
        let (first, rest) = text.split_once('\n').ok_or_else(format)?;
        let (key, rest) = rest.split_once('\n').ok_or_else(format)?;
        let note = rest.strip_prefix('\n').ok_or_else(format)?;
        if first != FORMAT {
            return Err(format());
        }
        let key: VerifierKey = key.parse().map_err(|reason| StateError::Key {
            path: named(),
            reason,
        })?;
        let signed = key.open(note.as_bytes()).map_err(|reason| StateError::Note {
            path: named(),
            reason,
        })?;
        Ok(Some(Self { key, signed }))
    }

    /// Puts it in the place of what was known.
    pub(super) fn write(&self, path: &Path) -> Result<(), StateError> {
        let Self { key, signed } = self;
        let text = format!("{FORMAT}\n{key}\n\n{}", signed.note());
        whole_file::replace(path, text.as_bytes(), whole_file::ALL).map_err(|reason| StateError::File {
            path: path.display().to_string(),
            reason,
        })
    }
}

/// Keeps a note that contradicts what a file tells beside it, and gives where: the two are the proof. The first one stays.
pub(super) fn keep_contradiction(path: &Path, seen: &SignedCheckpoint) -> Result<PathBuf, StateError> {
    let beside = whole_file::beside(path, CONTRADICTION);
    match whole_file::write_new(&beside, seen.note().as_bytes(), whole_file::ALL) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(StateError::File {
            path: beside.display().to_string(),
            reason: error,
        }),
        _ => Ok(beside),
    }
}
