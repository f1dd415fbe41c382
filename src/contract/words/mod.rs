//! What clients are told in Spanish, said once: each error of the floors below in words for a client's programmer, and what
//! both contracts say of the service itself. A contract adds its code, and what a client of its own has to mend.

mod between;
pub(super) mod certificate;
mod not_a_certificate;
pub(super) mod service;
mod shape;
mod timestamp;
mod unread;
mod verify;
mod xml;

use std::borrow::Cow;

pub(super) use self::verify::ALTERED_AFTER_SIGNING;

/// An error that a client is told of: no sentence, but what may follow a colon in one.
pub trait InWords {
    /// What is wrong, and what to mend where that does not follow.
    fn in_words(&self) -> Cow<'static, str>;
}
