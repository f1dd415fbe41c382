//! Assembling SignedData: attributes and structure here, the signature by a key of OpenSSL.
//!
//! OpenSSL assembles CMS too, but always adds the time of its own clock, which a time stamp does not have twice, and lets nobody
//! choose the type of what is signed.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKeyRef, Private};
use openssl::sha::sha256;
use openssl::sign::Signer;
use openssl::x509::X509Ref;
use thiserror::Error;

use crate::trust::der::{element, tag};

use super::oid;
use super::verify::issuer_and_serial;
use super::write::{algorithm, oid as identifier, sequence, set_of, unsigned};

/// RFC 5758 §3.2: ECDSA with SHA-256.
const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";

/// Certificate and key by which a message is signed.
pub struct Sealing<'a> {
    /// The certificate of the key.
    pub certificate: &'a X509Ref,
    /// RSA or EC.
    pub key: &'a PKeyRef<Private>,
    /// What else is put in beside the certificate, such as those above it.
    pub chain: &'a [&'a X509Ref],
}

/// Why nothing could be assembled.
#[derive(Debug, Error)]
pub enum SealingError {
    /// The key is neither RSA nor EC.
    #[error("the key is neither RSA nor EC")]
    Key,
    /// The certificate is not as RFC 5280 writes them.
    #[error("the certificate cannot be read")]
    Certificate,
    /// The cryptographic library failed.
    #[error("it could not be signed")]
    Library(#[from] ErrorStack),
}

/// SignedData in DER over `content`, which is in it, by one signer: SHA-256, with the signed attributes content-type,
/// message-digest and signing-certificate-v2 and with no others, and the signer's certificate in it if `with_certificates`.
pub fn signed_data(
    content_type: &str,
    content: &[u8],
    sealing: &Sealing<'_>,
    with_certificates: bool,
) -> Result<Vec<u8>, SealingError> {
    let der = sealing.certificate.to_der()?;
    assembled(content_type, content, sealing, &der, with_certificates)
}

/// The same, where the attribute names `named` as the signer's certificate.
pub(crate) fn assembled(
    content_type: &str,
    content: &[u8],
    sealing: &Sealing<'_>,
    named: &[u8],
    with_certificates: bool,
) -> Result<Vec<u8>, SealingError> {
    let der = sealing.certificate.to_der()?;
    let attributes = set_of(vec![
        attribute(oid::CONTENT_TYPE, &identifier(content_type)?)?,
        attribute(oid::MESSAGE_DIGEST, &element(tag::OCTET_STRING, &sha256(content)))?,
        attribute(oid::SIGNING_CERTIFICATE_V2, &signing_certificate(named))?,
    ]);
    let (issuer, serial) = issuer_and_serial(&der).map_err(|_| SealingError::Certificate)?;
    let signature = sign(sealing.key, &element(tag::SET, &attributes))?;
    let signer = sequence(&[
        unsigned(&[1]),
        sequence(&[issuer.to_vec(), element(tag::INTEGER, serial)]),
        algorithm(oid::SHA256)?,
        element(tag::constructed(0), &attributes),
        signature_algorithm(sealing.key)?,
        element(tag::OCTET_STRING, &signature),
    ]);
    let certificates = if with_certificates {
        let above = sealing.chain.iter().map(|one| one.to_der());
        let all = std::iter::once(Ok(der)).chain(above);
        element(tag::constructed(0), &set_of(all.collect::<Result<_, _>>()?))
    } else {
        Vec::new()
    };
    let data = sequence(&[
        // RFC 5652 §5.1: 3, since the content is not plain data.
        unsigned(&[3]),
        element(tag::SET, &algorithm(oid::SHA256)?),
        sequence(&[
            identifier(content_type)?,
            element(tag::constructed(0), &element(tag::OCTET_STRING, content)),
        ]),
        certificates,
        element(tag::SET, &signer),
    ]);
    Ok(sequence(&[
        identifier(oid::SIGNED_DATA)?,
        element(tag::constructed(0), &data),
    ]))
}

pub(super) fn attribute(kind: &str, value: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    Ok(sequence(&[identifier(kind)?, element(tag::SET, value)]))
}

/// SigningCertificateV2 (RFC 5035 §3) with one ESSCertIDv2, whose digest is SHA-256 and therefore not named.
pub(super) fn signing_certificate(der: &[u8]) -> Vec<u8> {
    let id = sequence(&[element(tag::OCTET_STRING, &sha256(der))]);
    sequence(&[sequence(&[id])])
}

fn signature_algorithm(key: &PKeyRef<Private>) -> Result<Vec<u8>, SealingError> {
    match key.id() {
        // RFC 3370 §3.2: the parameters of RSA are NULL.
        Id::RSA => Ok(sequence(&[identifier(oid::RSA)?, element(tag::NULL, &[])])),
        Id::EC => Ok(algorithm(ECDSA_WITH_SHA256)?),
        _ => Err(SealingError::Key),
    }
}

fn sign(key: &PKeyRef<Private>, octets: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    Signer::new(MessageDigest::sha256(), key)?.sign_oneshot_to_vec(octets)
}
