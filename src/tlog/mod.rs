//! Floor 1: a transparency log: its tree, its proofs, its tiles, and what is signed of it. Plain values and functions: whoever
//! keeps leaves, fetches tiles or has a clock is a caller, who gives a function.
//!
//! Hashing is that of RFC 9162 §2.1. Tiles, checkpoints, notes and proofs are written as the texts of C2SP say (tlog-tiles,
//! tlog-checkpoint, signed-note, tlog-proof), so that other people's programs read them. What comes from outside is read by
//! [`VerifierKey`], [`ProofFile`], [`Tile`] and [`SignedCheckpoint`]: each within a bound, and in one form only.

mod base64;
mod bundle;
mod checkpoint;
mod continuation;
mod entry;
mod frontier;
mod hash;
mod key;
mod note;
mod proof_file;
mod prove;
mod tile;
mod tile_tree;
mod verify;
mod watch;

pub use bundle::bundle;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use continuation::{Continuation, Head, NotContinued};
pub use entry::{Clase, Entry};
pub use frontier::{ExtendError, Frontier};
pub use hash::{NotAHash, TreeHash};
pub use key::{KeyError, LogKey, VerifierKey};
pub use note::{MAX_NOTE, NoteError, SignedCheckpoint};
pub use proof_file::{MAX_PROOF, ProofError, ProofFile, Proven, UnreadableProof};
pub use prove::{ProveError, Subtrees, consistency, inclusion, root};
pub use tile::{FULL, Layer, Tile};
pub use tile_tree::{TileError, TileTree};
pub use verify::{ConsistencyError, InclusionError, verify_consistency, verify_inclusion};
pub use watch::{Seen, WatchError, watch};

#[cfg(test)]
mod tests;
