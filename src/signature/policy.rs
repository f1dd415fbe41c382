//! What a contract accepts of a signed message: one value, strict by default.

use chrono::TimeDelta;

use super::algorithm::{Digest, SignatureMethod};

/// Whether a message must carry a `wsu:Timestamp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampRule {
    /// It must be there and be signed: without it a message could be sent again at any later time.
    RequiredAndSigned,
    /// It may be left out; if it is there, signed or not, it must be of now.
    CheckedIfPresent,
}

/// How long a message may live: it bounds how long a signature value must be remembered so that it is taken once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Not longer than this, and exactly this if it does not say; one whose Expires is later is refused. The skew of the
    /// clocks comes on top.
    AtMost(TimeDelta),
    /// This from when it was made, by our clock; an Expires that is later, or none, is no error and lengthens nothing:
    /// libraries in use write an hour.
    CutTo(TimeDelta),
}

/// How `ds:KeyInfo` may point at the security token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyInfoRule {
    /// By a `wsse:SecurityTokenReference` only.
    TokenReference,
    /// Also by a copy of the certificate in `ds:X509Data`, as XAdES clients do.
    TokenReferenceOrCertificate,
}

/// Whether SHA-1 is accepted, in digests and in RSA signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sha1 {
    /// No: documents that collide can be made.
    Refused,
    /// Yes, by the operator's decision (`firma.sha1`).
    Accepted,
}

/// Whether the XPath filter that leaves out signatures is accepted, in that one expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFilter {
    /// No, as no other XPath.
    Refused,
    /// Yes, where it provably removes nothing.
    Accepted,
}

/// What is accepted of a signed message.
///
/// Beyond its fields, every policy asks for: one signature, of the Body, by a key of at least 2048 bits (RSA) or on
/// P-256 or P-384; at most eight references, all to elements of the same document by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    timestamp: TimestampRule,
    life: Life,
    skew: TimeDelta,
    key_info: KeyInfoRule,
    sha1: Sha1,
    filter: SignatureFilter,
}

impl Policy {
    /// The most references in a signature.
    pub const MAX_REFERENCES: usize = 8;
    /// The shortest RSA modulus, in bits (NIST SP 800-57 part 1, §5.6.1: 112 bits of strength).
    pub const MIN_RSA_BITS: u32 = 2048;

    /// The canal contract: Timestamp required and signed, ten minutes of life, five minutes of skew, the token
    /// referred to by the X.509 token profile, no SHA-1.
    #[must_use]
    pub const fn canal() -> Self {
        Self {
            timestamp: TimestampRule::RequiredAndSigned,
            life: Life::AtMost(TimeDelta::minutes(10)),
            skew: TimeDelta::minutes(5),
            key_info: KeyInfoRule::TokenReference,
            sha1: Sha1::Refused,
            filter: SignatureFilter::Refused,
        }
    }

    /// The WSCN contract: Timestamp checked if present, ten minutes of life whatever it says, five minutes of skew, the
    /// token referred to either way, no SHA-1.
    #[must_use]
    pub const fn wscn() -> Self {
        Self {
            timestamp: TimestampRule::CheckedIfPresent,
            life: Life::CutTo(TimeDelta::minutes(10)),
            key_info: KeyInfoRule::TokenReferenceOrCertificate,
            ..Self::canal()
        }
    }

    /// The same, taking SHA-1 too. Whoever can make colliding documents can then have one signed and send another.
    #[must_use]
    pub const fn dangerously_accept_sha1(self) -> Self {
        Self {
            sha1: Sha1::Accepted,
            ..self
        }
    }

    /// The same for the client's signature in an acuse: AutoFirma writes its filter there.
    #[must_use]
    pub const fn of_acuses(self) -> Self {
        Self {
            filter: SignatureFilter::Accepted,
            ..self
        }
    }

    /// Whether the XPath filter that leaves out signatures is accepted.
    #[must_use]
    pub const fn takes_filter(&self) -> bool {
        matches!(self.filter, SignatureFilter::Accepted)
    }

    /// Whether a Timestamp must be there.
    #[must_use]
    pub const fn timestamp(&self) -> TimestampRule {
        self.timestamp
    }

    /// How long a message may live.
    #[must_use]
    pub const fn life(&self) -> Life {
        self.life
    }

    /// By how much the clocks of the two sides may differ.
    #[must_use]
    pub const fn skew(&self) -> TimeDelta {
        self.skew
    }

    /// How the token may be pointed at.
    #[must_use]
    pub const fn key_info(&self) -> KeyInfoRule {
        self.key_info
    }

    /// Whether this digest is accepted.
    #[must_use]
    pub const fn accepts_digest(&self, digest: Digest) -> bool {
        !matches!((digest, self.sha1), (Digest::Sha1, Sha1::Refused))
    }

    /// Whether this signature method is accepted.
    #[must_use]
    pub const fn accepts_method(&self, method: SignatureMethod) -> bool {
        self.accepts_digest(method.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha1_is_refused_until_someone_says_that_it_is_dangerous() {
        for policy in [Policy::canal(), Policy::wscn()] {
            assert!(!policy.accepts_digest(Digest::Sha1));
            assert!(!policy.accepts_method(SignatureMethod::RsaSha1));
            let lax = policy.dangerously_accept_sha1();
            assert!(lax.accepts_digest(Digest::Sha1) && lax.accepts_method(SignatureMethod::RsaSha1));
        }
    }
}
