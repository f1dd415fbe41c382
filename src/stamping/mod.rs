//! Floor 5: asking time-stamping authorities over HTTP, each in its turn, and with patience.
//!
//! What is dated is octets: nothing here knows what they are, nor where a stamp is kept.

mod ask;
mod pause;

pub use ask::{AskError, Asked, Authorities, Refused};
pub use pause::after;
