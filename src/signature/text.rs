//! Small readings from parsed documents: names, texts, base64.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

use crate::xml::tree::Element;
use crate::xml::{Limits, Screened, screen};

/// XML Schema's base64Binary without white space.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);
/// The same, but padding may be left out, as some toolkits do.
pub(super) const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads octets that an engine gave back.
pub(super) fn parse(octets: &[u8]) -> Option<Screened<'_>> {
    screen(octets, &Limits::MESSAGE).ok()
}

/// The octets that an element holds as base64, in lines or not, at most `limit` of them and at least one. It must be
/// whole: what one engine reads for another is read as every engine reads it.
pub(super) fn base64(element: Element<'_, '_>, limit: usize) -> Option<Vec<u8>> {
    decoded(&BASE64, element, limit)
}

/// The same of what no engine reads, such as a certificate: padding may be left out.
pub(super) fn loose_base64(element: Element<'_, '_>, limit: usize) -> Option<Vec<u8>> {
    decoded(&UNPADDED, element, limit)
}

fn decoded(base64: &GeneralPurpose, element: Element<'_, '_>, limit: usize) -> Option<Vec<u8>> {
    let text = element.text()?;
    // Four characters for three octets; more white space than content is no message of a toolkit.
    if text.len() > limit.saturating_mul(3) {
        return None;
    }
    // Most are of one line.
    base64
        .decode(text)
        .or_else(|_| base64.decode(text.split_ascii_whitespace().collect::<String>()))
        .ok()
        .filter(|octets| !octets.is_empty() && octets.len() <= limit)
}

/// Whether a text is of the characters that ids are made of in practice; it then has one meaning only in a URI's fragment
/// (no XPointer, no escapes). It may begin with a figure, as ten of sixteen GUIDs do: no document here has a type by which
/// an id would have to be a name.
pub(super) fn is_plain_id(id: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !id.is_empty() && id.len() <= 256 && id.chars().all(plain)
}
