//! The caller's certificate and key, out of a PKCS#12 file.

use std::path::Path;

use openssl::pkcs12::Pkcs12;

use crate::signature::{SealError, SigningKey};

use super::cause;

/// Why a file gives no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// It cannot be read.
    #[error("{}", cause::of_file(.0))]
    Unreadable(#[from] std::io::Error),
    /// It is something else, or is opened by another password; the format does not tell which.
    #[error("no es un fichero PKCS#12, o no es esa su contraseña")]
    NotOpened,
    /// It is one, and holds half of what signing takes.
    #[error("le falta una clave privada o un certificado")]
    Incomplete,
    /// Its key and its certificate do not go together, or are of a kind that nothing is signed with.
    #[error("{}", cause::of_key(.0))]
    Key(#[from] SealError),
}

/// Reads the key and certificate with which questions are signed.
pub fn signing_key(p12: &Path, password: &str) -> Result<SigningKey, IdentityError> {
    let octets = std::fs::read(p12)?;
    let opened = Pkcs12::from_der(&octets)
        .and_then(|file| file.parse2(password))
        .map_err(|_| IdentityError::NotOpened)?;
    let (Some(key), Some(certificate)) = (opened.pkey, opened.cert) else {
        return Err(IdentityError::Incomplete);
    };
    Ok(SigningKey::new(key, certificate)?)
}
