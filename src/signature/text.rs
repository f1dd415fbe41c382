//! Small readings from parsed documents: names, texts, base64.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use roxmltree::{Document, Node, ParsingOptions};

/// XML Schema's base64Binary without white space; padding may be left out, as some toolkits do.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Parses a screened document, or octets that an engine gave back.
pub(super) fn parse(text: &str) -> Option<Document<'_>> {
    Document::parse_with_options(
        text,
        ParsingOptions {
            allow_dtd: false,
            nodes_limit: NODES_LIMIT,
            ..Default::default()
        },
    )
    .ok()
}

/// Elements, comments and the texts between them, for the most of [`crate::xml::Limits::MESSAGE`].
const NODES_LIMIT: u32 = 250_000;

/// Child elements.
pub(super) fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> + use<'a, 'i> {
    node.children().filter(Node::is_element)
}

/// The text of an element that holds nothing but text.
pub(super) fn sole_text<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let mut children = node.children();
    match (children.next(), children.next()) {
        (None, _) => Some(""),
        (Some(only), None) if only.is_text() => only.text(),
        _ => None,
    }
}

/// The octets that an element holds as base64, in lines or not, at most `limit` of them and at least one.
pub(super) fn base64(node: Node<'_, '_>, limit: usize) -> Option<Vec<u8>> {
    decode_base64(sole_text(node)?, limit)
}

/// The octets that a text is the base64 of, in lines or not, at most `limit` of them and at least one.
pub(super) fn decode_base64(text: &str, limit: usize) -> Option<Vec<u8>> {
    // Four characters for three octets; more white space than content is no message of a toolkit.
    if text.len() > limit.saturating_mul(3) {
        return None;
    }
    // Line by line: octet by octet, a certificate would cost more to copy than to decode.
    let compact: String = text.split_ascii_whitespace().collect();
    BASE64
        .decode(compact)
        .ok()
        .filter(|octets| !octets.is_empty() && octets.len() <= limit)
}

/// The values of an element's id attributes: `Id`, `ID` or `id` in any namespace.
pub(super) fn ids<'a>(node: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    node.attributes()
        .filter(|attribute| is_id(attribute.name()))
        .map(|attribute| attribute.value())
}

/// Whether an attribute of this local name bears an id.
pub(super) fn is_id(local: &str) -> bool {
    matches!(local, "Id" | "ID" | "id")
}

/// Whether a text is an NCName of the letters that ids are made of in practice; it then has one meaning only in a
/// URI's fragment (no XPointer, no escapes).
pub(super) fn is_plain_id(id: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    id.len() <= 256
        && id.chars().all(plain)
        && id.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
}
