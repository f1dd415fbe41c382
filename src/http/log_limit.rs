//! `LogLimit`: how many lines a second of the log strangers may cause.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets a number of events through in each second, and counts the rest.
pub(super) struct LogLimit {
    per_second: u32,
    window: Mutex<Window>,
}

struct Window {
    began: Instant,
    passed: u32,
    held_back: u64,
}

impl LogLimit {
    /// At most `per_second` in each second.
    #[must_use]
    pub(super) fn new(per_second: u32, now: Instant) -> Self {
        Self {
            per_second,
            window: Mutex::new(Window {
                began: now,
                passed: 0,
                held_back: 0,
            }),
        }
    }

    /// Whether one more may pass; if so, how many were held back since the last that passed.
    pub(super) fn pass(&self, now: Instant) -> Option<u64> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(window.began) >= Duration::from_secs(1) {
            window.began = now;
            window.passed = 0;
        }
        if window.passed == self.per_second {
            window.held_back += 1;
            return None;
        }
        window.passed += 1;
        Some(std::mem::take(&mut window.held_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_is_told_with_the_next_that_passes() {
        let start = Instant::now();
        let limit = LogLimit::new(2, start);
        assert_eq!(
            [limit.pass(start), limit.pass(start), limit.pass(start)],
            [Some(0), Some(0), None]
        );
        assert_eq!(limit.pass(start), None);
        assert_eq!(limit.pass(start + Duration::from_secs(1)), Some(2));
    }
}
