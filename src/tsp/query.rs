//! `Query`: what is asked of an authority (TimeStampReq, RFC 3161 §2.4.1).

use openssl::error::ErrorStack;
use openssl::sha::sha256;

use crate::cms::SHA256;
use crate::cms::write::{algorithm, oid, sequence, unsigned};
use crate::trust::der::{NotDer, Reader, boolean, element, tag};

use super::error::TspError;

/// Longest imprint: SHA-512.
const MAX_IMPRINT: usize = 64;
/// Longest nonce that is repeated; ours have eight octets.
const MAX_NONCE: usize = 64;

/// A question for a time stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// OID of the digest by which something is dated.
    pub(super) algorithm: String,
    /// That digest of it.
    pub(super) imprint: Vec<u8>,
    /// OID of the policy under which it is to be dated; nothing for the authority's own.
    pub(super) policy: Option<String>,
    /// Content of the INTEGER by which the answer is known.
    pub(super) nonce: Option<Vec<u8>>,
    /// Whether the certificate of the signer is to come with it.
    pub(super) certificates: bool,
}

impl Query {
    /// Asks for the date of these octets, by SHA-256, with a nonce that the caller takes from the system's random numbers, and
    /// for the certificate of whoever signs.
    #[must_use]
    pub fn of(octets: &[u8], nonce: [u8; 8], policy: Option<&str>) -> Self {
        let nonce = unsigned(&nonce);
        Self {
            algorithm: SHA256.to_owned(),
            imprint: sha256(octets).to_vec(),
            policy: policy.map(str::to_owned),
            nonce: nonce.get(2..).map(<[u8]>::to_vec),
            certificates: true,
        }
    }

    /// The question in DER, of version 1.
    pub fn to_der(&self) -> Result<Vec<u8>, ErrorStack> {
        let policy = self.policy.as_deref().map(oid).transpose()?;
        let nonce = self.nonce.as_ref().map(|nonce| element(tag::INTEGER, nonce));
        let certificates = if self.certificates {
            element(tag::BOOLEAN, &[0xff])
        } else {
            Vec::new()
        };
        Ok(sequence(&[
            unsigned(&[1]),
            imprint(&self.algorithm, &self.imprint)?,
            policy.unwrap_or_default(),
            nonce.unwrap_or_default(),
            certificates,
        ]))
    }

    /// Reads the whole of the octets as one question without extensions.
    pub fn read(der: &[u8]) -> Result<Self, TspError> {
        let read = || {
            let mut query = Reader::only(der, tag::SEQUENCE)?;
            if query.expect(tag::INTEGER)?.content != [1] {
                return Err(NotDer);
            }
            let (algorithm, imprint) = read_imprint(&mut query)?;
            let policy = match query.optional(tag::OID)? {
                Some(policy) => Some(Reader::new(policy.whole).oid()?),
                None => None,
            };
            let nonce = query.optional(tag::INTEGER)?.map(|nonce| nonce.content.to_vec());
            let certificates = match query.optional(tag::BOOLEAN)? {
                Some(wanted) => boolean(wanted.content)?,
                None => false,
            };
            query.end()?;
            if nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_NONCE) {
                return Err(NotDer);
            }
            Ok(Self {
                algorithm,
                imprint: imprint.to_vec(),
                policy,
                nonce,
                certificates,
            })
        };
        read().map_err(|NotDer| TspError::Unreadable)
    }
}

/// A MessageImprint (RFC 3161 §2.4.1): the algorithm, without parameters, and the digest.
pub(super) fn imprint(algorithm_oid: &str, digest: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    Ok(sequence(&[
        algorithm(algorithm_oid)?,
        element(tag::OCTET_STRING, digest),
    ]))
}

/// The next element as a MessageImprint: OID of the algorithm, whose parameters are absent or NULL, and digest.
pub(super) fn read_imprint<'a>(reader: &mut Reader<'a>) -> Result<(String, &'a [u8]), NotDer> {
    let mut imprint = reader.inside(tag::SEQUENCE)?;
    let mut algorithm = imprint.inside(tag::SEQUENCE)?;
    let oid = algorithm.oid()?;
    algorithm.optional(tag::NULL)?;
    algorithm.end()?;
    let digest = imprint.expect(tag::OCTET_STRING)?.content;
    imprint.end()?;
    if digest.len() > MAX_IMPRINT {
        return Err(NotDer);
    }
    Ok((oid, digest))
}
