//! `Issuer`: an entry of the list as it is used: what it asks of a path on which it lies.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::admitted::{AdmittedIssuer, CaCertificate, Revocacion, Sellos};
use super::crl_file::CrlFile;
use super::error::{CrlFault, TrustError};
use super::fields::Fields;
use super::revocation::{Seen, Status};
use super::span::Span;

/// An entry of the list, with its revocation lists at hand.
pub(super) struct Issuer {
    entry: AdmittedIssuer,
    crls: Option<CrlFile>,
}

impl Issuer {
    pub(super) fn new(entry: AdmittedIssuer) -> Self {
        let crls = match &entry.revocacion {
            Revocacion::Crl(path) => Some(CrlFile::new(path.clone())),
            Revocacion::Ninguna => None,
        };
        Self { entry, crls }
    }

    /// The operator's number and name for it.
    pub(super) fn named(&self) -> (i32, &str) {
        (self.entry.id, &self.entry.nombre)
    }

    /// Where its revocation lists are, if it has any.
    pub(super) fn crl(&self) -> Option<&Path> {
        self.crls.as_ref().map(CrlFile::path)
    }

    pub(super) fn ca(&self) -> &CaCertificate {
        &self.entry.certificado
    }

    pub(super) fn sellos(&self) -> Sellos {
        self.entry.sellos
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
        let Some(file) = &self.crls else {
            return Ok(None);
        };
        let unknown = |reason| self.unknown(reason);
        let (lists, stamp) = file.current(self.ca()).map_err(unknown)?;
        let (span, consulted) = lists.good_at(of, at)?.map_err(unknown)?;
        Ok(Some(Status {
            span,
            lista: consulted,
            seen: Seen {
                path: file.path().to_owned(),
                stamp,
            },
        }))
    }

    /// The same of an issuer below it.
    pub(super) fn status_of(&self, lower: &Self, at: DateTime<Utc>) -> Result<Option<Status>, TrustError> {
        let fields = Fields::inspect(lower.ca().der()).map_err(|_| TrustError::Unreadable)?;
        self.status(&fields, at)
    }

    /// Whether there is anybody of whom it can be told at `at` that he is not revoked: it takes a list in force, or that
    /// an operator wrote «ninguna».
    pub(super) fn can_tell(&self, at: DateTime<Utc>) -> Result<(), TrustError> {
        let Some(file) = &self.crls else {
            return Ok(());
        };
        file.current(self.ca())
            .and_then(|(lists, _)| lists.in_force_at(at))
            .map_err(|reason| self.unknown(reason))
    }

    fn unknown(&self, reason: CrlFault) -> TrustError {
        TrustError::RevocationUnknown {
            emisor: self.ca().nombre().to_owned(),
            reason,
        }
    }
}
