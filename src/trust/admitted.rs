//! The allowed list: which issuers are admitted, from when until when, and for what (D-64).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use openssl::pkey::{PKey, Public};
use openssl::sha::sha256;
use openssl::x509::X509;
use thiserror::Error;

use super::fields::Fields;
use super::strength::is_strong_key;

/// One entry of the list.
#[derive(Debug, Clone)]
pub struct AdmittedIssuer {
    /// Number of the entry in the store.
    pub id: i32,
    /// The operator's name for it.
    pub nombre: String,
    /// The certificate of the issuing authority.
    pub certificado: CaCertificate,
    /// First instant at which it is admitted.
    pub desde: DateTime<Utc>,
    /// First instant at which it no longer is; nothing while no end is set.
    pub hasta: Option<DateTime<Utc>>,
    /// OIDs of the policies for which it is admitted; empty means all of them.
    pub politicas: Vec<String>,
    /// Where it is seen whether a certificate of it is revoked.
    pub revocacion: Revocacion,
    /// Whether it is admitted for entities' seals.
    pub sellos: Sellos,
}

/// Where it is seen whether an issuer's certificates are revoked. There is no default: an operator writes either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocacion {
    /// In a file of revocation lists (CRL), DER or PEM, which somebody renews in time.
    Crl(PathBuf),
    /// Nowhere: its certificates are taken without asking.
    Ninguna,
}

/// Whether certificates of an entity alone, without a person, are taken from an issuer (LPAC art. 9.2.b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sellos {
    /// They are.
    Admitir,
    /// They are not.
    Rechazar,
}

/// The certificate of a certification authority that may be admitted; only [`CaCertificate::inspect`] makes one.
///
/// Its validity and its own issuer are not checked here: they are at each use.
#[derive(Debug, Clone)]
pub struct CaCertificate {
    der: Vec<u8>,
    pub(super) x509: X509,
    pub(super) key: PKey<Public>,
    pub(super) signature: String,
    pub(super) self_issued: bool,
    pub(super) signs_crls: bool,
    nombre: String,
    desde: DateTime<Utc>,
    hasta: DateTime<Utc>,
}

/// Why a certificate cannot be one of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CaError {
    /// Not exactly one X.509 certificate, in DER or PEM.
    #[error("not an X.509 certificate in DER or PEM")]
    Unreadable,
    /// basicConstraints does not say that it is an authority (RFC 5280 §4.2.1.9).
    #[error("not the certificate of a certification authority")]
    NotCa,
    /// keyUsage does not let it sign certificates (RFC 5280 §4.2.1.3).
    #[error("its key may not sign certificates")]
    KeyUsage,
    /// Its key is neither RSA of 2048 to 8192 bits nor on P-256 or P-384 (D-69).
    #[error("its key is of a kind or size that is not accepted")]
    WeakKey,
}

impl CaCertificate {
    /// Reads one certificate, DER or PEM, and checks that it is of an authority whose key may sign certificates
    /// and is strong enough.
    pub fn inspect(octets: &[u8]) -> Result<Self, CaError> {
        let der = if octets.trim_ascii_start().starts_with(b"-----BEGIN") {
            match X509::stack_from_pem(octets).as_deref() {
                Ok([one]) => one.to_der().map_err(|_| CaError::Unreadable)?,
                _ => return Err(CaError::Unreadable),
            }
        } else {
            octets.to_vec()
        };
        let fields = Fields::inspect(&der).map_err(|_| CaError::Unreadable)?;
        let x509 = X509::from_der(&der).map_err(|_| CaError::Unreadable)?;
        if !fields.is_ca().map_err(|_| CaError::Unreadable)? {
            return Err(CaError::NotCa);
        }
        let usage = fields
            .key_usage()
            .map_err(|_| CaError::Unreadable)?
            .filter(|usage| usage.signs_certificates())
            .ok_or(CaError::KeyUsage)?;
        let key = x509.public_key().map_err(|_| CaError::Unreadable)?;
        if !is_strong_key(&key) {
            return Err(CaError::WeakKey);
        }
        Ok(Self {
            signature: fields.signature.clone(),
            self_issued: fields.self_issued,
            signs_crls: usage.signs_crls(),
            nombre: fields.subject.shown(),
            desde: fields.not_before,
            hasta: fields.not_after,
            x509,
            key,
            der,
        })
    }

    /// The certificate, in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The authority's name, on one line of at most 250 characters.
    #[must_use]
    pub fn nombre(&self) -> &str {
        &self.nombre
    }

    /// SHA-256 of the DER.
    #[must_use]
    pub fn huella(&self) -> [u8; 32] {
        sha256(&self.der)
    }

    /// First instant of its validity.
    #[must_use]
    pub fn vigente_desde(&self) -> DateTime<Utc> {
        self.desde
    }

    /// Last instant of its validity.
    #[must_use]
    pub fn vigente_hasta(&self) -> DateTime<Utc> {
        self.hasta
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::{Issuing, KeyKind, Leaf, key_usage};

    #[test]
    fn the_certificate_of_an_authority_is_taken_in_der_and_in_pem() {
        let root = Issuing::root("RAIZ");
        let read = CaCertificate::inspect(root.der()).unwrap();
        assert_eq!(read.nombre(), "CN=RAIZ, C=ES");
        let pem = X509::from_der(root.der()).unwrap().to_pem().unwrap();
        assert_eq!(CaCertificate::inspect(&pem).unwrap().huella(), read.huella());
        let two = [pem.clone(), pem].concat();
        assert_eq!(CaCertificate::inspect(&two).err(), Some(CaError::Unreadable));
    }

    #[test]
    fn the_certificate_of_a_person_is_not_one_of_the_list() {
        let person = Issuing::root("RAIZ").issue(&Leaf::persona());
        assert_eq!(CaCertificate::inspect(&person).err(), Some(CaError::NotCa));
    }

    #[test]
    fn an_authority_must_be_let_to_sign_certificates() {
        let issue = |leaf: &Leaf| CaCertificate::inspect(&Issuing::root("RAIZ").issue(leaf)).err();
        let ca = Leaf::authority("SUB", None);
        assert_eq!(issue(&ca), None);
        assert_eq!(
            issue(&ca.clone().usage(Some(key_usage(&[6])))),
            Some(CaError::KeyUsage)
        );
        assert_eq!(issue(&ca.clone().usage(None)), Some(CaError::KeyUsage));
        assert_eq!(issue(&ca.key(KeyKind::Rsa1024)), Some(CaError::WeakKey));
    }
}
