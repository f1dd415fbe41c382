//! Digests and signatures by which a CMS message is believed: those of certificates (D-69), and no SHA-1.

use openssl::hash::MessageDigest;
use openssl::pkey::Id;

use crate::trust::der::{NotDer, Reader, tag};

use super::error::CmsError;
use super::oid;

/// A digest (RFC 5754 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// Of an AlgorithmIdentifier's content.
    pub(super) fn read(algorithm: &[u8]) -> Result<Self, CmsError> {
        let oid = identifier(algorithm)?;
        match oid.as_str() {
            oid::SHA256 => Ok(Self::Sha256),
            oid::SHA384 => Ok(Self::Sha384),
            oid::SHA512 => Ok(Self::Sha512),
            _ => Err(CmsError::Algorithm { oid }),
        }
    }

    pub(super) fn openssl(self) -> MessageDigest {
        match self {
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }
}

/// With which kind of key a signature was made, and over which digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) key: Id,
    pub(super) digest: Digest,
}

impl Signature {
    /// Of an AlgorithmIdentifier's content; of RSA without more the digest is the signer's (RFC 5754 §3.2), and where one is
    /// named it must be that (RFC 5652 §5.3).
    pub(super) fn read(algorithm: &[u8], of_signer: Digest) -> Result<Self, CmsError> {
        let oid = identifier(algorithm)?;
        let (key, digest) = match oid.as_str() {
            oid::RSA => (Id::RSA, of_signer),
            "1.2.840.113549.1.1.11" => (Id::RSA, Digest::Sha256),
            "1.2.840.113549.1.1.12" => (Id::RSA, Digest::Sha384),
            "1.2.840.113549.1.1.13" => (Id::RSA, Digest::Sha512),
            "1.2.840.10045.4.3.2" => (Id::EC, Digest::Sha256),
            "1.2.840.10045.4.3.3" => (Id::EC, Digest::Sha384),
            "1.2.840.10045.4.3.4" => (Id::EC, Digest::Sha512),
            _ => return Err(CmsError::Algorithm { oid }),
        };
        if digest == of_signer {
            Ok(Self { key, digest })
        } else {
            Err(CmsError::Algorithm { oid })
        }
    }
}

/// The OBJECT IDENTIFIER of an AlgorithmIdentifier, whose parameters are absent or NULL in all that are known here.
pub(super) fn identifier(algorithm: &[u8]) -> Result<String, NotDer> {
    let mut reader = Reader::new(algorithm);
    let oid = reader.oid()?;
    if !reader.is_empty() {
        let parameters = reader.element()?;
        if parameters.tag != tag::NULL || !parameters.content.is_empty() {
            return Ok(oid + " with parameters");
        }
    }
    reader.end()?;
    Ok(oid)
}
