//! `Snapshot`: one state of the allowed list, with its paths laid out and what it has validated.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use openssl::x509::X509;

use super::admitted::{AdmittedIssuer, Revocacion};
use super::cache::{Cache, Verified};
use super::crl_place::Place;
use super::error::TrustError;
use super::fields::Fields;
use super::holder::Holder;
use super::identity;
use super::issuer::Issuer;
use super::key::Curves;
use super::path::Path;
use super::readiness::Readiness;
use super::renewal::Renewal;
use super::span::Span;
use super::strength::{is_strong_signature, public_key};
use super::usage::{self, Usage};
use super::validator::ListError;

/// Most certificates kept; with key and names some 5 KiB each.
const CACHED: usize = 20_000;
/// Most paths tried for one certificate, each at the cost of its signatures. A list in which more entries bear one
/// authority's name is not one that an operator writes.
const MAX_TRIED: usize = 16;

/// A state of the list.
pub(super) struct Snapshot {
    issuers: Vec<Arc<Issuer>>,
    paths: Vec<Path>,
    pub(super) cache: Cache,
}

/// A certificate as it came: what it says, and openssl's view of the same octets.
struct Token<'a> {
    fields: Fields<'a>,
    x509: X509,
    der: &'a [u8],
    huella: [u8; 32],
}

impl Snapshot {
    pub(super) fn new(list: Vec<AdmittedIssuer>, renewal: &Renewal) -> Result<Self, ListError> {
        let mut issuers = Vec::with_capacity(list.len());
        for entry in list {
            let crls = match &entry.revocacion {
                Revocacion::Crl(path) => Some(renewal.source(Place::new(path.clone()), &entry.certificado)?),
                Revocacion::Ninguna => None,
            };
            issuers.push(Arc::new(Issuer::new(entry, crls)));
        }
        let mut paths = Vec::new();
        for issuer in &issuers {
            paths.extend(Path::all_from(issuer, &issuers)?);
        }
        Ok(Self {
            issuers,
            paths,
            cache: Cache::new(CACHED),
        })
    }

    /// Which entries can be used at `at`.
    pub(super) fn readiness_at(&self, at: DateTime<Utc>) -> Readiness {
        Readiness::of(&self.issuers, &self.paths, at)
    }

    /// Validates a certificate against this state of the list, knowing nothing of what was validated before.
    pub(super) fn validate(
        &self,
        der: &[u8],
        huella: [u8; 32],
        uso: Usage,
        at: DateTime<Utc>,
    ) -> Result<Verified, TrustError> {
        let token = Token {
            fields: Fields::inspect(der)?,
            x509: X509::from_der(der).map_err(|_| TrustError::Unreadable)?,
            der,
            huella,
        };
        if token.fields.self_issued {
            return Err(TrustError::SelfSigned);
        }
        let mut failure = TrustError::NotAdmitted {
            emisor: token.fields.issuer.shown(),
        };
        let mut tried = 0;
        for path in &self.paths {
            if !path.names_issuer_of(&token.x509)? {
                continue;
            }
            if tried == MAX_TRIED {
                break;
            }
            tried += 1;
            match token.along(path, uso, at) {
                Ok(verified) => return Ok(verified),
                Err(other) if other.rank() > failure.rank() => failure = other,
                Err(_) => {}
            }
        }
        Err(failure)
    }
}

impl Token<'_> {
    /// Every check along one path, in the order of [`TrustError::rank`].
    fn along(&self, path: &Path, wanted: Usage, at: DateTime<Utc>) -> Result<Verified, TrustError> {
        let links = path.links();
        let [issuer, above @ ..] = links else {
            return Err(TrustError::Internal);
        };
        // Before openssl looks at it, which does not tell a key that it cannot read from a failure of its own.
        let key = public_key(self.fields.key_info).map_err(TrustError::WeakKey)?;
        for link in links {
            link.check_own_key()?;
        }
        path.verify(&self.x509)?;
        self.check_signatures(links)?;
        let mut span = self.span();
        for link in links {
            span = span.and(link.admission(at)?);
        }
        for link in links {
            span = span.and(link.validity(at)?);
        }
        for (lower, upper) in links.iter().zip(above) {
            span = span.and(upper.takes_key_of(lower, at)?);
        }
        self.check_validity(at)?;

        let uso = usage::check(&self.fields)?;
        if !uso.includes(wanted) {
            return Err(usage::refused(&self.fields));
        }
        let taken = issuer.takes_key(&key, Curves::OfMessages, at);
        span = span.and(taken.map_err(TrustError::WeakKey)?);
        let politicas = self.fields.policies().map_err(|_| TrustError::Unreadable)?;
        if !links.iter().all(|link| link.admits_policies(&politicas)) {
            return Err(TrustError::Policy { politicas });
        }

        let mut statuses = vec![issuer.status(&self.fields, at)?];
        for (lower, upper) in links.iter().zip(above) {
            statuses.push(upper.status_of(lower, at)?);
        }
        let (mut seen, mut listas) = (Vec::new(), Vec::new());
        for status in statuses.into_iter().flatten() {
            span = span.and(status.span);
            listas.push(status.lista);
            seen.push(status.seen);
        }

        let firmante = identity::read(&self.fields, issuer.lectura())?;
        let holder = Arc::new(Holder {
            firmante,
            key,
            der: self.der.to_vec(),
            emisor: self.fields.issuer.shown(),
            serie: hexadecimal(self.fields.serial),
            huella: self.huella,
            vigente_hasta: self.fields.not_after,
            listas,
        });
        Ok(Verified {
            holder,
            uso,
            span,
            seen,
        })
    }

    /// D-69, for each signature that is relied upon: not for the highest entry's, which the operator vouches for.
    fn check_signatures(&self, links: &[Arc<Issuer>]) -> Result<(), TrustError> {
        let upon = links.split_last().map_or(&[][..], |(_, lower)| lower);
        let relied = upon.iter().map(|link| &link.ca().signature);
        match std::iter::once(&self.fields.signature)
            .chain(relied)
            .find(|algorithm| !is_strong_signature(algorithm))
        {
            Some(weak) => Err(TrustError::WeakSignature {
                algoritmo: weak.clone(),
            }),
            None => Ok(()),
        }
    }

    fn span(&self) -> Span {
        Span::new(self.fields.not_before, self.fields.not_after)
    }

    /// RFC 5280 §6.1.3 a.2.
    fn check_validity(&self, at: DateTime<Utc>) -> Result<(), TrustError> {
        let (desde, hasta) = (self.fields.not_before, self.fields.not_after);
        if at < desde {
            Err(TrustError::NotYetValid { desde })
        } else if at > hasta {
            Err(TrustError::Expired { hasta })
        } else {
            Ok(())
        }
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    let figure = |n: u8| char::from_digit(u32::from(n), 16);
    octets
        .iter()
        .flat_map(|&octet| [figure(octet >> 4), figure(octet & 0xf)])
        .flatten()
        .collect()
}
