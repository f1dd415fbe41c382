//! `Continuation`: that a tree goes on with what was signed of it, from its leaves.

use std::error::Error;
use std::ops::Range;

use super::entry::Entry;
use super::frontier::{ExtendError, Frontier};
use super::hash::TreeHash;

/// At how many sizes it is remembered: two for each checkpoint, of several services that sign at once.
const REMEMBERED: usize = 16;

/// How many leaves a tree has, and its root.
pub type Head = (u64, TreeHash);

/// A tree whose leaves were all hashed once (E-15), at the sizes at which it stopped on the way. It goes on from there: of a size at
/// which it did not stop it goes on from the one before, and what is before that is not read again.
#[derive(Debug, Default)]
pub struct Continuation {
    stops: Vec<Frontier>,
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
    /// proven is told as [`Frontier::append`] does, and told again where it is gone over again.
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
        for (at, root) in wanted {
            if self.reach(at, &mut read, &mut completed)? != root {
                // Whoever mends the leaves has them all read again.
                *self = Self::default();
                return Err(NotContinued::OtherLeaves { size: at });
            }
        }
        Ok(self.reach(size, &mut read, &mut completed)?)
    }

    /// The root at a size, from the nearest stop up to it.
    fn reach<E: Error + 'static>(
        &mut self,
        size: u64,
        read: impl FnMut(Range<u64>) -> Result<Vec<Entry>, E>,
        completed: impl FnMut(u8, u64, TreeHash),
    ) -> Result<TreeHash, ExtendError<E>> {
        let before = self.stops.iter().filter(|stop| stop.size() <= size);
        let nearest = before.max_by_key(|stop| stop.size());
        let mut frontier = nearest.cloned().unwrap_or_default();
        let start = frontier.size();
        let extended = frontier.extend(size, read, completed);
        let root = frontier.root();
        // What was read before leaves did not come is not read again.
        if frontier.size() > start {
            if self.stops.len() == REMEMBERED {
                self.stops.remove(0);
            }
            self.stops.push(frontier);
        }
        extended.map(|()| root)
    }
}
