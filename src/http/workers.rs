//! `Workers`: the threads on which XML, cryptography and SQL run, behind a queue with an end.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;

use tokio::sync::{Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send>;

/// A pool of blocking threads. Work beyond what may wait is turned away at once, before it costs memory.
///
/// The thread that went to rest last is woken first: a service that is not busy does its work on few threads, whose
/// caches, allocations and compiled schemas are warm.
pub(super) struct Workers {
    queue: Arc<Queue>,
    places: Arc<Semaphore>,
}

/// Why work was not done.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum WorkError {
    /// Every place in the queue is taken.
    #[error("the queue is full")]
    Full,
    /// The work panicked.
    #[error("the work did not end well")]
    Failed,
}

#[derive(Default)]
struct Queue(Mutex<State>);

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Those with nothing to do; the last one rests for the shortest time.
    resting: Vec<Thread>,
    closed: bool,
}

impl Workers {
    /// `threads` threads and a queue of `waiting` places before them.
    pub(super) fn start(threads: NonZeroUsize, waiting: usize) -> std::io::Result<Self> {
        let places = threads.get().saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        let workers = Self {
            queue: Arc::default(),
            places: Arc::new(Semaphore::new(places)),
        };
        for _ in 0..threads.get() {
            let queue = Arc::clone(&workers.queue);
            std::thread::Builder::new()
                .name("notess-work".to_owned())
                .spawn(move || queue.work())?;
        }
        Ok(workers)
    }

    /// Does the work on one of the threads. It is done to its end, and keeps its place until then, even when nobody
    /// waits for it any more: those who ask and hang up would else fill the queue without end.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| WorkError::Full)?;
        let (tell, told) = oneshot::channel();
        let span = tracing::Span::current();
        self.queue.push(Box::new(move || {
            // Both are dropped by a panic as well; that of the sender is told.
            let (_place, tell) = (place, tell);
            // Who no longer waits is not told.
            drop(tell.send(span.in_scope(work)));
        }));
        told.await.map_err(|_| WorkError::Failed)
    }
}

impl Queue {
    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) {
        let mut state = self.lock();
        state.jobs.push_back(job);
        let woken = state.resting.pop();
        drop(state);
        if let Some(thread) = woken {
            thread.unpark();
        }
    }

    /// What each thread does until the queue is closed and empty.
    fn work(&self) {
        while let Some(job) = self.next() {
            // The panic has been told by its hook, and whoever waits learns of it; the thread goes on.
            drop(catch_unwind(AssertUnwindSafe(job)));
        }
    }

    fn next(&self) -> Option<Job> {
        let this = std::thread::current();
        loop {
            let mut state = self.lock();
            // Among the resting still, if nobody but chance has woken it.
            state.resting.retain(|thread| thread.id() != this.id());
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state.resting.push(this.clone());
            drop(state);
            std::thread::park();
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.closed = true;
        for thread in state.resting.drain(..) {
            thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use tokio::runtime::{Builder, Runtime};

    fn outside() -> Runtime {
        Builder::new_multi_thread().worker_threads(2).build().unwrap()
    }

    #[test]
    fn work_beyond_the_queue_is_turned_away_and_the_rest_is_done() {
        let workers = Arc::new(Workers::start(NonZeroUsize::MIN, 1).unwrap());
        let outer = outside();
        let (release, released) = channel::<()>();
        let first = outer.spawn({
            let workers = workers.clone();
            async move { workers.run(move || released.recv().is_ok()).await }
        });
        let second = outer.spawn({
            let workers = workers.clone();
            async move { workers.run(|| true).await }
        });
        while workers.places.available_permits() > 0 {
            std::thread::yield_now();
        }
        assert_eq!(outer.block_on(workers.run(|| true)), Err(WorkError::Full));
        release.send(()).unwrap();
        assert_eq!(outer.block_on(first).unwrap(), Ok(true));
        assert_eq!(outer.block_on(second).unwrap(), Ok(true));
    }

    #[test]
    fn who_hangs_up_does_not_make_room_for_more_work() {
        let workers = Arc::new(Workers::start(NonZeroUsize::MIN, 1).unwrap());
        let outer = outside();
        let (release, released) = channel::<()>();
        let impatient = outer.spawn({
            let workers = workers.clone();
            async move { workers.run(move || released.recv().is_ok()).await }
        });
        while workers.places.available_permits() > 1 {
            std::thread::yield_now();
        }
        impatient.abort();
        assert!(outer.block_on(impatient).unwrap_err().is_cancelled());
        assert_eq!(workers.places.available_permits(), 1);
        release.send(()).unwrap();
        while workers.places.available_permits() < 2 {
            std::thread::yield_now();
        }
    }

    #[test]
    fn work_that_panics_is_told_and_its_thread_goes_on() {
        let workers = Workers::start(NonZeroUsize::MIN, 1).unwrap();
        let outer = outside();
        let panicked = outer.block_on(workers.run(|| panic!("of the test's own")));
        assert_eq!(panicked, Err::<(), _>(WorkError::Failed));
        assert_eq!(outer.block_on(workers.run(|| 1)), Ok(1));
    }

    #[test]
    fn work_that_follows_other_work_is_done_on_the_same_thread() {
        let workers = Workers::start(NonZeroUsize::new(4).unwrap(), 1).unwrap();
        let outer = outside();
        let resting = |count| {
            while workers.queue.lock().resting.len() < count {
                std::thread::yield_now();
            }
        };
        let mut seen = Vec::new();
        for _ in 0..8 {
            resting(4);
            seen.push(
                outer
                    .block_on(workers.run(|| std::thread::current().id()))
                    .unwrap(),
            );
        }
        seen.dedup();
        assert_eq!(seen.len(), 1);
    }

    #[test]
    fn what_was_begun_is_done_though_the_pool_is_dropped() {
        let workers = Workers::start(NonZeroUsize::MIN, 1).unwrap();
        let (done, told) = channel();
        workers.queue.push(Box::new(move || done.send(()).unwrap()));
        drop(workers);
        told.recv().unwrap();
    }
}
