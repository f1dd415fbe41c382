//! What a message of one signer proves: that whoever has the key of a certificate signed its content (RFC 5652 §5.6).

use openssl::hash::hash;
use openssl::sign::Verifier;
use openssl::x509::X509;

use crate::trust::der::{Reader, element, tag};

use super::algorithm::{Digest, Signature};
use super::attributes::Attributes;
use super::error::CmsError;
use super::signed_data::{SignedData, SignerIdentifier};

impl<'a> SignedData<'a> {
    /// Checks digest, attributes and signature, and gives the certificate, in DER, whose key signed. Whether that is anybody's whom
    /// one should believe is not asked here.
    pub fn verify(&self) -> Result<&'a [u8], CmsError> {
        let signer = &self.signer;
        let digest = Digest::read(signer.digest)?;
        let signature = Signature::read(signer.algorithm, digest)?;
        let attributes = Attributes::read(signer.attributes)?;
        if attributes.content_type != self.content_type {
            return Err(CmsError::ContentType);
        }
        let (der, certificate) = self.certificate()?;
        let (_, serial) = issuer_and_serial(der)?;
        for named in &attributes.certificates {
            if !named.is(der, serial)? {
                return Err(CmsError::OtherCertificate);
            }
        }
        let digested = hash(digest.openssl(), self.content).map_err(|_| CmsError::Internal)?;
        if *digested != *attributes.message_digest {
            return Err(CmsError::Digest);
        }
        let key = certificate.public_key().map_err(|_| CmsError::Signature)?;
        if key.id() != signature.key {
            return Err(CmsError::Signature);
        }
        // §5.4: what is signed is the SET itself, not the implicit tag under which it lies.
        let octets = element(tag::SET, signer.attributes);
        let mut verifier = Verifier::new(signature.digest.openssl(), &key).map_err(|_| CmsError::Internal)?;
        match verifier.verify_oneshot(signer.signature, &octets) {
            Ok(true) => Ok(der),
            // A signature that is not even one of its kind is told by an error.
            Ok(false) | Err(_) => Err(CmsError::Signature),
        }
    }

    /// The certificate that the signer names, among those that came with the message.
    fn certificate(&self) -> Result<(&'a [u8], X509), CmsError> {
        for &der in &self.certificates {
            let Ok(certificate) = X509::from_der(der) else {
                continue;
            };
            let is_meant = match self.signer.who {
                SignerIdentifier::IssuerAndSerial { issuer, serial } => {
                    issuer_and_serial(der)? == (issuer, serial)
                }
                SignerIdentifier::Key(key) => certificate
                    .subject_key_id()
                    .is_some_and(|own| own.as_slice() == key),
            };
            if is_meant {
                return Ok((der, certificate));
            }
        }
        Err(CmsError::NoCertificate)
    }
}

/// Name of the issuer, whole, and content of the serial number (RFC 5280 §4.1).
pub(super) fn issuer_and_serial(certificate: &[u8]) -> Result<(&[u8], &[u8]), CmsError> {
    let mut tbs = Reader::only(certificate, tag::SEQUENCE)?.inside(tag::SEQUENCE)?;
    tbs.optional(tag::constructed(0))?;
    let serial = tbs.expect(tag::INTEGER)?.content;
    tbs.expect(tag::SEQUENCE)?;
    Ok((tbs.expect(tag::SEQUENCE)?.whole, serial))
}
