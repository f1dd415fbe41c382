//! Escaping as C14N 1.0 §2.3 writes texts and attribute values.

use super::WriteError;

/// What becomes of a character that XML 1.0 §2.2 does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    /// It is a mistake.
    Refused,
    /// U+FFFD stands in for it.
    Replaced,
}

/// Which octets may be copied as they are. Controls may not, nor the first octet of U+FFFE and U+FFFF.
struct Plain([bool; 256]);

impl Plain {
    const fn but(special: &[u8]) -> Self {
        let mut plain = [true; 256];
        let mut octet = 0;
        while octet < 0x20 {
            plain[octet] = false;
            octet += 1;
        }
        plain[b'\t' as usize] = true;
        plain[b'\n' as usize] = true;
        plain[0xEF] = false;
        let mut i = 0;
        while i < special.len() {
            plain[special[i] as usize] = false;
            i += 1;
        }
        Self(plain)
    }

    fn holds(&self, octet: u8) -> bool {
        self.0.get(usize::from(octet)).copied().unwrap_or(false)
    }
}

static IN_TEXT: Plain = Plain::but(b"&<>\r");
static IN_ATTRIBUTE: Plain = Plain::but(b"&<\"\t\n\r");

/// Appends `text` as the content of an element.
pub(super) fn text(out: &mut Vec<u8>, text: &str, forbidden: Forbidden) -> Result<(), WriteError> {
    escape(out, text.as_bytes(), &IN_TEXT, forbidden)
}

/// Appends `value` as an attribute's value, without the quotes.
pub(super) fn attribute(out: &mut Vec<u8>, value: &str, forbidden: Forbidden) -> Result<(), WriteError> {
    escape(out, value.as_bytes(), &IN_ATTRIBUTE, forbidden)
}

/// Appends `text` as canonical XML has it in an element's content; a character that XML does not allow is refused.
pub fn canonical_text(out: &mut Vec<u8>, content: &str) -> Result<(), WriteError> {
    text(out, content, Forbidden::Refused)
}

/// Appends `value` as canonical XML has it in an attribute, without the quotes; a character that XML does not allow is
/// refused.
pub fn canonical_attribute(out: &mut Vec<u8>, value: &str) -> Result<(), WriteError> {
    attribute(out, value, Forbidden::Refused)
}

/// Whether a text is written in an element as it is.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|octet| IN_TEXT.holds(octet))
}

/// Whether some octet might have to be escaped. Most texts have none, and of all but short ones that is seen sixteen octets
/// at a time.
fn is_suspicious(octets: &[u8], plain: &Plain) -> bool {
    const BLOCK: usize = 16;
    // Without leaving early, so that the compiler compares them all at once.
    let suspicious = |block: &[u8; BLOCK]| {
        block
            .iter()
            .fold(false, |found, &octet| found | is_suspect(octet))
    };
    match octets.last_chunk() {
        // The last block overlaps the one before it.
        Some(last) => suspicious(last) || octets.as_chunks().0.iter().any(suspicious),
        None => !octets.iter().all(|&octet| plain.holds(octet)),
    }
}

/// Whether an octet is special in a text or in an attribute's value, or might be: every one that some table refuses is.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without jumps the compiler can use vector instructions"
)]
const fn is_suspect(octet: u8) -> bool {
    (octet < 0x20) | (octet == b'"') | (octet == b'&') | (octet == b'<') | (octet == b'>') | (octet == 0xEF)
}

fn escape(out: &mut Vec<u8>, mut rest: &[u8], plain: &Plain, forbidden: Forbidden) -> Result<(), WriteError> {
    if !is_suspicious(rest, plain) {
        out.extend_from_slice(rest);
        return Ok(());
    }
    while let Some(at) = rest.iter().position(|&octet| !plain.holds(octet)) {
        let (before, special) = rest.split_at(at);
        out.extend_from_slice(before);
        let Some((&octet, mut after)) = special.split_first() else {
            break;
        };
        out.extend_from_slice(match octet {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\t' => b"&#x9;",
            b'\n' => b"&#xA;",
            b'\r' => b"&#xD;",
            0xEF if !matches!(after, [0xBF, 0xBE | 0xBF, ..]) => &[0xEF],
            _ if forbidden == Forbidden::Refused => return Err(WriteError::ForbiddenCharacter),
            _ => {
                if let (0xEF, [_, _, beyond @ ..]) = (octet, after) {
                    after = beyond;
                }
                "\u{FFFD}".as_bytes()
            }
        });
        rest = after;
    }
    out.extend_from_slice(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_refuses_is_suspect() {
        for octet in 0..=u8::MAX {
            let refused = !IN_TEXT.holds(octet) || !IN_ATTRIBUTE.holds(octet);
            assert!(!refused || is_suspect(octet), "{octet:#x}");
        }
    }

    #[test]
    fn a_special_octet_is_found_wherever_it_stands() {
        for length in 0..70 {
            let plain = "a".repeat(length);
            assert!(!is_suspicious(plain.as_bytes(), &IN_TEXT));
            for at in 0..length {
                let mut special = plain.clone();
                special.replace_range(at..=at, "&");
                let mut out = Vec::new();
                canonical_text(&mut out, &special).unwrap();
                assert_eq!(out, special.replace('&', "&amp;").into_bytes());
            }
        }
    }
}
