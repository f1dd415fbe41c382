//! A private key with its certificate, parsed once.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::ec::EcKey;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::x509::{X509, X509Ref};

use super::{PrivateKeyError, SealError};
use crate::signature::algorithm::SignatureMethod;
use crate::signature::policy::Policy;
use crate::signature::verify::is_accepted_curve;

/// A private key with its certificate, ready to sign from any thread.
pub struct SigningKey {
    key: PrivateKey,
    certificate: X509,
    certificate_base64: String,
    method: SignatureMethod,
}

/// The key, in the form in which it signs at least cost.
enum PrivateKey {
    Rsa(PKey<Private>),
    Ec {
        key: EcKey<Private>,
        /// Octets of each half of a value: the length of the curve's order.
        half: i32,
    },
}

impl SigningKey {
    /// Takes a key and its certificate as PEM. The key may be PKCS#8 or traditional, not encrypted; of several
    /// certificates the first is taken.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Self, SealError> {
        let key = private_key(key.as_bytes(), None)?;
        let certificate = X509::from_pem(certificate.as_bytes()).map_err(SealError::Unreadable)?;
        Self::new(key, certificate)
    }

    /// Takes a key and its certificate, from a PKCS#12 file for one.
    pub fn new(key: PKey<Private>, certificate: X509) -> Result<Self, SealError> {
        let public = certificate.public_key().map_err(SealError::Unreadable)?;
        if !key.public_eq(&public) {
            return Err(SealError::OtherKey);
        }
        let (method, key) = match key.id() {
            Id::RSA if key.bits() >= Policy::MIN_RSA_BITS => {
                (SignatureMethod::RsaSha256, PrivateKey::Rsa(key))
            }
            Id::EC => {
                let bits = key.bits();
                let key = key.ec_key().map_err(SealError::Unreadable)?;
                if !key.group().curve_name().is_some_and(is_accepted_curve) {
                    return Err(SealError::KeyNotAccepted);
                }
                let (method, half) = if bits <= 256 {
                    (SignatureMethod::EcdsaSha256, 32)
                } else {
                    (SignatureMethod::EcdsaSha384, 48)
                };
                (method, PrivateKey::Ec { key, half })
            }
            _ => return Err(SealError::KeyNotAccepted),
        };
        let certificate_base64 = STANDARD.encode(certificate.to_der().map_err(SealError::Unreadable)?);
        Ok(Self {
            key,
            certificate,
            certificate_base64,
            method,
        })
    }

    /// The certificate's validity: its first and last instants.
    pub fn validity(&self) -> Result<(DateTime<Utc>, DateTime<Utc>), SealError> {
        validity_of(&self.certificate).map_err(SealError::Unreadable)
    }

    /// The certificate of this key, in DER: whatever is signed with the key bears it.
    #[must_use]
    pub fn certificate(&self) -> &X509Ref {
        &self.certificate
    }

    /// The public key.
    pub fn public_key(&self) -> Result<PKey<Public>, SealError> {
        self.certificate.public_key().map_err(SealError::Unreadable)
    }

    /// RSA with SHA-256, ECDSA with SHA-256 on P-256, or with SHA-384 on P-384.
    #[must_use]
    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// Signs octets; gives the signature value as XMLDSig 1.1 §6.4 encodes it (for ECDSA, r and s side by side).
    pub fn sign_octets(&self, octets: &[u8]) -> Result<Vec<u8>, SealError> {
        self.sign(octets).map_err(SealError::Signing)
    }

    pub(super) fn certificate_base64(&self) -> &str {
        &self.certificate_base64
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let digest = self.method.digest().of(octets);
        match &self.key {
            PrivateKey::Rsa(key) => {
                let mut signer = PkeyCtx::new(key)?;
                signer.sign_init()?;
                signer.set_rsa_padding(Padding::PKCS1)?;
                signer.set_signature_md(self.method.digest().md())?;
                let mut value = Vec::new();
                signer.sign_to_vec(&digest, &mut value)?;
                Ok(value)
            }
            PrivateKey::Ec { key, half } => {
                let value = EcdsaSig::sign(&digest, key)?;
                let mut halves = value.r().to_vec_padded(*half)?;
                halves.extend(value.s().to_vec_padded(*half)?);
                Ok(halves)
            }
        }
    }
}

/// The private key in a PEM file, PKCS#8 or traditional, encrypted or not.
///
/// It never asks anybody for a password: OpenSSL by itself would, at the terminal, and wait where nobody sits at one.
pub fn private_key(pem: &[u8], password: Option<&[u8]>) -> Result<PKey<Private>, PrivateKeyError> {
    let mut asked = false;
    let read = PKey::private_key_from_pem_callback(pem, |room| {
        asked = true;
        let password = password.filter(|password| password.len() <= room.len());
        let password = password.ok_or_else(ErrorStack::get)?;
        room[..password.len()].copy_from_slice(password);
        Ok(password.len())
    });
    read.map_err(|_| match (asked, password) {
        (false, _) => PrivateKeyError::Unreadable,
        (true, None) => PrivateKeyError::Encrypted,
        (true, Some(_)) => PrivateKeyError::Password,
    })
}

/// A certificate's first and last instants.
pub fn validity_of(certificate: &X509Ref) -> Result<(DateTime<Utc>, DateTime<Utc>), ErrorStack> {
    let epoch = Asn1Time::from_unix(0)?;
    let instant = |time: &Asn1TimeRef| -> Result<DateTime<Utc>, ErrorStack> {
        let since = epoch.diff(time)?;
        let seconds = i64::from(since.days) * 86_400 + i64::from(since.secs);
        Ok(DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC))
    };
    Ok((
        instant(certificate.not_before())?,
        instant(certificate.not_after())?,
    ))
}

impl fmt::Debug for SigningKey {
    /// Tells the certificate's subject and never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("subject", &self.certificate.subject_name())
            .finish_non_exhaustive()
    }
}
