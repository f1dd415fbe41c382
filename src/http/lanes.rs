//! `Lanes`: the threads on which XML, cryptography and SQL run, and who has the use of them.
//!
//! Whoever only reads waits for no writer's disk or lock: readers and writers have turns and a queue of their own each. Who
//! asks how the service is waits for neither (`health::Lookouts`). A message begins where one reads, since until it is verified
//! nobody knows what it asks; what must write goes on where one writes, on the same thread if there is a turn.
//!
//! Weighed against tokio's `spawn_blocking` and actix-web's `web::block`, which neither end their queue nor say which idle thread
//! is woken, and against a crate of thread pools, for the same: here who rested last works next, whose caches are warm. With
//! marks kept by heart and rows read as they come, a listing of ten went from 1,187 to 720 µs
//! (docs/decisions/0006-worker-queue.md).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::sync::oneshot;
use tracing::Span;

use super::fair::Whose;
use super::queue::{Job, Lane, Left, Turn, Waiting};
use super::turns::{Had, Turns, Widths};

/// How far work came.
pub(super) enum Step<T> {
    /// To its end.
    Done(T),
    /// To where it must write.
    Writes {
        /// Whoever signed, so that writers take turns by caller and not by connection.
        whose: Whose,
        /// What is left of it.
        rest: Rest<T>,
    },
}

/// What is left of work that must write.
pub(super) type Rest<T> = Box<dyn FnOnce() -> T + Send>;

/// Why work was not done.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum WorkError {
    /// It would wait, or has waited, for longer than anybody should.
    #[error("there is too much to do")]
    Full,
    /// The work panicked.
    #[error("the work did not end well")]
    Failed,
}

/// Whether a connection's client has ended it.
pub(super) type HungUp = Arc<AtomicBool>;

/// The lanes. A thread that rested last is woken first: a service that is not busy does its work on few threads, whose
/// caches, allocations and compiled schemas are warm.
pub(super) struct Lanes(Arc<Turns>);

/// What is done with what came of work that nobody waits for any more.
pub(super) type Unheard<T> = Box<dyn FnOnce(T) + Send>;

/// Work that somebody asked for.
struct Asked<T> {
    work: Box<dyn FnOnce() -> Step<T> + Send>,
    unheard: Unheard<T>,
    tell: oneshot::Sender<Result<T, WorkError>>,
    hung_up: HungUp,
    span: Span,
}

impl Lanes {
    /// A thread for each turn.
    pub(super) fn start(widths: &Widths) -> std::io::Result<Self> {
        let lanes = Self(Arc::new(Turns::new(widths)));
        let threads = widths.reading.get() + widths.writing.get();
        for _ in 0..threads {
            lanes.spawn()?;
        }
        Ok(lanes)
    }

    fn spawn(&self) -> std::io::Result<()> {
        let turns = Arc::clone(&self.0);
        let thread = std::thread::Builder::new().name("notess-work".to_owned());
        thread.spawn(move || work(&turns)).map(drop)
    }

    /// Has work done by one of the threads. What came of it goes to `unheard` if nobody waits for it any more. If it has to wait,
    /// it is not begun if nobody waits for it any more when its turn comes. `whose` is only asked then.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        whose: impl FnOnce() -> Whose,
        hung_up: HungUp,
        unheard: Unheard<T>,
        work: impl FnOnce() -> Step<T> + Send + 'static,
    ) -> Result<T, WorkError> {
        let (tell, told) = oneshot::channel();
        let job = Box::new(Asked {
            work: Box::new(work),
            unheard,
            tell,
            hung_up,
            span: Span::current(),
        });
        self.0.enter(lane, whose, Waiting::from(job as Box<dyn Job>));
        told.await.unwrap_or(Err(WorkError::Failed))
    }

    /// Whether work of this one would wait too long in a lane, behind so much of its own that will get there before.
    pub(super) fn is_crowded(&self, lane: Lane, whose: Whose, coming: usize) -> bool {
        self.0.is_crowded(lane, whose, coming)
    }

    /// Turns away who has waited too long, forgets what nobody waits for any more, and has threads take the place of those that
    /// do not come back.
    pub(super) fn sweep(&self) {
        self.sweep_at(Instant::now());
    }

    fn sweep_at(&self, now: Instant) {
        for lane in self.0.sweep(now) {
            let lane = lane.name();
            match self.spawn() {
                Ok(()) => {
                    tracing::error!(
                        lane,
                        "a thread waits for an answer that does not come; another takes its place"
                    );
                }
                Err(error) => {
                    tracing::error!(lane, %error, "a thread that does not come back cannot be replaced");
                }
            }
        }
    }

    /// Tells how much waits, and is being done.
    pub(super) fn observe(&self) {
        self.0.observe();
    }
}

impl<T: Send + 'static> Job for Asked<T> {
    fn is_wanted(&self) -> bool {
        !self.tell.is_closed() && !self.hung_up.load(Ordering::Relaxed)
    }

    fn refuse(self: Box<Self>) {
        // Who no longer waits is not told.
        drop(self.tell.send(Err(WorkError::Full)));
    }

    fn begin(self: Box<Self>) -> Option<Left> {
        let Self {
            work,
            unheard,
            tell,
            hung_up,
            span,
        } = *self;
        match span.in_scope(work) {
            Step::Done(done) => {
                if let Err(Ok(done)) = tell.send(Ok(done)) {
                    unheard(done);
                }
                None
            }
            Step::Writes { whose, rest } => {
                let rest = Self {
                    work: Box::new(|| Step::Done(rest())),
                    unheard,
                    tell,
                    hung_up,
                    span,
                };
                Some((whose, Box::new(rest)))
            }
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// What each thread does until all is done and nothing more can come.
fn work(turns: &Turns) {
    let mut had = None;
    while let Some((turn, waiting)) = turns.next(had.take()) {
        let since = waiting.since;
        let (rest, read) = begin(turn, waiting.job);
        had = match rest {
            None => Some(read),
            Some((whose, job)) => {
                let rest = Waiting {
                    since,
                    ..Waiting::from(job)
                };
                // If there is a turn this thread goes on with it; if there is none it queues, and this thread does something else.
                let job = turns.go_on_writing(read, whose, rest);
                job.map(|(turn, job)| begin(turn, job).1)
            }
        };
    }
}

/// Does work, in a turn that is to be given up after it.
fn begin(turn: Turn, job: Box<dyn Job>) -> (Option<Left>, Had) {
    let began = Instant::now();
    // The panic has been told by its hook, and whoever waits learns of it; the thread goes on.
    let rest = catch_unwind(AssertUnwindSafe(|| job.begin())).unwrap_or_default();
    let took = began.elapsed();
    (rest, Had { turn, took })
}

#[cfg(test)]
mod tests;
