//! The certificate that an element holds: one, in DER and in base64; and what clients send in its stead.
//!
//! It is not parsed here, but for as much as tells it from what is mistaken for one: an exported file, a chain, a key.

mod der;

use base64::Engine as _;

pub use der::Thing;

use super::text::{UNPADDED, loose_base64};
use crate::xml::tree::Element;
use crate::xml::white::{WHITE, is_white, trim};

/// The longest certificate, in octets of DER; qualified certificates are a tenth of it.
const MAX_OCTETS: usize = 16 * 1024;
/// What a block of PEM begins with (RFC 7468 §2).
const BEGIN: &str = "-----BEGIN ";

/// What an element holds that should hold a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACertificate {
    /// There is not one octet in it.
    #[error("it is empty")]
    Empty,
    /// Elements or comments.
    #[error("it holds elements or comments")]
    Content,
    /// More than any certificate has.
    #[error("it has more than {limit} octets")]
    TooLong {
        /// Octets of text that are read.
        limit: usize,
    },
    /// A file in PEM as it is.
    #[error("it is PEM")]
    Pem,
    /// The same with what openssl prints before the boundary.
    #[error("it is PEM with text around")]
    PemWithText,
    /// Certificates one after another, in PEM, base64 or DER.
    #[error("it holds several certificates")]
    Several,
    /// A character that base64 does not have.
    #[error("it has «{character}», which is not in base64")]
    Character {
        /// The first of them.
        character: char,
    },
    /// The other alphabet of base64 (RFC 4648 §5).
    #[error("it is base64 for URLs")]
    UrlAlphabet,
    /// Base64 that was cut or joined.
    #[error("it is not whole base64")]
    Length,
    /// Base64 of base64.
    #[error("it is base64 of base64")]
    EncodedTwice,
    /// Base64 of a file in PEM.
    #[error("it is base64 of PEM")]
    EncodedPem,
    /// Hexadecimal figures, where base64 was expected.
    #[error("it is hexadecimal")]
    Hexadecimal,
    /// Something else in DER, or in PEM.
    #[error(transparent)]
    Thing(Thing),
    /// More octets behind the certificate.
    #[error("there are octets behind it")]
    Trailing,
    /// Fewer octets than it says that it has.
    #[error("it is cut short")]
    Truncated,
}

/// The certificate that an element holds, in DER (X.509 Token Profile 1.1 §3.1, XMLDSig 1.1 §4.5.4). It has the outline of
/// one; whether it is one is for whoever parses it to say.
pub fn certificate_of(element: Element<'_, '_>) -> Result<Vec<u8>, NotACertificate> {
    let text = element.text().ok_or(NotACertificate::Content)?;
    let octets = loose_base64(element, MAX_OCTETS).ok_or_else(|| undecodable(text))?;
    match der::read(&octets) {
        Ok(Thing::Certificate) => Ok(octets),
        Ok(other) => Err(NotACertificate::Thing(other)),
        Err(der::Fault::Trailing(rest)) if is_certificate(rest) => Err(NotACertificate::Several),
        Err(der::Fault::Trailing(_)) => Err(NotACertificate::Trailing),
        Err(der::Fault::Truncated) => Err(NotACertificate::Truncated),
        Err(der::Fault::NotASequence) => Err(not_der(text, &octets)),
    }
}

/// Whether octets begin with a certificate.
fn is_certificate(octets: &[u8]) -> bool {
    matches!(
        der::read(octets),
        Ok(Thing::Certificate) | Err(der::Fault::Trailing(_))
    )
}

/// What a text is that is not base64, or of too much.
fn undecodable(text: &str) -> NotACertificate {
    let is_base64 = |c: &char| c.is_ascii_alphanumeric() || "+/=".contains(*c) || WHITE.contains(c);
    if is_white(text) {
        NotACertificate::Empty
    } else if text.contains(BEGIN) {
        pem(text)
    } else if text.contains("Bag Attributes") {
        NotACertificate::PemWithText
    } else if is_hexadecimal(text) {
        NotACertificate::Hexadecimal
    } else if let Some(character) = text.chars().find(|c| !is_base64(c)) {
        match character {
            '-' | '_' => NotACertificate::UrlAlphabet,
            _ => NotACertificate::Character { character },
        }
    } else if are_several(text) {
        NotACertificate::Several
    } else if text.len() > MAX_OCTETS {
        NotACertificate::TooLong { limit: MAX_OCTETS }
    } else {
        NotACertificate::Length
    }
}

/// What octets are that do not begin as DER does.
fn not_der(text: &str, octets: &[u8]) -> NotACertificate {
    match std::str::from_utf8(octets) {
        _ if is_hexadecimal(text) => NotACertificate::Hexadecimal,
        Ok(inner) if inner.contains(BEGIN) => match pem(inner) {
            key @ NotACertificate::Thing(_) => key,
            _ => NotACertificate::EncodedPem,
        },
        Ok(inner) if is_encoded(inner) => NotACertificate::EncodedTwice,
        _ => NotACertificate::Thing(Thing::Other),
    }
}

/// What blocks of PEM hold, by their labels. A private key among them is told before all else.
fn pem(text: &str) -> NotACertificate {
    let things: Vec<Thing> = text
        .split(BEGIN)
        .skip(1)
        .map(|block| Thing::of_label(block.split("-----").next().unwrap_or_default()))
        .collect();
    let certificates = things.iter().filter(|thing| **thing == Thing::Certificate);
    match (certificates.count(), things.first()) {
        _ if things.contains(&Thing::PrivateKey) => NotACertificate::Thing(Thing::PrivateKey),
        (0, Some(first)) => NotACertificate::Thing(*first),
        (0, None) => NotACertificate::Thing(Thing::Other),
        (1, _) if trim(text).starts_with(BEGIN) => NotACertificate::Pem,
        (1, _) => NotACertificate::PemWithText,
        _ => NotACertificate::Several,
    }
}

/// Whether a text is whole base64 texts of certificates, one after another: padding parts them.
fn are_several(text: &str) -> bool {
    let mut pieces = text.split('=').filter(|piece| !is_white(piece));
    let certificate = |piece: &str| decoded(piece).is_some_and(|octets| is_certificate(&octets));
    pieces.next().is_some_and(certificate) && pieces.next().is_some_and(certificate)
}

/// Whether a text is base64 of DER, or of base64 again.
fn is_encoded(text: &str) -> bool {
    decoded(text).is_some_and(|octets| {
        let again = || std::str::from_utf8(&octets).is_ok_and(|inner| !inner.is_empty() && is_encoded(inner));
        octets.starts_with(&[der::SEQUENCE]) || again()
    })
}

/// The octets of base64 text, with its padding or without.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let figures: String = text.chars().filter(|c| !WHITE.contains(c)).collect();
    UNPADDED.decode(figures).ok()
}

/// Whether a text is the figures of octets that begin as a certificate does.
fn is_hexadecimal(text: &str) -> bool {
    let text = trim(text);
    let figures = text.strip_prefix("0x").unwrap_or(text);
    let figure = |c: char| c.is_ascii_hexdigit() || c == ':' || WHITE.contains(&c);
    figures.starts_with("30") && figures.chars().all(figure) && figures.chars().any(|c| !WHITE.contains(&c))
}

#[cfg(test)]
mod tests;
