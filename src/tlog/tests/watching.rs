//! A log as somebody sees it who does not trust it.

use super::*;

/// A tile is not there.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("not there")]
struct NotThere;

struct Log {
    known: Known,
    key: LogKey,
    size: u64,
}

impl Log {
    fn of(size: u64) -> Self {
        Self {
            known: Known::of(size),
            key: LogKey::generate(ORIGIN).unwrap(),
            size,
        }
    }

    fn signed(&mut self, size: u64) -> SignedCheckpoint {
        let root = self.known.root(size);
        self.key.sign(size, root).unwrap()
    }

    /// What somebody finds who knows a checkpoint and sees another, where the log has tiles of so many leaves.
    fn watch(
        &self,
        known: Option<&SignedCheckpoint>,
        seen: &SignedCheckpoint,
    ) -> Result<Seen, WatchError<NotThere>> {
        watch(known, seen, |tile| {
            let there = tile.is_within(self.size);
            self.known.tile(tile).filter(|_| there).ok_or(NotThere)
        })
    }
}

#[test]
fn a_log_that_only_grows_is_seen_to() {
    let mut log = Log::of(1000);
    let checkpoints: Vec<_> = [0, 1, 255, 256, 700, 1000]
        .into_iter()
        .map(|size| log.signed(size))
        .collect();
    for (at, seen) in checkpoints.iter().enumerate() {
        assert_eq!(log.watch(None, seen).unwrap(), Seen::First);
        assert_eq!(log.watch(Some(seen), seen).unwrap(), Seen::Same);
        for known in &checkpoints[..at] {
            assert_eq!(log.watch(Some(known), seen).unwrap(), Seen::Grown);
            assert_eq!(log.watch(Some(seen), known).unwrap(), Seen::Older);
        }
    }
}

#[test]
fn a_log_that_signs_two_trees_has_forked() {
    let mut log = Log::of(600);
    let known = log.signed(300);
    // One leaf of what was signed becomes another, behind the watcher's back.
    let mut rewritten = Known::default();
    for index in 0..600 {
        rewritten.push(entry(if index == 17 { 999 } else { index }));
    }
    log.known = rewritten;
    for size in [300, 301, 600] {
        let seen = log.signed(size);
        let outcome = log.watch(Some(&known), &seen);
        assert!(
            matches!(outcome, Err(WatchError::Fork { known: 300, seen, .. }) if seen == size),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_log_that_goes_back_is_told_from_one_that_shows_an_old_checkpoint() {
    let mut log = Log::of(600);
    let (known, old) = (log.signed(600), log.signed(300));
    assert_eq!(log.watch(Some(&known), &old).unwrap(), Seen::Older);
    log.size = 300;
    let outcome = log.watch(Some(&known), &old);
    assert!(
        matches!(
            outcome,
            Err(WatchError::Back {
                known: 600,
                seen: 300,
                ..
            })
        ),
        "{outcome:?}"
    );
}

#[test]
fn tiles_that_are_not_those_of_what_was_signed_prove_nothing() {
    let mut log = Log::of(600);
    let (known, seen) = (log.signed(300), log.signed(600));
    log.known.0[0][17] = entry(999).hash();
    assert_eq!(log.watch(Some(&known), &seen).unwrap(), Seen::Grown);
    log.known.0[8][0] = entry(999).hash();
    for before in [None, Some(&known)] {
        let outcome = log.watch(before, &seen);
        assert!(
            matches!(outcome, Err(WatchError::OtherTiles { size: 600 })),
            "{outcome:?}"
        );
    }
    log.size = 100;
    let outcome = log.watch(Some(&known), &seen);
    assert!(
        matches!(outcome, Err(WatchError::Tiles(TileError::Fetch { .. }))),
        "{outcome:?}"
    );
}
