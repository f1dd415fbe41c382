//! `Writers`: what is known of those who want to write before they are verified again.
//!
//! Verifying a message costs a good part of what it takes to decide: who has more waiting than can be done in time is told so
//! before that. By its token a caller is known from a message of its own that held. Whoever else shows that token is told that
//! it is busy; what strangers show it for is counted for their own addresses.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use super::fair::Whose;

/// How many callers are known by their tokens.
const KNOWN: usize = 4096;

/// Those who want to write.
pub(super) struct Writers {
    /// As whom they wait to write, by the tokens that they sign with.
    known: Cache<Whose, Whose>,
    coming: Mutex<HashMap<Whose, usize>>,
}

impl Default for Writers {
    fn default() -> Self {
        Self {
            known: Cache::new(KNOWN),
            coming: Mutex::default(),
        }
    }
}

/// A message that is being verified, and seems to want to write.
pub(super) struct Coming {
    writers: Arc<Writers>,
    from_there: Whose,
    /// How many with the same token, from the same address, were being verified before it.
    pub(super) before: usize,
}

impl Writers {
    /// As whom somebody waits to write: by its token, as long as nothing else is known.
    pub(super) fn whose(&self, token: Whose) -> Whose {
        self.known.get(&token).unwrap_or(token)
    }

    /// A message with this token held, and this one waits to write for it.
    pub(super) fn know(&self, token: Whose, whose: Whose) {
        self.known.insert(token, whose);
    }

    /// One more from this address, with its token, is verified, for as long as what it gives lives.
    pub(super) fn one_more(self: &Arc<Self>, from_there: Whose) -> Coming {
        let mut coming = self.lock();
        let count = coming.entry(from_there).or_default();
        let before = *count;
        *count += 1;
        Coming {
            writers: Arc::clone(self),
            from_there,
            before,
        }
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<Whose, usize>> {
        self.coming.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let mut coming = self.writers.lock();
        if let Some(count) = coming.get_mut(&self.from_there) {
            *count -= 1;
            if *count == 0 {
                coming.remove(&self.from_there);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fair::Names;

    #[test]
    fn of_each_token_it_is_known_how_many_are_being_verified_and_whose_it_is() {
        let (writers, names) = (Arc::new(Writers::default()), Names::default());
        let (one, other) = (names.of("token", ()), names.of("other", ()));
        let first = writers.one_more(one);
        let second = writers.one_more(one);
        assert_eq!(
            [first.before, second.before, writers.one_more(other).before],
            [0, 1, 0]
        );
        drop(first);
        assert_eq!(writers.one_more(one).before, 1);
        drop(second);
        assert!(writers.lock().is_empty());

        assert_eq!(writers.whose(one), one);
        writers.know(one, other);
        assert_eq!(writers.whose(one), other);
    }
}
