//! `Cache`: certificates that were validated, until something that they depended on changes or ends.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use super::crl_source::Seen;
use super::holder::Holder;
use super::span::Span;
use super::usage::Usage;

/// A successful validation, and all that it depended on but the allowed list: whoever replaces that begins a new
/// cache.
#[derive(Debug)]
pub(super) struct Verified {
    pub(super) holder: Arc<Holder>,
    /// What the certificate may sign.
    pub(super) uso: Usage,
    /// Within it lie the validity of every certificate of the path, the admissions and the revocation lists. It has a
    /// beginning too, so that a clock set back does not make a certificate good before its time.
    pub(super) span: Span,
    /// The revocation lists that were asked.
    pub(super) seen: Vec<Seen>,
}

impl Verified {
    /// Whether a new validation at `at`, for this use, would say the same. The files are asked each time, one stat() each,
    /// so that a new revocation list acts on the next request (D-71) without a watcher that could fail unseen; those of
    /// which there are too many for that are looked at aside.
    fn holds(&self, uso: Usage, at: DateTime<Utc>) -> bool {
        self.uso.includes(uso) && self.span.contains(at) && self.seen.iter().all(Seen::still_there)
    }
}

type Generation = HashMap<[u8; 32], Arc<Verified>>;

/// Two generations of entries: when the young one is full it becomes the old one, which is dropped. What is asked
/// for in the old one returns to the young, so what is in use stays; and the whole is bounded without a clock.
#[derive(Debug)]
pub(super) struct Cache {
    half: usize,
    generations: RwLock<(Generation, Generation)>,
}

impl Cache {
    /// A cache of at most `capacity` certificates.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            half: capacity / 2,
            generations: RwLock::default(),
        }
    }

    /// The holder of the certificate with this SHA-256, if it was validated and that still holds at `at`.
    pub(super) fn get(&self, huella: &[u8; 32], uso: Usage, at: DateTime<Utc>) -> Option<Arc<Holder>> {
        let (verified, is_old) = {
            let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
            let (young, old) = &*generations;
            match young.get(huella) {
                Some(found) => (Arc::clone(found), false),
                None => (Arc::clone(old.get(huella)?), true),
            }
        };
        // The lock is free again: a slow disk under stat() delays nobody else.
        if !verified.holds(uso, at) {
            return None;
        }
        let holder = Arc::clone(&verified.holder);
        if is_old {
            self.keep(*huella, verified);
        }
        Some(holder)
    }

    /// Adds a certificate, in place of what was known of it.
    pub(super) fn put(&self, huella: [u8; 32], verified: Verified) {
        self.keep(huella, Arc::new(verified));
    }

    fn keep(&self, huella: [u8; 32], verified: Arc<Verified>) {
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        let (young, old) = &mut *generations;
        if young.len() >= self.half && !young.contains_key(&huella) {
            *old = std::mem::take(young);
        }
        old.remove(&huella);
        young.insert(huella, verified);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let generations = self.generations.read().unwrap();
        generations.0.len() + generations.1.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::{Issuing, Leaf, at};

    fn number(n: u8) -> [u8; 32] {
        [n; 32]
    }

    fn verified(first: i64, last: i64) -> Verified {
        let der = Issuing::root("RAIZ").issue(&Leaf::persona());
        Verified {
            holder: crate::trust::testing::holder(&der),
            uso: Usage::Mensajes,
            span: Span::new(at(first), at(last)),
            seen: Vec::new(),
        }
    }

    #[test]
    fn an_entry_holds_within_its_span_only_neither_before_nor_after() {
        let cache = Cache::new(4);
        cache.put(number(1), verified(10, 20));
        let hit = |t| cache.get(&number(1), Usage::Mensajes, at(t)).is_some();
        assert_eq!([9, 10, 20, 21].map(hit), [false, true, true, false]);
        assert!(cache.get(&number(2), Usage::Mensajes, at(15)).is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_what_is_in_use_stays() {
        let cache = Cache::new(4);
        for n in 0..40 {
            cache.put(number(n), verified(10, 20));
            assert!(cache.len() <= 4);
            assert!(
                cache.get(&number(0), Usage::Mensajes, at(15)).is_some(),
                "after {n}"
            );
        }
        assert!(cache.get(&number(1), Usage::Mensajes, at(15)).is_none());
    }
}
