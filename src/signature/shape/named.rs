//! Whom else a `ds:KeyInfo` names: nobody but the holder of the token. Its key verifies in any case, but who looks at kept
//! evidence years later reads what is there.

use openssl::bn::{BigNum, BigNumRef};
use openssl::x509::{X509, X509VerifyResult};

use super::ShapeError;
use super::distinguished::is_name;
use super::key_info::{MAX_CERTIFICATES, certificate};
use crate::signature::certificate::{NotACertificate, Thing};
use crate::signature::names::{DS, WSSE};
use crate::signature::text::loose_base64;
use crate::xml::tree::Element;
use crate::xml::white::trim;

/// The longest number or identifier of a key, in octets: RSA of 16,384 bits.
const MAX_NUMBER_OCTETS: usize = 2049;

/// Checks that all that stands in a KeyInfo names the token's certificate or its key. A KeyName is a text that nobody can
/// check: it may stand beside the one thing that names the certificate, and beside nothing more.
pub(in crate::signature) fn check(key_info: Element<'_, '_>, token_der: &[u8]) -> Result<(), ShapeError> {
    let one = |child: &Element<'_, '_>| child.is(WSSE, "SecurityTokenReference") || child.is(DS, "KeyName");
    let others: Vec<_> = key_info.children().filter(|child| !one(child)).collect();
    let all = key_info.children().count();
    if key_info.children().any(|child| child.is(DS, "KeyName")) && all > 2 {
        return Err(ShapeError::OtherToken);
    }
    let bare = |data: &Element<'_, '_>| {
        let mut inside = data.children();
        let only = inside.next().zip(Some(inside.next().is_none()));
        let alone = only.is_some_and(|(certificate, alone)| alone && is_token(certificate, token_der));
        data.is(DS, "X509Data") && alone
    };
    if others.iter().all(bare) {
        return Ok(());
    }
    let token = parsed(token_der, "wsse:BinarySecurityToken")?;
    let mut certificates = Vec::new();
    for other in others {
        let same = if other.is(DS, "X509Data") {
            is_x509_data_of(other, &token, &mut certificates)?
        } else {
            other.is(DS, "KeyValue") && is_key_of(other, &token).unwrap_or(false)
        };
        if !same {
            return Err(ShapeError::OtherToken);
        }
    }
    // Each is the token's or the issuer of one that was found to belong there, in whichever X509Data it stands.
    let mut known = vec![token];
    while let Some(at) = certificates.iter().position(|one| belongs(one, &known)) {
        known.push(certificates.swap_remove(at));
    }
    if certificates.is_empty() {
        Ok(())
    } else {
        Err(ShapeError::OtherToken)
    }
}

/// A certificate of which the outline was seen.
fn parsed(der: &[u8], element: &'static str) -> Result<X509, ShapeError> {
    X509::from_der(der).map_err(|_| ShapeError::Certificate {
        element,
        fault: NotACertificate::Thing(Thing::Other),
    })
}

fn is_token(certificate: Element<'_, '_>, token_der: &[u8]) -> bool {
    certificate.is(DS, "X509Certificate") && self::certificate(certificate).ok().as_deref() == Some(token_der)
}

/// XMLDSig 1.1 §4.5.4: what is in the token's certificate, or certificates, which are gathered.
fn is_x509_data_of(
    data: Element<'_, '_>,
    token: &X509,
    certificates: &mut Vec<X509>,
) -> Result<bool, ShapeError> {
    for child in data.children() {
        let named = match child.local() {
            _ if child.namespace() != DS => false,
            "X509Certificate" if certificates.len() < MAX_CERTIFICATES => {
                certificates.push(parsed(&certificate(child)?, "ds:X509Certificate")?);
                true
            }
            "X509SKI" => {
                let own = token.subject_key_id().map(|id| id.as_slice().to_vec());
                own.is_some() && loose_base64(child, MAX_NUMBER_OCTETS) == own
            }
            "X509IssuerSerial" => is_serial_of(child, token).unwrap_or(false),
            "X509SubjectName" => child
                .text()
                .is_some_and(|text| is_name(text, token.subject_name())),
            "X509CRL" => true,
            _ => false,
        };
        if !named {
            return Ok(false);
        }
    }
    Ok(true)
}

fn belongs(certificate: &X509, known: &[X509]) -> bool {
    let issued = |subject: &X509| {
        certificate.issued(subject) == X509VerifyResult::OK
            && certificate
                .public_key()
                .and_then(|key| subject.verify(&key))
                .unwrap_or(false)
    };
    known.iter().any(|one| one == certificate || issued(one))
}

/// XMLDSig 1.1 §4.5.4.1: the name of the issuer, and the number that it gave.
fn is_serial_of(element: Element<'_, '_>, token: &X509) -> Option<bool> {
    let mut inside = element.children();
    let (issuer, number, None) = (inside.next()?, inside.next()?, inside.next()) else {
        return None;
    };
    if !issuer.is(DS, "X509IssuerName") || !number.is(DS, "X509SerialNumber") {
        return None;
    }
    let number = BigNum::from_dec_str(trim(number.text()?)).ok()?;
    let same = token.serial_number().to_bn().ok()? == number;
    Some(same && is_name(issuer.text()?, token.issuer_name()))
}

/// XMLDSig 1.1 §4.5.2: the modulus and exponent, or the point, of the token's key.
fn is_key_of(value: Element<'_, '_>, token: &X509) -> Option<bool> {
    let key = token.public_key().ok()?;
    let mut inside = value.children();
    let (described, None) = (inside.next()?, inside.next()) else {
        return None;
    };
    // Each once: whoever read the other would read another key.
    let number = |local| {
        let mut held = described.children().filter(|child| child.local() == local);
        let (only, None) = (held.next()?, held.next()) else {
            return None;
        };
        loose_base64(only, MAX_NUMBER_OCTETS)
    };
    match described.local() {
        "RSAKeyValue" => {
            let rsa = key.rsa().ok()?;
            let same = |octets: Vec<u8>, own: &BigNumRef| {
                BigNum::from_slice(&octets).is_ok_and(|number| number == *own)
            };
            Some(same(number("Modulus")?, rsa.n()) && same(number("Exponent")?, rsa.e()))
        }
        // A point in DER is the last of the key's own encoding, uncompressed (RFC 5480 §2.2).
        "ECKeyValue" => {
            let der = key.public_key_to_der().ok()?;
            let point = number("PublicKey")?;
            let whole = usize::try_from(key.bits().div_ceil(8)).ok()? * 2 + 1;
            Some(key.ec_key().is_ok() && point.len() == whole && der.ends_with(&point))
        }
        _ => None,
    }
}
