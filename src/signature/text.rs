//! Small readings from parsed documents: names, texts, base64.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::xml::tree::Element;
use crate::xml::{Limits, Screened, screen};

/// XML Schema's base64Binary without white space; padding may be left out, as some toolkits do.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads octets that an engine gave back.
pub(super) fn parse(octets: &[u8]) -> Option<Screened<'_>> {
    screen(octets, &Limits::MESSAGE).ok()
}

/// The octets that an element holds as base64, in lines or not, at most `limit` of them and at least one.
pub(super) fn base64(element: Element<'_, '_>, limit: usize) -> Option<Vec<u8>> {
    let text = element.text()?;
    // Four characters for three octets; more white space than content is no message of a toolkit.
    if text.len() > limit.saturating_mul(3) {
        return None;
    }
    // Most are of one line.
    BASE64
        .decode(text)
        .or_else(|_| BASE64.decode(text.split_ascii_whitespace().collect::<String>()))
        .ok()
        .filter(|octets| !octets.is_empty() && octets.len() <= limit)
}

/// Whether a text is an NCName of the letters that ids are made of in practice; it then has one meaning only in a
/// URI's fragment (no XPointer, no escapes).
pub(super) fn is_plain_id(id: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    id.len() <= 256
        && id.chars().all(plain)
        && id.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
}
