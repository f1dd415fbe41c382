//! `Remembered`: what was worked out once, of notifications by their codes, within a bound of memory.
//!
//! Software lists what is pending over and over. Of what was published under a code nothing ever changes: the database
//! itself refuses to change it, as it refuses to delete a row (migration 0003). So whatever follows from that alone may be
//! remembered, for one database, as long as there is room.

use std::hash::Hash;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::domain::notificacion::Codigo;

/// Octets of memory for it, about: enough for 20,000 notifications and more. There are two, and the process is to stay small
/// however many notifications there are (`tests/resistencia/memory.rs`).
const MEMORY: u64 = 24 << 20;
/// Octets that each takes besides its own: what its allocations and the entry itself waste or need.
const OVERHEAD: usize = 160;
/// How many notifications are expected in it; only the first allocation depends on this.
const EXPECTED: usize = 1 << 14;
/// How many are few: so many lie in one part of the cache, so that each may have all of its room.
const FEW: usize = 32;

/// What is remembered, of notifications or by another key. Threads share it. What is asked for stays longest.
pub struct Remembered<T, K = Codigo>(Cache<K, Arc<T>, Weight>);

/// What can be remembered.
pub trait Weighed {
    /// Octets of memory that it takes, about, with all that it owns.
    fn octets(&self) -> usize;
}

#[derive(Clone)]
struct Weight;

impl<T: Weighed, K> Weighter<K, Arc<T>> for Weight {
    fn weight(&self, _: &K, of: &Arc<T>) -> u64 {
        u64::try_from(of.octets() + OVERHEAD).unwrap_or(u64::MAX)
    }
}

impl<T: Weighed, K: Eq + Hash> Remembered<T, K> {
    /// Of few that may be large each: one may take most of the room.
    #[must_use]
    pub fn of_few() -> Self {
        Self(Cache::with_weighter(FEW, MEMORY, Weight))
    }
}

impl<T: Weighed> Default for Remembered<T> {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, MEMORY, Weight))
    }
}

impl<T: Weighed, K: Eq + Hash> Remembered<T, K> {
    /// What is remembered under a code, or another key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<Arc<T>> {
        self.0.get(key)
    }

    /// Forgets all: of a world that was put back, what is published under a code later is something else.
    pub fn forget(&self) {
        self.0.clear();
    }

    /// Remembers it from now on.
    pub fn keep(&self, key: K, of: Arc<T>) {
        self.0.insert(key, of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Heavy(usize);

    impl Weighed for Heavy {
        fn octets(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn it_never_takes_more_memory_than_it_may() {
        let remembered = Remembered::default();
        let octets = 1 << 20;
        let kept = |remembered: &Remembered<Heavy>| {
            (1..=200)
                .filter(|number| remembered.get(&Codigo::new(*number).unwrap()).is_some())
                .count()
        };
        for number in 1..=200 {
            remembered.keep(Codigo::new(number).unwrap(), Arc::new(Heavy(octets)));
        }
        let most = usize::try_from(MEMORY).unwrap() / octets;
        assert!((1..=most).contains(&kept(&remembered)));
    }

    #[test]
    fn of_few_one_may_take_most_of_the_room() {
        let remembered = Remembered::of_few();
        let room = usize::try_from(MEMORY).unwrap();
        remembered.keep("large", Arc::new(Heavy(room * 3 / 4)));
        assert!(remembered.get(&"large").is_some());
        remembered.keep("larger", Arc::new(Heavy(room)));
        assert!(remembered.get(&"larger").is_none());
    }

    #[test]
    fn what_was_kept_is_found_under_its_code() {
        let remembered = Remembered::default();
        let codigo = |number| Codigo::new(number).unwrap();
        assert!(remembered.get(&codigo(1)).is_none());
        remembered.keep(codigo(1), Arc::new(Heavy(7)));
        assert_eq!(remembered.get(&codigo(1)).map(|heavy| heavy.0), Some(7));
        assert!(remembered.get(&codigo(2)).is_none());
    }
}
