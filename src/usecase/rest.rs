//! The rest between two batches of what is done in the background, so that whoever decides finds his turn to write.

use std::thread;
use std::time::{Duration, Instant};

/// The longest one.
const LONGEST: Duration = Duration::from_secs(1);

/// Rests as long as a batch took that began then: half of the time is left to others who write.
pub fn after(began: Instant) {
    thread::sleep(began.elapsed().min(LONGEST));
}
