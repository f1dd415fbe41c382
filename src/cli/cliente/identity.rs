//! The caller's certificate and key, out of a PKCS#12 file.

use std::path::Path;

use openssl::pkcs12::Pkcs12;

use crate::cli::Failure;
use crate::signature::SigningKey;

/// Reads the key and certificate with which questions are signed.
pub(super) fn signing_key(p12: &Path, password: &str) -> Result<SigningKey, Failure> {
    let in_file = |reason: String| format!("{}: {reason}", p12.display());
    let octets = std::fs::read(p12).map_err(|error| in_file(error.to_string()))?;
    let opened = Pkcs12::from_der(&octets)
        .and_then(|file| file.parse2(password))
        .map_err(|_| in_file("not a PKCS#12 file, or not its password".to_owned()))?;
    let (Some(key), Some(certificate)) = (opened.pkey, opened.cert) else {
        return Err(in_file("it lacks a private key or a certificate".to_owned()).into());
    };
    Ok(SigningKey::new(key, certificate)?)
}
