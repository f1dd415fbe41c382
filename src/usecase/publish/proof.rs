//! Proofs of leaves, by the last checkpoint.

use crate::store::transparencia;
use crate::store::{Reader, StoreError};
use crate::tlog::{
    Entry, NoteError, ProofError, ProofFile, ProveError, TileError, TileTree, VerifierKey, inclusion,
};

/// Why a leaf is not proven.
#[derive(Debug, thiserror::Error)]
pub enum NotProven {
    /// Nothing was signed of the log yet.
    #[error("nothing was signed of the log {0} yet")]
    NothingSigned(String),
    /// The leaf is not among those that were signed.
    #[error("leaf {index} is not among the {signed} that were signed; the next checkpoint may have it")]
    NotYet {
        /// Which, from 0.
        index: u64,
        /// How many were signed.
        signed: u64,
    },
    /// The last checkpoint is not as it was signed.
    #[error("the last checkpoint in the database")]
    Altered(#[from] NoteError),
    /// A hash beside the leaf's way cannot be had.
    #[error("the hashes of the tree")]
    Hashes(#[source] TileError<StoreError>),
    /// What was made proves nothing: leaves or kept roots are not those that were signed.
    #[error("the leaves or roots in the database are not those that were signed")]
    Wrong(#[source] ProofError),
    /// The store cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The proof that a leaf is in the log of a key, and what the leaf holds. It was verified, as whoever is given it will.
pub fn prove(conn: &mut Reader, key: &VerifierKey, index: u64) -> Result<(ProofFile, Entry), NotProven> {
    let last = transparencia::last(conn, key.origin())?;
    let last = last.ok_or_else(|| NotProven::NothingSigned(key.origin().to_owned()))?;
    let signed = key.open(last.as_bytes())?.checkpoint().size;
    let not_yet = || NotProven::NotYet { index, signed };
    if index >= signed {
        return Err(not_yet());
    }
    let mut tree = TileTree::new(signed, |tile| transparencia::tile(conn, tile));
    let path = inclusion(&mut tree, index, signed).map_err(|error| match error {
        ProveError::Hash(error) => NotProven::Hashes(error),
        ProveError::Beyond { .. } => not_yet(),
    })?;
    let proof = ProofFile {
        extra: None,
        index,
        path,
        note: last,
    };
    let entry = transparencia::leaves(conn, index..index + 1)?;
    let entry = *entry.first().ok_or_else(not_yet)?;
    proof.verify(entry, key).map_err(NotProven::Wrong)?;
    Ok((proof, entry))
}
