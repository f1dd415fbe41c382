//! Whether a log goes on with what it showed before, for whoever watches it from outside.

use std::cmp::Ordering;
use std::error::Error;

use super::checkpoint::Checkpoint;
use super::note::SignedCheckpoint;
use super::prove::{ProveError, consistency, root};
use super::tile::Tile;
use super::tile_tree::{TileError, TileTree};
use super::verify::{ConsistencyError, verify_consistency};

/// What a log shows now, beside what it showed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nothing was known of it; its tiles make the root that it signed.
    First,
    /// What it showed before, and nothing more.
    Same,
    /// More, beginning with what it showed before.
    Grown,
    /// Less, with which what it showed before begins, and still gives: something in between shows an old one.
    Older,
}

/// Why what a log shows is not proven to go on with what it showed before.
#[derive(Debug, thiserror::Error)]
pub enum WatchError<E: Error + 'static> {
    /// It signed two trees of which neither begins with the other. The two notes are the proof of it.
    #[error(
        "a fork: it signed two trees, of {known} and of {seen} leaves, of which neither begins with the other"
    )]
    Fork {
        /// Leaves of the one that was known.
        known: u64,
        /// Leaves of the one that it shows now.
        seen: u64,
        /// In what they differ.
        #[source]
        reason: ConsistencyError,
    },
    /// It shows less than before, and does not give any more what it had signed.
    #[error("it goes back: it had signed {known} leaves, shows {seen}, and does not give those any more")]
    Back {
        /// Leaves that it had signed.
        known: u64,
        /// Leaves that it shows now.
        seen: u64,
        /// Why the tiles of the former do not come.
        #[source]
        reason: TileError<E>,
    },
    /// Its tiles make another root than the one that it signed.
    #[error("its tiles of {size} leaves make another root than the one that it signed")]
    OtherTiles {
        /// Leaves of the tree.
        size: u64,
    },
    /// A tile could not be had, or is none.
    #[error("its tiles cannot be read")]
    Tiles(#[source] TileError<E>),
}

/// Holds what a log shows against what was known of it, by its tiles, which `fetch` gives.
pub fn watch<E: Error + 'static>(
    known: Option<&SignedCheckpoint>,
    seen: &SignedCheckpoint,
    fetch: impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<Seen, WatchError<E>> {
    let seen = seen.checkpoint();
    let Some(known) = known.map(SignedCheckpoint::checkpoint) else {
        let mut tree = TileTree::new(seen.size, fetch);
        return match root(&mut tree, seen.size) {
            Ok(root) if root == seen.root => Ok(Seen::First),
            Ok(_) => Err(WatchError::OtherTiles { size: seen.size }),
            Err(reason) => Err(WatchError::Tiles(reason)),
        };
    };
    let outcome = match seen.size.cmp(&known.size) {
        Ordering::Greater => Seen::Grown,
        Ordering::Less => Seen::Older,
        Ordering::Equal => Seen::Same,
    };
    let (old, new) = match outcome {
        Seen::Older => (seen, known),
        _ => (known, seen),
    };
    let lost = |reason| match outcome {
        Seen::Older => WatchError::Back {
            known: known.size,
            seen: seen.size,
            reason,
        },
        _ => WatchError::Tiles(reason),
    };
    let mut tree = TileTree::new(new.size, fetch);
    // Of two roots of one size nothing more is asked.
    let path = if old.size == new.size {
        Vec::new()
    } else {
        // Only tiles that make the signed root prove anything.
        if root(&mut tree, new.size).map_err(lost)? != new.root {
            return Err(WatchError::OtherTiles { size: new.size });
        }
        consistency(&mut tree, old.size, new.size).map_err(|error| match error {
            ProveError::Hash(reason) => lost(reason),
            ProveError::Beyond { .. } => lost(TileError::Beyond),
        })?
    };
    let head = |of: &Checkpoint| (of.size, of.root);
    match verify_consistency(head(old), head(new), &path) {
        Ok(()) => Ok(outcome),
        Err(reason) => Err(WatchError::Fork {
            known: known.size,
            seen: seen.size,
            reason,
        }),
    }
}
