//! A payload without what toolkits write into its elements and what says nothing: that an element is of its own type, that
//! it is not nil, and elements that are empty or nil although they may be left out.
//!
//! An `xsi:type` names its type by a prefix, which an exclusive canonicalization leaves undeclared where nothing else uses
//! it; so that what was signed could not be validated, though it was right when it was sent.

use std::borrow::Cow;
use std::ops::Range;

use super::NAMESPACE;
use super::declared::{self, Declared};
use crate::xml::tree::{Attribute, Element};
use crate::xml::white::{is_white, trim};
use crate::xml::{Limits, screen};

/// XML Schema part 1, §2.6: the namespace of `xsi:type` and `xsi:nil`.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The payload, without what is left out. What is wrong in it stays for the schema to refuse.
#[must_use]
pub fn plain(payload: &[u8]) -> Cow<'_, [u8]> {
    let text = std::str::from_utf8(payload).unwrap_or_default();
    // Nearly all have neither.
    if !text.contains(XSI) && !text.contains("></") && !text.contains("/>") {
        return Cow::Borrowed(payload);
    }
    let Ok(document) = screen(payload, &Limits::MESSAGE) else {
        return Cow::Borrowed(payload);
    };
    let root = document.root();
    let mut left_out: Vec<Range<usize>> = Vec::new();
    for child in root.children().filter(|child| child.namespace() == NAMESPACE) {
        let Some(declared) = declared::of(root.local(), child.local()) else {
            continue;
        };
        if declared.optional && says_nothing(child) {
            left_out.push(child.octets());
        } else {
            let needless = |attribute: &Attribute<'_>| is_needless(attribute, child, declared);
            let names: Vec<String> = child
                .attributes()
                .filter(needless)
                .map(|attribute| format!("{}:{}", attribute.prefix, attribute.local))
                .collect();
            let tag = document.text().get(child.octets()).unwrap_or_default();
            let at = child.octets().start;
            let found = attributes(tag).filter(|(name, _)| names.iter().any(|needless| needless == name));
            left_out.extend(found.map(|(_, range)| at + range.start..at + range.end));
        }
    }
    if left_out.is_empty() {
        return Cow::Borrowed(payload);
    }
    let octets = document.octets();
    let mut rest = 0;
    let mut kept = Vec::with_capacity(octets.len());
    for Range { start, end } in left_out {
        kept.extend_from_slice(octets.get(rest..start).unwrap_or_default());
        rest = end;
    }
    kept.extend_from_slice(octets.get(rest..).unwrap_or_default());
    Cow::Owned(kept)
}

/// Whether an element is empty or nil, which for one that may be left out is the same as if it were.
fn says_nothing(element: Element<'_, '_>) -> bool {
    let empty = element.text().is_some_and(is_white);
    let known =
        |attribute: Attribute<'_>| attribute.namespace == XSI && matches!(attribute.local, "type" | "nil");
    empty && element.attributes().all(known)
}

fn is_needless(attribute: &Attribute<'_>, element: Element<'_, '_>, declared: &Declared) -> bool {
    let value = trim(attribute.value);
    match (attribute.namespace, attribute.local) {
        (XSI, "nil") => matches!(value, "false" | "0"),
        (XSI, "type") => {
            let (prefix, local) = value.split_once(':').unwrap_or(("", value));
            let (namespace, name) = &declared.type_name;
            // What the canonicalization left undeclared can only be believed.
            let right = bound(element, prefix).map_or(!prefix.is_empty(), |bound| bound == *namespace);
            local == name && right
        }
        _ => false,
    }
}

/// What a prefix is bound to where an element stands.
fn bound<'t>(element: Element<'t, '_>, prefix: &str) -> Option<&'t str> {
    std::iter::once(element)
        .chain(element.ancestors())
        .flat_map(Element::declarations)
        .find(|(declared, _)| *declared == prefix)
        .map(|(_, namespace)| namespace)
}

/// The attributes of the start tag with which a well-formed text begins: the qualified name of each, and where it stands
/// with the white space before it.
fn attributes(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut at = text.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(text.len());
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let (name, value) = rest.split_once('=')?;
        // The tag ended: what follows is of others.
        if name.contains('>') {
            return None;
        }
        let quoted = trim(value);
        let quote = quoted.chars().next()?;
        let opening = rest.len() - value.len()
            + (value.len() - value.trim_start_matches([' ', '\t', '\r', '\n']).len());
        let closing = rest.get(opening + 1..)?.find(quote)? + opening + 1;
        let start = at;
        at += closing + 1;
        Some((trim(name), start..at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const XSI_NS: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

    fn request(content: &str) -> String {
        format!("<consultarNotificaciones xmlns=\"{NAMESPACE}\" {XSI_NS}>{content}</consultarNotificaciones>")
    }

    fn made(content: &str) -> String {
        String::from_utf8(plain(request(content).as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn what_says_nothing_is_left_out_and_the_rest_stays_as_it_is() {
        let nif = "<poderdante>B99999120</poderdante>";
        for content in [
            "<desde></desde>",
            "<desde/>",
            "<desde> \n</desde>",
            "<desde xsi:nil=\"true\"></desde>",
            "<rol xsi:nil=\"1\" xsi:type=\"q:Rol\"></rol><estado></estado><entidad xsi:type='xs:string'/>",
            "<cursor></cursor><limite xsi:nil=\"true\"/>",
        ] {
            assert_eq!(made(&format!("{nif}{content}")), request(nif), "{content}");
        }
        for (content, expected) in [
            ("<rol xsi:type=\"q:Rol\">2</rol>", "<rol>2</rol>"),
            ("<rol xsi:type=\"Rol\">2</rol>", "<rol>2</rol>"),
            (
                "<rol  xsi:type = 'q:Rol' xsi:nil=\"false\" >2</rol>",
                "<rol >2</rol>",
            ),
            (
                "<rol xmlns:q=\"urn:notess:canal:1\" xsi:type=\"q:Rol\">2</rol>",
                "<rol xmlns:q=\"urn:notess:canal:1\">2</rol>",
            ),
            (
                "<desde a=\">\" xsi:type=\"xs:dateTime\">x</desde>",
                "<desde a=\">\">x</desde>",
            ),
        ] {
            assert_eq!(made(content), request(expected), "{content}");
        }
    }

    #[test]
    fn what_is_wrong_stays_for_the_schema_to_refuse() {
        for content in [
            "<poderdante></poderdante>",
            "<poderdante xsi:nil=\"true\"></poderdante>",
            "<rol xsi:type=\"q:Estado\">2</rol>",
            "<rol xsi:type=\"xs:int\">2</rol>",
            "<rol xmlns:q=\"urn:x\" xsi:type=\"q:Rol\">2</rol>",
            "<rol xsi:nil=\"true\">2</rol>",
            "<rol otro=\"1\"></rol>",
            "<rol><x></x></rol>",
            "<otra></otra>",
            "<rol xmlns=\"\"></rol>",
        ] {
            assert_eq!(made(content), request(content));
        }
    }
}
