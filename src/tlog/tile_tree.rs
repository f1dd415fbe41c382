//! `TileTree`: a tree that is known by its tiles.

use std::collections::BTreeMap;
use std::error::Error;

use super::hash::TreeHash;
use super::prove::Subtrees;
use super::tile::{Layer, Tile};

/// Levels of nodes within a tile.
const HEIGHT: u8 = 8;

/// A tree of some size whose tiles are fetched as they are needed, each once. It believes what they say: whoever uses it
/// compares the root that comes of them with one that is signed.
pub struct TileTree<F> {
    size: u64,
    fetch: F,
    held: BTreeMap<Tile, Vec<TreeHash>>,
}

/// Why a hash could not be had of tiles.
#[derive(Debug, thiserror::Error)]
pub enum TileError<E: Error + 'static> {
    /// The tree does not have it.
    #[error("the tree has no such node")]
    Beyond,
    /// A tile did not come.
    #[error("{tile}")]
    Fetch {
        /// Its path below the address of the log.
        tile: String,
        /// What whoever fetches tiles says of it.
        #[source]
        reason: E,
    },
    /// A tile is not as long as its path says.
    #[error("{tile} has {octets} octets, where {expected} are expected")]
    Length {
        /// Its path below the address of the log.
        tile: String,
        /// How many there are.
        octets: usize,
        /// How many its width makes.
        expected: usize,
    },
}

impl<E: Error + 'static, F: FnMut(Tile) -> Result<Vec<u8>, E>> TileTree<F> {
    /// A tree of so many leaves, whose tiles `fetch` gives.
    pub fn new(size: u64, fetch: F) -> Self {
        Self {
            size,
            fetch,
            held: BTreeMap::new(),
        }
    }

    fn tile(&mut self, tile: Tile) -> Result<&[TreeHash], TileError<E>> {
        if !self.held.contains_key(&tile) {
            let octets = (self.fetch)(tile).map_err(|reason| TileError::Fetch {
                tile: tile.path(),
                reason,
            })?;
            let (hashes, rest) = octets.as_chunks::<{ TreeHash::LENGTH }>();
            if !rest.is_empty() || hashes.len() != usize::from(tile.width()) {
                return Err(TileError::Length {
                    tile: tile.path(),
                    octets: octets.len(),
                    expected: usize::from(tile.width()) * TreeHash::LENGTH,
                });
            }
            let hashes = hashes.iter().copied().map(TreeHash::from_octets).collect();
            self.held.insert(tile, hashes);
        }
        Ok(self.held.get(&tile).map(Vec::as_slice).unwrap_or_default())
    }
}

impl<E: Error + 'static, F: FnMut(Tile) -> Result<Vec<u8>, E>> Subtrees for TileTree<F> {
    type Error = TileError<E>;

    fn hash(&mut self, level: u8, number: u64) -> Result<TreeHash, TileError<E>> {
        let (tile_level, within) = (level / HEIGHT, level % HEIGHT);
        // The node is over so many hashes of a tile, which are all in one.
        let count = 1_u64 << within;
        let first = number.checked_mul(count).ok_or(TileError::Beyond)?;
        let tile = Tile::holding(tile_level, first, self.size).ok_or(TileError::Beyond)?;
        let offset = usize::try_from(first - tile.first()).map_err(|_| TileError::Beyond)?;
        debug_assert!(matches!(tile.layer(), Layer::Hashes(_)));
        let end = offset + usize::try_from(count).map_err(|_| TileError::Beyond)?;
        let hashes = self.tile(tile)?.get(offset..end).ok_or(TileError::Beyond)?;
        folded(hashes).ok_or(TileError::Beyond)
    }
}

/// The hash over a number of hashes that is a power of two.
fn folded(hashes: &[TreeHash]) -> Option<TreeHash> {
    match hashes {
        [] => None,
        [one] => Some(*one),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            Some(TreeHash::of_node(folded(left)?, folded(right)?))
        }
    }
}
