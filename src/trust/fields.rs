//! `Fields`: what a certificate says, read from its octets (RFC 5280 §4.1); nothing here is proof of anything.

use chrono::{DateTime, Utc};

use super::der::{NotDer, Reader, boolean, tag};
use super::name::Name;
use super::oid::extension;

/// Largest certificate that is looked at; those in the field are below 4 KiB.
pub(super) const MAX_CERTIFICATE: usize = 64 * 1024;
/// No certificate in the field has more than some fifteen extensions, nor as many values in one.
const MAX_ITEMS: usize = 128;

/// One extension (RFC 5280 §4.2).
#[derive(Debug, Clone)]
struct Extension<'a> {
    oid: String,
    value: &'a [u8],
}

/// The fields of one certificate, borrowed from its octets.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    /// Content of the serial number, without sign octet.
    pub(super) serial: &'a [u8],
    /// Signature algorithm, in dotted form.
    pub(super) signature: String,
    /// Issuer's name.
    pub(super) issuer: Name,
    /// Holder's name.
    pub(super) subject: Name,
    /// Whether issuer and holder are one name, octet for octet.
    pub(super) self_issued: bool,
    /// First instant of its validity.
    pub(super) not_before: DateTime<Utc>,
    /// Last instant of its validity.
    pub(super) not_after: DateTime<Utc>,
    extensions: Vec<Extension<'a>>,
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
    pub(super) fn inspect(der: &'a [u8]) -> Result<Self, NotDer> {
        if der.len() > MAX_CERTIFICATE {
            return Err(NotDer);
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
            return Err(NotDer);
        }
        let issuer = tbs.expect(tag::SEQUENCE)?;
        let mut validity = tbs.inside(tag::SEQUENCE)?;
        let (not_before, not_after) = (validity.instant()?, validity.instant()?);
        validity.end()?;
        let subject = tbs.expect(tag::SEQUENCE)?;
        tbs.expect(tag::SEQUENCE)?; // The key, which openssl reads.
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
    /// lies; those for some reasons only, or of another issuer, are left out.
    pub(super) fn crl_points(&self) -> Result<Vec<&'a [u8]>, NotDer> {
        let Some(value) = self.extension(extension::CRL_DISTRIBUTION_POINTS) else {
            return Ok(Vec::new());
        };
        let points = Reader::only(value, tag::SEQUENCE)?.each(MAX_ITEMS, |r| {
            let mut point = r.inside(tag::SEQUENCE)?;
            let name = point.optional(tag::constructed(0))?;
            match name {
                Some(name) if point.is_empty() => full_names(name.content),
                _ => Ok(Vec::new()),
            }
        })?;
        Ok(points.into_iter().flatten().collect())
    }

    fn extension(&self, oid: &str) -> Option<&'a [u8]> {
        self.extensions.iter().find(|e| e.oid == oid).map(|e| e.value)
    }
}

/// The names of a `DistributionPointName` that is a `fullName`, each as it lies; none for the relative form.
pub(super) fn full_names(content: &[u8]) -> Result<Vec<&[u8]>, NotDer> {
    let mut name = Reader::new(content);
    let names = if let Some(full) = name.optional(tag::constructed(0))? {
        Reader::new(full.content).each(MAX_ITEMS, |r| Ok(r.element()?.whole))?
    } else {
        name.expect(tag::constructed(1))?;
        Vec::new()
    };
    name.end()?;
    Ok(names)
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
    let mut extension = reader.inside(tag::SEQUENCE)?;
    let oid = extension.oid()?;
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
    for (oid, _, value) in Reader::only(content, tag::SEQUENCE)?.each(MAX_ITEMS, read_extension)? {
        if seen.iter().any(|other| other.oid == oid) {
            return Err(NotDer);
        }
        seen.push(Extension { oid, value });
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
