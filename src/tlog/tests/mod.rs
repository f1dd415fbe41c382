//! The log against another implementation, against itself and against whoever changes a bit.

mod continuing;
mod files;
mod notes;
mod oracle;
mod tiles;
mod trees;
mod watching;

use std::convert::Infallible;

use super::*;

/// The name of the log of these tests.
const ORIGIN: &str = "example.es/registro";

/// A tree that is wholly known: the hashes of its complete subtrees, by their level.
#[derive(Clone, Default)]
struct Known(Vec<Vec<TreeHash>>);

impl Known {
    /// Of so many leaves, each another one.
    fn of(size: u64) -> Self {
        let mut known = Self::default();
        (0..size).for_each(|index| known.push(entry(index)));
        known
    }

    fn push(&mut self, entry: Entry) {
        let mut hash = entry.hash();
        for level in 0.. {
            if self.0.len() == level {
                self.0.push(Vec::new());
            }
            self.0[level].push(hash);
            let [.., left, right] = self.0[level][..] else {
                return;
            };
            if self.0[level].len() % 2 == 1 {
                return;
            }
            hash = TreeHash::of_node(left, right);
        }
    }

    fn root(&mut self, size: u64) -> TreeHash {
        root(self, size).unwrap()
    }

    /// A tile, as a log publishes it.
    fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let Layer::Hashes(level) = tile.layer() else {
            return None;
        };
        let first = usize::try_from(tile.first()).unwrap();
        let hashes = self.0.get(usize::from(level) * 8)?;
        let hashes = hashes.get(first..first + usize::from(tile.width()))?;
        Some(hashes.iter().flat_map(|hash| *hash.octets()).collect())
    }
}

impl Subtrees for Known {
    type Error = Infallible;

    fn hash(&mut self, level: u8, number: u64) -> Result<TreeHash, Infallible> {
        Ok(self.0[usize::from(level)][usize::try_from(number).unwrap()])
    }
}

/// The entry of a leaf of these tests.
fn entry(index: u64) -> Entry {
    Entry::of(Clase::Decision, format!("document {index}").as_bytes())
}

/// The same octets, each time with another bit changed.
fn with_each_bit_changed(octets: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..octets.len() * 8).map(|bit| {
        let mut changed = octets.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}

fn with_each_bit_of_hash_changed(hash: TreeHash) -> impl Iterator<Item = TreeHash> {
    let octets = *hash.octets();
    (0..256).map(move |bit| {
        let mut changed = octets;
        changed[bit / 8] ^= 1 << (bit % 8);
        TreeHash::from_octets(changed)
    })
}
