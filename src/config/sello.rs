//! `[sello]`: with what the organisation seals, who dates what the service keeps, and how often.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::TsaUrl;

/// The organisation's seal (E-32); the time-stamping authorities, and whom one believes (E-18 to E-21).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sello {
    /// File of the certificate with which acuses and receipts are sealed, PEM; that of `[firma]` where none is named.
    pub certificado: Option<PathBuf>,
    /// Its private key: RSA of 2048 bits or more, or EC on P-256 or P-384.
    pub clave: Option<PathBuf>,
    /// A file with what opens the key, if it is encrypted.
    pub contrasena_fichero: Option<PathBuf>,
    /// The certificates above that of the seal, PEM; the root may be among them.
    pub cadena: Option<PathBuf>,
    /// Files, folders or patterns of the revocation lists of those who issued them.
    pub revocacion: Vec<PathBuf>,
    /// Where they are asked, in this order, until one answers well.
    pub tsa_url: Vec<TsaUrl>,
    /// The certificates below which theirs must be, PEM.
    pub tsa_cadena: Option<PathBuf>,
    /// Files, folders or patterns of the revocation lists of those who issued them.
    pub tsa_revocacion: Vec<PathBuf>,
    /// OID of the policy that is asked for.
    pub tsa_politica: Option<String>,
    /// Seconds between two stamps, if there is something new to date.
    pub cada_segundos: u64,
    /// That there is no authority on purpose.
    pub sin_tsa: bool,
}

impl Default for Sello {
    fn default() -> Self {
        Self {
            certificado: None,
            clave: None,
            contrasena_fichero: None,
            cadena: None,
            revocacion: Vec::new(),
            tsa_url: Vec::new(),
            tsa_cadena: None,
            tsa_revocacion: Vec::new(),
            tsa_politica: None,
            cada_segundos: 60,
            sin_tsa: false,
        }
    }
}

impl Sello {
    /// How long it is from one stamp to the next.
    #[must_use]
    pub fn cada(&self) -> Duration {
        Duration::from_secs(self.cada_segundos)
    }

    /// The paths that it names.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [
            &mut self.certificado,
            &mut self.clave,
            &mut self.contrasena_fichero,
            &mut self.cadena,
            &mut self.tsa_cadena,
        ]
        .into_iter()
        .flatten()
        .chain(&mut self.revocacion)
        .chain(&mut self.tsa_revocacion)
    }

    /// Whether nothing is said of who dates.
    #[must_use]
    pub fn names_no_authority(&self) -> bool {
        let mut authorities = Self::default();
        authorities.take_seal(self);
        *self == authorities
    }

    /// Values that do not go together, or are out of range: whether each is, its option and why.
    pub(super) fn wrong(&self) -> [(bool, &'static str, &'static str); 8] {
        let asked = !self.tsa_url.is_empty();
        let stray =
            self.tsa_cadena.is_some() || !self.tsa_revocacion.is_empty() || self.tsa_politica.is_some();
        [
            (
                self.certificado.is_none() && self.clave.is_some(),
                "sello.certificado",
                "is missing: the certificate of the key of `sello.clave`",
            ),
            (
                self.certificado.is_some() && self.clave.is_none(),
                "sello.clave",
                "is missing: the key of the certificate of `sello.certificado`",
            ),
            (
                self.clave.is_none() && self.contrasena_fichero.is_some(),
                "sello.contrasena_fichero",
                "opens the key of `sello.clave`, which is not named",
            ),
            (
                asked && self.tsa_cadena.is_none(),
                "sello.tsa_cadena",
                "is missing: the certificates below which those of the authorities of `sello.tsa_url` are",
            ),
            (
                !asked && stray,
                "sello.tsa_url",
                "is missing: all else of an authority is there",
            ),
            (
                asked && self.sin_tsa,
                "sello.sin_tsa",
                "says that there is no authority, and `sello.tsa_url` names one",
            ),
            (
                !(1..=86_400).contains(&self.cada_segundos),
                "sello.cada_segundos",
                "must be from 1 to 86400",
            ),
            (
                self.tsa_politica.as_deref().is_some_and(|oid| !is_oid(oid)),
                "sello.tsa_politica",
                "must be an object identifier, such as 1.3.6.1.4.1.5734.3.15",
            ),
        ]
    }
}

/// Numbers and points, as far as whoever writes settings can mistake them; what OpenSSL cannot encode is told at the start.
fn is_oid(text: &str) -> bool {
    let arcs: Vec<&str> = text.split('.').collect();
    let is_arc = |arc: &&str| !arc.is_empty() && arc.bytes().all(|c| c.is_ascii_digit());
    arcs.len() > 2 && arcs.iter().all(is_arc) && matches!(arcs.first(), Some(&("0" | "1" | "2")))
}
