//! Floor 2: XML signatures: what is accepted, what was signed, and our own seal.
//!
//! Three verbs: [`inspect`] says that an envelope has the shape that we accept and reads nothing from it but what
//! the verification needs; [`verify()`] says that the cryptography holds and the timestamp is of now, and alone makes
//! a [`VerifiedEnvelope`], which holds the octets that were digested and nothing else; [`seal_envelope`],
//! [`seal_document`] and [`seal_element`] make our own signatures. The engine that canonicalizes, digests and verifies stands
//! behind [`Engine`]. There are two, which share no code that reads XML: [`Native`], the faster, verifies every message;
//! [`XmlSec`] verifies again what decides ([`confirm`], [`Agreed`]), so that a mistake of one alone forges nothing.
//!
//! Nothing here says whose certificate it is or whether it is to be trusted.

mod algorithm;
mod beside;
mod certificate;
mod engine;
mod envelope;
mod ffi;
mod filter;
mod names;
mod native;
mod payload;
mod policy;
mod seal;
mod shape;
mod signed_info;
mod text;
mod timestamp;
mod verify;
mod xades;
mod xmlsec;

pub use algorithm::{C14n, Digest, KeyFamily, Role, SignatureMethod, Transform, UnknownAlgorithm};
pub use beside::{check_key_info, inspect_signature};
pub use certificate::{NotACertificate, Thing, certificate_of};
pub use engine::{Agreed, Engine, EngineError, SignedOctets};
pub use native::Native;
pub use payload::PayloadError;
pub use policy::{KeyInfoRule, Life, Policy, Sha1, SignatureFilter, TimestampRule};
pub use seal::{
    Freshness, PrivateKeyError, SealError, Sealing, SigningKey, private_key, seal_document, seal_element,
    seal_envelope, validity_of,
};
pub use shape::{Inspected, ShapeError, inspect};
pub use timestamp::{Timestamp, TimestampError};
pub use verify::{VerifiedEnvelope, VerifyError, confirm, verify};
pub use xades::{SigningCertificateError, check_signing_certificate, is_of_signatures, is_signed_properties};
pub use xmlsec::XmlSec;

#[cfg(test)]
mod tests;
