//! The allowed list: which issuers are admitted, from when until when, and for what (D-64).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use openssl::pkey::{PKey, Public};
use openssl::sha::sha256;
use openssl::x509::X509;
use thiserror::Error;

use super::der::{Reader, tag};
use super::fields::{Fields, MAX_CERTIFICATE, NotCertificate};
use super::key::{Curves, KeyFault, RSA_LEAST_BITS, check_key};
use super::pem::{self, PemError};
use super::rsa_minimo::RsaMinimo;
use super::strength::public_key;

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
    /// How many bits the RSA keys that it certifies must have.
    pub rsa_minimo: RsaMinimo,
}

/// Where it is seen whether an issuer's certificates are revoked. There is no default: an operator writes either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocacion {
    /// In files of revocation lists (CRL), DER or PEM, which somebody renews in time: one, those of a folder, or those that
    /// fit a pattern.
    Crl(PathBuf),
    /// Nowhere: its certificates are taken without asking.
    Ninguna,
}

/// Whether certificates of an entity alone, without a person, are taken from an issuer (LPAC art. 9.2.b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sellos {
    /// An entity's seal is taken, and acts for that entity.
    Admitir,
    /// They are not.
    Rechazar,
}

/// The certificate of a certification authority; only [`CaCertificate::inspect`] and [`CaCertificate::admitted`] make one.
///
/// Its validity and its own issuer are not checked here: they are at each use.
#[derive(Debug, Clone)]
pub struct CaCertificate {
    der: Vec<u8>,
    pub(super) x509: X509,
    pub(super) key: Result<PKey<Public>, KeyFault>,
    pub(super) signature: String,
    pub(super) self_issued: bool,
    pub(super) signs_crls: bool,
    nombre: String,
    desde: DateTime<Utc>,
    hasta: DateTime<Utc>,
}

/// Why a certificate cannot be one of the list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CaError {
    /// No X.509 certificate, in DER or PEM.
    #[error("not an X.509 certificate in DER or PEM")]
    Unreadable,
    /// Blocks in PEM, none of which is a certificate.
    #[error("its blocks in PEM are no certificates")]
    OtherPem,
    /// Several certificates: which one is meant is not for the program to guess.
    #[error("it holds {0} certificates: leave in a file only that of the issuer to be admitted")]
    Several(usize),
    /// More octets than a certificate has.
    #[error("its certificate has {octetos} octets, more than the {MAX_CERTIFICATE} that are read")]
    TooLarge {
        /// Octets of its DER.
        octetos: usize,
    },
    /// Its dates are not in UTC to the second (RFC 5280 §4.1.2.5).
    #[error("its dates are not in UTC to the second, ending in Z, as RFC 5280 asks: {0}")]
    Dates(String),
    /// basicConstraints does not say that it is an authority (RFC 5280 §4.2.1.9).
    #[error("not the certificate of a certification authority")]
    NotCa,
    /// keyUsage does not let it sign certificates (RFC 5280 §4.2.1.3).
    #[error("its key may not sign certificates")]
    KeyUsage,
    /// Its key is neither RSA of 2048 to 8192 bits with an odd exponent from 65537 on, nor on P-256, P-384 or P-521 (D-69).
    #[error(transparent)]
    WeakKey(KeyFault),
}

impl CaCertificate {
    /// Reads one certificate, DER or PEM, and checks that it is of an authority whose key may sign certificates
    /// and is strong enough.
    pub fn inspect(octets: &[u8]) -> Result<Self, CaError> {
        let ca = Self::admitted(&one(octets)?)?;
        match &ca.key {
            Ok(_) => Ok(ca),
            Err(fault) => Err(CaError::WeakKey(fault.clone())),
        }
    }

    /// Reads one certificate in DER that was admitted before. If its key is no longer strong enough, whatever it certifies
    /// is refused, which is told then; the others of the list go on.
    pub fn admitted(der: &[u8]) -> Result<Self, CaError> {
        if der.len() > MAX_CERTIFICATE {
            return Err(CaError::TooLarge { octetos: der.len() });
        }
        let fields = Fields::inspect(der).map_err(|error| match error {
            NotCertificate::NotDer => CaError::Unreadable,
            NotCertificate::Dates(dates) => CaError::Dates(dates),
        })?;
        let x509 = X509::from_der(der).map_err(|_| CaError::Unreadable)?;
        if !fields.is_ca().map_err(|_| CaError::Unreadable)? {
            return Err(CaError::NotCa);
        }
        let usage = fields
            .key_usage()
            .map_err(|_| CaError::Unreadable)?
            .filter(|usage| usage.signs_certificates())
            .ok_or(CaError::KeyUsage)?;
        let key = public_key(fields.key_info).and_then(|key| {
            // What an entry asks for beyond that is for the keys that it certifies: its own the operator vouches for.
            check_key(&key, RSA_LEAST_BITS, Curves::OfAuthorities)?;
            Ok(key)
        });
        Ok(Self {
            signature: fields.signature.clone(),
            self_issued: fields.self_issued,
            signs_crls: usage.signs_crls(),
            nombre: fields.subject.shown(),
            desde: fields.not_before,
            hasta: fields.not_after,
            x509,
            key,
            der: der.to_vec(),
        })
    }

    /// What is wrong with its key, if anything is.
    pub(super) fn key_fault(&self) -> Option<&KeyFault> {
        self.key.as_ref().err()
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

/// The one certificate that a file holds, in DER.
fn one(octets: &[u8]) -> Result<Vec<u8>, CaError> {
    if let several @ 2.. = in_der(octets) {
        return Err(CaError::Several(several));
    }
    let mut all: Vec<Vec<u8>> = Vec::new();
    pem::each(octets, pem::CERTIFICATE, |der| {
        all.push(der.to_vec());
        Ok::<_, CaError>(())
    })?;
    match <[Vec<u8>; 1]>::try_from(all) {
        Ok([one]) => Ok(one),
        Err(several) => Err(CaError::Several(several.len())),
    }
}

/// How many certificates in DER the octets are, one behind the other and nothing else.
fn in_der(octets: &[u8]) -> usize {
    let mut reader = Reader::new(octets);
    let mut count = 0;
    while !reader.is_empty() {
        match reader.expect(tag::SEQUENCE) {
            Ok(_) => count += 1,
            Err(_) => return 0,
        }
    }
    count
}

impl From<PemError> for CaError {
    fn from(error: PemError) -> Self {
        match error {
            PemError::Neither | PemError::Spoilt => Self::Unreadable,
            PemError::OtherLabel => Self::OtherPem,
        }
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
        let two_in_der = [root.der(), root.der()].concat();
        for two in [two, two_in_der] {
            assert_eq!(CaCertificate::inspect(&two).err(), Some(CaError::Several(2)));
        }
    }

    #[test]
    fn text_around_a_certificate_in_pem_is_passed_over() {
        let root = Issuing::root("RAIZ");
        let x509 = X509::from_der(root.der()).unwrap();
        let pem = String::from_utf8(x509.to_pem().unwrap()).unwrap();
        let text = String::from_utf8(x509.to_text().unwrap()).unwrap();
        for file in [
            format!("{text}{pem}"),
            format!("Bag Attributes\n    localKeyID: 54 69\nsubject=/C=ES\n{pem}"),
            format!("\u{feff}{}", pem.replace('\n', "\r\n")),
            pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
        ] {
            let read = CaCertificate::inspect(file.as_bytes()).unwrap();
            assert_eq!(read.der(), root.der(), "{file}");
        }
    }

    #[test]
    fn what_is_not_one_certificate_is_told_in_words_of_its_own() {
        let fault = |octets: &[u8]| CaCertificate::inspect(octets).err();
        let large = crate::trust::testing::der::tlv(0x30, &vec![0; 70_000]);
        assert_eq!(fault(&large), Some(CaError::TooLarge { octetos: 70_005 }));
        let other = b"-----BEGIN PRIVATE KEY-----\nMAEA\n-----END PRIVATE KEY-----\n";
        assert_eq!(fault(other), Some(CaError::OtherPem));
        for nothing in [&b""[..], b"text", b"-----BEGIN CERTIFICATE-----\nMA", &[0x30, 0]] {
            assert_eq!(fault(nothing), Some(CaError::Unreadable));
        }
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
        assert_eq!(issue(&ca.clone().key(KeyKind::P521)), None);
        let weak = |kind| match issue(&ca.clone().key(kind)) {
            Some(CaError::WeakKey(fault)) => Some(fault),
            _ => None,
        };
        assert_eq!(
            weak(KeyKind::Rsa1024),
            Some(KeyFault::RsaShort {
                bits: 1024,
                minimo: 2048
            })
        );
        assert_eq!(weak(KeyKind::Ed25519), Some(KeyFault::Kind));
        assert_eq!(weak(KeyKind::P256Explicit), Some(KeyFault::ExplicitCurve));
        let exponente = "3".to_owned();
        assert_eq!(
            weak(KeyKind::RsaExponent3),
            Some(KeyFault::RsaExponent { exponente })
        );
    }
}
