//! Which keys and signature algorithms are strong enough (D-69).

use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKeyRef};

use super::oid::STRONG_SIGNATURES;

/// Least bits of an RSA modulus (D-69).
const RSA_MIN_BITS: u32 = 2048;
/// Most bits of an RSA modulus: verifying costs the square of it, and nobody in the field has more than 4096.
const RSA_MAX_BITS: u32 = 8192;
/// Most bits of an RSA public exponent, which verifying costs too; nearly everybody's is 65537.
const RSA_MAX_EXPONENT_BITS: i32 = 64;

/// RSA of 2048 to 8192 bits, or the named curves P-256 and P-384 (D-69).
pub(super) fn is_strong_key<T: HasPublic>(key: &PKeyRef<T>) -> bool {
    match key.id() {
        Id::RSA => key.rsa().is_ok_and(|rsa| {
            (RSA_MIN_BITS..=RSA_MAX_BITS).contains(&key.bits()) && rsa.e().num_bits() <= RSA_MAX_EXPONENT_BITS
        }),
        Id::EC => key.ec_key().is_ok_and(|ec| {
            matches!(
                ec.group().curve_name(),
                Some(Nid::X9_62_PRIME256V1 | Nid::SECP384R1)
            )
        }),
        _ => false,
    }
}

/// RSA PKCS#1 or ECDSA, with SHA-256, SHA-384 or SHA-512 (D-69).
pub(super) fn is_strong_signature(algorithm: &str) -> bool {
    STRONG_SIGNATURES.contains(&algorithm)
}
