//! Algorithms as enums whose values are the URIs of the standards; what is not here is not accepted.

use openssl::md::{Md, MdRef};
use openssl::sha;

use super::names::STR_TRANSFORM;
use super::policy::Policy;
use crate::xml::Excerpt;

/// What an algorithm was named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Role {
    /// `ds:DigestMethod`.
    #[error("digest")]
    Digest,
    /// `ds:SignatureMethod`.
    #[error("signature")]
    Signature,
    /// `ds:CanonicalizationMethod`.
    #[error("canonicalization")]
    Canonicalization,
    /// `ds:Transform`.
    #[error("transform")]
    Transform,
}

/// An algorithm that is not accepted by any policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {role} algorithm «{uri}» is not accepted")]
pub struct UnknownAlgorithm {
    /// What it was named for.
    pub role: Role,
    /// Its URI as written.
    pub uri: Excerpt,
}

/// Finds the value whose URI this is, among all of its kind.
fn find<T: Copy>(
    all: &[T],
    uri_of: impl Fn(T) -> &'static str,
    uri: &str,
    role: Role,
) -> Result<T, UnknownAlgorithm> {
    let unknown = || UnknownAlgorithm {
        role,
        uri: Excerpt::of(uri),
    };
    all.iter()
        .copied()
        .find(|&value| uri_of(value) == uri)
        .ok_or_else(unknown)
}

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// XMLDSig 1.1 §6.2.1; collisions are known, so a policy must say that it takes it.
    Sha1,
    /// XMLDSig 1.1 §6.2.3.
    Sha256,
    /// XMLDSig 1.1 §6.2.4.
    Sha384,
    /// XMLDSig 1.1 §6.2.5.
    Sha512,
}

impl Digest {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The algorithm of this URI.
    pub fn from_uri(uri: &str) -> Result<Self, UnknownAlgorithm> {
        find(&Self::ALL, Self::uri, uri, Role::Digest)
    }

    /// The algorithm of this URI, if a policy accepts it.
    pub(super) fn accepted(uri: &str, policy: &Policy) -> Result<Self, UnknownAlgorithm> {
        let refused = || UnknownAlgorithm {
            role: Role::Digest,
            uri: Excerpt::of(uri),
        };
        let digest = Self::from_uri(uri)?;
        if policy.accepts_digest(digest) {
            Ok(digest)
        } else {
            Err(refused())
        }
    }

    /// Its URI, to the letter as the standard writes it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    /// The digest of octets.
    pub(super) fn of(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha::sha1(octets).to_vec(),
            Self::Sha256 => sha256(octets).to_vec(),
            Self::Sha384 => sha::sha384(octets).to_vec(),
            Self::Sha512 => sha::sha512(octets).to_vec(),
        }
    }

    /// What stands before the digest in a DigestInfo in DER (RFC 8017 §9.2, note 1).
    pub(super) const fn info_prefix(self) -> &'static [u8] {
        match self {
            Self::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
            Self::Sha256 => b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        }
    }

    /// Its name for OpenSSL.
    pub(super) fn md(self) -> &'static MdRef {
        match self {
            Self::Sha1 => Md::sha1(),
            Self::Sha256 => Md::sha256(),
            Self::Sha384 => Md::sha384(),
            Self::Sha512 => Md::sha512(),
        }
    }
}

/// SHA-256 of octets. OpenSSL's function for it looks the algorithm up by its name each time, which takes longer than to
/// digest most of what is signed in a message.
pub(super) fn sha256(octets: &[u8]) -> [u8; 32] {
    let mut digest = sha::Sha256::new();
    digest.update(octets);
    digest.finish()
}

/// The longest signature value: RSA of 16,384 bits.
pub(super) const MAX_VALUE_OCTETS: usize = 2048;

/// The kind of key that a signature method needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFamily {
    /// RSA, of PKCS #1 v1.5 (RFC 8017 §8.2).
    #[error("RSA")]
    Rsa,
    /// An elliptic curve.
    #[error("EC")]
    Ec,
}

/// A signature algorithm. HMAC is not among them and never will be: the key comes from a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMethod {
    /// XMLDSig 1.1 §6.4.2, PKCS #1 v1.5; a policy must say that it takes SHA-1.
    RsaSha1,
    /// XMLDSig 1.1 §6.4.2, PKCS #1 v1.5.
    RsaSha256,
    /// XMLDSig 1.1 §6.4.2, PKCS #1 v1.5.
    RsaSha384,
    /// XMLDSig 1.1 §6.4.2, PKCS #1 v1.5.
    RsaSha512,
    /// XMLDSig 1.1 §6.4.3.
    EcdsaSha256,
    /// XMLDSig 1.1 §6.4.3.
    EcdsaSha384,
    /// XMLDSig 1.1 §6.4.3.
    EcdsaSha512,
}

impl SignatureMethod {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha384,
        Self::RsaSha512,
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::EcdsaSha512,
    ];

    /// The algorithm of this URI.
    pub fn from_uri(uri: &str) -> Result<Self, UnknownAlgorithm> {
        find(&Self::ALL, Self::uri, uri, Role::Signature)
    }

    /// Its URI, to the letter as the standard writes it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaSha1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            Self::EcdsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            Self::EcdsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        }
    }

    /// The digest within it.
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::RsaSha1 => Digest::Sha1,
            Self::RsaSha256 | Self::EcdsaSha256 => Digest::Sha256,
            Self::RsaSha384 | Self::EcdsaSha384 => Digest::Sha384,
            Self::RsaSha512 | Self::EcdsaSha512 => Digest::Sha512,
        }
    }

    /// The kind of key that it needs.
    #[must_use]
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::RsaSha1 | Self::RsaSha256 | Self::RsaSha384 | Self::RsaSha512 => KeyFamily::Rsa,
            Self::EcdsaSha256 | Self::EcdsaSha384 | Self::EcdsaSha512 => KeyFamily::Ec,
        }
    }
}

/// A canonicalization, always without comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum C14n {
    /// Canonical XML 1.0 (XMLDSig 1.1 §6.5.1).
    Inclusive,
    /// Canonical XML 1.1 (XMLDSig 1.1 §6.5.2).
    Inclusive11,
    /// Exclusive Canonical XML 1.0 (XMLDSig 1.1 §6.5.3).
    Exclusive,
}

impl C14n {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Inclusive, Self::Inclusive11, Self::Exclusive];

    /// The algorithm of this URI.
    pub fn from_uri(uri: &str) -> Result<Self, UnknownAlgorithm> {
        find(&Self::ALL, Self::uri, uri, Role::Canonicalization)
    }

    /// Its URI, to the letter as the standard writes it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Inclusive => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            Self::Inclusive11 => "http://www.w3.org/2006/12/xml-c14n11",
            Self::Exclusive => "http://www.w3.org/2001/10/xml-exc-c14n#",
        }
    }
}

/// A transform of a reference. There is none that chooses other content than the reference's own element, without the
/// signatures in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    /// A canonicalization (XMLDSig 1.1 §6.6.1).
    C14n(C14n),
    /// Leaves out the signature that it stands in (XMLDSig 1.1 §6.6.4).
    EnvelopedSignature,
    /// Leaves out every signature, by XPath (XMLDSig 1.1 §6.6.3): see `filter`. No URI names it, since that of
    /// XPath names any expression.
    WithoutSignatures,
}

impl Transform {
    /// The URI of [`Transform::EnvelopedSignature`].
    const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    /// The URI of XPath.
    const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";

    /// The transform of this URI.
    pub fn from_uri(uri: &str) -> Result<Self, UnknownAlgorithm> {
        if uri == Self::ENVELOPED {
            return Ok(Self::EnvelopedSignature);
        }
        C14n::from_uri(uri)
            .map(Self::C14n)
            .map_err(|unknown| UnknownAlgorithm {
                role: Role::Transform,
                ..unknown
            })
    }

    /// Its URI, to the letter as the standard writes it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::C14n(c14n) => c14n.uri(),
            Self::EnvelopedSignature => Self::ENVELOPED,
            Self::WithoutSignatures => Self::XPATH,
        }
    }

    /// Whether this URI is WS-Security's STR-Transform, which is refused in words of its own.
    pub(super) fn is_str_transform(uri: &str) -> bool {
        uri == STR_TRANSFORM
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_found_by_its_uri() {
        for digest in Digest::ALL {
            assert_eq!(Digest::from_uri(digest.uri()), Ok(digest));
        }
        for method in SignatureMethod::ALL {
            assert_eq!(SignatureMethod::from_uri(method.uri()), Ok(method));
        }
        for c14n in C14n::ALL {
            assert_eq!(C14n::from_uri(c14n.uri()), Ok(c14n));
            assert_eq!(Transform::from_uri(c14n.uri()), Ok(Transform::C14n(c14n)));
        }
        let enveloped = Transform::EnvelopedSignature;
        assert_eq!(Transform::from_uri(enveloped.uri()), Ok(enveloped));
    }

    #[test]
    fn what_can_choose_other_content_or_needs_a_secret_is_unknown() {
        for uri in [
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
            "http://www.w3.org/2002/06/xmldsig-filter2",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
            "http://www.w3.org/2000/09/xmldsig#base64",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        ] {
            let unknown = UnknownAlgorithm {
                role: Role::Transform,
                uri: Excerpt::of(uri),
            };
            assert_eq!(Transform::from_uri(uri), Err(unknown));
        }
        for uri in [
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
            "",
        ] {
            let unknown = UnknownAlgorithm {
                role: Role::Signature,
                uri: Excerpt::of(uri),
            };
            assert_eq!(SignatureMethod::from_uri(uri), Err(unknown));
        }
    }
}
