//! `SignedData`: what a CMS message of one signer holds, as it lies (RFC 5652 §5); nothing here is proof of anything.

use std::borrow::Cow;

use openssl::cms::CmsContentInfo;

use crate::trust::der::{Reader, tag};

use super::error::CmsError;
use super::oid;

/// Most certificates that are looked through: a signer's path has three or four.
const MAX_CERTIFICATES: usize = 32;
/// Most signers that are counted.
const MAX_SIGNERS: usize = 16;

/// A message and its one signer, borrowed from its octets.
#[derive(Debug, Clone)]
pub struct SignedData<'a> {
    /// OID of what is signed.
    pub content_type: String,
    /// What is signed.
    pub content: &'a [u8],
    /// Every certificate that came with it, in DER, in no order that means anything.
    pub certificates: Vec<&'a [u8]>,
    pub(super) signer: SignerInfo<'a>,
}

/// Who signed, and how (RFC 5652 §5.3).
#[derive(Debug, Clone)]
pub(super) struct SignerInfo<'a> {
    pub(super) who: SignerIdentifier<'a>,
    /// Content of the AlgorithmIdentifier.
    pub(super) digest: &'a [u8],
    /// Content of the signed attributes, one behind the other.
    pub(super) attributes: &'a [u8],
    /// Content of the AlgorithmIdentifier.
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
    /// Content of the unsigned attributes, where there are any.
    pub(super) unsigned: Option<&'a [u8]>,
}

/// By what the signer's certificate is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum SignerIdentifier<'a> {
    /// Name of its issuer, whole, and content of its serial number.
    IssuerAndSerial { issuer: &'a [u8], serial: &'a [u8] },
    /// Its subjectKeyIdentifier (RFC 5652 §5.3), as the certificate has it.
    Key(&'a [u8]),
}

/// The same message in DER: as it lies if that is what it is, else as OpenSSL writes it, which reads the BER that some authorities
/// send.
pub fn in_der(octets: &[u8]) -> Result<Cow<'_, [u8]>, CmsError> {
    match SignedData::read(octets) {
        Err(CmsError::Unreadable) => {
            let read = CmsContentInfo::from_der(octets).map_err(|_| CmsError::Unreadable)?;
            Ok(Cow::Owned(read.to_der().map_err(|_| CmsError::Unreadable)?))
        }
        _ => Ok(Cow::Borrowed(octets)),
    }
}

impl<'a> SignedData<'a> {
    /// Reads the whole of the octets, in DER, as one message with its content and one signer.
    pub fn read(der: &'a [u8]) -> Result<Self, CmsError> {
        let (signed, content) = Self::parts(der)?;
        let content = content.ok_or(CmsError::Detached)?;
        Ok(Self { content, ..signed })
    }

    /// Reads the whole of the octets, in DER, as one message of one signer, whose content lies elsewhere and is this.
    pub fn read_detached(der: &'a [u8], content: &'a [u8]) -> Result<Self, CmsError> {
        match Self::parts(der)? {
            (signed, None) => Ok(Self { content, ..signed }),
            (_, Some(_)) => Err(CmsError::Attached),
        }
    }

    /// A message without its content, and that if it is in it.
    fn parts(der: &'a [u8]) -> Result<(Self, Option<&'a [u8]>), CmsError> {
        let mut outer = Reader::only(der, tag::SEQUENCE)?;
        let kind = outer.oid()?;
        if kind != oid::SIGNED_DATA {
            return Err(CmsError::NotSignedData { oid: kind });
        }
        let explicit = outer.expect(tag::constructed(0))?;
        outer.end()?;
        let mut data = Reader::only(explicit.content, tag::SEQUENCE)?;
        data.expect(tag::INTEGER)?;
        // Of each signer it is read again.
        data.expect(tag::SET)?;
        let mut encapsulated = data.inside(tag::SEQUENCE)?;
        let content_type = encapsulated.oid()?;
        let content = encapsulated.optional(tag::constructed(0))?;
        encapsulated.end()?;
        let certificates = match data.optional(tag::constructed(0))? {
            // Attribute certificates and others have tags of their own, and are nobody's who signs.
            Some(set) => Reader::new(set.content).each(MAX_CERTIFICATES, Reader::element)?,
            None => Vec::new(),
        };
        data.optional(tag::constructed(1))?;
        let signers = data.inside(tag::SET)?;
        data.end()?;
        let signers = signers.each(MAX_SIGNERS, |r| r.expect(tag::SEQUENCE))?;
        let [signer] = signers.as_slice() else {
            return Err(CmsError::Signers(signers.len()));
        };
        let signer = SignerInfo::read(Reader::new(signer.content))?;
        let content = match content {
            Some(explicit) => {
                let mut content = Reader::new(explicit.content);
                let octets = content.expect(tag::OCTET_STRING)?.content;
                content.end()?;
                Some(octets)
            }
            None => None,
        };
        let message = Self {
            content_type,
            content: &[],
            certificates: certificates
                .iter()
                .filter(|one| one.tag == tag::SEQUENCE)
                .map(|one| one.whole)
                .collect(),
            signer,
        };
        Ok((message, content))
    }
}

impl<'a> SignerInfo<'a> {
    fn read(mut info: Reader<'a>) -> Result<Self, CmsError> {
        info.expect(tag::INTEGER)?;
        let who = if let Some(key) = info.optional(tag::context(0))? {
            SignerIdentifier::Key(key.content)
        } else {
            let mut named = info.inside(tag::SEQUENCE)?;
            let issuer = named.expect(tag::SEQUENCE)?.whole;
            let serial = named.expect(tag::INTEGER)?.content;
            named.end()?;
            SignerIdentifier::IssuerAndSerial { issuer, serial }
        };
        let digest = info.expect(tag::SEQUENCE)?.content;
        let attributes = info.optional(tag::constructed(0))?;
        let algorithm = info.expect(tag::SEQUENCE)?.content;
        let signature = info.expect(tag::OCTET_STRING)?.content;
        let unsigned = info.optional(tag::constructed(1))?.map(|set| set.content);
        info.end()?;
        Ok(Self {
            who,
            digest,
            attributes: attributes.ok_or(CmsError::NoAttributes)?.content,
            algorithm,
            signature,
            unsigned,
        })
    }
}
