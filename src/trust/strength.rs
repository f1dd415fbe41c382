//! Which keys and signature algorithms of certificates are strong enough (D-69).

use openssl::pkey::{Id, PKey, Public};

use super::der::{Reader, tag};
use super::fields::Fields;
use super::key::{Curves, KeyFault, check_key};
use super::oid::{EC_PUBLIC_KEY, STRONG_SIGNATURES};

/// The key of a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7), whole as it lies. What cannot be read will never be: it is
/// told so, and not that the service is out of order.
///
/// A curve written out by its parameters is told from a named one here (RFC 5480 §2.1.1): openssl takes for named what
/// only looks like it.
pub(super) fn public_key(info: &[u8]) -> Result<PKey<Public>, KeyFault> {
    if is_explicit_curve(info) {
        return Err(KeyFault::ExplicitCurve);
    }
    PKey::public_key_from_der(info).map_err(|_| KeyFault::Unreadable)
}

/// Whether the key of the service's own certificate is one that may sign: its bits, if it is RSA. It is held to what is asked
/// of clients.
pub fn check_own_key(certificate: &[u8], rsa_minimo: u32) -> Result<Option<u32>, KeyFault> {
    let fields = Fields::inspect(certificate).map_err(|_| KeyFault::Unreadable)?;
    let key = public_key(fields.key_info)?;
    check_key(&key, rsa_minimo, Curves::OfMessages)?;
    Ok((key.id() == Id::RSA).then(|| key.bits()))
}

/// Whether it is an EC key whose parameters are anything but a curve's name.
fn is_explicit_curve(info: &[u8]) -> bool {
    let parameters = || {
        let mut algorithm = Reader::only(info, tag::SEQUENCE)?.inside(tag::SEQUENCE)?;
        let is_ec = algorithm.oid()? == EC_PUBLIC_KEY;
        Ok::<_, super::der::NotDer>(is_ec && algorithm.optional(tag::OID)?.is_none())
    };
    parameters().unwrap_or(false)
}

/// RSA PKCS#1 or ECDSA, with SHA-256, SHA-384 or SHA-512 (D-69).
pub(super) fn is_strong_signature(algorithm: &str) -> bool {
    STRONG_SIGNATURES.contains(&algorithm)
}
