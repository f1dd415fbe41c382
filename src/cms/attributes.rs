//! The signed attributes of a message: what they say of its content and of its signer's certificate.

use openssl::hash::{MessageDigest, hash};

use crate::trust::der::{Element, Reader, tag};

use super::algorithm::Digest;
use super::error::CmsError;
use super::oid;

/// Most signed attributes; those of a time stamp are four or five.
const MAX_ATTRIBUTES: usize = 32;
/// Most certificates that a signing-certificate names.
const MAX_NAMED: usize = 16;

/// What the signed attributes say.
pub(super) struct Attributes<'a> {
    pub(super) content_type: String,
    pub(super) message_digest: &'a [u8],
    /// The certificate that the signer says is his, by each attribute that does.
    pub(super) certificates: Vec<NamedCertificate<'a>>,
}

/// A certificate by its hash (RFC 5035 §4).
pub(super) struct NamedCertificate<'a> {
    digest: MessageDigest,
    hash: &'a [u8],
    /// Content of the serial number, where it is there beside the hash.
    serial: Option<&'a [u8]>,
}

impl<'a> Attributes<'a> {
    pub(super) fn read(content: &'a [u8]) -> Result<Self, CmsError> {
        let all = Reader::new(content).each(MAX_ATTRIBUTES, |r| {
            let mut attribute = r.inside(tag::SEQUENCE)?;
            let oid = attribute.oid()?;
            let values = attribute.inside(tag::SET)?;
            attribute.end()?;
            Ok((oid, values))
        })?;
        let single = |oid: &str, name| {
            let mut of_kind = all.iter().filter(|(kind, _)| kind == oid);
            match (of_kind.next(), of_kind.next()) {
                (None, _) => Ok(None),
                (Some((_, values)), None) => {
                    let mut values = *values;
                    let value = values.element()?;
                    values.end().map_err(|_| CmsError::Attribute { name })?;
                    Ok(Some(value))
                }
                _ => Err(CmsError::Attribute { name }),
            }
        };
        let must = |oid, name| single(oid, name)?.ok_or(CmsError::Attribute { name });
        let content_type = must(oid::CONTENT_TYPE, "content-type")?;
        let message_digest = must(oid::MESSAGE_DIGEST, "message-digest")?;
        if message_digest.tag != tag::OCTET_STRING {
            return Err(CmsError::Unreadable);
        }
        let name = "signing-certificate";
        let older = single(oid::SIGNING_CERTIFICATE, name)?.map(|value| first_named(value, older));
        let newer = single(oid::SIGNING_CERTIFICATE_V2, name)?.map(|value| first_named(value, newer));
        let certificates: Vec<_> = [older, newer].into_iter().flatten().collect::<Result<_, _>>()?;
        if certificates.is_empty() {
            return Err(CmsError::Attribute { name });
        }
        Ok(Self {
            content_type: Reader::new(content_type.whole).oid()?,
            message_digest: message_digest.content,
            certificates,
        })
    }
}

/// The one value of the one attribute that a set of attributes holds.
pub(super) fn only<'a>(content: &'a [u8], kind: &str, name: &'static str) -> Result<&'a [u8], CmsError> {
    let mut set = Reader::new(content);
    let mut attribute = set.inside(tag::SEQUENCE)?;
    set.end()?;
    if attribute.oid()? != kind {
        return Err(CmsError::Attribute { name });
    }
    let mut values = attribute.inside(tag::SET)?;
    attribute.end()?;
    let value = values.element()?.whole;
    values.end()?;
    Ok(value)
}

/// The first that a SigningCertificate names is that of the signer (RFC 5035 §5.4.1).
fn first_named<'a>(
    value: Element<'a>,
    read: impl Fn(Reader<'a>) -> Result<NamedCertificate<'a>, CmsError>,
) -> Result<NamedCertificate<'a>, CmsError> {
    let named = Reader::only(value.whole, tag::SEQUENCE)?.inside(tag::SEQUENCE)?;
    let named = named.each(MAX_NAMED, |r| r.inside(tag::SEQUENCE))?;
    read(*named.first().ok_or(CmsError::OtherCertificate)?)
}

/// ESSCertID (RFC 5035 §5.4.1.1): by SHA-1, which binds what is signed by a stronger digest beside it.
fn older(id: Reader<'_>) -> Result<NamedCertificate<'_>, CmsError> {
    rest(id, MessageDigest::sha1())
}

/// ESSCertIDv2 (RFC 5035 §4): by SHA-256, if no other digest is named.
fn newer(mut id: Reader<'_>) -> Result<NamedCertificate<'_>, CmsError> {
    let digest = match id.optional(tag::SEQUENCE)? {
        Some(algorithm) => Digest::read(algorithm.content)?,
        None => Digest::Sha256,
    };
    rest(id, digest.openssl())
}

fn rest(mut id: Reader<'_>, digest: MessageDigest) -> Result<NamedCertificate<'_>, CmsError> {
    let hash = id.expect(tag::OCTET_STRING)?.content;
    let serial = match id.optional(tag::SEQUENCE)? {
        Some(issuer_serial) => {
            let mut reader = Reader::new(issuer_serial.content);
            reader.expect(tag::SEQUENCE)?;
            let serial = reader.expect(tag::INTEGER)?.content;
            reader.end()?;
            Some(serial)
        }
        None => None,
    };
    id.end()?;
    Ok(NamedCertificate { digest, hash, serial })
}

impl NamedCertificate<'_> {
    /// Whether it is this certificate, in DER, with this serial number.
    pub(super) fn is(&self, certificate: &[u8], serial: &[u8]) -> Result<bool, CmsError> {
        let digest = hash(self.digest, certificate).map_err(|_| CmsError::Internal)?;
        Ok(*digest == *self.hash && self.serial.is_none_or(|named| named == serial))
    }
}
