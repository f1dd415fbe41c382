//! Flushes that take longer, so that those who write at the same time do so on a fast disk too.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

/// What makes each flush of a program take longer, for as long as it lives.
pub struct SlowFlush(TempDir);

impl SlowFlush {
    pub fn by(longer: Duration) -> Self {
        let slow = Self(tempfile::tempdir().unwrap());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slow_flush/build.sh");
        let built = Command::new("sh").arg(script).arg(slow.0.path()).status();
        assert!(built.unwrap().success());
        std::fs::write(slow.at("micros"), longer.as_micros().to_string()).unwrap();
        slow
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Has a program's flushes take longer from its start.
    pub fn preload(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", self.at("flush.so"))
            .env("SLOW_FLUSH", self.at("micros"));
    }
}
