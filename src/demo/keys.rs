//! The keys of a world, several at a time: to make those of RSA is what a small world takes most of its time for.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};

use super::authority::KeyKind;

/// Which one it is, and what came of it.
type Made = (usize, Result<PKey<Private>, ErrorStack>);

/// New keys of these kinds, in this order, on as many threads as there are processors.
pub(super) fn generate(kinds: &[KeyKind]) -> Result<Vec<PKey<Private>>, ErrorStack> {
    let next = AtomicUsize::new(0);
    let made: Mutex<Vec<Made>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(kinds.len()) {
            scope.spawn(|| {
                while let Some((at, kind)) = taken(&next, kinds) {
                    let key = kind.generate();
                    // Nothing panics while it is held.
                    made.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((at, key));
                }
            });
        }
    });
    let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, key)| key).collect()
}

/// The next one that nobody makes yet.
fn taken(next: &AtomicUsize, kinds: &[KeyKind]) -> Option<(usize, KeyKind)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    kinds.get(at).map(|kind| (at, *kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::pkey::Id;

    #[test]
    fn keys_come_in_the_order_in_which_their_kinds_were_named_and_no_two_are_one() {
        let kinds = [KeyKind::P256, KeyKind::Rsa2048, KeyKind::P256, KeyKind::P256];
        let keys = generate(&kinds).unwrap();
        let ids: Vec<Id> = keys.iter().map(|key| key.id()).collect();
        assert_eq!(ids, [Id::EC, Id::RSA, Id::EC, Id::EC]);
        assert!(!keys[0].public_eq(&keys[2]) && !keys[2].public_eq(&keys[3]));
        assert!(generate(&[]).unwrap().is_empty());
    }
}
