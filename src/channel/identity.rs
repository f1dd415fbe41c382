//! `Identity`: the key with which the service signs, its certificate, and what follows from the two.

use std::fmt::Display;
use std::path::Path;

use chrono::{DateTime, Utc};
use openssl::pkey::{PKey, Public};
use openssl::x509::X509;

use crate::chain::Chain;
use crate::config::Firma;
use crate::signature::{Policy, SealError, SigningKey};
use crate::trust::{RSA_LEAST_BITS, RsaMinimo, check_own_key, outlives_2048};
use crate::usecase::Seal;

use super::key_file::{KeyError, KeyFile, unusable};

/// What the service signs with. It is one value, exchanged whole: a request has one from its beginning to its end,
/// whatever is put in its place meanwhile.
pub(crate) struct Identity {
    key: SigningKey,
    certificate: Vec<u8>,
    public_key: PKey<Public>,
    rsa_bits: Option<u32>,
    seal: Seal,
}

impl Identity {
    /// Reads what the settings name. Each file is judged by itself, so that the option that names the wrong one is told. A key
    /// that would not be taken of a client at `at` is refused.
    pub(crate) fn load(firma: &Firma, at: DateTime<Utc>) -> Result<Self, KeyError> {
        let of_certificate = |reason: &dyn Display| unusable("firma.certificado", &firma.certificado, reason);
        let key_file = KeyFile::of_signature(firma);
        let (x509, private) = (certificate(firma)?, key_file.load()?);
        let of_certificate = |error: SealError| of_certificate(&Chain(&error));
        let key = SigningKey::new(private, x509).map_err(|error| match error {
            SealError::Unreadable(_) => of_certificate(error),
            _ => key_file.unusable(&Chain(&error)),
        })?;
        let (from, until) = key.validity().map_err(of_certificate)?;
        let der = key.certificate().to_der().map_err(SealError::Unreadable);
        let certificate = der.map_err(of_certificate)?;
        let rsa_bits = check_own_key(&certificate, rsa_minimo(firma)?.at(at))
            .map_err(|fault| unusable("firma.certificado", &firma.certificado, &Chain(&fault)))?;
        if let Some(bits) = rsa_bits.filter(|bits| outlives_2048(*bits, at, until)) {
            tracing::warn!(
                bits,
                "the service signs with an RSA key of fewer than 3072 bits, which Spanish guidance ends with 2026"
            );
        }
        Ok(Self {
            certificate,
            rsa_bits,
            public_key: key.public_key().map_err(of_certificate)?,
            key,
            seal: Seal { from, until },
        })
    }

    /// All that keeps the settings from being used.
    pub(crate) fn mistakes(firma: &Firma, at: DateTime<Utc>) -> Vec<KeyError> {
        let files = [
            rsa_minimo(firma).err(),
            certificate(firma).err(),
            KeyFile::of_signature(firma).load().err(),
        ];
        let of_files: Vec<KeyError> = files.into_iter().flatten().collect();
        if of_files.is_empty() {
            Self::load(firma, at).err().into_iter().collect()
        } else {
            of_files
        }
    }

    /// The key, with its certificate.
    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The certificate, in DER, by which the service's seal is known.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The key by which that seal is verified.
    pub(crate) fn public_key(&self) -> &PKey<Public> {
        &self.public_key
    }

    /// The bits of the key, if it is RSA.
    pub(crate) fn rsa_bits(&self) -> Option<u32> {
        self.rsa_bits
    }

    /// From when until when its signatures hold.
    pub(crate) fn seal(&self) -> Seal {
        self.seal
    }
}

// One rule: what is asked of the keys of certificates is not less than what the engines take.
const _: () = assert!(RSA_LEAST_BITS == Policy::MIN_RSA_BITS);

/// What the settings ask of RSA keys.
pub(crate) fn rsa_minimo(firma: &Firma) -> Result<RsaMinimo, KeyError> {
    RsaMinimo::of(firma.rsa_minimo.parts()).map_err(|error| KeyError {
        option: "firma.rsa_minimo",
        reason: error.to_string(),
    })
}

/// The certificate with which answers are signed.
pub(super) fn certificate(firma: &Firma) -> Result<X509, KeyError> {
    certificate_in("firma.certificado", &firma.certificado)
}

/// The certificate in a file that an option names.
pub(super) fn certificate_in(option: &'static str, path: &Path) -> Result<X509, KeyError> {
    let refuse = |reason: &dyn Display| unusable(option, path, reason);
    let octets = std::fs::read(path).map_err(|error| refuse(&error))?;
    X509::from_pem(&octets).map_err(|_| refuse(&"not a certificate in PEM"))
}
