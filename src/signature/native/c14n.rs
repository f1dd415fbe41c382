//! Canonical XML, inclusive and exclusive, without comments, of one element of a document.
//!
//! W3C: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use super::outline::{Place, position};
use super::scope::Scope;
use super::tag::{Attribute, Tag};
use crate::signature::algorithm::C14n;
use crate::signature::engine::EngineError;
use crate::signature::signed_info::Canonicalization;
use crate::xml::write::{canonical_attribute, canonical_text};

/// The canonical form of an element, without what is `omitted` of it: a whole element within it.
pub(super) fn canonicalize(
    text: &str,
    place: &Place<'_>,
    how: &Canonicalization,
    omitted: Option<&Range<usize>>,
) -> Result<Vec<u8>, EngineError> {
    let mut form = Form {
        how,
        out: Vec::with_capacity(1024),
        scope: Scope::default(),
        plain: Vec::new(),
        inherited: Vec::new(),
    };
    for tag in &place.around {
        form.inherit(*tag)?;
    }
    let mut from = place.start;
    let mut depth = 0_usize;
    let mut reader = reader(text, from)?;
    loop {
        let at = from + position(&reader)?;
        match reader.read_event().map_err(|_| EngineError::Unreadable)? {
            Event::Start(_) | Event::Empty(_) if omitted.is_some_and(|range| range.start == at) => {
                from = omitted.map_or(at, |range| range.end);
                reader = self::reader(text, from)?;
            }
            Event::Start(event) => {
                form.start(Tag::at(text, at, &event)?, depth == 0)?;
                depth += 1;
            }
            Event::Empty(event) => {
                form.start(Tag::at(text, at, &event)?, depth == 0)?;
                form.end(event.name().into_inner());
            }
            Event::End(event) => {
                form.end(event.name().into_inner());
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) => form.text(&text.xml10_content())?,
            Event::CData(text) => form.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => form.reference(&reference)?,
            Event::Comment(_) => (),
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {
                return Err(EngineError::Unreadable);
            }
        }
        if depth == 0 {
            return Ok(form.out);
        }
    }
}

fn reader(text: &str, from: usize) -> Result<Reader<&[u8]>, EngineError> {
    let mut reader = Reader::from_str(text.get(from..).ok_or(EngineError::Unreadable)?);
    // The outline found that they match; behind what is omitted, this reader has not seen what they end.
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    Ok(reader)
}

/// An attribute that is no declaration.
#[derive(Debug)]
struct Plain<'a> {
    prefix: &'a str,
    local: &'a str,
    value: Cow<'a, str>,
}

/// A canonical form that is being written.
struct Form<'a, 'h> {
    how: &'h Canonicalization,
    out: Vec<u8>,
    scope: Scope<'a>,
    /// Room for the attributes of one element.
    plain: Vec<Plain<'a>>,
    /// Attributes of `xml` that the first element has from its ancestors.
    inherited: Vec<Plain<'a>>,
}

impl<'a> Form<'a, '_> {
    /// Takes from an ancestor what the first element has from it.
    fn inherit(&mut self, tag: Tag<'a>) -> Result<(), EngineError> {
        self.scope.enter();
        for attribute in tag.attributes() {
            match attribute? {
                Attribute::Namespace { prefix, uri } => self.scope.declare(prefix, uri)?,
                Attribute::Plain {
                    prefix: "xml",
                    local,
                    value,
                } => self.inherit_attribute(local, value)?,
                Attribute::Plain { .. } => (),
            }
        }
        Ok(())
    }

    /// Canonical XML 1.0 §2.4: the nearest of each; 1.1 §2.4: not `xml:id`, and of `xml:base` what it comes to.
    fn inherit_attribute(&mut self, local: &'a str, value: Cow<'a, str>) -> Result<(), EngineError> {
        match (self.how.c14n, local) {
            (C14n::Exclusive, _) | (C14n::Inclusive11, "id") => return Ok(()),
            // It would have to be joined with others; messages have none.
            (C14n::Inclusive11, "base") => return Err(EngineError::Unprocessable),
            (C14n::Inclusive11 | C14n::Inclusive, _) => (),
        }
        self.inherited.retain(|farther| farther.local != local);
        let prefix = "xml";
        self.inherited.push(Plain { prefix, local, value });
        Ok(())
    }

    fn start(&mut self, tag: Tag<'a>, apex: bool) -> Result<(), EngineError> {
        self.scope.enter();
        let mut plain = std::mem::take(&mut self.plain);
        plain.clear();
        for attribute in tag.attributes() {
            match attribute? {
                Attribute::Namespace { prefix, uri } => {
                    if !is_absolute(&uri) {
                        return Err(EngineError::Unprocessable);
                    }
                    self.scope.declare(prefix, uri)?;
                }
                Attribute::Plain { prefix, local, value } => plain.push(Plain { prefix, local, value }),
            }
        }
        if apex {
            let own = plain.len();
            for inherited in self.inherited.drain(..) {
                let mut nearer = plain.iter().take(own);
                if !nearer.any(|plain| plain.prefix == "xml" && plain.local == inherited.local) {
                    plain.push(inherited);
                }
            }
        }
        self.out.push(b'<');
        self.out.extend_from_slice(tag.name().as_bytes());
        self.declarations(tag, &plain, apex)?;
        self.attributes(&mut plain)?;
        self.out.push(b'>');
        self.plain = plain;
        Ok(())
    }

    fn declarations(&mut self, tag: Tag<'a>, plain: &[Plain<'a>], apex: bool) -> Result<(), EngineError> {
        // Exclusive C14N §1.1: what is visibly utilized. All else that is in scope, the inclusive form has as well.
        let qualified = plain
            .iter()
            .map(|plain| plain.prefix)
            .filter(|prefix| !prefix.is_empty());
        let used = std::iter::once(tag.prefix()).chain(qualified);
        let how = self.how;
        let inclusive = |prefix: &str| how.c14n != C14n::Exclusive || how.lists(prefix);
        for (prefix, uri) in self.scope.render(used, inclusive, apex)? {
            let colon = if prefix.is_empty() { "" } else { ":" };
            for piece in [" xmlns", colon, prefix, "=\""] {
                self.out.extend_from_slice(piece.as_bytes());
            }
            canonical_attribute(&mut self.out, uri).map_err(|_| EngineError::Unreadable)?;
            self.out.push(b'"');
        }
        Ok(())
    }

    /// C14N 1.0 §2.3: by namespace, and then by local name.
    fn attributes(&mut self, plain: &mut [Plain<'a>]) -> Result<(), EngineError> {
        for attribute in &*plain {
            // So that below there is none that is not bound.
            self.scope.attribute_namespace(attribute.prefix)?;
        }
        let scope = &self.scope;
        let order = |plain: &Plain<'a>| {
            let namespace = scope.attribute_namespace(plain.prefix);
            (namespace.unwrap_or_default(), plain.local)
        };
        plain.sort_by_cached_key(order);
        if plain
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if order(a) == order(b)))
        {
            return Err(EngineError::Unreadable);
        }
        for Plain { prefix, local, value } in plain {
            let colon = if prefix.is_empty() { "" } else { ":" };
            for piece in [" ", prefix, colon, local, "=\""] {
                self.out.extend_from_slice(piece.as_bytes());
            }
            canonical_attribute(&mut self.out, value).map_err(|_| EngineError::Unreadable)?;
            self.out.push(b'"');
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        for piece in ["</", name, ">"] {
            self.out.extend_from_slice(piece.as_bytes());
        }
        self.scope.leave();
    }

    fn text(&mut self, text: &str) -> Result<(), EngineError> {
        canonical_text(&mut self.out, text).map_err(|_| EngineError::Unreadable)
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), EngineError> {
        if let Some(character) = reference
            .resolve_char_ref()
            .map_err(|_| EngineError::Unreadable)?
        {
            return self.text(character.encode_utf8(&mut [0; 4]));
        }
        self.text(resolve_xml_entity(reference).ok_or(EngineError::Unreadable)?)
    }
}

/// C14N 1.0 §1.3: a document whose namespaces are relative references has no canonical form.
fn is_absolute(uri: &str) -> bool {
    let scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    uri.is_empty() || uri.split_once(':').is_some_and(|(before, _)| scheme(before))
}
