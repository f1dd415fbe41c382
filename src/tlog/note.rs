//! Signed notes (C2SP signed-note), and `SignedCheckpoint`: one that a known key signed.

use super::base64;
use super::checkpoint::{Checkpoint, CheckpointError};

/// Longest note that is read, in octets. A reader must take sixteen signatures, and those that quantum computers cannot forge
/// have nearly five thousand octets each.
pub const MAX_NOTE: usize = 128 * 1024;
/// Most signatures of one.
const MOST_SIGNATURES: usize = 64;
/// What begins a signature's line.
const MARK: &str = "\u{2014} ";
/// Octets of a key's id, which are before the signature.
const ID: usize = 4;

/// Why a note is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is too long to be looked at.
    #[error("it has {octets} octets, which is more than a note may have ({MAX_NOTE})")]
    TooLong {
        /// How many it has.
        octets: usize,
    },
    /// It is not UTF-8, or has control characters.
    #[error("it is no text")]
    NotText,
    /// It has no empty line before signatures.
    #[error("it has no signatures")]
    Unsigned,
    /// A line after the last empty one is no signature.
    #[error("line {line} after its text is no signature")]
    SignatureLine {
        /// Which, from 1.
        line: usize,
    },
    /// It has more signatures than anybody needs.
    #[error("it has more than {MOST_SIGNATURES} signatures")]
    TooManySignatures,
    /// No signature is by the key.
    #[error("it is not signed with the key that is expected")]
    OtherKey,
    /// A signature by the key does not hold.
    #[error("its signature does not hold")]
    Signature,
    /// What is signed is no checkpoint.
    #[error("what it signs is no checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// What is signed is a checkpoint of another log than the key's.
    #[error("it is of another log than the key is")]
    OtherOrigin,
}

/// A note's text, its last line break included, and its signatures, of which nothing is verified.
pub(super) struct Note<'a> {
    pub(super) text: &'a str,
    pub(super) signatures: Vec<NoteSignature<'a>>,
}

/// A line of signature under a note, not yet verified.
pub(super) struct NoteSignature<'a> {
    pub(super) name: &'a str,
    pub(super) id: [u8; ID],
    pub(super) octets: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Takes a note apart.
    pub(super) fn parse(octets: &'a [u8]) -> Result<Self, NoteError> {
        if octets.len() > MAX_NOTE {
            return Err(NoteError::TooLong { octets: octets.len() });
        }
        let whole = std::str::from_utf8(octets).map_err(|_| NoteError::NotText)?;
        if whole.bytes().any(|octet| octet < b' ' && octet != b'\n') {
            return Err(NoteError::NotText);
        }
        // The text may have empty lines: the last one ends it.
        let end = whole.rfind("\n\n").ok_or(NoteError::Unsigned)? + 1;
        let (text, signatures) = whole.split_at(end);
        let lines = signatures
            .strip_prefix('\n')
            .and_then(|all| all.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::Unsigned)?;
        let mut signatures = Vec::new();
        for (at, line) in lines.split('\n').enumerate() {
            if at == MOST_SIGNATURES {
                return Err(NoteError::TooManySignatures);
            }
            signatures.push(NoteSignature::parse(line).ok_or(NoteError::SignatureLine { line: at + 1 })?);
        }
        Ok(Self { text, signatures })
    }
}

impl<'a> NoteSignature<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(MARK)?.split_once(' ')?;
        let octets = base64::decode(signature)?;
        let (id, octets) = octets.split_first_chunk()?;
        (is_key_name(name) && !octets.is_empty()).then(|| Self {
            name,
            id: *id,
            octets: octets.to_vec(),
        })
    }
}

/// Whether a text names a key: it has no spaces, and no plus, which stands behind it where a key is written.
pub(super) fn is_key_name(name: &str) -> bool {
    let is_of_names = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.chars().all(is_of_names)
}

/// A line with a signature.
pub(super) fn signature_line(name: &str, id: [u8; ID], signature: &[u8]) -> String {
    let octets = [&id[..], signature].concat();
    format!("{MARK}{name} {}\n", base64::encode(&octets))
}

/// A checkpoint whose signature was verified, or made here. Nothing else makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: String,
}

impl SignedCheckpoint {
    /// Only whoever has verified the signature, or made it.
    pub(super) fn new(checkpoint: Checkpoint, note: String) -> Self {
        Self { checkpoint, note }
    }

    /// What is signed.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note with all its signatures, as it was read or made.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }
}
