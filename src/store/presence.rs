//! `Presence`: whether the database answers, so that nobody waits for one that does not.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::StoreError;

/// How long a question of whoever looks may go unanswered before the database is held to be frozen. One that answers does so
/// in milliseconds, under load in tenths of a second.
const FROZEN: Duration = Duration::from_secs(3);
/// After how long without a look somebody who needs the database may try for himself.
const TRY_AGAIN: Duration = Duration::from_millis(1500);

/// What is known of whether the database answers.
pub(super) struct Presence {
    born: Instant,
    /// Milliseconds since then at which a question was asked that has no answer yet; zero for none.
    asked: AtomicU64,
    /// Milliseconds since then at which it was found gone; zero while it is there.
    gone: AtomicU64,
    /// Milliseconds since then at which something was last written and is on the disk; zero for never.
    wrote: AtomicU64,
    gone_as: Mutex<Gone>,
}

/// What is known of one that is gone.
#[derive(Default)]
struct Gone {
    reason: String,
    tried: Option<Instant>,
}

impl Default for Presence {
    fn default() -> Self {
        Self {
            born: Instant::now(),
            asked: AtomicU64::new(0),
            gone: AtomicU64::new(0),
            wrote: AtomicU64::new(0),
            gone_as: Mutex::default(),
        }
    }
}

impl Presence {
    /// Nothing panics while it holds the lock.
    fn gone_as(&self) -> MutexGuard<'_, Gone> {
        self.gone_as.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds since this value was made, and never zero, which means that there is none.
    fn now(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).map_or(u64::MAX, |now| now.saturating_add(1))
    }

    /// Since when it does not answer, as far as is known.
    pub(super) fn gone_for(&self) -> Option<Duration> {
        let since = |at: &AtomicU64| match at.load(Ordering::Relaxed) {
            0 => None,
            at => Some(Duration::from_millis(self.now().saturating_sub(at))),
        };
        let frozen = since(&self.asked).filter(|waiting| *waiting >= FROZEN);
        since(&self.gone).max(frozen)
    }

    /// Lets somebody who needs the database through, or says that it is gone. While it is, now and then one is let through
    /// who finds out anew.
    pub(super) fn admit(&self) -> Result<(), StoreError> {
        if self.gone_for().is_none() {
            return Ok(());
        }
        let mut gone = self.gone_as();
        if gone.tried.is_none_or(|tried| tried.elapsed() >= TRY_AGAIN) {
            gone.tried = Some(Instant::now());
            if self.gone.load(Ordering::Relaxed) != 0 {
                return Ok(());
            }
        }
        let reason = if self.gone.load(Ordering::Relaxed) == 0 {
            "what it was asked has had no answer".to_owned()
        } else {
            gone.reason.clone()
        };
        Err(StoreError::Gone { reason })
    }

    /// No connection could be made.
    pub(super) fn lost(&self, reason: &str) {
        let mut gone = self.gone_as();
        reason.trim().clone_into(&mut gone.reason);
        gone.tried = Some(Instant::now());
        // The first of many says since when.
        let _ = self
            .gone
            .compare_exchange(0, self.now(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// It answered, or a connection was made.
    pub(super) fn found(&self) {
        if self.gone.swap(0, Ordering::Relaxed) != 0 {
            *self.gone_as() = Gone::default();
        }
    }

    /// Something was written, and is on the disk.
    pub(super) fn wrote(&self) {
        self.wrote.store(self.now(), Ordering::Relaxed);
    }

    /// How long ago that was.
    pub(super) fn wrote_before(&self) -> Option<Duration> {
        let wrote = self.wrote.load(Ordering::Relaxed);
        (wrote != 0).then(|| Duration::from_millis(self.now().saturating_sub(wrote)))
    }

    /// Asks something, and remembers for as long as there is no answer that there is none. One asks at a time.
    pub(super) fn ask<T>(&self, question: impl FnOnce() -> T) -> T {
        /// A question that ends by a panic waits for no answer either.
        struct Asked<'a>(&'a AtomicU64);
        impl Drop for Asked<'_> {
            fn drop(&mut self) {
                self.0.store(0, Ordering::Relaxed);
            }
        }
        self.asked.store(self.now(), Ordering::Relaxed);
        let _asked = Asked(&self.asked);
        question()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_it_is_gone_everybody_is_refused_at_once_but_for_one_who_tries_now_and_then() {
        let presence = Presence::default();
        assert!(presence.admit().is_ok() && presence.gone_for().is_none());
        presence.lost("refused\n");
        let refused = presence.admit().unwrap_err();
        assert_eq!(refused.to_string(), "the database does not answer: refused");
        std::thread::sleep(TRY_AGAIN);
        assert!(presence.admit().is_ok(), "who tries");
        assert!(presence.admit().is_err(), "who comes meanwhile");
        presence.found();
        assert!(presence.admit().is_ok() && presence.gone_for().is_none());
    }

    #[test]
    fn one_that_leaves_a_question_unanswered_is_gone_until_it_answers() {
        let presence = Presence::default();
        presence.ask(|| {
            assert!(presence.admit().is_ok());
            std::thread::sleep(FROZEN);
            assert!(presence.admit().is_err());
            assert!(presence.gone_for().is_some());
        });
        assert!(presence.admit().is_ok());
    }
}
