//! `Workers`: the threads on which XML, cryptography and SQL run, behind a queue with an end.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// How long an idle thread is kept: schemas and the like are compiled once for each thread, so they should last.
const KEEP_ALIVE: Duration = Duration::from_hours(1);

/// A pool of blocking threads. Work beyond what may wait is turned away at once, before it costs memory.
pub(super) struct Workers {
    runtime: Option<Runtime>,
    places: Semaphore,
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

impl Workers {
    /// `threads` threads and a queue of `waiting` places before them.
    pub(super) fn start(threads: NonZeroUsize, waiting: usize) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads.get())
            .thread_keep_alive(KEEP_ALIVE)
            .thread_name("notess-work")
            .build()?;
        let places = threads.get().saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            runtime: Some(runtime),
            places: Semaphore::new(places),
        })
    }

    /// Does the work on one of the threads. It is done to its end even when nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let _place = self.places.try_acquire().map_err(|_| WorkError::Full)?;
        let runtime = self.runtime.as_ref().ok_or(WorkError::Failed)?;
        let span = tracing::Span::current();
        runtime
            .handle()
            .spawn_blocking(move || span.in_scope(work))
            .await
            .map_err(|_| WorkError::Failed)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // A runtime may not be dropped inside another; what still runs is left to end by itself.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc::channel;

    #[test]
    fn work_beyond_the_queue_is_turned_away_and_the_rest_is_done() {
        let workers = Arc::new(Workers::start(NonZeroUsize::MIN, 1).unwrap());
        let outer = Builder::new_multi_thread()
            .enable_all()
            .worker_threads(2)
            .build()
            .unwrap();
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
}
