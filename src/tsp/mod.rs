//! Floor 4: time stamps (RFC 3161, RFC 5816): what is asked of an authority, and every check before its answer counts (E-19, E-20).
//!
//! Nothing here knows of sockets or clocks. `query` and `reply` are the two messages, `tst_info` is what an authority signs,
//! `check` the one door by which an answer becomes a [`Stamp`], and `authority` answers as one, for tests and demonstrations.

mod authority;
mod check;
mod dated;
mod error;
mod query;
mod reply;
mod tst_info;
#[cfg(test)]
mod tests;

pub use authority::Authority;
pub use check::{Asking, Stamp, check};
pub use dated::{Dated, dated};
pub use error::TspError;
pub use query::Query;

/// Media type of a question (RFC 3161 §3.4).
pub const QUERY: &str = "application/timestamp-query";
/// Media type of an answer (RFC 3161 §3.4).
pub const REPLY: &str = "application/timestamp-reply";
