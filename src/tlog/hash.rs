//! `TreeHash`: the hash of a leaf or of a subtree (RFC 9162 §2.1.1).

use std::fmt;
use std::str::FromStr;

use openssl::sha::{Sha256, sha256};

use super::base64;

/// What is before the octets of a leaf, and of an inner node: neither can be taken for the other.
const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

/// The hash of a leaf, of a subtree or of a whole tree. Shown in base64, as notes and proofs write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeHash([u8; TreeHash::LENGTH]);

/// A text is no hash in base64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no SHA-256 in base64")]
pub struct NotAHash;

impl TreeHash {
    /// Octets of SHA-256.
    pub const LENGTH: usize = 32;

    /// That of a tree without leaves.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(sha256(&[]))
    }

    /// That of a leaf, by its entry.
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        let mut sha = Sha256::new();
        sha.update(&LEAF);
        sha.update(entry);
        Self(sha.finish())
    }

    /// That of a node, by those under it.
    #[must_use]
    pub fn of_node(left: Self, right: Self) -> Self {
        let mut sha = Sha256::new();
        sha.update(&NODE);
        sha.update(&left.0);
        sha.update(&right.0);
        Self(sha.finish())
    }

    /// One that was kept, or came from outside.
    #[must_use]
    pub fn from_octets(octets: [u8; Self::LENGTH]) -> Self {
        Self(octets)
    }

    /// The 32 octets of it.
    #[must_use]
    pub fn octets(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TreeHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let octets = base64::decode(text).ok_or(NotAHash)?;
        octets.try_into().map(Self).map_err(|_| NotAHash)
    }
}
