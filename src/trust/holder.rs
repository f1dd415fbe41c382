//! `Holder`: whom a validated certificate speaks for, and the key that it vouches for.

use chrono::{DateTime, Utc};
use openssl::pkey::{PKey, Public};

use crate::domain::firmante::Firmante;

use super::held::ListaConsultada;

/// The holder of a certificate that was validated; [`super::Validator::validate_at`] alone makes one.
///
/// It was good at the instant of that validation. Whoever needs it later validates again, which costs little.
#[derive(Debug)]
pub struct Holder {
    pub(super) firmante: Firmante,
    pub(super) key: PKey<Public>,
    pub(super) der: Vec<u8>,
    pub(super) emisor: String,
    pub(super) serie: String,
    pub(super) huella: [u8; 32],
    pub(super) vigente_hasta: DateTime<Utc>,
    pub(super) listas: Vec<ListaConsultada>,
}

impl Holder {
    /// Whom the certificate speaks for (D-70).
    #[must_use]
    pub fn firmante(&self) -> &Firmante {
        &self.firmante
    }

    /// The certificate's key: RSA of 2048 to 8192 bits, or on P-256 or P-384 (D-69).
    #[must_use]
    pub fn key(&self) -> &PKey<Public> {
        &self.key
    }

    /// The certificate itself, in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The issuer's name, on one line of at most 250 characters.
    #[must_use]
    pub fn emisor(&self) -> &str {
        &self.emisor
    }

    /// The serial number that the issuer gave, in lower-case hexadecimal.
    #[must_use]
    pub fn serie(&self) -> &str {
        &self.serie
    }

    /// SHA-256 of the certificate's DER.
    #[must_use]
    pub fn huella(&self) -> [u8; 32] {
        self.huella
    }

    /// The revocation lists by which neither the certificate nor an issuer above it was revoked, from below; none of those
    /// of whom an operator wrote «ninguna».
    #[must_use]
    pub fn listas(&self) -> &[ListaConsultada] {
        &self.listas
    }

    /// Last instant of the certificate's validity.
    #[must_use]
    pub fn vigente_hasta(&self) -> DateTime<Utc> {
        self.vigente_hasta
    }
}
