//! What a certificate may be used for: D-69, which says who may sign here.

use super::error::TrustError;
use super::fields::{Fields, KeyUsage};
use super::oid::purpose;

/// The purposes that let a certificate sign messages or identify its holder; one is enough (D-69). What is for
/// time-stamping or for servers only has none of them.
const PURPOSES: [&str; 3] = [purpose::CLIENT_AUTH, purpose::EMAIL_PROTECTION, purpose::ANY];

/// Whether it is of an end entity whose key is for signing (D-69; RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12).
///
/// Key encipherment is not asked for. A certificate without key usage is refused: none in the field lacks it, and
/// what it is for could not be told. One without extended key usage is for every purpose.
pub(super) fn check(certificate: &Fields<'_>) -> Result<(), TrustError> {
    let unreadable = |_| TrustError::Unreadable;
    let usage = certificate.key_usage().map_err(unreadable)?;
    if certificate.is_ca().map_err(unreadable)? || usage.is_some_and(KeyUsage::signs_certificates) {
        return Err(TrustError::IsCa);
    }
    if !usage.is_some_and(KeyUsage::signs) {
        return Err(TrustError::KeyUsage);
    }
    match certificate.purposes().map_err(unreadable)? {
        Some(purposes) if !purposes.iter().any(|p| PURPOSES.contains(&p.as_str())) => {
            Err(TrustError::ExtendedKeyUsage)
        }
        _ => Ok(()),
    }
}
