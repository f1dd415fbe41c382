//! Floor 2: certificates: who is admitted, and whom a certificate speaks for.
//!
//! The rules are D-64 to D-71, on top of RFC 5280. openssl verifies signatures and paths; what its safe interface
//! does not show is read here from the same octets.

pub(crate) mod der;
mod oid;
mod name;
mod fields;
mod key;
mod strength;
mod rsa_minimo;
mod pem;
mod span;
mod error;
mod admitted;
mod crl;
mod crl_file;
mod crl_place;
mod crl_source;
mod held;
mod issuer;
mod path;
mod usage;
mod identity;
mod own_lists;
mod holder;
mod cache;
mod readiness;
mod renewal;
mod snapshot;
mod tsa;
mod validator;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use admitted::{AdmittedIssuer, CaCertificate, CaError, Revocacion, Sellos};
pub use crl_source::check_crl;
pub use error::{CrlFault, PathFault, TrustError};
pub use held::ListaConsultada;
pub use holder::Holder;
pub use identity::{FieldRead, IdentityFault, Lacking, NifFault};
pub use key::{KeyFault, RSA_LEAST_BITS};
pub use oid::is_oid;
pub use own_lists::lists_of;
pub use readiness::{Partly, Readiness, Unusable};
pub use rsa_minimo::{RsaMinimo, RsaMinimoError, outlives_2048};
pub use strength::check_own_key;
pub use tsa::{TsaChainError, TsaFault, TsaTrust};
pub use validator::{ListError, Validator};
