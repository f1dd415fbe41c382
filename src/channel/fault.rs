//! `Fault`: what a demonstration does to a message on purpose, so that the programs that try it meet with it.
//!
//! Each is brought about where it would come about by itself, and goes the way of all others from there on. Outside of a
//! demonstration no message has one.

use std::time::Duration;

/// What a demonstration does to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is too much to do for it.
    Busy,
    /// It is begun so much later.
    Slow(Duration),
    /// What it asks is done, and nobody is told.
    Lost,
    /// The connection ends when so many octets of the answer have gone, its head among them.
    Cut(u64),
    /// The database does not answer.
    Gone,
    /// The certificate of its sender has been revoked a moment ago.
    Revoked,
    /// The service signs with another key than before.
    OtherKey,
}
