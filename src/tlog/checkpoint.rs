//! `Checkpoint`: what a log says of itself at one size (C2SP tlog-checkpoint).

use super::hash::TreeHash;

/// The head of a log's tree, without who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is: a name that it alone has.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// Their tree's root.
    pub root: TreeHash,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It does not have three lines: origin, size and root. A log of this kind has no extension lines, which nobody could check.
    #[error("a checkpoint has three lines: origin, size and root")]
    Lines,
    /// The second line is no size.
    #[error("its second line is no number of leaves")]
    Size,
    /// The third line is no root.
    #[error("its third line is no root in base64")]
    Root,
}

impl Checkpoint {
    /// Its text, as it is signed (E-12).
    #[must_use]
    pub fn text(&self) -> String {
        let Self { origin, size, root } = self;
        format!("{origin}\n{size}\n{root}\n")
    }

    /// The checkpoint of a text.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let parts = (
            lines.next().filter(|origin| !origin.is_empty()),
            lines.next(),
            lines.next(),
            lines.next(),
            lines.next(),
        );
        let (Some(origin), Some(size), Some(root), Some(""), None) = parts else {
            return Err(CheckpointError::Lines);
        };
        Ok(Self {
            origin: origin.to_owned(),
            size: decimal(size).ok_or(CheckpointError::Size)?,
            root: root.parse().map_err(|_| CheckpointError::Root)?,
        })
    }
}

/// A number as it is written in checkpoints and proofs: figures alone, without leading zeroes.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
