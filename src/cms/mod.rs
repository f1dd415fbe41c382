//! Floor 3: CMS (RFC 5652): SignedData of one signer, read, verified and assembled.
//!
//! Structures are read with the house's own reader of DER, which foreign certificates go through already, and written around
//! what OpenSSL signs. Weighed against the crates `cms`, `der` and `x509-tsp`: they read all of CMS with some ten crates more to
//! build and to watch, refuse BER as we do, know no fractions of seconds in `genTime`, and leave every check that counts to
//! whoever calls them; and against OpenSSL's own CMS, whose safe interface shows neither attributes nor signers, and cannot
//! sign what is to be a time stamp. What is asked here fits into these files (docs/decisions/0021-time-stamps.md).

mod algorithm;
mod assemble;
mod attributes;
mod detached;
mod error;
mod oid;
mod signed_data;
mod verify;
pub(crate) mod write;

pub use assemble::{Sealing, SealingError, signed_data};
pub use detached::Unstamped;
pub use error::CmsError;
pub use signed_data::{SignedData, in_der};

#[cfg(test)]
pub(crate) use assemble::assembled;
pub(crate) use oid::{SHA256, TST_INFO};
