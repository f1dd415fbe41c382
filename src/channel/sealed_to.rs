//! `Sealing`: how far what was decided is sealed, which whoever seals knows between one batch and the next.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::notificacion::Codigo;

/// How far what was decided is sealed.
#[derive(Default)]
pub(super) struct Sealing(Mutex<State>);

/// What is known of it.
#[derive(Default)]
pub(super) struct State {
    /// The number of the journal up to which all is sealed; nothing where it is to be asked.
    pub(super) to: Option<i64>,
    /// What is still to be sealed of what was looked at, the last first.
    pub(super) waiting: Vec<Codigo>,
    /// Up to which number of the journal that is.
    pub(super) next: i64,
    /// Whether the operator was told that it cannot be done.
    pub(super) told: bool,
}

impl Sealing {
    /// Has it rest while something is done, after which nothing is known any more.
    pub(super) fn anew<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut state = self.lock();
        let done = work();
        *state = State::default();
        done
    }

    /// Keeps everybody else from sealing.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
