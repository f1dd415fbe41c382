//! `Identity`: the key with which the service signs, its certificate, and what follows from the two.

use std::fmt::Display;
use std::path::Path;

use openssl::pkey::{PKey, Public};
use openssl::x509::X509;

use crate::config::Firma;
use crate::signature::{SealError, SigningKey};
use crate::usecase::Seal;

use super::key_file::KeyFile;

/// What the service signs with. It is one value, exchanged whole: a request has one from its beginning to its end,
/// whatever is put in its place meanwhile.
pub(super) struct Identity {
    key: SigningKey,
    certificate: Vec<u8>,
    public_key: PKey<Public>,
    seal: Seal,
}

/// Why a key or a certificate of the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("option `{option}`: {reason}")]
pub struct KeyError {
    /// Which option names it.
    pub option: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl Identity {
    /// Reads what the settings name. Each file is judged by itself, so that the option that names the wrong one is told.
    pub(super) fn load(firma: &Firma) -> Result<Self, KeyError> {
        let of_certificate = |reason: &dyn Display| unusable("firma.certificado", &firma.certificado, reason);
        let key_file = KeyFile::of_signature(firma);
        let octets = std::fs::read(&firma.certificado).map_err(|error| of_certificate(&error))?;
        let x509 = X509::from_pem(&octets).map_err(|_| of_certificate(&"not a certificate in PEM"))?;
        let private = key_file.open(&key_file.read()?)?;
        let of_certificate = |error: SealError| of_certificate(&error);
        let key = SigningKey::new(private, x509).map_err(|error| match error {
            SealError::Unreadable(_) => of_certificate(error),
            _ => key_file.unusable(&error),
        })?;
        let (from, until) = key.validity().map_err(of_certificate)?;
        let der = key.certificate().to_der().map_err(SealError::Unreadable);
        Ok(Self {
            certificate: der.map_err(of_certificate)?,
            public_key: key.public_key().map_err(of_certificate)?,
            key,
            seal: Seal { from, until },
        })
    }

    /// The key, with its certificate.
    pub(super) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The certificate, in DER, by which the service's seal is known.
    pub(super) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The key by which that seal is verified.
    pub(super) fn public_key(&self) -> &PKey<Public> {
        &self.public_key
    }

    /// From when until when its signatures hold.
    pub(super) fn seal(&self) -> Seal {
        self.seal
    }
}

/// A file that an option names and that cannot be used.
pub(super) fn unusable(option: &'static str, path: &Path, reason: &dyn Display) -> KeyError {
    KeyError {
        option,
        reason: format!("{}: {reason}", path.display()),
    }
}
