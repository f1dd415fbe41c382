//! `Lookout`: what a thread sees that does nothing else than look, again and again. What it saw last is told at any time, with
//! how old it is, also while it waits for an answer that does not come.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// When somebody looks again who came to grief.
const AFTER_PANIC: Duration = Duration::from_secs(1);

/// Somebody who looks. He ends with this value, as soon as he is not waiting.
pub(super) struct Lookout<T> {
    wake: Sender<()>,
    seen: watch::Receiver<Option<Seen<T>>>,
    since: Instant,
}

/// What was seen, and when he began to look.
pub(super) struct Seen<T> {
    pub(super) what: Arc<T>,
    began: Instant,
}

impl<T> Clone for Seen<T> {
    fn clone(&self) -> Self {
        Self {
            what: Arc::clone(&self.what),
            began: self.began,
        }
    }
}

impl<T: Send + Sync + 'static> Lookout<T> {
    /// Has somebody look by himself every so often, which depends on what he saw, and whenever he is asked.
    pub(super) fn start(
        name: &str,
        every: impl Fn(&T) -> Duration + Send + 'static,
        look: impl Fn() -> T + Send + 'static,
    ) -> std::io::Result<Self> {
        let (wake, woken) = channel();
        let (tell, seen) = watch::channel(None);
        let work = move || {
            loop {
                let began = Instant::now();
                // The panic has been told by its hook. What was seen before it grows old, which those who ask are told.
                let pause = match catch_unwind(AssertUnwindSafe(&look)) {
                    Ok(what) => {
                        let what = Arc::new(what);
                        let pause = every(&what);
                        tell.send_replace(Some(Seen { what, began }));
                        pause
                    }
                    Err(_) => AFTER_PANIC,
                };
                if woken.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
                // Who asked meanwhile is told by one look.
                while woken.try_recv().is_ok() {}
            }
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self {
            wake,
            seen,
            since: Instant::now(),
        })
    }

    /// What is seen no longer ago than `fresh`; or, if that does not come within `patience`, what was seen last, if anything
    /// ever was. Beside it, how old it is.
    pub(super) async fn seen(&self, fresh: Duration, patience: Duration) -> (Option<Arc<T>>, Duration) {
        let asked = Instant::now();
        let is_fresh = |seen: &Option<Seen<T>>| seen.as_ref().is_some_and(|seen| seen.began + fresh >= asked);
        let mut watching = self.seen.clone();
        if !is_fresh(&watching.borrow()) {
            // He has not ended, since this value has not.
            let _ = self.wake.send(());
            drop(tokio::time::timeout(patience, watching.wait_for(is_fresh)).await);
        }
        let last = self.seen.borrow().clone();
        match last {
            Some(Seen { what, began }) => (Some(what), began.elapsed()),
            None => (None, self.since.elapsed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    const LONG: Duration = Duration::from_mins(1);
    const MOMENT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn who_asks_is_told_what_is_seen_after_he_asked_or_what_is_fresh_enough() {
        let count = AtomicU32::new(0);
        let look = move || count.fetch_add(1, Ordering::Relaxed);
        let lookout = Lookout::start("looks", |_| LONG, look).unwrap();
        let (first, _) = lookout.seen(Duration::ZERO, LONG).await;
        let (later, age) = lookout.seen(Duration::ZERO, LONG).await;
        assert!(later > first && age < LONG);
        let (fresh, _) = lookout.seen(LONG, LONG).await;
        assert_eq!(fresh, later);
    }

    #[tokio::test]
    async fn who_came_to_grief_looks_again() {
        let count = AtomicU32::new(0);
        let look = move || {
            let nth = count.fetch_add(1, Ordering::Relaxed);
            assert_ne!(nth, 1, "of the test's own");
            nth
        };
        let lookout = Lookout::start("looks", |_| LONG, look).unwrap();
        assert_eq!(lookout.seen(LONG, LONG).await.0.as_deref(), Some(&0));
        assert_eq!(lookout.seen(Duration::ZERO, LONG).await.0.as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn while_no_answer_comes_what_was_seen_last_is_told_with_its_age() {
        let (release, released) = channel();
        let count = AtomicU32::new(0);
        let look = move || {
            let nth = count.fetch_add(1, Ordering::Relaxed);
            if nth > 0 {
                released.recv().unwrap();
            }
            nth
        };
        let lookout = Lookout::start("looks", |_| LONG, look).unwrap();
        tokio::time::sleep(MOMENT).await;
        let (seen, age) = lookout.seen(Duration::ZERO, MOMENT).await;
        assert_eq!(seen.as_deref(), Some(&0));
        assert!(age >= MOMENT, "{age:?}");
        // The look that waits began before this question, which is answered by the next one.
        release.send(()).unwrap();
        release.send(()).unwrap();
        let (seen, _) = lookout.seen(Duration::ZERO, LONG).await;
        assert_eq!(seen.as_deref(), Some(&2));
    }
}
