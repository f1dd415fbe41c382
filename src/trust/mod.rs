//! Floor 2: certificates: who is admitted, and whom a certificate speaks for.
//!
//! The rules are D-64 to D-71, on top of RFC 5280. openssl verifies signatures and paths; what its safe interface
//! does not show is read here from the same octets.

mod der;
mod oid;
mod name;
mod fields;
mod strength;
mod span;
mod error;
mod admitted;
mod crl;
mod crl_file;
mod revocation;
mod issuer;
mod path;
mod usage;
mod identity;
mod holder;
mod cache;
mod readiness;
mod snapshot;
mod validator;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use admitted::{AdmittedIssuer, CaCertificate, CaError, Revocacion, Sellos};
pub use crl_file::check_crl;
pub use error::{CrlFault, PathFault, TrustError};
pub use holder::Holder;
pub use oid::is_oid;
pub use readiness::{Readiness, Unusable};
pub use revocation::ListaConsultada;
pub use validator::{ListError, Validator};
