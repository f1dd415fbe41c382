//! `ProofFile`: that a document is in a log, in a file that needs nobody else (C2SP tlog-proof).

use super::base64;
use super::checkpoint::{Checkpoint, decimal};
use super::entry::{Clase, Entry};
use super::hash::TreeHash;
use super::key::VerifierKey;
use super::note::{MAX_NOTE, NoteError};
use super::verify::{InclusionError, verify_inclusion};

/// The first line.
const FORMAT: &str = "c2sp.org/tlog-proof@v1";
/// Longest file that is read, in octets: the note, and as much for the rest.
pub const MAX_PROOF: usize = 2 * MAX_NOTE;
/// Hashes beside the way of a leaf to the root, at most: the tree's leaves are counted in 64 bits.
const LONGEST_PATH: usize = 64;

/// A proof, of which nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// What the writer says besides, which nothing vouches for.
    pub extra: Option<Vec<u8>>,
    /// The leaf's place in the log, from 0.
    pub index: u64,
    /// The hashes beside its way to the root, its sibling first.
    pub path: Vec<TreeHash>,
    /// The note with the checkpoint.
    pub note: String,
}

/// Why a file is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableProof {
    /// It is too long to be looked at.
    #[error("it has {octets} octets, which is more than a proof may have ({MAX_PROOF})")]
    TooLong {
        /// How many it has.
        octets: usize,
    },
    /// It is not UTF-8.
    #[error("it is no text")]
    NotText,
    /// The first line is another.
    #[error("it does not begin with {FORMAT}")]
    Format,
    /// What should be the extra data is no base64.
    #[error("its extra data are no base64")]
    Extra,
    /// The line with the index is another.
    #[error("it has no line with the index of a leaf where it should be")]
    Index,
    /// A line of the path is no hash.
    #[error("line {line} of its path is no hash in base64")]
    Path {
        /// Which, from 1.
        line: usize,
    },
    /// The path has no end, or is longer than any tree is high.
    #[error("its path does not end")]
    Endless,
}

/// Why a document is not proven to be in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The checkpoint is not the log's.
    #[error("its checkpoint")]
    Note(#[from] NoteError),
    /// The path does not lead from the document to the root that was signed.
    #[error("this document, with this index")]
    Inclusion(#[from] InclusionError),
}

/// What is proven: a leaf, in a log of which this was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// What the document is.
    pub entry: Entry,
    /// The leaf's place in the log, from 0.
    pub index: u64,
    /// What the log signed.
    pub checkpoint: Checkpoint,
}

impl ProofFile {
    /// The text of the file (C2SP tlog-proof).
    #[must_use]
    pub fn write(&self) -> String {
        let extra = self.extra.as_ref();
        let extra = extra.map(|extra| format!("extra {}\n", base64::encode(extra)));
        let path: String = self.path.iter().map(|hash| hash.to_string() + "\n").collect();
        let Self { index, note, .. } = self;
        format!(
            "{FORMAT}\n{}index {index}\n{path}\n{note}",
            extra.unwrap_or_default()
        )
    }

    /// Reads one: only what [`ProofFile::write`] writes, line by line, is a proof.
    pub fn read(octets: &[u8]) -> Result<Self, UnreadableProof> {
        if octets.len() > MAX_PROOF {
            return Err(UnreadableProof::TooLong { octets: octets.len() });
        }
        let text = std::str::from_utf8(octets).map_err(|_| UnreadableProof::NotText)?;
        let rest = text.strip_prefix(FORMAT).and_then(|rest| rest.strip_prefix('\n'));
        let rest = rest.ok_or(UnreadableProof::Format)?;
        let (extra, rest) = match rest.strip_prefix("extra ") {
            Some(rest) => {
                let (extra, rest) = rest.split_once('\n').ok_or(UnreadableProof::Extra)?;
                (Some(base64::decode(extra).ok_or(UnreadableProof::Extra)?), rest)
            }
            None => (None, rest),
        };
        let index = rest.strip_prefix("index ").and_then(|rest| rest.split_once('\n'));
        let (index, mut rest) = index.ok_or(UnreadableProof::Index)?;
        let index = decimal(index).ok_or(UnreadableProof::Index)?;
        let mut path = Vec::new();
        loop {
            let (line, after) = rest.split_once('\n').ok_or(UnreadableProof::Endless)?;
            rest = after;
            if line.is_empty() {
                break;
            }
            if path.len() == LONGEST_PATH {
                return Err(UnreadableProof::Endless);
            }
            path.push(
                line.parse()
                    .map_err(|_| UnreadableProof::Path { line: path.len() + 1 })?,
            );
        }
        Ok(Self {
            extra,
            index,
            path,
            note: rest.to_owned(),
        })
    }

    /// Verifies, off line, that the log of a key has this entry.
    pub fn verify(&self, entry: Entry, key: &VerifierKey) -> Result<Proven, ProofError> {
        let signed = key.open(self.note.as_bytes())?;
        let Checkpoint { size, root, .. } = *signed.checkpoint();
        verify_inclusion(entry.hash(), self.index, size, &self.path, root)?;
        Ok(Proven {
            entry,
            index: self.index,
            checkpoint: signed.checkpoint().clone(),
        })
    }

    /// The same of a document, by its SHA-256: as what it was logged is found out, since a leaf is of one class only.
    pub fn verify_document(
        &self,
        huella: &[u8; TreeHash::LENGTH],
        key: &VerifierKey,
    ) -> Result<(Clase, Proven), ProofError> {
        let mut last = ProofError::Inclusion(InclusionError::OtherRoot);
        for class in Clase::ALL {
            match self.verify(Entry::new(class.number(), huella), key) {
                Ok(proven) => return Ok((class, proven)),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}
