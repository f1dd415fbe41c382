//! `TspError`: each way in which an authority's answer can fail, one clause of E-20 each.

use chrono::TimeDelta;
use thiserror::Error;

use crate::cms::CmsError;
use crate::trust::{TrustError, TsaFault};

/// Why an answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TspError {
    /// It is no TimeStampResp (RFC 3161 §2.4.2).
    #[error("it is no answer to a question for a time stamp")]
    Unreadable,
    /// The authority says no (RFC 3161 §2.4.2): neither granted nor grantedWithMods.
    #[error("the authority gives no time stamp: status {status}{}", failure.map(|f| format!(", {f}")).unwrap_or_default())]
    Status {
        /// PKIStatus (RFC 3161 §2.4.2), as the answer has it.
        status: u8,
        /// Name of the first bit of PKIFailureInfo, if it has one that is known.
        failure: Option<&'static str>,
    },
    /// The authority says yes and gives nothing.
    #[error("there is no token in it")]
    NoToken,
    /// The token is not SignedData of one signer whose attributes, digest and signature hold.
    #[error("its token does not hold")]
    Token(#[from] CmsError),
    /// Something else than a TSTInfo was signed.
    #[error("its token signs something else than a time: {oid}")]
    Content {
        /// The content type.
        oid: String,
    },
    /// What was signed is no TSTInfo of version 1 (RFC 3161 §2.4.2).
    #[error("the time in its token cannot be read")]
    TstInfo,
    /// The imprint is of another algorithm than was asked for.
    #[error("it dates a digest of another algorithm: {oid}")]
    ImprintAlgorithm {
        /// OID of what was answered, in dots.
        oid: String,
    },
    /// The imprint is of something else than was sent.
    #[error("it dates something else than was sent")]
    Imprint,
    /// The nonce is missing or another: an answer to another question.
    #[error("it is the answer to another question")]
    Nonce,
    /// The policy is not the one that was asked for.
    #[error("it is given under another policy: {oid}")]
    Policy {
        /// OID of what was answered, in dots.
        oid: String,
    },
    /// The signer is none of those who may date.
    #[error("whoever signed it may not date")]
    Signer(#[from] TsaFault),
    /// Everything else holds, and its time is not ours.
    #[error("its time and our clock differ: ours is {} seconds {}", difference.num_seconds().abs(), side(*difference))]
    Time {
        /// By how much our clock is ahead; negative if it is behind.
        difference: TimeDelta,
    },
}

fn side(difference: TimeDelta) -> &'static str {
    if difference < TimeDelta::zero() {
        "behind"
    } else {
        "ahead"
    }
}

impl TspError {
    /// Its name, for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "ilegible",
            Self::Status { .. } => "denegado",
            Self::NoToken => "sin_sello",
            Self::Token(fault) => fault.code(),
            Self::Content { .. } => "contenido",
            Self::TstInfo => "tst_ilegible",
            Self::ImprintAlgorithm { .. } => "algoritmo",
            Self::Imprint => "huella",
            Self::Nonce => "nonce",
            Self::Policy { .. } => "politica",
            Self::Signer(TsaFault::NotForTimeStamping) => "uso",
            Self::Signer(TsaFault::OtherPurposes { .. }) => "otros_usos",
            Self::Signer(TsaFault::NotCritical) => "uso_no_critico",
            Self::Signer(TsaFault::Untrusted(fault)) => match fault {
                TrustError::Expired { .. } => "caducada",
                TrustError::NotYetValid { .. } => "aun_no_vigente",
                TrustError::Revoked { .. } => "revocada",
                TrustError::RevocationUnknown { .. } => "revocacion_desconocida",
                _ => "no_admitida",
            },
            Self::Time { .. } => "hora",
        }
    }
}
