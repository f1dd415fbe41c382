//! The clocks of a test's machine, which the test moves.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use notess::channel::Clocks;

use super::backend::to_micros;

/// A clock, and how long the machine has been running.
#[derive(Clone)]
pub struct TestClock {
    /// By how much the clock is ahead of the real one.
    ahead: Arc<Mutex<TimeDelta>>,
    /// How much longer it has been running than it has.
    elapsed: Arc<Mutex<TimeDelta>>,
    began: Instant,
}

impl TestClock {
    pub fn start() -> Self {
        Self {
            ahead: Arc::default(),
            elapsed: Arc::default(),
            began: Instant::now(),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + *self.ahead.lock().unwrap()
    }

    /// Sets the clock, though no time goes by.
    pub fn set(&self, by: TimeDelta) {
        *self.ahead.lock().unwrap() += by;
    }

    /// Lets time go by, though the clock stands still.
    pub fn stop(&self, by: TimeDelta) {
        *self.elapsed.lock().unwrap() += by;
    }

    /// As a service is given them.
    pub fn clocks(&self) -> Clocks {
        let (system, count) = (self.clone(), self.clone());
        Clocks {
            system: Arc::new(move || to_micros(system.now())),
            since_boot: Arc::new(move || {
                TimeDelta::from_std(count.began.elapsed()).unwrap() + *count.elapsed.lock().unwrap()
            }),
            boot: "of this test".to_owned(),
            of_callers: None,
        }
    }
}
