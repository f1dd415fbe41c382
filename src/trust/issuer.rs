//! `Issuer`: an entry of the list as it is used: what it asks of a path on which it lies.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use openssl::pkey::{PKeyRef, Public};

use super::admitted::{AdmittedIssuer, CaCertificate};
use super::crl_source::{CrlSource, Seen};
use super::error::{CrlFault, TrustError};
use super::fields::Fields;
use super::held::{Asked, ListaConsultada};
use super::identity::{CommonNameRule, ReadingRule};
use super::key::{Curves, KeyFault, check_key};
use super::span::Span;

/// An entry of the list, with its revocation lists at hand.
pub(super) struct Issuer {
    entry: AdmittedIssuer,
    crls: Option<Arc<CrlSource>>,
}

/// That a certificate is not revoked: how long that can be said, by which list, and by which version of what was read.
#[derive(Debug)]
pub(super) struct Status {
    pub(super) span: Span,
    pub(super) lista: ListaConsultada,
    pub(super) seen: Seen,
}

impl Issuer {
    /// An entry, and its revocation lists if it has any.
    pub(super) fn new(entry: AdmittedIssuer, crls: Option<Arc<CrlSource>>) -> Self {
        Self { entry, crls }
    }

    /// The operator's number and name for it.
    pub(super) fn named(&self) -> (i32, &str) {
        (self.entry.id, &self.entry.nombre)
    }

    /// Where its revocation lists are, if it has any.
    pub(super) fn crl(&self) -> Option<&Path> {
        self.crls.as_ref().map(|source| source.path())
    }

    /// Its revocation lists, if it has any.
    pub(super) fn lists(&self) -> Option<&CrlSource> {
        self.crls.as_deref()
    }

    pub(super) fn ca(&self) -> &CaCertificate {
        &self.entry.certificado
    }

    /// How the certificates that it issued are read.
    pub(super) fn lectura(&self) -> ReadingRule {
        ReadingRule {
            sellos: self.entry.sellos,
            common_name: if self.entry.politicas.is_empty() {
                CommonNameRule::Confirms
            } else {
                CommonNameRule::Identifies
            },
        }
    }

    /// Whether its own key is one by whose signatures anything is believed (D-69).
    pub(super) fn check_own_key(&self) -> Result<(), TrustError> {
        match self.ca().key_fault() {
            None => Ok(()),
            Some(fault) => Err(TrustError::WeakIssuerKey {
                emisor: self.ca().nombre().to_owned(),
                fault: fault.clone(),
            }),
        }
    }

    /// Whether it takes a key of a certificate that it issued, and how long (D-69).
    pub(super) fn takes_key(
        &self,
        key: &PKeyRef<Public>,
        curves: Curves,
        at: DateTime<Utc>,
    ) -> Result<Span, KeyFault> {
        let minimo = &self.entry.rsa_minimo;
        check_key(key, minimo.at(at), curves)?;
        Ok(Span::new(at, minimo.holds_until(at)))
    }

    /// The same of the key of an issuer below it.
    pub(super) fn takes_key_of(&self, lower: &Self, at: DateTime<Utc>) -> Result<Span, TrustError> {
        let taken = match &lower.ca().key {
            Ok(key) => self.takes_key(key, Curves::OfAuthorities, at),
            Err(fault) => Err(fault.clone()),
        };
        taken.map_err(|fault| TrustError::WeakIssuerKey {
            emisor: lower.ca().nombre().to_owned(),
            fault,
        })
    }

    /// Whether at `at` it is to be told that it goes on taking RSA keys of 2048 bits.
    pub(super) fn outlives_2048(&self, at: DateTime<Utc>) -> bool {
        let ends = [self.entry.hasta, Some(self.ca().vigente_hasta())];
        self.entry
            .rsa_minimo
            .outlives_2048(at, ends.into_iter().flatten().min())
    }

    /// When the entry is admitted, if it is at `at` (D-64).
    pub(super) fn admission(&self, at: DateTime<Utc>) -> Result<Span, TrustError> {
        let desde = self.entry.desde;
        if at < desde {
            return Err(TrustError::IssuerNotYetAdmitted { desde });
        }
        match self.entry.hasta {
            Some(hasta) if at >= hasta => Err(TrustError::IssuerNoLongerAdmitted { hasta }),
            Some(hasta) => Ok(Span::new(desde, hasta - TimeDelta::nanoseconds(1))),
            None => Ok(Span::new(desde, DateTime::<Utc>::MAX_UTC)),
        }
    }

    /// When its own certificate is valid, if it is at `at` (RFC 5280 §6.1.3 a.2).
    pub(super) fn validity(&self, at: DateTime<Utc>) -> Result<Span, TrustError> {
        let (desde, hasta) = (self.ca().vigente_desde(), self.ca().vigente_hasta());
        let span = Span::new(desde, hasta);
        if span.contains(at) {
            Ok(span)
        } else {
            Err(TrustError::IssuerOutOfValidity { desde, hasta })
        }
    }

    /// Whether it is admitted for one of these policies (D-64).
    pub(super) fn admits_policies(&self, policies: &[String]) -> bool {
        let admitted = &self.entry.politicas;
        admitted.is_empty() || policies.iter().any(|policy| admitted.contains(policy))
    }

    /// Whether a certificate that it issued is revoked (D-71); nothing to keep where an operator wrote «ninguna».
    pub(super) fn status(&self, of: &Fields<'_>, at: DateTime<Utc>) -> Result<Option<Status>, TrustError> {
        let Some(source) = &self.crls else {
            return Ok(None);
        };
        let asked = Asked::of(of)?;
        let held = source.current();
        let (span, lista) = held
            .good_at(&asked, of.serial, at)?
            .map_err(|reason| self.unknown(reason))?;
        Ok(Some(Status {
            span,
            lista,
            seen: Seen::of(source, &held, asked),
        }))
    }

    /// The same of an issuer below it.
    pub(super) fn status_of(&self, lower: &Self, at: DateTime<Utc>) -> Result<Option<Status>, TrustError> {
        let fields = Fields::inspect(lower.ca().der())?;
        self.status(&fields, at)
    }

    /// Whether there is anybody of whom it can be told at `at` that he is not revoked: it takes a list in force, or that
    /// an operator wrote «ninguna».
    pub(super) fn can_tell(&self, at: DateTime<Utc>) -> Result<(), TrustError> {
        self.check_own_key()?;
        let Some(source) = &self.crls else {
            return Ok(());
        };
        let in_force = source.current().in_force_at(at);
        in_force.map_err(|reason| self.unknown(reason))
    }

    fn unknown(&self, reason: CrlFault) -> TrustError {
        TrustError::RevocationUnknown {
            emisor: self.ca().nombre().to_owned(),
            reason,
        }
    }
}
