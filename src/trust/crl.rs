//! `Crl`: one revocation list, read and verified (RFC 5280 §5).

use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use openssl::x509::X509Crl;

use super::admitted::CaCertificate;
use super::der::{NotDer, Reader, boolean, tag};
use super::error::CrlFault;
use super::fields::{Fields, full_names, magnitude, read_extension};
use super::oid::extension;
use super::strength::is_strong_signature;

/// Most extensions of a list or of an entry.
const MAX_EXTENSIONS: usize = 32;
/// More entries than the largest file holds: each takes twenty octets at least.
const MAX_ENTRIES: usize = 8_000_000;
/// The reason code of an entry that takes another back (§5.3.1): only in deltas, and no revocation.
const REMOVE_FROM_CRL: &[u8] = &[8];
/// A serial number, and since when it is revoked.
type Entry = (Box<[u8]>, DateTime<Utc>);

/// A list that its issuer signed, whose form lets it tell whether a certificate is revoked.
#[derive(Debug)]
pub(super) struct Crl {
    /// SHA-256 of its DER.
    pub(super) huella: [u8; 32],
    pub(super) this_update: DateTime<Utc>,
    pub(super) next_update: Option<DateTime<Utc>>,
    scope: Scope,
    /// Serial numbers and since when they are revoked, in the order of the numbers.
    revoked: Vec<Entry>,
}

/// Which certificates of its issuer a list covers (§5.2.5).
#[derive(Debug, Default)]
struct Scope {
    only_users: bool,
    only_authorities: bool,
    /// The places of publication whose certificates it covers, each `GeneralName` as it lies; nothing for all.
    points: Option<Vec<Vec<u8>>>,
}

impl Crl {
    /// Reads one list in DER and checks that `ca` issued it: name, leave to sign lists, signature (§6.3.3 b, f, g).
    pub(super) fn read(der: &[u8], ca: &CaCertificate) -> Result<Self, CrlFault> {
        let (list, signature) = inspect(der).map_err(|_| CrlFault::Unreadable)?;
        let signed = X509Crl::from_der(der).map_err(|_| CrlFault::Unreadable)?;
        let same = ca.x509.subject_name().try_cmp(signed.issuer_name());
        if !same.map_err(|_| CrlFault::Unreadable)?.is_eq() {
            return Err(CrlFault::OtherIssuer);
        }
        if !is_strong_signature(&signature) {
            return Err(CrlFault::WeakSignature);
        }
        if !ca.signs_crls || !signed.verify(&ca.key).unwrap_or(false) {
            return Err(CrlFault::BadSignature);
        }
        list
    }

    /// Whether it covers a certificate (§6.3.3 b.2).
    pub(super) fn covers(&self, certificate: &Fields<'_>) -> Result<bool, NotDer> {
        let is_ca = certificate.is_ca()?;
        if (self.scope.only_users && is_ca) || (self.scope.only_authorities && !is_ca) {
            return Ok(false);
        }
        let Some(points) = &self.scope.points else {
            return Ok(true);
        };
        let named = certificate.crl_points()?;
        Ok(points.iter().any(|point| named.contains(&point.as_slice())))
    }

    /// Since when a serial number is revoked, if it is.
    pub(super) fn revoked_since(&self, serial: &[u8]) -> Option<DateTime<Utc>> {
        self.revoked
            .binary_search_by(|(other, _)| (**other).cmp(serial))
            .ok()
            .and_then(|at| self.revoked.get(at))
            .map(|(_, since)| *since)
    }
}

/// Reads a `CertificateList` (§5.1): its signature algorithm, and the list unless its form does not let it tell.
fn inspect(der: &[u8]) -> Result<(Result<Crl, CrlFault>, String), NotDer> {
    let mut outer = Reader::only(der, tag::SEQUENCE)?;
    let mut tbs = outer.inside(tag::SEQUENCE)?;
    let outer_algorithm = outer.expect(tag::SEQUENCE)?;
    outer.expect(tag::BIT_STRING)?;
    outer.end()?;

    tbs.optional(tag::INTEGER)?;
    let algorithm = tbs.expect(tag::SEQUENCE)?;
    if algorithm.whole != outer_algorithm.whole {
        return Err(NotDer);
    }
    let signature = Reader::new(algorithm.content).oid()?;
    tbs.expect(tag::SEQUENCE)?; // The issuer's name, which openssl compares.
    let this_update = tbs.instant()?;
    let mut after = tbs;
    let next_update = match after.element() {
        Ok(next) if matches!(next.tag, tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(tbs.instant()?),
        _ => None,
    };
    let entries = tbs.optional(tag::SEQUENCE)?;
    let extensions = tbs.optional(tag::constructed(0))?;
    tbs.end()?;

    let scope = match extensions {
        Some(field) => read_scope(field.content)?,
        None => Ok(Scope::default()),
    };
    let revoked = match entries {
        Some(entries) => read_entries(Reader::new(entries.content))?,
        None => Ok(Vec::new()),
    };
    let list = scope.and_then(|scope| {
        Ok(Crl {
            huella: sha256(der),
            this_update,
            next_update,
            scope,
            revoked: revoked?,
        })
    });
    Ok((list, signature))
}

/// The extensions of a list (§5.2): what it covers, and nothing critical that is not known here.
fn read_scope(content: &[u8]) -> Result<Result<Scope, CrlFault>, NotDer> {
    let mut scope = Scope::default();
    for (oid, critical, value) in
        Reader::only(content, tag::SEQUENCE)?.each(MAX_EXTENSIONS, read_extension)?
    {
        match oid.as_str() {
            extension::DELTA_CRL => return Ok(Err(CrlFault::Incomplete)),
            extension::ISSUING_DISTRIBUTION_POINT => match distribution_point(value)? {
                Some(read) => scope = read,
                None => return Ok(Err(CrlFault::Incomplete)),
            },
            extension::CRL_NUMBER | extension::AUTHORITY_KEY_IDENTIFIER => {}
            _ if critical => return Ok(Err(CrlFault::CriticalExtension)),
            _ => {}
        }
    }
    Ok(Ok(scope))
}

/// issuingDistributionPoint (§5.2.5); nothing if the list is indirect, by reasons or of attribute certificates.
fn distribution_point(value: &[u8]) -> Result<Option<Scope>, NotDer> {
    let mut point = Reader::only(value, tag::SEQUENCE)?;
    let mut scope = Scope::default();
    if let Some(name) = point.optional(tag::constructed(0))? {
        let names = full_names(name.content)?;
        scope.points = Some(names.into_iter().map(<[u8]>::to_vec).collect());
    }
    let flag = |point: &mut Reader<'_>, number| {
        let field = point.optional(tag::context(number))?;
        field.map_or(Ok(false), |f| boolean(f.content))
    };
    scope.only_users = flag(&mut point, 1)?;
    scope.only_authorities = flag(&mut point, 2)?;
    let by_reasons = point.optional(tag::context(3))?.is_some();
    let indirect = flag(&mut point, 4)?;
    let of_attributes = flag(&mut point, 5)?;
    point.end()?;
    Ok((!by_reasons && !indirect && !of_attributes).then_some(scope))
}

/// revokedCertificates (§5.1.2.6), in the order of their numbers; of a number that comes twice the first date.
fn read_entries(entries: Reader<'_>) -> Result<Result<Vec<Entry>, CrlFault>, NotDer> {
    let read = entries.each(MAX_ENTRIES, |r| {
        let mut entry = r.inside(tag::SEQUENCE)?;
        let serial: Box<[u8]> = magnitude(entry.expect(tag::INTEGER)?.content).into();
        let since = entry.instant()?;
        let standing = match entry.optional(tag::SEQUENCE)? {
            Some(extensions) => standing(Reader::new(extensions.content))?,
            None => Standing::Revoked,
        };
        entry.end()?;
        Ok((serial, since, standing))
    })?;
    let mut revoked = Vec::with_capacity(read.len());
    for (serial, since, standing) in read {
        match standing {
            Standing::Revoked => revoked.push((serial, since)),
            Standing::Restored => {}
            Standing::Unknown => return Ok(Err(CrlFault::CriticalExtension)),
        }
    }
    revoked.sort();
    revoked.dedup_by(|later, first| later.0 == first.0);
    Ok(Ok(revoked))
}

/// What an entry means for its certificate.
enum Standing {
    Revoked,
    /// Taken off the list again.
    Restored,
    /// A critical extension may change whose certificate it is (§5.3.3).
    Unknown,
}

/// The extensions of an entry (§5.3).
fn standing(extensions: Reader<'_>) -> Result<Standing, NotDer> {
    let mut standing = Standing::Revoked;
    for (oid, critical, value) in extensions.each(MAX_EXTENSIONS, read_extension)? {
        if oid == extension::CRL_REASON {
            let mut reader = Reader::new(value);
            let code = reader.expect(tag::ENUMERATED)?;
            reader.end()?;
            if code.content == REMOVE_FROM_CRL {
                standing = Standing::Restored;
            }
        } else if critical {
            return Ok(Standing::Unknown);
        }
    }
    Ok(standing)
}
