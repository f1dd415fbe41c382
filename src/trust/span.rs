//! `Span`: from when until when something holds.

use chrono::{DateTime, Utc};

/// The instants from `first` to `last`, both among them, as RFC 5280 §4.1.2.5 means validity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

impl Span {
    pub(super) fn new(first: DateTime<Utc>, last: DateTime<Utc>) -> Self {
        Self { first, last }
    }

    pub(super) fn contains(self, at: DateTime<Utc>) -> bool {
        self.first <= at && at <= self.last
    }

    /// The instants in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }
}
