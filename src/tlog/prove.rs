//! Roots and proofs, from the hashes of complete subtrees.

use std::error::Error;

use super::hash::TreeHash;

/// Who knows the hashes of complete subtrees of a tree.
pub trait Subtrees {
    /// Why one may not be had.
    type Error: Error + 'static;

    /// The hash of the leaves from `number << level` on, of which there are `1 << level`. It is only asked for where the tree
    /// has them all.
    fn hash(&mut self, level: u8, number: u64) -> Result<TreeHash, Self::Error>;
}

/// Why something is not proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveError<E: Error + 'static> {
    /// It is beyond the tree.
    #[error("{asked} is beyond a tree of {size} leaves")]
    Beyond {
        /// The index of a leaf, from 0, or the size of a tree.
        asked: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// A hash could not be had.
    #[error(transparent)]
    Hash(#[from] E),
}

/// The root of the tree of so many leaves.
pub fn root<S: Subtrees>(of: &mut S, size: u64) -> Result<TreeHash, S::Error> {
    stretch(of, 0, size)
}

/// That a leaf is in the tree of so many: the hashes beside its way to the root, the leaf's sibling first (RFC 9162 §2.1.3.1).
pub fn inclusion<S: Subtrees>(
    of: &mut S,
    index: u64,
    size: u64,
) -> Result<Vec<TreeHash>, ProveError<S::Error>> {
    if index >= size {
        return Err(ProveError::Beyond { asked: index, size });
    }
    let (mut begin, mut end) = (0, size);
    let mut path = Vec::new();
    while end - begin > 1 {
        let middle = begin + half(end - begin);
        if index < middle {
            path.push(stretch(of, middle, end)?);
            end = middle;
        } else {
            path.push(stretch(of, begin, middle)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// That the tree of `new` leaves begins with the tree of `old` (RFC 9162 §2.1.4.1). Of one that is the same, or empty, there is
/// nothing to say.
pub fn consistency<S: Subtrees>(
    of: &mut S,
    old: u64,
    new: u64,
) -> Result<Vec<TreeHash>, ProveError<S::Error>> {
    if old > new {
        return Err(ProveError::Beyond {
            asked: old,
            size: new,
        });
    }
    let mut path = Vec::new();
    if old == 0 || old == new {
        return Ok(path);
    }
    let (mut begin, mut end) = (0, new);
    // SUBPROOF: down to the stretch that ends where the old tree does.
    while end != old {
        let middle = begin + half(end - begin);
        if old <= middle {
            path.push(stretch(of, middle, end)?);
            end = middle;
        } else {
            path.push(stretch(of, begin, middle)?);
            begin = middle;
        }
    }
    // The whole old tree is known to whoever verifies.
    if begin > 0 {
        path.push(stretch(of, begin, end)?);
    }
    path.reverse();
    Ok(path)
}

/// The largest power of two below a number of leaves, of which there are two or more: where RFC 9162 §2.1.1 splits them.
fn half(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The hash over the leaves of a stretch that is a node of some tree: its complete subtrees from the left, each as large as
/// can be, are put together from the right.
fn stretch<S: Subtrees>(of: &mut S, begin: u64, end: u64) -> Result<TreeHash, S::Error> {
    let mut parts = Vec::new();
    let mut at = begin;
    while at < end {
        let level = (end - at).ilog2();
        // A logarithm of 64 bits.
        parts.push(of.hash(u8::try_from(level).unwrap_or(u8::MAX), at >> level)?);
        at += 1 << level;
    }
    let whole = parts
        .into_iter()
        .rev()
        .reduce(|right, left| TreeHash::of_node(left, right));
    Ok(whole.unwrap_or_else(TreeHash::of_nothing))
}
