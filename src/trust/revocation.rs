//! Whether a certificate is revoked, as far as the lists at hand tell; where they do not, the answer is no to the
//! certificate (D-71).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use openssl::x509::X509Crl;

use super::admitted::CaCertificate;
use super::crl::Crl;
use super::crl_file::Stamp;
use super::error::{CrlFault, TrustError};
use super::fields::Fields;
use super::span::Span;

const PEM_BEGIN: &[u8] = b"-----BEGIN X509 CRL-----";
const PEM_END: &[u8] = b"-----END X509 CRL-----";
/// Most lists in one file: some issuers split theirs into thousands.
const MAX_LISTS: usize = 50_000;

/// The lists of one issuer: one in DER, or any number in PEM, where the issuer splits its own.
#[derive(Debug)]
pub(super) struct Lists(Vec<Crl>);

/// That a certificate is not revoked: how long that can be said, by which list, and by which version of which file.
#[derive(Debug)]
pub(super) struct Status {
    pub(super) span: Span,
    pub(super) lista: ListaConsultada,
    pub(super) seen: Seen,
}

/// A revocation list on which a validation relied, by what it can be told from every other: the evidence that a
/// certificate was not revoked (D-71).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListaConsultada {
    /// SHA-256 of its DER.
    pub huella: [u8; 32],
    /// When its issuer made it (`thisUpdate`).
    pub actualizada: DateTime<Utc>,
}

/// A version of a file of revocation lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
}

impl Seen {
    /// Whether the file is still that version.
    pub(super) fn still_there(&self) -> bool {
        Stamp::of(&self.path) == Ok(self.stamp)
    }
}

impl Lists {
    /// Reads all the lists of a file; one that is not good spoils the file, since what it hides cannot be told.
    pub(super) fn read(octets: &[u8], ca: &CaCertificate) -> Result<Self, CrlFault> {
        if !octets.trim_ascii_start().starts_with(b"-----BEGIN") {
            return Ok(Self(vec![Crl::read(octets, ca)?]));
        }
        let mut lists = Vec::new();
        let mut rest = octets;
        while let Some(begin) = find(rest, PEM_BEGIN) {
            let (_, from) = rest.split_at(begin);
            let length = find(from, PEM_END).ok_or(CrlFault::Unreadable)? + PEM_END.len();
            let (pem, after) = from.split_at(length);
            if lists.len() == MAX_LISTS {
                return Err(CrlFault::Unreadable);
            }
            let der = X509Crl::from_pem(pem).and_then(|crl| crl.to_der());
            lists.push(Crl::read(&der.map_err(|_| CrlFault::Unreadable)?, ca)?);
            rest = after;
        }
        if lists.is_empty() {
            return Err(CrlFault::Unreadable);
        }
        Ok(Self(lists))
    }

    /// How long it can be said that a certificate is not revoked, if it can be said at `at` (RFC 5280 §6.3.3).
    ///
    /// A list that is out of date still tells what is revoked, though no longer what is not. Of several that cover
    /// the certificate, one in force is enough.
    pub(super) fn good_at(
        &self,
        certificate: &Fields<'_>,
        at: DateTime<Utc>,
    ) -> Result<Result<(Span, ListaConsultada), CrlFault>, TrustError> {
        let mut outcome = Err(CrlFault::OutOfScope);
        for list in &self.0 {
            if !list.covers(certificate).map_err(|_| TrustError::Unreadable)? {
                continue;
            }
            if let Some(since) = list.revoked_since(certificate.serial) {
                return Err(TrustError::Revoked { since });
            }
            outcome = outcome.or_else(|_| {
                let span = in_force(list, at)?;
                let lista = ListaConsultada {
                    huella: list.huella,
                    actualizada: list.this_update,
                };
                Ok((span, lista))
            });
        }
        Ok(outcome)
    }

    /// Whether one of them at least is in force.
    pub(super) fn in_force_at(&self, at: DateTime<Utc>) -> Result<(), CrlFault> {
        let mut outcome = Err(CrlFault::OutOfScope);
        for list in &self.0 {
            outcome = in_force(list, at);
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map(drop)
    }
}

/// From when until when a list holds, if `at` is within (RFC 5280 §5.1.2.4, §5.1.2.5).
fn in_force(list: &Crl, at: DateTime<Utc>) -> Result<Span, CrlFault> {
    let next = list.next_update.ok_or(CrlFault::NoNextUpdate)?;
    if at < list.this_update {
        Err(CrlFault::NotYetInForce(list.this_update))
    } else if at > next {
        Err(CrlFault::Stale(next))
    } else {
        Ok(Span::new(list.this_update, next))
    }
}

fn find(octets: &[u8], what: &[u8]) -> Option<usize> {
    octets.windows(what.len()).position(|window| window == what)
}
