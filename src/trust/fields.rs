//! `Fields`: what a certificate says, read from its octets (RFC 5280 §4.1); nothing here is proof of anything.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::der::{NotDer, NotInstant, Reader, boolean, dotted, element, tag};
use super::error::TrustError;
use super::name::Name;
use super::oid::extension;

/// Largest certificate that is looked at; those in the field are below 4 KiB.
pub(super) const MAX_CERTIFICATE: usize = 64 * 1024;
/// No certificate in the field has more than some fifteen extensions, nor as many values in one.
const MAX_ITEMS: usize = 128;
/// Most characters that are told of a date.
const MAX_DATE: usize = 24;

/// One extension (RFC 5280 §4.2).
#[derive(Debug, Clone)]
struct Extension<'a> {
    oid: String,
    critical: bool,
    value: &'a [u8],
}

/// The fields of one certificate, borrowed from its octets.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    /// Content of the serial number, without sign octet.
    pub(super) serial: &'a [u8],
    /// Signature algorithm, in dotted form.
    pub(super) signature: String,
    /// Name of the issuer (RFC 5280 §4.1.2.4).
    pub(super) issuer: Name,
    /// Name of the holder (RFC 5280 §4.1.2.6).
    pub(super) subject: Name,
    /// Whether issuer and holder are one name, octet for octet.
    pub(super) self_issued: bool,
    /// First instant of its validity.
    pub(super) not_before: DateTime<Utc>,
    /// Last instant of its validity.
    pub(super) not_after: DateTime<Utc>,
    /// Its key: the whole `SubjectPublicKeyInfo`.
    pub(super) key_info: &'a [u8],
    /// The issuer's name as it lies.
    issuer_der: &'a [u8],
    extensions: Vec<Extension<'a>>,
}

/// The octets are no certificate as RFC 5280 §4.1 writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotCertificate {
    /// Not at all.
    NotDer,
    /// But for its dates, which are not in UTC to the second (§4.1.2.5): what stands there.
    Dates(String),
}

impl From<NotDer> for NotCertificate {
    fn from(_: NotDer) -> Self {
        Self::NotDer
    }
}

impl From<NotInstant<'_>> for NotCertificate {
    fn from(error: NotInstant<'_>) -> Self {
        match error {
            NotInstant::NotDer(_) => Self::NotDer,
            NotInstant::Form(text) => Self::Dates(
                text.iter()
                    .take(MAX_DATE)
                    .map(|&octet| {
                        if octet.is_ascii_graphic() {
                            char::from(octet)
                        } else {
                            '?'
                        }
                    })
                    .collect(),
            ),
        }
    }
}

impl From<NotCertificate> for TrustError {
    fn from(error: NotCertificate) -> Self {
        match error {
            NotCertificate::NotDer => Self::Unreadable,
            NotCertificate::Dates(fechas) => Self::Dates { fechas },
        }
    }
}

/// What the key may be used for (RFC 5280 §4.2.1.3): the named bits, the first one highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyUsage(u16);

impl KeyUsage {
    /// Authenticating and signing data for the moment, or committing to what is signed: either is enough (D-69).
    pub(super) fn signs(self) -> bool {
        self.0 & 0b1100_0000_0000_0000 != 0
    }

    /// Signing certificates (keyCertSign).
    pub(super) fn signs_certificates(self) -> bool {
        self.0 & 0b0000_0100_0000_0000 != 0
    }

    /// Signing revocation lists (cRLSign).
    pub(super) fn signs_crls(self) -> bool {
        self.0 & 0b0000_0010_0000_0000 != 0
    }
}

impl<'a> Fields<'a> {
    /// Reads the whole of the octets as one certificate (RFC 5280 §4.1), refusing trailing content, an algorithm
    /// that differs inside and outside of what is signed (§4.1.1.2), and an extension that comes twice (§4.2).
    pub(super) fn inspect(der: &'a [u8]) -> Result<Self, NotCertificate> {
        if der.len() > MAX_CERTIFICATE {
            return Err(NotDer.into());
        }
        let mut certificate = Reader::only(der, tag::SEQUENCE)?;
        let mut tbs = certificate.inside(tag::SEQUENCE)?;
        let outer_algorithm = certificate.expect(tag::SEQUENCE)?;
        certificate.expect(tag::BIT_STRING)?;
        certificate.end()?;

        tbs.optional(tag::constructed(0))?;
        let serial = magnitude(tbs.expect(tag::INTEGER)?.content);
        let algorithm = tbs.expect(tag::SEQUENCE)?;
        if algorithm.whole != outer_algorithm.whole {
            return Err(NotDer.into());
        }
        let issuer = tbs.expect(tag::SEQUENCE)?;
        let mut validity = tbs.inside(tag::SEQUENCE)?;
        let (not_before, not_after) = (validity.instant()?, validity.instant()?);
        validity.end()?;
        let subject = tbs.expect(tag::SEQUENCE)?;
        let key_info = tbs.expect(tag::SEQUENCE)?.whole;
        tbs.optional(tag::context(1))?;
        tbs.optional(tag::context(2))?;
        let extensions = match tbs.optional(tag::constructed(3))? {
            Some(field) => extensions(field.content)?,
            None => Vec::new(),
        };
        tbs.end()?;

        Ok(Self {
            serial,
            signature: Reader::new(algorithm.content).oid()?,
            issuer: Name::read(Reader::new(issuer.content))?,
            subject: Name::read(Reader::new(subject.content))?,
            self_issued: issuer.content == subject.content,
            not_before,
            not_after,
            key_info,
            issuer_der: issuer.whole,
            extensions,
        })
    }

    /// keyUsage, if there is one.
    pub(super) fn key_usage(&self) -> Result<Option<KeyUsage>, NotDer> {
        self.extension(extension::KEY_USAGE)
            .map(|value| {
                let mut reader = Reader::new(value);
                let bits = reader.expect(tag::BIT_STRING)?;
                reader.end()?;
                match *bits.content {
                    [0..=7, first] => Ok(KeyUsage(u16::from(first) << 8)),
                    [0..=7, first, second] => Ok(KeyUsage(u16::from(first) << 8 | u16::from(second))),
                    _ => Err(NotDer),
                }
            })
            .transpose()
    }

    /// The purposes of extendedKeyUsage, if there is one (RFC 5280 §4.2.1.12).
    pub(super) fn purposes(&self) -> Result<Option<Vec<String>>, NotDer> {
        self.extension(extension::EXTENDED_KEY_USAGE)
            .map(|value| Reader::only(value, tag::SEQUENCE)?.each(MAX_ITEMS, Reader::oid))
            .transpose()
    }

    /// Whether extendedKeyUsage is critical, as RFC 3161 §2.3 asks of who dates.
    pub(super) fn purposes_are_critical(&self) -> bool {
        let mut extensions = self.extensions.iter();
        extensions.any(|e| e.oid == extension::EXTENDED_KEY_USAGE && e.critical)
    }

    /// Whether basicConstraints says that it is a CA (RFC 5280 §4.2.1.9).
    pub(super) fn is_ca(&self) -> Result<bool, NotDer> {
        let Some(value) = self.extension(extension::BASIC_CONSTRAINTS) else {
            return Ok(false);
        };
        let mut constraints = Reader::only(value, tag::SEQUENCE)?;
        match constraints.optional(tag::BOOLEAN)? {
            Some(ca) => boolean(ca.content),
            None => Ok(false),
        }
    }

    /// The policies under which it was issued (RFC 5280 §4.2.1.4).
    pub(super) fn policies(&self) -> Result<Vec<String>, NotDer> {
        match self.extension(extension::CERTIFICATE_POLICIES) {
            Some(value) => {
                Reader::only(value, tag::SEQUENCE)?.each(MAX_ITEMS, |r| r.inside(tag::SEQUENCE)?.oid())
            }
            None => Ok(Vec::new()),
        }
    }

    /// The directory names among the holder's alternative names (RFC 5280 §4.2.1.6).
    pub(super) fn alternative_names(&self) -> Result<Vec<Name>, NotDer> {
        let Some(value) = self.extension(extension::SUBJECT_ALT_NAME) else {
            return Ok(Vec::new());
        };
        let names = Reader::only(value, tag::SEQUENCE)?.each(MAX_ITEMS, Reader::element)?;
        names
            .into_iter()
            .filter(|general| general.tag == tag::constructed(4))
            .map(|directory| Name::read(Reader::only(directory.content, tag::SEQUENCE)?))
            .collect()
    }

    /// The places where its complete revocation list is published (RFC 5280 §4.2.1.13), each `GeneralName` as it
    /// lies; those for some reasons only, or of another issuer of lists, are left out. That the issuer of the list is named
    /// although it is the certificate's own changes nothing (§6.3.3 b.1).
    pub(super) fn crl_points(&self) -> Result<Vec<Point<'a>>, NotDer> {
        let Some(value) = self.extension(extension::CRL_DISTRIBUTION_POINTS) else {
            return Ok(Vec::new());
        };
        let points = Reader::only(value, tag::SEQUENCE)?.each(MAX_ITEMS, |r| {
            let mut point = r.inside(tag::SEQUENCE)?;
            let name = point.optional(tag::constructed(0))?;
            let by_reasons = point.optional(tag::context(1))?.is_some();
            let issuers = match point.optional(tag::constructed(2))? {
                Some(issuers) => {
                    Some(Reader::new(issuers.content).each(MAX_ITEMS, |r| Ok(r.element()?.whole))?)
                }
                None => None,
            };
            point.end()?;
            let is_own = |name: &&[u8]| is_directory(name, self.issuer_der);
            let of_another = issuers.as_ref().is_some_and(|names| !names.iter().any(is_own));
            if by_reasons || of_another {
                return Ok(Vec::new());
            }
            match (name, issuers) {
                (Some(name), _) => point_names(name.content, self.issuer_der),
                // §6.3.3 b.2.i: without a name of its own, the place bears that of the issuer.
                (None, Some(issuers)) => Ok(issuers.into_iter().map(Cow::Borrowed).collect()),
                (None, None) => Ok(Vec::new()),
            }
        })?;
        Ok(points.into_iter().flatten().collect())
    }

    fn extension(&self, oid: &str) -> Option<&'a [u8]> {
        self.extensions.iter().find(|e| e.oid == oid).map(|e| e.value)
    }
}

/// A place where a list is published: a `GeneralName` as it lies.
pub(super) type Point<'a> = Cow<'a, [u8]>;

/// The names of a `DistributionPointName` (RFC 5280 §4.2.1.13): those of a `fullName` as they lie; of the relative form the
/// directory name that it stands for, below that of the issuer.
pub(super) fn point_names<'a>(content: &'a [u8], issuer: &[u8]) -> Result<Vec<Point<'a>>, NotDer> {
    let mut name = Reader::new(content);
    let names = if let Some(full) = name.optional(tag::constructed(0))? {
        Reader::new(full.content).each(MAX_ITEMS, |r| Ok(Cow::Borrowed(r.element()?.whole)))?
    } else {
        let relative = name.expect(tag::constructed(1))?.content;
        let above = Reader::new(issuer).expect(tag::SEQUENCE)?.content;
        let rdns = [above, &element(tag::SET, relative)].concat();
        let directory = element(tag::constructed(4), &element(tag::SEQUENCE, &rdns));
        vec![Cow::Owned(directory)]
    };
    name.end()?;
    Ok(names)
}

/// Whether a `GeneralName` is the directory name that another name is, in whatever kinds of strings each is written.
fn is_directory(general: &[u8], name: &[u8]) -> bool {
    let read = |octets| Name::read(Reader::only(octets, tag::SEQUENCE)?);
    let directory = Reader::new(general).expect(tag::constructed(4));
    match (directory.and_then(|element| read(element.content)), read(name)) {
        (Ok(one), Ok(other)) => one.is_same(&other),
        _ => false,
    }
}

/// The octets of an INTEGER without the zero that only keeps its sign.
pub(super) fn magnitude(content: &[u8]) -> &[u8] {
    match content {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    }
}

/// One extension as certificates and CRLs both write it: OID, criticality, value (RFC 5280 §4.1).
pub(super) fn read_extension<'a>(reader: &mut Reader<'a>) -> Result<(String, bool, &'a [u8]), NotDer> {
    let (oid, critical, value) = read_plain_extension(reader)?;
    Ok((dotted(oid)?, critical, value))
}

/// The same with the content of its OID: lists have an extension for each of thousands of entries.
pub(super) fn read_plain_extension<'a>(
    reader: &mut Reader<'a>,
) -> Result<(&'a [u8], bool, &'a [u8]), NotDer> {
    let mut extension = reader.inside(tag::SEQUENCE)?;
    let oid = extension.expect(tag::OID)?.content;
    let critical = match extension.optional(tag::BOOLEAN)? {
        Some(critical) => boolean(critical.content)?,
        None => false,
    };
    let value = extension.expect(tag::OCTET_STRING)?.content;
    extension.end()?;
    Ok((oid, critical, value))
}

/// The extensions of a certificate. Critical ones that nobody knows are openssl's to refuse, which knows more.
fn extensions(content: &[u8]) -> Result<Vec<Extension<'_>>, NotDer> {
    let mut seen: Vec<Extension<'_>> = Vec::new();
    for (oid, critical, value) in Reader::only(content, tag::SEQUENCE)?.each(MAX_ITEMS, read_extension)? {
        if seen.iter().any(|other| other.oid == oid) {
            return Err(NotDer);
        }
        seen.push(Extension { oid, critical, value });
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::testing::{Issuing, Leaf};
    use proptest::prelude::*;

    fn person() -> Vec<u8> {
        Issuing::root("RAIZ").issue(&Leaf::persona())
    }

    #[test]
    fn a_certificate_with_a_trailing_octet_is_refused() {
        let mut der = person();
        assert!(Fields::inspect(&der).is_ok());
        der.push(0);
        assert!(Fields::inspect(&der).is_err());
    }

    #[test]
    fn an_extension_that_comes_twice_is_refused() {
        let twice = Leaf::persona()
            .extension("1.2.3.4", false, &[5, 0])
            .extension("1.2.3.4", false, &[5, 0]);
        assert!(Fields::inspect(&Issuing::root("RAIZ").issue(&twice)).is_err());
    }

    proptest! {
        #[test]
        fn a_certificate_with_any_octet_changed_is_read_without_panic(at in 0_usize..4096, octet: u8) {
            let mut der = person();
            let at = at % der.len();
            der[at] = octet;
            if let Ok(fields) = Fields::inspect(&der) {
                let _ = (fields.key_usage(), fields.purposes(), fields.is_ca(), fields.policies());
                let _ = (fields.alternative_names(), fields.crl_points());
            }
        }
    }
}
