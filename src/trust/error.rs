//! `TrustError`: each way in which a certificate can fail.
//!
//! No variant carries the holder's name, nor of her NIF more than may be told (D-116). Issuers' names are those of providers.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::identity::{FieldRead, IdentityFault};
use super::key::KeyFault;

/// Why a certificate is not taken. Where several reasons hold, the one with the highest [`TrustError::rank`] is
/// told: the check that the certificate got furthest to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrustError {
    /// The octets are not exactly one X.509 certificate in DER (RFC 5280 §4.1).
    #[error("the certificate cannot be read")]
    Unreadable,
    /// Its dates are not of the form of certificates: UTC to the second, ending in Z (RFC 5280 §4.1.2.5).
    #[error("the dates of the certificate are not in UTC: {fechas}")]
    Dates {
        /// What stands there.
        fechas: String,
    },
    /// The certificate is its own issuer.
    #[error("the certificate is self-signed")]
    SelfSigned,
    /// Nobody of the issuer's name is in the allowed list (D-64).
    #[error("the issuer is not admitted: {emisor}")]
    NotAdmitted {
        /// The issuer's name.
        emisor: String,
    },
    /// An admitted issuer has that name, but its key did not sign the certificate (D-64; RFC 5280 §6.1.3 a.1).
    #[error("not signed by the admitted issuer: {emisor}")]
    NotSignedByIssuer {
        /// The issuer's name.
        emisor: String,
    },
    /// The path from the certificate up to its issuers breaks a rule of RFC 5280 §6.
    #[error("bad certification path")]
    BadPath(#[source] PathFault),
    /// A certificate of the path bears a signature that is too weak (D-69).
    #[error("the certificate is signed with an algorithm that is not accepted: {algoritmo}")]
    WeakSignature {
        /// OID of the signature algorithm.
        algoritmo: String,
    },
    /// The issuer is not admitted yet (D-64).
    #[error("the issuer is not admitted until {desde}")]
    IssuerNotYetAdmitted {
        /// When it will be.
        desde: DateTime<Utc>,
    },
    /// The issuer is no longer admitted (D-64).
    #[error("the issuer is not admitted since {hasta}")]
    IssuerNoLongerAdmitted {
        /// When it ceased to be.
        hasta: DateTime<Utc>,
    },
    /// An issuer's certificate is outside its own validity (RFC 5280 §6.1.3 a.2).
    #[error("the issuer's certificate is valid only from {desde} to {hasta}")]
    IssuerOutOfValidity {
        /// Beginning of its validity.
        desde: DateTime<Utc>,
        /// End of its validity.
        hasta: DateTime<Utc>,
    },
    /// The validity of the certificate has not begun (D-71).
    #[error("the certificate is not valid until {desde}")]
    NotYetValid {
        /// When it begins.
        desde: DateTime<Utc>,
    },
    /// The validity of the certificate is over (D-71).
    #[error("the certificate expired on {hasta}")]
    Expired {
        /// When it ended.
        hasta: DateTime<Utc>,
    },
    /// It is the certificate of an authority, which signs for nobody (D-69).
    #[error("the certificate is that of a certification authority")]
    IsCa,
    /// Its key is for neither digital signature nor non-repudiation (D-69).
    #[error("the key is not for signing")]
    KeyUsage,
    /// Its extended key usage is for none of the purposes accepted (D-69).
    #[error("the key is for another purpose: {}", usos.join(", "))]
    ExtendedKeyUsage {
        /// OIDs of its purposes.
        usos: Vec<String>,
    },
    /// Its key is not accepted (D-69).
    #[error(transparent)]
    WeakKey(KeyFault),
    /// The key of an issuer above it is not accepted (D-69).
    #[error("the key of the issuer {emisor} is not accepted")]
    WeakIssuerKey {
        /// The issuer's name.
        emisor: String,
        /// What is wrong with its key.
        #[source]
        fault: KeyFault,
    },
    /// It was issued under none of the policies for which its issuer is admitted (D-64).
    #[error("the issuer is not admitted for certificates of these policies: {}", politicas.join(", "))]
    Policy {
        /// OIDs of the policies under which it was issued.
        politicas: Vec<String>,
    },
    /// It, or an issuer's certificate, was revoked (D-71).
    #[error("revoked on {since}")]
    Revoked {
        /// Instant from which the issuer's list has it as revoked.
        since: DateTime<Utc>,
    },
    /// Whether it is revoked cannot be told, so it is refused (D-71).
    #[error("the revocation status is unknown by the lists of {emisor}")]
    RevocationUnknown {
        /// The authority whose revocation list it is.
        emisor: String,
        /// What is wrong with it.
        #[source]
        reason: CrlFault,
    },
    /// It identifies nobody who can be taken (D-65 to D-68).
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// It is an entity's seal, and its issuer is not admitted for seals (D-66).
    #[error("seals of this issuer are not admitted")]
    SealNotAdmitted {
        /// Where the entity's NIF was read; no field holds that of a person.
        entidad: FieldRead,
    },
    /// The cryptographic library failed.
    #[error("the certificate could not be checked")]
    Internal,
}

/// Which rule of RFC 5280 §6 a path breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PathFault {
    /// More authorities below one than its pathLenConstraint allows (§6.1.4 l, m).
    #[error("path length exceeded")]
    PathLength,
    /// An issuer is not a certification authority (§6.1.4 k, n).
    #[error("the issuer may not issue certificates")]
    NotCa,
    /// A critical extension that nobody here knows (§6.1.3 e, §6.1.4 o).
    #[error("unknown critical extension")]
    CriticalExtension,
    /// A name outside of what an issuer may name (§6.1.3 b, c).
    #[error("name constraint violated")]
    NameConstraint,
    /// A policy constraint of an issuer is not met (§6.1.3 f).
    #[error("policy constraint violated")]
    PolicyConstraint,
    /// Another rule; the number is openssl's `X509_V_ERR_…`.
    #[error("openssl verification error {0}")]
    Other(i32),
}

/// Why a revocation list does not tell whether a certificate is revoked (RFC 5280 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CrlFault {
    /// There is no such file.
    #[error("the revocation list is missing")]
    Missing,
    /// The file cannot be read, is too large, or holds something else.
    #[error("the revocation list cannot be read")]
    Unreadable,
    /// Its dates are not of the form of lists: UTC to the second, ending in Z (RFC 5280 §5.1.2.4).
    #[error("the dates of the revocation list are not in UTC")]
    Dates,
    /// It is there, and has not been read to its end yet.
    #[error("the revocation lists are being read")]
    Loading,
    /// It is the list of another issuer (§6.3.3 b).
    #[error("the revocation list is that of another issuer")]
    OtherIssuer,
    /// The issuer did not sign it, or may not sign lists (§6.3.3 f, g).
    #[error("the revocation list is not signed by the issuer")]
    BadSignature,
    /// It is signed with an algorithm that is not accepted (D-69).
    #[error("the revocation list is signed with a weak algorithm")]
    WeakSignature,
    /// It is a delta, indirect or by reasons, or covers attribute certificates: not the whole list of its issuer.
    #[error("the revocation list is not a complete one")]
    Incomplete,
    /// It has a critical extension that nobody here knows (§5.2).
    #[error("the revocation list has an unknown critical extension")]
    CriticalExtension,
    /// It covers other certificates of the issuer, not this one (§5.2.5).
    #[error("no revocation list covers the certificate")]
    OutOfScope,
    /// It says no instant until which it holds (§5.1.2.5).
    #[error("the revocation list does not say until when it holds")]
    NoNextUpdate,
    /// It was issued later than the instant asked about.
    #[error("the revocation list begins on {0}")]
    NotYetInForce(DateTime<Utc>),
    /// A newer one should be there since this instant.
    #[error("the revocation list is out of date since {0}")]
    Stale(DateTime<Utc>),
}

impl TrustError {
    /// How far the certificate got: the higher, the more checks it had passed.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Unreadable | Self::Dates { .. } => 0,
            Self::SelfSigned | Self::NotAdmitted { .. } => 1,
            Self::NotSignedByIssuer { .. } => 2,
            // What could not be checked may yet be good, so it is told rather than that nobody issued it.
            Self::Internal => 3,
            Self::BadPath(_) | Self::WeakSignature { .. } | Self::WeakIssuerKey { .. } => 4,
            Self::IssuerNotYetAdmitted { .. } | Self::IssuerNoLongerAdmitted { .. } => 5,
            Self::IssuerOutOfValidity { .. } => 6,
            Self::NotYetValid { .. } | Self::Expired { .. } => 7,
            Self::IsCa | Self::KeyUsage | Self::ExtendedKeyUsage { .. } | Self::WeakKey(_) => 8,
            Self::Policy { .. } => 9,
            Self::RevocationUnknown { .. } => 10,
            Self::Revoked { .. } => 11,
            Self::Identity(_) => 12,
            Self::SealNotAdmitted { .. } => 13,
        }
    }

    /// Whether the same certificate may be taken a little later, with nothing mended by the client (D-71).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::RevocationUnknown { .. } | Self::Internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_client_cannot_mend_is_retryable() {
        let unknown = TrustError::RevocationUnknown {
            emisor: "CN=RAIZ, C=ES".to_owned(),
            reason: CrlFault::Missing,
        };
        assert!(unknown.is_retryable());
        assert!(!TrustError::IsCa.is_retryable());
    }
}
