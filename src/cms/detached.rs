//! `Unstamped`: a signature beside what it signs, as CAdES baseline asks for (EN 319 122-1; E-43), which may be given a time stamp
//! before it is written.

use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{Id, PKeyRef, Private};
use openssl::sign::Signer;

use crate::trust::der::{element, tag};

use super::assemble::{Sealing, SealingError, attribute, signing_certificate};
use super::error::CmsError;
use super::oid;
use super::signed_data::SignedData;
use super::verify::issuer_and_serial;
use super::write::{algorithm, oid as identifier, sequence, set_of, unsigned};

/// RFC 5758 §3.2: ECDSA with SHA-256.
const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";
/// The same with SHA-384.
const ECDSA_WITH_SHA384: &str = "1.2.840.10045.4.3.3";

/// A signature with the signed attributes content-type, message-digest and signing-certificate-v2 and no others: the time is what a
/// stamp proves, and what the document says beside it.
pub struct Unstamped {
    digest: &'static str,
    signature_algorithm: Vec<u8>,
    /// The signer's issuer and serial number, as they are written.
    signer: Vec<u8>,
    /// Content of the SET.
    attributes: Vec<u8>,
    signature: Vec<u8>,
    /// Content of the SET.
    certificates: Vec<u8>,
}

impl Unstamped {
    /// Signs octets that will not be in the message: by SHA-256 with RSA and P-256, by SHA-384 with P-384.
    pub fn over(content: &[u8], sealing: &Sealing<'_>) -> Result<Self, SealingError> {
        let (digest, _) = digest(sealing.key);
        let der = sealing.certificate.to_der()?;
        let attributes = set_of(vec![
            attribute(oid::CONTENT_TYPE, &identifier(oid::DATA)?)?,
            attribute(
                oid::MESSAGE_DIGEST,
                &element(tag::OCTET_STRING, &hash(digest, content)?),
            )?,
            attribute(oid::SIGNING_CERTIFICATE_V2, &signing_certificate(&der))?,
        ]);
        let signed = element(tag::SET, &attributes);
        let signature = Signer::new(digest, sealing.key)?.sign_oneshot_to_vec(&signed)?;
        Self::with(sealing, attributes, signature)
    }

    /// A signature that is there already, as it would be if it had been made by this signer.
    pub fn of(signed: &SignedData<'_>, sealing: &Sealing<'_>) -> Result<Self, SealingError> {
        let info = &signed.signer;
        Self::with(sealing, info.attributes.to_vec(), info.signature.to_vec())
    }

    fn with(sealing: &Sealing<'_>, attributes: Vec<u8>, signature: Vec<u8>) -> Result<Self, SealingError> {
        let (_, digest) = digest(sealing.key);
        let der = sealing.certificate.to_der()?;
        let (issuer, serial) = issuer_and_serial(&der).map_err(|_| SealingError::Certificate)?;
        let signer = sequence(&[issuer.to_vec(), element(tag::INTEGER, serial)]);
        let above = sealing.chain.iter().map(|one| one.to_der());
        let certificates = std::iter::once(Ok(der)).chain(above);
        Ok(Self {
            digest,
            signature_algorithm: signature_algorithm(sealing.key, digest)?,
            signer,
            attributes,
            signature,
            certificates: set_of(certificates.collect::<Result<_, _>>()?),
        })
    }

    /// The value of the signature, over which its time stamp is.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The message in DER, with a time stamp over the signature if there is one (EN 319 122-1 §5.3).
    pub fn finish(&self, token: Option<&[u8]>) -> Result<Vec<u8>, SealingError> {
        let stamped = match token {
            Some(token) => element(tag::constructed(1), &attribute(oid::SIGNATURE_TIME_STAMP, token)?),
            None => Vec::new(),
        };
        let signer = sequence(&[
            unsigned(&[1]),
            self.signer.clone(),
            algorithm(self.digest)?,
            element(tag::constructed(0), &self.attributes),
            self.signature_algorithm.clone(),
            element(tag::OCTET_STRING, &self.signature),
            stamped,
        ]);
        let data = sequence(&[
            // RFC 5652 §5.1: 1, since the content is plain data and each signer is known by issuer and serial number.
            unsigned(&[1]),
            element(tag::SET, &algorithm(self.digest)?),
            sequence(&[identifier(oid::DATA)?]),
            element(tag::constructed(0), &self.certificates),
            element(tag::SET, &signer),
        ]);
        Ok(sequence(&[
            identifier(oid::SIGNED_DATA)?,
            element(tag::constructed(0), &data),
        ]))
    }
}

impl<'a> SignedData<'a> {
    /// The time stamp over the signature, if it has one: the only attribute beside those signed that is known here.
    pub fn stamp(&self) -> Result<Option<&'a [u8]>, CmsError> {
        let Some(unsigned) = self.signer.unsigned else {
            return Ok(None);
        };
        super::attributes::only(unsigned, oid::SIGNATURE_TIME_STAMP, "signature-time-stamp").map(Some)
    }

    /// The value of the signature.
    #[must_use]
    pub fn signature(&self) -> &'a [u8] {
        self.signer.signature
    }
}

/// A digest as strong as the key.
fn digest(key: &PKeyRef<Private>) -> (MessageDigest, &'static str) {
    let curve = key.ec_key().ok().and_then(|key| key.group().curve_name());
    if curve == Some(Nid::SECP384R1) {
        (MessageDigest::sha384(), oid::SHA384)
    } else {
        (MessageDigest::sha256(), oid::SHA256)
    }
}

fn signature_algorithm(key: &PKeyRef<Private>, digest: &str) -> Result<Vec<u8>, SealingError> {
    match key.id() {
        // RFC 3370 §3.2: the parameters of RSA are NULL.
        Id::RSA => Ok(sequence(&[identifier(oid::RSA)?, element(tag::NULL, &[])])),
        Id::EC if digest == oid::SHA384 => Ok(algorithm(ECDSA_WITH_SHA384)?),
        Id::EC => Ok(algorithm(ECDSA_WITH_SHA256)?),
        _ => Err(SealingError::Key),
    }
}
