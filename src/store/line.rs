//! `Line`: who may write to a SQLite file, which takes one at a time, in the order in which they came.
//!
//! Whoever has the turn and has done his work may hand it on together with what he began, to somebody who waits behind him
//! and shares it (`group`); else the next one begins anew once it is given up.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::StoreError;

/// How often who waits looks whether the database is still there.
const LOOK: Duration = Duration::from_millis(50);

/// Those who wait to write. `S` is what one may share with the next.
pub(super) struct Line<S>(Mutex<State<S>>);

struct State<S> {
    /// Whether somebody has the turn.
    taken: bool,
    waiting: VecDeque<Arc<Place<S>>>,
}

/// Somebody's place in the line.
struct Place<S> {
    company: Company,
    called: Mutex<Option<Called<S>>>,
    woken: Condvar,
}

/// With whom somebody shares what he writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    /// With nobody: it has a commit and a flush of its own.
    Nobody,
    /// With others who do, as one who takes so much of it.
    Others(usize),
}

/// What somebody has who is called.
pub(super) struct Called<S> {
    /// What those before him have begun, if he shares it.
    pub(super) shared: Option<S>,
    /// His turn: declared last, so that the next one is called when what was begun is over.
    pub(super) turn: Turn<S>,
}

/// The right to write, until it is dropped.
pub(super) struct Turn<S>(Arc<Line<S>>);

impl<S> Default for Line<S> {
    fn default() -> Self {
        Self(Mutex::new(State {
            taken: false,
            waiting: VecDeque::new(),
        }))
    }
}

impl<S> Line<S> {
    /// Nothing panics while it holds the lock, and each change is whole.
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn, no longer than `patience`, and no longer than `admit` lets those who need the database through.
    pub(super) fn enter(
        self: &Arc<Self>,
        company: Company,
        patience: Duration,
        admit: impl Fn() -> Result<(), StoreError>,
    ) -> Result<Called<S>, StoreError> {
        let mut state = self.lock();
        if !state.taken {
            state.taken = true;
            drop(state);
            let turn = Turn(Arc::clone(self));
            return Ok(Called { shared: None, turn });
        }
        let place = Arc::new(Place {
            company,
            called: Mutex::new(None),
            woken: Condvar::new(),
        });
        state.waiting.push_back(Arc::clone(&place));
        drop(state);
        let until = Instant::now() + patience;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if let Some(called) = place.wait(left.min(LOOK)) {
                return Ok(called);
            }
            let refused = admit().err();
            let refused = refused.or_else(|| left.is_zero().then_some(StoreError::Busy(None)));
            if let Some(refused) = refused
                && self.leave(&place)
            {
                return Err(refused);
            }
        }
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Gives up a place; gives whether it was not called meanwhile.
    fn leave(&self, place: &Arc<Place<S>>) -> bool {
        let mut state = self.lock();
        let before = state.waiting.len();
        state.waiting.retain(|one| !Arc::ptr_eq(one, place));
        state.waiting.len() < before
    }
}

impl<S> Place<S> {
    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Option<Called<S>>> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be done while the line is locked, so that whoever leaves it has been called or is not.
    fn call(&self, called: Called<S>) {
        *self.lock() = Some(called);
        self.woken.notify_one();
    }

    fn wait(&self, for_so_long: Duration) -> Option<Called<S>> {
        let called = self.lock();
        let waited = self
            .woken
            .wait_timeout_while(called, for_so_long, |called| called.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.take()
    }
}

impl<S> Turn<S> {
    /// Hands the turn on, with what was begun, to the next one, if he shares it and takes no more than `room` of it; else
    /// gives both back.
    pub(super) fn hand_on(self, shared: S, room: usize) -> Result<(), Called<S>> {
        let line = Arc::clone(&self.0);
        let called = Called {
            shared: Some(shared),
            turn: self,
        };
        let mut state = line.lock();
        let fits = |next: &Arc<Place<S>>| matches!(next.company, Company::Others(takes) if takes <= room);
        if !state.waiting.front().is_some_and(fits) {
            return Err(called);
        }
        if let Some(next) = state.waiting.pop_front() {
            next.call(called);
        }
        Ok(())
    }
}

impl<S> Drop for Turn<S> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        match state.waiting.pop_front() {
            None => state.taken = false,
            Some(next) => next.call(Called {
                shared: None,
                turn: Self(Arc::clone(&self.0)),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    type Numbers = Arc<Line<u32>>;

    fn enter(line: &Numbers, company: Company) -> Called<u32> {
        line.enter(company, LONG, || Ok(())).unwrap()
    }

    /// Waits until so many wait.
    fn until_waiting(line: &Numbers, count: usize) {
        let began = Instant::now();
        while line.waiting() != count {
            assert!(began.elapsed() < LONG);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn they_are_called_as_they_came_and_share_only_with_who_is_next_and_has_room() {
        let line = Numbers::default();
        let first = enter(&line, Company::Others(1));
        assert_eq!(first.shared, None);
        let called = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let companies = [
                Company::Others(2),
                Company::Others(9),
                Company::Nobody,
                Company::Others(1),
            ];
            for (nth, company) in companies.into_iter().enumerate() {
                let (line, called) = (&line, &called);
                scope.spawn(move || {
                    let Called { shared, turn } = enter(line, company);
                    called.lock().unwrap().push((nth, shared));
                    let handed_on = turn.hand_on(shared.unwrap_or(10) + 1, 4);
                    drop(handed_on);
                });
                until_waiting(line, nth + 1);
            }
            assert!(first.turn.hand_on(1, 4).is_ok());
        });
        assert_eq!(
            *called.lock().unwrap(),
            [(0, Some(1)), (1, None), (2, None), (3, Some(11))]
        );
        assert!(!line.lock().taken);
    }

    #[test]
    fn who_has_waited_too_long_or_is_not_let_through_leaves_and_nobody_waits_behind_him() {
        let line = Numbers::default();
        let first = enter(&line, Company::Nobody);
        let late = line.enter(Company::Others(1), Duration::from_millis(5), || Ok(()));
        assert!(matches!(late, Err(StoreError::Busy(None))));
        let gone = line.enter(Company::Nobody, LONG, || Err(StoreError::Moved));
        assert!(matches!(gone, Err(StoreError::Moved)));
        assert_eq!(line.waiting(), 0);
        let Err(Called { shared, turn }) = first.turn.hand_on(7, 4) else {
            panic!("there is nobody");
        };
        assert_eq!(shared, Some(7));
        drop(turn);
        drop(enter(&line, Company::Nobody));
        assert!(!line.lock().taken);
    }
}
