//! `Crl`: one revocation list, read and verified (RFC 5280 §5).

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use openssl::sha::sha256;
use openssl::x509::X509Crl;

use super::admitted::CaCertificate;
use super::der::{NotDer, NotInstant, Reader, boolean, tag};
use super::error::CrlFault;
use super::fields::{magnitude, point_names, read_extension, read_plain_extension};
use super::oid::extension;
use super::strength::is_strong_signature;

/// Most extensions of a list or of an entry.
const MAX_EXTENSIONS: usize = 32;
/// More entries than the largest file holds: each takes twenty octets at least.
const MAX_ENTRIES: usize = 8_000_000;
/// Longest serial number (§4.1.2.2 of certificates: 20 octets; some issuers have made them longer).
const MAX_SERIAL: usize = 64;
/// The reason code of an entry that takes another back (§5.3.1): only in deltas, and no revocation.
const REMOVE_FROM_CRL: &[u8] = &[8];
/// The content of the OID of reasonCode, 2.5.29.21 (§5.3.1).
const CRL_REASON: &[u8] = &[0x55, 0x1d, 0x15];

/// A list that its issuer signed, whose form lets it tell whether a certificate is revoked.
#[derive(Debug)]
pub(super) struct Crl {
    /// SHA-256 of its DER.
    pub(super) huella: [u8; 32],
    pub(super) this_update: DateTime<Utc>,
    pub(super) next_update: Option<DateTime<Utc>>,
    scope: Scope,
    revoked: Revoked,
}

/// Which certificates of its issuer a list covers (§5.2.5).
#[derive(Debug, Default)]
struct Scope {
    only_users: bool,
    only_authorities: bool,
    /// The places of publication whose certificates it covers, each `GeneralName` as it lies; nothing for all.
    points: Option<Vec<Box<[u8]>>>,
}

impl Crl {
    /// Reads one list in DER and checks that `ca` issued it: name, leave to sign lists, signature (§6.3.3 b, f, g).
    pub(super) fn read(der: &[u8], ca: &CaCertificate) -> Result<Self, CrlFault> {
        let (list, signature) = inspect(der)?;
        let signed = X509Crl::from_der(der).map_err(|_| CrlFault::Unreadable)?;
        let same = ca.x509.subject_name().try_cmp(signed.issuer_name());
        if !same.map_err(|_| CrlFault::Unreadable)?.is_eq() {
            return Err(CrlFault::OtherIssuer);
        }
        if !is_strong_signature(&signature) {
            return Err(CrlFault::WeakSignature);
        }
        let by_its_key = || {
            ca.key
                .as_ref()
                .is_ok_and(|key| signed.verify(key).unwrap_or(false))
        };
        if !ca.signs_crls || !by_its_key() {
            return Err(CrlFault::BadSignature);
        }
        list
    }

    /// Whether it covers certificates of this kind, of those published where it is (§6.3.3 b.2).
    pub(super) fn covers(&self, is_ca: bool) -> bool {
        !(self.scope.only_users && is_ca || self.scope.only_authorities && !is_ca)
    }

    /// The places of publication whose certificates alone it covers, each `GeneralName` as it lies.
    pub(super) fn points(&self) -> Option<&[Box<[u8]>]> {
        self.scope.points.as_deref()
    }

    /// Since when a serial number is revoked, if it is.
    pub(super) fn revoked_since(&self, serial: &[u8]) -> Option<DateTime<Utc>> {
        self.revoked.since(serial)
    }
}

/// Serial numbers and since when they are revoked, in the order of the numbers; side by side, since an issuer may have
/// millions of them in memory.
#[derive(Debug, Default)]
struct Revoked {
    /// Octets of each number, the longest one's; shorter ones have zeros before them.
    width: usize,
    numbers: Vec<u8>,
    /// Seconds since 1970.
    since: Vec<i64>,
}

impl Revoked {
    /// Of entries, whose first date counts where a number comes twice.
    fn of(mut entries: Vec<(&[u8], DateTime<Utc>)>) -> Result<Self, NotDer> {
        for (number, _) in &mut entries {
            *number = significant(number);
        }
        let longest = entries.iter().map(|(number, _)| number.len()).max();
        let width = longest.unwrap_or(0).max(1);
        if width > MAX_SERIAL {
            return Err(NotDer);
        }
        // The longer number is the greater: none has zeros before it.
        entries.sort_unstable_by_key(|&(number, since)| (number.len(), number, since));
        entries.dedup_by_key(|(number, _)| *number);
        let mut numbers = Vec::with_capacity(width * entries.len());
        for (number, _) in &entries {
            numbers.resize(numbers.len() + width - number.len(), 0);
            numbers.extend_from_slice(number);
        }
        let since = entries.iter().map(|(_, since)| since.timestamp()).collect();
        Ok(Self {
            width,
            numbers,
            since,
        })
    }

    fn since(&self, serial: &[u8]) -> Option<DateTime<Utc>> {
        let serial = significant(serial);
        let mut wanted = vec![0; self.width.checked_sub(serial.len())?];
        wanted.extend_from_slice(serial);
        let (mut low, mut high) = (0, self.since.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let number = self.numbers.get(middle * self.width..(middle + 1) * self.width)?;
            match number.cmp(&wanted) {
                Ordering::Equal => return DateTime::from_timestamp(*self.since.get(middle)?, 0),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// A number without zeros before it, whoever wrote them.
fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&octet| octet == 0).count();
    number.get(zeros..).unwrap_or_default()
}

impl From<NotDer> for CrlFault {
    fn from(_: NotDer) -> Self {
        Self::Unreadable
    }
}

impl From<NotInstant<'_>> for CrlFault {
    fn from(error: NotInstant<'_>) -> Self {
        match error {
            NotInstant::NotDer(_) => Self::Unreadable,
            NotInstant::Form(_) => Self::Dates,
        }
    }
}

/// Reads a `CertificateList` (§5.1): its signature algorithm, and the list unless its form does not let it tell.
fn inspect(der: &[u8]) -> Result<(Result<Crl, CrlFault>, String), CrlFault> {
    let mut outer = Reader::only(der, tag::SEQUENCE)?;
    let mut tbs = outer.inside(tag::SEQUENCE)?;
    let outer_algorithm = outer.expect(tag::SEQUENCE)?;
    outer.expect(tag::BIT_STRING)?;
    outer.end()?;

    tbs.optional(tag::INTEGER)?;
    let algorithm = tbs.expect(tag::SEQUENCE)?;
    if algorithm.whole != outer_algorithm.whole {
        return Err(CrlFault::Unreadable);
    }
    let signature = Reader::new(algorithm.content).oid()?;
    let issuer = tbs.expect(tag::SEQUENCE)?.whole; // Which openssl compares.
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
        Some(field) => read_scope(field.content, issuer)?,
        None => Ok(Scope::default()),
    };
    let revoked = match entries {
        Some(entries) => read_entries(Reader::new(entries.content))?,
        None => Ok(Revoked::default()),
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
fn read_scope(content: &[u8], issuer: &[u8]) -> Result<Result<Scope, CrlFault>, NotDer> {
    let mut scope = Scope::default();
    for (oid, critical, value) in
        Reader::only(content, tag::SEQUENCE)?.each(MAX_EXTENSIONS, read_extension)?
    {
        match oid.as_str() {
            extension::DELTA_CRL => return Ok(Err(CrlFault::Incomplete)),
            extension::ISSUING_DISTRIBUTION_POINT => match distribution_point(value, issuer)? {
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
fn distribution_point(value: &[u8], issuer: &[u8]) -> Result<Option<Scope>, NotDer> {
    let mut point = Reader::only(value, tag::SEQUENCE)?;
    let mut scope = Scope::default();
    if let Some(name) = point.optional(tag::constructed(0))? {
        let names = point_names(name.content, issuer)?;
        scope.points = Some(names.into_iter().map(|name| name.into_owned().into()).collect());
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
fn read_entries(mut entries: Reader<'_>) -> Result<Result<Revoked, CrlFault>, CrlFault> {
    let mut revoked = Vec::new();
    let mut read = 0;
    while !entries.is_empty() {
        read += 1;
        if read > MAX_ENTRIES {
            return Err(CrlFault::Unreadable);
        }
        let mut entry = entries.inside(tag::SEQUENCE)?;
        let serial = magnitude(entry.expect(tag::INTEGER)?.content);
        let since = entry.instant()?;
        let standing = match entry.optional(tag::SEQUENCE)? {
            Some(extensions) => standing(Reader::new(extensions.content))?,
            None => Standing::Revoked,
        };
        entry.end()?;
        match standing {
            Standing::Revoked => revoked.push((serial, since)),
            Standing::Restored => {}
            Standing::Unknown => return Ok(Err(CrlFault::CriticalExtension)),
        }
    }
    Ok(Ok(Revoked::of(revoked)?))
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
    for (oid, critical, value) in extensions.each(MAX_EXTENSIONS, read_plain_extension)? {
        if oid == CRL_REASON {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::at;

    #[test]
    fn serial_numbers_of_any_length_are_found_and_no_others() {
        let entries: Vec<(&[u8], _)> = vec![
            (&[9], at(1)),
            (&[0, 5], at(2)),
            (&[1, 0, 0], at(3)),
            (&[9], at(0)),
            (&[0xff; 20], at(4)),
        ];
        let revoked = Revoked::of(entries).unwrap();
        for (number, since) in [
            (&[9][..], Some(at(0))),
            (&[5], Some(at(2))),
            (&[0, 9], Some(at(0))),
            (&[1, 0, 0], Some(at(3))),
            (&[0xff; 20], Some(at(4))),
            (&[1], None),
            (&[1, 0], None),
            (&[0xff; 19], None),
            (&[0xff; 21], None),
            (&[], None),
        ] {
            assert_eq!(revoked.since(number), since, "{number:?}");
        }
        assert!(Revoked::of(vec![(&[1; 65], at(0))]).is_err());
    }
}
