//! The element within a signed Body, as a document of its own.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Why a signed Body has no payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The Body is empty.
    #[error("the Body is empty")]
    Empty,
    /// The Body holds more than one element.
    #[error("the Body holds more than one element")]
    TooMany,
    /// The Body holds text outside of an element.
    #[error("the Body holds text outside of an element")]
    Text,
    /// The octets are not a canonical element.
    #[error("the Body cannot be read")]
    Unreadable,
}

/// Up to how many octets of payload are searched for the prefixes that they use.
const MAX_SEARCHED: usize = 128 * 1024;

/// Where the payload is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Payload {
    /// In the Body's octets: it declares by itself all that it uses.
    Within(Range<usize>),
    /// A copy whose start tag has the declarations that were in force.
    Rooted(Vec<u8>),
}

impl Payload {
    /// Finds the one child element of a canonical Body.
    ///
    /// Canonicalization declares each prefix on the outermost element that uses it, which may be the Body; taken
    /// out, the payload would lose those. So the declarations of the Body's start tag that the payload uses and its own
    /// start tag does not make again are written into the latter. That is all that can be in force there: a canonical
    /// element has no other ancestors. Nearly always there is none, and later readers, for whom each declaration is work
    /// at each element, are spared those of SOAP and WS-Security.
    pub(super) fn find(body: &[u8]) -> Result<Self, PayloadError> {
        let text = std::str::from_utf8(body).map_err(|_| PayloadError::Unreadable)?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        let Ok(Event::Start(outer)) = reader.read_event() else {
            return Err(PayloadError::Unreadable);
        };
        let inherited = declarations(&outer)?;

        let mut found: Option<(Range<usize>, BytesStart<'_>)> = None;
        let mut depth = 0_usize;
        loop {
            let start = position(&reader)?;
            match reader.read_event().map_err(|_| PayloadError::Unreadable)? {
                Event::Start(tag) => {
                    if depth == 0 {
                        if found.is_some() {
                            return Err(PayloadError::TooMany);
                        }
                        found = Some((start..start, tag));
                    }
                    depth += 1;
                }
                Event::End(_) if depth == 0 => break,
                Event::End(_) => {
                    depth -= 1;
                    if let (0, Some((range, _))) = (depth, &mut found) {
                        range.end = position(&reader)?;
                    }
                }
                Event::Text(text) if depth == 0 => {
                    if !text.bytes().all(|octet| octet.is_ascii_whitespace()) {
                        return Err(PayloadError::Text);
                    }
                }
                // A carriage return is the one white space that canonical XML writes as a reference.
                Event::GeneralRef(reference) if depth == 0 && &*reference != "#xD" => {
                    return Err(PayloadError::Text);
                }
                Event::Text(_) | Event::GeneralRef(_) => (),
                // Canonical XML has no empty-element tags, no CDATA sections, and here no comments.
                _ => return Err(PayloadError::Unreadable),
            }
        }
        let (range, tag) = found.ok_or(PayloadError::Empty)?;
        let element = text.get(range.clone()).ok_or(PayloadError::Unreadable)?;
        let own = declarations(&tag)?;
        let missing: Vec<_> = inherited
            .iter()
            .filter(|(name, _)| own.iter().all(|(n, _)| n != name) && may_use(element, name))
            .collect();
        if missing.is_empty() {
            return Ok(Self::Within(range));
        }
        Self::rooted(element, tag.name().0, &missing)
    }

    fn rooted(element: &str, name: &str, missing: &[&(String, String)]) -> Result<Self, PayloadError> {
        let (head, tail) = element
            .split_at_checked(1 + name.len())
            .ok_or(PayloadError::Unreadable)?;
        let added: usize = missing.iter().map(|(name, uri)| name.len() + uri.len() + 4).sum();
        let mut octets = Vec::with_capacity(element.len() + added);
        octets.extend_from_slice(head.as_bytes());
        for (name, uri) in missing {
            // Values stand as they were written, escaped.
            for part in [" ", name, "=\"", uri, "\""] {
                octets.extend_from_slice(part.as_bytes());
            }
        }
        octets.extend_from_slice(tail.as_bytes());
        Ok(Self::Rooted(octets))
    }

    /// The payload's octets; `body` is what it was found in.
    pub(super) fn octets<'a>(&'a self, body: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Within(range) => body.get(range.clone()).unwrap_or_default(),
            Self::Rooted(octets) => octets,
        }
    }
}

/// Whether an element may use what a declaration of this name declares, in a name or in a value: if not, its prefix
/// stands nowhere before a colon and behind what is of no name.
fn may_use(element: &str, declaration: &str) -> bool {
    let Some(prefix) = declaration.strip_prefix("xmlns:") else {
        return true;
    };
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut found = element.match_indices(prefix);
    element.len() > MAX_SEARCHED
        || found.any(|(at, _)| {
            let (before, from) = element.split_at(at);
            from[prefix.len()..].starts_with(':') && !before.ends_with(in_name)
        })
}

/// The namespace declarations of a tag: attribute name and value as written.
fn declarations(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, PayloadError> {
    let mut declared = Vec::new();
    // C14N sorts declarations before all other attributes.
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| PayloadError::Unreadable)?;
        if attribute.key.as_namespace_binding().is_none() {
            break;
        }
        declared.push((attribute.key.0.to_owned(), attribute.value.into_owned()));
    }
    Ok(declared)
}

fn position(reader: &Reader<&[u8]>) -> Result<usize, PayloadError> {
    usize::try_from(reader.buffer_position()).map_err(|_| PayloadError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Result<String, PayloadError> {
        let payload = Payload::find(body.as_bytes())?;
        Ok(String::from_utf8(payload.octets(body.as_bytes()).to_vec()).unwrap())
    }

    #[test]
    fn a_payload_that_declares_its_prefixes_is_taken_as_it_is() {
        let body =
            r#"<s:Body xmlns:s="S" xmlns:u="U" u:Id="b"> <p:x xmlns:p="P"><y>&lt;s u</y></p:x> </s:Body>"#;
        assert_eq!(found(body).unwrap(), r#"<p:x xmlns:p="P"><y>&lt;s u</y></p:x>"#);
    }

    #[test]
    fn a_payload_has_the_prefixes_of_the_body_that_it_uses_in_names_or_values() {
        let body = r#"<s:Body xmlns:q="Q" xmlns:s="S" xmlns:t="T" xmlns:u="U" u:Id="b"><x t="q:z" u:a=""></x></s:Body>"#;
        assert_eq!(
            found(body).unwrap(),
            r#"<x xmlns:q="Q" xmlns:u="U" t="q:z" u:a=""></x>"#
        );
        let long = "x".repeat(MAX_SEARCHED);
        let body = format!(r#"<s:Body xmlns:s="S"><x>{long}</x></s:Body>"#);
        assert!(found(&body).unwrap().starts_with(r#"<x xmlns:s="S">"#));
    }

    #[test]
    fn a_payload_that_leans_on_the_body_stands_alone() {
        let body = r#"<Body xmlns="S" xmlns:p="P&amp;" Id="b"><p:x><y></y></p:x></Body>"#;
        assert_eq!(
            found(body).unwrap(),
            r#"<p:x xmlns="S" xmlns:p="P&amp;"><y></y></p:x>"#
        );
    }

    #[test]
    fn what_the_payload_declares_again_is_its_own() {
        let body = r#"<s:Body xmlns="D" xmlns:s="S"><x xmlns="" xmlns:s="T">1</x></s:Body>"#;
        assert_eq!(found(body).unwrap(), r#"<x xmlns="" xmlns:s="T">1</x>"#);
    }

    #[test]
    fn none_many_and_text_are_different_answers() {
        assert_eq!(found("<b></b>"), Err(PayloadError::Empty));
        assert_eq!(found("<b> \n</b>"), Err(PayloadError::Empty));
        assert_eq!(found("<b><x></x><y></y></b>"), Err(PayloadError::TooMany));
        assert_eq!(found("<b><x></x>y</b>"), Err(PayloadError::Text));
        assert_eq!(found("<b>&amp;<x></x></b>"), Err(PayloadError::Text));
        assert_eq!(found("<b>&#xD;\n<x></x>&#xD;\n</b>").unwrap(), "<x></x>");
        assert_eq!(found("<b><x/></b>"), Err(PayloadError::Unreadable));
        assert_eq!(found(""), Err(PayloadError::Unreadable));
        assert_eq!(found("<b><x></x>"), Err(PayloadError::Unreadable));
    }
}
