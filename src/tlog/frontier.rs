//! `Frontier`: what must be known of a tree to go on with it.

use std::error::Error;
use std::ops::Range;

use super::entry::Entry;
use super::hash::TreeHash;

/// How many leaves are asked for at a time.
const BATCH: u64 = 4096;

/// The complete subtrees into which a tree falls, the greatest first: one for each bit of its size. With them leaves are added
/// and the root is told at any size, and nothing of what is before is looked at again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<TreeHash>,
}

/// Why a tree could not be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum ExtendError<E: Error + 'static> {
    /// Leaves could not be read.
    #[error("leaves could not be read")]
    Read(#[source] E),
    /// There are fewer than were asked for.
    #[error("leaf {index} is missing")]
    Missing {
        /// The first of those that are not there, from 0.
        index: u64,
    },
}

impl Frontier {
    /// How many leaves it is of.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. Each subtree that it completes is told: by the logarithm of its leaves' number, its place among those of
    /// its size, and its hash.
    pub fn append(&mut self, leaf: TreeHash, mut completed: impl FnMut(u8, u64, TreeHash)) {
        let mut hash = leaf;
        let mut level = 0;
        while self.size >> level & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = TreeHash::of_node(left, hash);
            level += 1;
            completed(level, self.size >> level, hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Adds the leaves up to a size, which `read` gives by their indices; it stays as far as it got where they do not come.
    pub fn extend<E: Error + 'static>(
        &mut self,
        size: u64,
        mut read: impl FnMut(Range<u64>) -> Result<Vec<Entry>, E>,
        mut completed: impl FnMut(u8, u64, TreeHash),
    ) -> Result<(), ExtendError<E>> {
        while self.size < size {
            let wanted = self.size..size.min(self.size + BATCH);
            let count = usize::try_from(wanted.end - wanted.start).unwrap_or(usize::MAX);
            let entries = read(wanted.clone()).map_err(ExtendError::Read)?;
            for entry in entries.iter().take(count) {
                self.append(entry.hash(), &mut completed);
            }
            if self.size < wanted.end {
                return Err(ExtendError::Missing { index: self.size });
            }
        }
        Ok(())
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> TreeHash {
        let folded = self
            .peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| TreeHash::of_node(left, right));
        folded.unwrap_or_else(TreeHash::of_nothing)
    }
}
