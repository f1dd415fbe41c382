//! The one XPath filter that is taken, and of acuses alone: `not(ancestor-or-self::ds:Signature)`, which AutoFirma adds
//! to its enveloped signatures so that those of others do not count.
//!
//! It is safe because nothing is evaluated that a signer wrote: the expression is compared, character by character, with
//! the one that is known, and where it stands there is a proof that it removes nothing. Of an element that is in no
//! `ds:Signature` and holds none, no node has one among its ancestors; so what is left is the whole element, and its
//! canonical form that which it has without the filter. Before or after a canonicalization makes no difference either: a
//! canonical form that is read again has itself for its canonical form.

use super::names::DS;
use super::shape::ShapeError;
use crate::xml::Excerpt;
use crate::xml::tree::Element;
use crate::xml::white::trim;

/// What stands before the prefix of XMLDSig in the expression.
pub(super) const BEFORE_PREFIX: &str = "not(ancestor-or-self::";
/// What stands after it.
pub(super) const AFTER_PREFIX: &str = ":Signature)";

/// The most nodes of a document in which the expression is evaluated by the engine that does evaluate it: libxml2 looks
/// through all that it has found for each node that it finds. What programs send has some two thousand.
const MAX_NODES: usize = 10_000;

/// The prefix in the expression, if a text is the expression; white space may stand around it.
pub(super) fn prefix(text: &str) -> Option<&str> {
    let prefix = trim(text)
        .strip_prefix(BEFORE_PREFIX)?
        .strip_suffix(AFTER_PREFIX)?;
    // In the grammar of XPath nothing else than a name is one token with the colon after it.
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!prefix.is_empty() && prefix.chars().all(in_name)).then_some(prefix)
}

/// XMLDSig 1.1 §6.6.3: a `ds:Transform` of XPath holds its expression in one `ds:XPath`, and prefixes mean there what is
/// declared there.
pub(super) fn read(transform: Element<'_, '_>) -> Result<(), ShapeError> {
    let mut children = transform.children();
    let xpath = children.next().filter(|child| child.is(DS, "XPath"));
    let (Some(xpath), None) = (xpath, children.next()) else {
        return Err(ShapeError::SignatureLacks { element: "XPath" });
    };
    let text = xpath.text().unwrap_or_default();
    let known = prefix(text).is_some_and(|prefix| bound(xpath, prefix) == Some(DS));
    if !known {
        return Err(ShapeError::XPath {
            expression: Excerpt::of(trim(text)),
        });
    }
    let root = transform.ancestors().last().unwrap_or(transform);
    if nodes(root) > MAX_NODES {
        return Err(ShapeError::XPathSize);
    }
    Ok(())
}

/// Whether the filter removes nothing of an element.
pub(super) fn removes_nothing(element: Element<'_, '_>) -> bool {
    let is_signature = |element: Element<'_, '_>| element.is(DS, "Signature");
    !element.descendants().any(is_signature) && !element.ancestors().any(is_signature)
}

/// What a prefix is bound to where an element stands.
fn bound<'t>(element: Element<'t, '_>, prefix: &str) -> Option<&'t str> {
    std::iter::once(element)
        .chain(element.ancestors())
        .flat_map(Element::declarations)
        .find(|(declared, _)| *declared == prefix)
        .map(|(_, namespace)| namespace)
}

/// As many nodes as XPath sees at most: elements, the texts before and within each, attributes, and at each element the
/// namespaces that are declared anywhere, and that of `xml`.
fn nodes(root: Element<'_, '_>) -> usize {
    let (mut elements, mut attributes, mut declared) = (0_usize, 0_usize, 0_usize);
    for element in root.descendants() {
        elements += 1;
        attributes += element.attributes().count();
        declared += element.declarations().count();
    }
    elements
        .saturating_mul(declared.saturating_add(4))
        .saturating_add(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_expression_is_known() {
        for (text, found) in [
            ("not(ancestor-or-self::ds:Signature)", "ds"),
            ("\n  not(ancestor-or-self::dsig:Signature)\t", "dsig"),
        ] {
            assert_eq!(prefix(text), Some(found));
        }
        for text in [
            "",
            "not(ancestor-or-self::Signature)",
            "not(ancestor-or-self:::Signature)",
            "not(ancestor-or-self::*:Signature)",
            "not(ancestor-or-self::ds:Signature",
            "not(ancestor-or-self::ds:Signature) and true()",
            "true() or not(ancestor-or-self::ds:Signature)",
            "not(ancestor-or-self::ds:Signature) or not(self::ds:Signature)",
            "not(ancestor-or-self::ds:SignatureValue)",
            "not( ancestor-or-self::ds:Signature )",
            "not(ancestor::ds:Signature)",
            "\u{a0}not(ancestor-or-self::ds:Signature)",
        ] {
            assert_eq!(prefix(text), None, "{text:?}");
        }
    }
}
