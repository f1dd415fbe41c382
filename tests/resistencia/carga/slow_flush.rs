//! Flushes that take longer, by what `tests/postgresql.sh` has prepared (`SLOW_FLUSH=1`): its server has it preloaded, and so
//! has the program.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Names the library, and the file that says for how many microseconds.
const LIBRARY: &str = "SLOW_FLUSH_LIBRARY";
const FILE: &str = "SLOW_FLUSH";

pub struct SlowFlush(PathBuf);

impl SlowFlush {
    /// What was prepared, if anything was.
    pub fn prepared() -> Option<Self> {
        std::env::var_os(LIBRARY)?;
        let slow = Self(std::env::var_os(FILE)?.into());
        slow.set(Duration::ZERO);
        Some(slow)
    }

    /// Has a program's flushes take longer from its start.
    pub fn preload(command: &mut Command) {
        if let Some(library) = std::env::var_os(LIBRARY) {
            command.env("LD_PRELOAD", library);
        }
    }

    /// From now on each takes longer by so much.
    pub fn set(&self, longer: Duration) {
        std::fs::write(&self.0, longer.as_micros().to_string()).expect("the file can be written");
    }
}
