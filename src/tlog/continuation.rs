//! `Continuation`: that a tree goes on with what was signed of it, from its leaves.

use std::error::Error;
use std::ops::Range;

use super::entry::Entry;
use super::frontier::{ExtendError, Frontier};
use super::hash::TreeHash;

/// How many trees are remembered to have been proven.
const REMEMBERED: usize = 16;

/// How many leaves a tree has, and its root.
pub type Head = (u64, TreeHash);

/// A tree whose leaves were all hashed once (E-15), and the heads that were found on the way. It goes on from there: what was hashed is
/// not read again, unless something is asked of a size at which it did not stop.
#[derive(Debug, Default)]
pub struct Continuation {
    frontier: Frontier,
    heads: Vec<Head>,
}

/// Why a tree does not go on with what was signed.
#[derive(Debug, thiserror::Error)]
pub enum NotContinued<E: Error + 'static> {
    /// There are fewer leaves than were signed.
    #[error("{signed} leaves were signed, and there are {there}")]
    Shorter {
        /// How many were signed.
        signed: u64,
        /// How many there are.
        there: u64,
    },
    /// The first leaves are others than those that were signed.
    #[error("the first {size} leaves are not those that were signed")]
    OtherLeaves {
        /// How many were signed.
        size: u64,
    },
    /// Leaves could not be read.
    #[error(transparent)]
    Leaves(#[from] ExtendError<E>),
}

impl Continuation {
    /// Proves that the tree of so many leaves, which `read` gives, begins with each of these, and gives its root (E-14). What is
    /// proven is told as [`Frontier::append`] does, from the first leaf on if it begins anew.
    pub fn prove<E: Error + 'static>(
        &mut self,
        signed: &[Head],
        size: u64,
        mut read: impl FnMut(Range<u64>) -> Result<Vec<Entry>, E>,
        mut completed: impl FnMut(u8, u64, TreeHash),
    ) -> Result<TreeHash, NotContinued<E>> {
        let mut wanted: Vec<Head> = signed.to_vec();
        wanted.sort_unstable_by_key(|(size, _)| *size);
        if let Some((signed, _)) = wanted.last().filter(|(signed, _)| *signed > size) {
            return Err(NotContinued::Shorter {
                signed: *signed,
                there: size,
            });
        }
        let passed = |at: u64| at < self.frontier.size() && self.root_at(at).is_none();
        if passed(size) || wanted.iter().any(|(at, _)| passed(*at)) {
            *self = Self::default();
        }
        for (at, root) in wanted {
            if self.reach(at, &mut read, &mut completed)? != root {
                // Whoever mends the leaves has them all read again.
                *self = Self::default();
                return Err(NotContinued::OtherLeaves { size: at });
            }
        }
        Ok(self.reach(size, &mut read, &mut completed)?)
    }

    /// The root at a size that was not passed without a stop.
    fn reach<E: Error + 'static>(
        &mut self,
        size: u64,
        read: impl FnMut(Range<u64>) -> Result<Vec<Entry>, E>,
        completed: impl FnMut(u8, u64, TreeHash),
    ) -> Result<TreeHash, ExtendError<E>> {
        if let Some(root) = self.root_at(size) {
            return Ok(root);
        }
        self.frontier.extend(size, read, completed)?;
        let root = self.frontier.root();
        if self.heads.len() == REMEMBERED {
            self.heads.remove(0);
        }
        self.heads.push((size, root));
        Ok(root)
    }

    fn root_at(&self, size: u64) -> Option<TreeHash> {
        if size == 0 {
            return Some(TreeHash::of_nothing());
        }
        let found = self.heads.iter().find(|(at, _)| *at == size);
        found.map(|(_, root)| *root)
    }
}
