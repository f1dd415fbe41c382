//! `Turns`: how many strangers are shown the published log at once.

use tokio::sync::Semaphore;

/// How many tiles are made at once, for all strangers together: the connections of who works with the store are not theirs.
const AT_ONCE: usize = 2;
/// How many may wait for that; more are told to come again.
const WAITING: usize = 64;

/// The turns of those who ask for the log.
pub(super) struct Turns {
    pub(super) waiting: Semaphore,
    pub(super) taken: Semaphore,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(WAITING),
            taken: Semaphore::new(AT_ONCE),
        }
    }
}
