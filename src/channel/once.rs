//! `Once`: what keeps the log short where one line for each is enough.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Tells the first time of each from the later ones.
#[derive(Default)]
pub(super) struct Once {
    seen: Mutex<HashSet<[u8; 32]>>,
}

impl Once {
    /// How many are remembered. Those after that pass for ones that were seen, so that memory has an end.
    const MOST: usize = 10_000;

    /// Whether this is its first time.
    pub(super) fn first(&self, one: [u8; 32]) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.len() < Self::MOST && seen.insert(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_first_time() {
        let once = Once::default();
        assert_eq!(
            [[1; 32], [2; 32], [1; 32]].map(|one| once.first(one)),
            [true, true, false]
        );
    }
}
