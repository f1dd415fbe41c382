//! Floor 5: the channel. Octets come in and a reply goes out; nothing here knows of sockets, of HTTP or of threads.
//!
//! [`Service`] holds what requests share. `canal::way` and `wscn::way`, one for each contract, are the only places that see
//! the whole way of a request; `open` is what they have in common.

mod addressing;
mod canal;
pub(crate) mod counters;
pub(crate) mod expiry;
pub(crate) mod identity;
mod issuers;
pub(crate) mod key_file;
mod official_time;
mod once;
mod open;
pub(crate) mod reply;
mod service;
mod wscn;

pub use identity::KeyError;
pub use official_time::Clocks;
pub use service::{Service, StartError, mistakes};
