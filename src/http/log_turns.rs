//! `Turns`: how many strangers are answered at once from the store: shown the published log, or told whether a document is genuine.

use std::sync::Arc;

use actix_web::error::BlockingError;
use actix_web::web;
use tokio::sync::Semaphore;

/// How many are answered at once, of all strangers together: the connections of who works with the store are not theirs.
const AT_ONCE: usize = 2;
/// How many may wait for that; more are told to come again.
const WAITING: usize = 64;

/// The turns of those who ask for one thing.
pub(super) struct Turns {
    waiting: Semaphore,
    taken: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(WAITING),
            taken: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Turns {
    /// Does what blocks, in its turn; gives nothing where too many wait for theirs. The turn lasts until the work is over, also
    /// where whoever asked for it has hung up: else as many would begin as ask and hang up.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<Result<T, BlockingError>> {
        let _place = self.waiting.try_acquire().ok()?;
        let turn = Arc::clone(&self.taken).acquire_owned().await.ok()?;
        let in_turn = move || {
            let _turn = turn;
            work()
        };
        Some(web::block(in_turn).await)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use actix_web::rt::time::timeout;

    use super::*;

    #[test]
    fn who_hangs_up_has_nobody_begin_before_his_work_is_over() {
        actix_web::rt::System::new().block_on(async {
            let turns = Turns::default();
            let (begun, has_begun) = channel();
            let mut release = Vec::new();
            for _ in 0..AT_ONCE {
                let (go_on, goes_on) = channel::<()>();
                release.push(go_on);
                let begun = begun.clone();
                let work = turns.run(move || {
                    begun.send(()).unwrap();
                    goes_on.recv()
                });
                assert!(timeout(Duration::from_millis(100), work).await.is_err());
                has_begun.recv().unwrap();
            }
            let next = timeout(Duration::from_millis(100), turns.run(|| ())).await;
            assert!(next.is_err());
            drop(release);
            assert!(turns.run(|| ()).await.is_some_and(|done| done.is_ok()));
        });
    }
}
