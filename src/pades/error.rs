//! `PadesError`: why a file cannot be signed, or is not what was signed here.

use thiserror::Error;

use crate::cms::{CmsError, SealingError};
use crate::tsp::TspError;

/// Why there is no signed file, or this is none.
#[derive(Debug, Error)]
pub enum PadesError {
    /// The file is not as our papers are: one revision with a cross-reference table, tagged.
    #[error("the file cannot be signed: {0}")]
    Unreadable(&'static str),
    /// The signature could not be made.
    #[error("the signature could not be made")]
    Sealing(#[from] SealingError),
    /// Chain and stamp take more room than a signature may (E-42).
    #[error("the signature would take {0} octets")]
    TooLarge(usize),
    /// Signatures of one key took more room each time than the time before, which they cannot.
    #[error("the signature found no room")]
    NoRoom,
    /// The signature does not cover the whole file but itself (E-41).
    #[error("the signature does not cover the file: {0}")]
    Range(&'static str),
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature(#[from] CmsError),
    /// The signature holds, and is not written as ours are: something in it was added or changed.
    #[error("the signature is not as it was made")]
    Changed,
    /// The time stamp in it does not hold.
    #[error("its time stamp does not hold")]
    Stamp(#[from] TspError),
}
