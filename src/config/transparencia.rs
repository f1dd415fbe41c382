//! `[transparencia]`: the published log.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Seconds between two checkpoints, at least.
const EVERY: u64 = 5;
/// Most seconds that may be chosen: whoever waits longer for a proof would not call it published.
const LONGEST: u64 = 3600;

/// By what name and key the log is published. Without it leaves are kept, and nothing is published.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Transparencia {
    /// Name of the log, which it alone has: an address without its scheme.
    pub origen: String,
    /// File of its private key: Ed25519, PEM.
    pub clave: PathBuf,
    /// File of the anchor: the last checkpoint, kept outside the database.
    pub ancla: PathBuf,
    /// Seconds between two checkpoints, at least.
    #[serde(default = "every")]
    pub cada_segundos: u64,
}

fn every() -> u64 {
    EVERY
}

impl Transparencia {
    /// What cannot be.
    pub(super) fn out_of_range(&self) -> (bool, &'static str, &'static str) {
        let is_wrong = !(1..=LONGEST).contains(&self.cada_segundos);
        (is_wrong, "transparencia.cada_segundos", "must be from 1 to 3600")
    }

    /// How long the publisher rests.
    #[must_use]
    pub fn every(&self) -> Duration {
        Duration::from_secs(self.cada_segundos)
    }
}
