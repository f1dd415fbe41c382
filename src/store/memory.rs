//! `Memory`: what the connections of a store remember together of what they read.

use super::published::Published;
use super::represented::Known;

/// What is remembered, each part within a bound of its own.
#[derive(Default)]
pub(super) struct Memory {
    /// Notifications as they were published.
    pub(super) published: Published,
    /// Whom callers represent.
    pub(super) represented: Known,
}

impl Memory {
    /// Forgets all of it.
    pub(super) fn forget(&self) {
        self.published.forget();
        self.represented.forget();
    }
}
