//! `SealKey`: with what the organisation seals what outlives an answer, acuses and receipts (E-32), and what shows later that the
//! seal was good.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use openssl::x509::{X509, X509Ref, X509VerifyResult};

use crate::chain::Chain;
use crate::config::{Sello, Settings};
use crate::signature::{SealError, SigningKey};
use crate::trust::{CaCertificate, check_own_key, lists_of};
use crate::usecase::Seal;

use super::identity::{certificate, certificate_in, rsa_minimo};
use super::key_file::{KeyError, KeyFile, for_few, unusable};

/// The options that name it.
const CERTIFICATE: &str = "sello.certificado";
const KEY: &str = "sello.clave";
const CHAIN: &str = "sello.cadena";
const REVOCATION: &str = "sello.revocacion";

/// The seal: key, certificate, and what is above it. It is one value, exchanged whole.
pub struct SealKey {
    key: SigningKey,
    chain: Vec<X509>,
    root: Option<X509>,
    issuers: Vec<CaCertificate>,
    revocation: Vec<PathBuf>,
    validity: Seal,
    is_own: bool,
}

impl SealKey {
    /// Reads what `[sello]` names, or takes the key of `[firma]` where it names none. Each file is judged by itself, so that the
    /// option that names the wrong one is told.
    pub fn load(settings: &Settings, at: DateTime<Utc>) -> Result<Self, KeyError> {
        let (key, is_own) = key(settings)?;
        let (option, path) = match &settings.sello.certificado {
            Some(path) => (CERTIFICATE, path),
            None => ("firma.certificado", &settings.firma.certificado),
        };
        let of_certificate = |reason: &dyn Display| unusable(option, path, reason);
        let (from, until) = key.validity().map_err(|error| of_certificate(&Chain(&error)))?;
        if is_own {
            let der = key.certificate().to_der().map_err(SealError::Unreadable);
            let der = der.map_err(|error| of_certificate(&Chain(&error)))?;
            check_own_key(&der, rsa_minimo(&settings.firma)?.at(at))
                .map_err(|fault| of_certificate(&Chain(&fault)))?;
        }
        let above = Above::read(&settings.sello, key.certificate())?;
        let chain = std::iter::once(key.certificate().to_owned()).chain(above.between);
        let seal = Self {
            chain: chain.collect(),
            key,
            root: above.root,
            issuers: above.issuers,
            revocation: settings.sello.revocacion.clone(),
            validity: Seal { from, until },
            is_own,
        };
        seal.lists()?;
        Ok(seal)
    }

    /// The key, with its certificate.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The certificates from its own up to the one below the root, which is not among them: whoever verifies has that already, or
    /// does not believe it.
    #[must_use]
    pub fn chain(&self) -> &[X509] {
        &self.chain
    }

    /// The root, where the settings name it.
    #[must_use]
    pub fn root(&self) -> Option<&X509> {
        self.root.as_ref()
    }

    /// The revocation lists of those who issued the chain, in DER, as they lie now.
    pub fn lists(&self) -> Result<Vec<Vec<u8>>, KeyError> {
        let mut lists = Vec::new();
        for place in &self.revocation {
            let found = lists_of(place, &self.issuers);
            lists.extend(found.map_err(|fault| unusable(REVOCATION, place, &fault))?);
        }
        Ok(lists)
    }

    /// From when until when its seals hold.
    #[must_use]
    pub fn validity(&self) -> Seal {
        self.validity
    }

    /// Whether it is another key than that of `[firma]`.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.is_own
    }
}

/// The key with its certificate, and whether `[sello]` names it.
fn key(settings: &Settings) -> Result<(SigningKey, bool), KeyError> {
    let Settings { firma, sello, .. } = settings;
    let named = sello.certificado.as_deref().zip(sello.clave.as_deref());
    let (x509, key_file) = match named {
        Some((path, clave)) => {
            for_few(KEY, clave)?;
            (certificate_in(CERTIFICATE, path)?, of_seal(sello, clave))
        }
        None => (certificate(firma)?, KeyFile::of_signature(firma)),
    };
    let key = SigningKey::new(key_file.load()?, x509);
    let key = key.map_err(|error| key_file.unusable(&Chain(&error)))?;
    Ok((key, named.is_some()))
}

fn of_seal<'a>(sello: &'a Sello, clave: &'a Path) -> KeyFile<'a> {
    KeyFile {
        option: KEY,
        path: clave,
        password: None,
        password_option: "sello.contrasena_fichero",
        password_path: sello.contrasena_fichero.as_deref(),
        variable: None,
    }
}

/// What is above a certificate.
#[derive(Default)]
struct Above {
    /// Those between it and the root.
    between: Vec<X509>,
    root: Option<X509>,
    /// All of them, as those who may have signed revocation lists.
    issuers: Vec<CaCertificate>,
}

impl Above {
    /// Reads the chain: each certificate of the file must lead on from the seal's, in whatever order they lie.
    fn read(sello: &Sello, certificate: &X509Ref) -> Result<Self, KeyError> {
        let Some(path) = &sello.cadena else {
            return Ok(Self::default());
        };
        let refuse = |reason: &dyn Display| unusable(CHAIN, path, reason);
        let octets = std::fs::read(path).map_err(|error| refuse(&error))?;
        let mut rest = X509::stack_from_pem(&octets).map_err(|_| refuse(&"not certificates in PEM"))?;
        if rest.is_empty() {
            return Err(refuse(&"there is no certificate in it"));
        }
        let mut above = Self::default();
        let mut last = certificate.to_owned();
        while let Some(at) = rest.iter().position(|one| has_issued(one, &last)) {
            let issuer = rest.remove(at);
            let der = issuer.to_der().map_err(|error| refuse(&error))?;
            let ca = CaCertificate::inspect(&der)
                .map_err(|fault| refuse(&format_args!("{}: {}", shown(&issuer), Chain(&fault))))?;
            above.issuers.push(ca);
            if has_issued(&issuer, &issuer) {
                above.root = Some(issuer);
                break;
            }
            last.clone_from(&issuer);
            above.between.push(issuer);
        }
        match rest.first() {
            None => Ok(above),
            Some(stray) => Err(refuse(&format_args!(
                "{} leads to no certificate that is above the seal's",
                shown(stray)
            ))),
        }
    }
}

/// Whether it issued the other one: by name, by leave to sign certificates, and by its key.
fn has_issued(issuer: &X509Ref, of: &X509Ref) -> bool {
    let signed = || {
        issuer
            .public_key()
            .is_ok_and(|key| of.verify(&key).unwrap_or(false))
    };
    issuer.issued(of) == X509VerifyResult::OK && signed()
}

fn shown(certificate: &X509Ref) -> String {
    format!("{:?}", certificate.subject_name())
}
