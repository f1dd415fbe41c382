//! What a proof proves, by hashes alone.

use super::hash::TreeHash;

/// Why a leaf is not proven to be in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// The tree has no leaf of that index.
    #[error("a tree of {size} leaves has none of index {index}")]
    Beyond {
        /// The leaf's, from 0.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// The path does not have as many hashes as the leaf has nodes above it.
    #[error("the path has {hashes} hashes, which is not the way of that leaf to the root")]
    Length {
        /// How many there are.
        hashes: usize,
    },
    /// The path leads from that leaf to another root.
    #[error("the leaf is not in the tree: its path leads to another root")]
    OtherRoot,
}

/// Why a tree is not proven to begin with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyError {
    /// It has fewer leaves.
    #[error("a tree of {new} leaves cannot begin with one of {old}")]
    Shrunk {
        /// Leaves of the older tree.
        old: u64,
        /// Leaves of the newer one.
        new: u64,
    },
    /// The path does not have as many hashes as such a proof has.
    #[error("the path has {hashes} hashes, which is not the way between those trees")]
    Length {
        /// How many there are.
        hashes: usize,
    },
    /// The path leads to another older root.
    #[error("the newer tree does not begin with the older one")]
    OtherOldRoot,
    /// The path leads to another newer root.
    #[error("the path does not lead to the root of the newer tree")]
    OtherNewRoot,
}

/// Verifies that a leaf is in a tree (RFC 9162 §2.1.3.2; E-16). It says nothing of who vouches for root and size: a root does not bear
/// the size of its tree, which only a signature binds to it.
pub fn verify_inclusion(
    leaf: TreeHash,
    index: u64,
    size: u64,
    path: &[TreeHash],
    root: TreeHash,
) -> Result<(), InclusionError> {
    if index >= size {
        return Err(InclusionError::Beyond { index, size });
    }
    let wrong_length = InclusionError::Length { hashes: path.len() };
    let mut place = Place {
        node: index,
        last: size - 1,
    };
    let mut hash = leaf;
    for &beside in path {
        if place.last == 0 {
            return Err(wrong_length);
        }
        hash = if place.is_right() {
            place.skip_levels_without_sibling();
            TreeHash::of_node(beside, hash)
        } else {
            TreeHash::of_node(hash, beside)
        };
        place.go_up();
    }
    match (place.last, hash == root) {
        (0, true) => Ok(()),
        (0, false) => Err(InclusionError::OtherRoot),
        _ => Err(wrong_length),
    }
}

/// Verifies that the tree of the newer root begins with that of the older (RFC 9162 §2.1.4.2). With an empty one every tree
/// begins.
pub fn verify_consistency(
    (old, old_root): (u64, TreeHash),
    (new, new_root): (u64, TreeHash),
    path: &[TreeHash],
) -> Result<(), ConsistencyError> {
    let wrong_length = ConsistencyError::Length { hashes: path.len() };
    if old > new {
        return Err(ConsistencyError::Shrunk { old, new });
    }
    if old == 0 || old == new {
        let known = if old == 0 {
            TreeHash::of_nothing()
        } else {
            new_root
        };
        return match (path.is_empty(), old_root == known) {
            (false, _) => Err(wrong_length),
            (true, false) => Err(ConsistencyError::OtherOldRoot),
            (true, true) => Ok(()),
        };
    }
    let mut place = Place {
        node: old - 1,
        last: new - 1,
    };
    // Where the older tree is complete its root is a node of the newer one, and is not said again.
    let (start, path) = if old.is_power_of_two() {
        (old_root, path)
    } else {
        let (&first, rest) = path.split_first().ok_or(wrong_length)?;
        (first, rest)
    };
    while place.node & 1 == 1 {
        place.go_up();
    }
    let (mut old_hash, mut new_hash) = (start, start);
    for &beside in path {
        if place.last == 0 {
            return Err(wrong_length);
        }
        if place.is_right() {
            place.skip_levels_without_sibling();
            old_hash = TreeHash::of_node(beside, old_hash);
            new_hash = TreeHash::of_node(beside, new_hash);
        } else {
            new_hash = TreeHash::of_node(new_hash, beside);
        }
        place.go_up();
    }
    if place.last != 0 {
        Err(wrong_length)
    } else if old_hash != old_root {
        Err(ConsistencyError::OtherOldRoot)
    } else if new_hash != new_root {
        Err(ConsistencyError::OtherNewRoot)
    } else {
        Ok(())
    }
}

/// A node's number at its level, and that of the level's last one: `fn` and `sn` of RFC 9162.
struct Place {
    node: u64,
    last: u64,
}

impl Place {
    /// Whether what is beside it on the way up is on its left.
    fn is_right(&self) -> bool {
        self.node & 1 == 1 || self.node == self.last
    }

    /// The last node of a level that has an even number has nothing beside it there.
    fn skip_levels_without_sibling(&mut self) {
        while self.node & 1 == 0 && self.node != 0 {
            self.go_up();
        }
    }

    fn go_up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}
