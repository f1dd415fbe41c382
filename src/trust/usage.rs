//! What a certificate may be used for: D-69, which says who may sign here.

use super::error::TrustError;
use super::fields::{Fields, KeyUsage};
use super::oid::purpose;

/// The purposes that let a certificate sign messages or identify its holder; one is enough (D-69). What is for
/// time-stamping or for servers only has none of them.
const OF_MESSAGES: [&str; 3] = [purpose::CLIENT_AUTH, purpose::EMAIL_PROTECTION, purpose::ANY];
/// Those that let it sign documents, such as an acuse, and nothing else (RFC 9336; D-69).
const OF_DOCUMENTS: [&str; 2] = [purpose::DOCUMENT_SIGNING, purpose::MICROSOFT_DOCUMENT_SIGNING];

/// What a certificate may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// Messages, and so acuses too.
    Mensajes,
    /// Its extended key usage is for signing documents (RFC 9336), which an acuse is.
    SoloAcuses,
}

impl Usage {
    /// Whether whoever may sign this may sign that too.
    pub(super) fn includes(self, other: Self) -> bool {
        self == Self::Mensajes || other == Self::SoloAcuses
    }
}

/// What a certificate of an end entity may sign, whose key is for signing (D-69; RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12).
///
/// Key encipherment is not asked for. A certificate without key usage is refused: none in the field lacks it, and
/// what it is for could not be told. One without extended key usage is for every purpose.
pub(super) fn check(certificate: &Fields<'_>) -> Result<Usage, TrustError> {
    let unreadable = |_| TrustError::Unreadable;
    let usage = certificate.key_usage().map_err(unreadable)?;
    if certificate.is_ca().map_err(unreadable)? || usage.is_some_and(KeyUsage::signs_certificates) {
        return Err(TrustError::IsCa);
    }
    if !usage.is_some_and(KeyUsage::signs) {
        return Err(TrustError::KeyUsage);
    }
    let Some(usos) = certificate.purposes().map_err(unreadable)? else {
        return Ok(Usage::Mensajes);
    };
    let has = |purposes: &[&str]| usos.iter().any(|uso| purposes.contains(&uso.as_str()));
    if has(&OF_MESSAGES) {
        Ok(Usage::Mensajes)
    } else if has(&OF_DOCUMENTS) {
        Ok(Usage::SoloAcuses)
    } else {
        Err(TrustError::ExtendedKeyUsage { usos })
    }
}

/// The purposes of a certificate, for whoever is told that none of them is for this.
pub(super) fn refused(certificate: &Fields<'_>) -> TrustError {
    let usos = certificate.purposes().ok().flatten().unwrap_or_default();
    TrustError::ExtendedKeyUsage { usos }
}
