//! The streaming pass over a document's events.

use std::borrow::Cow;
use std::collections::BTreeSet;

use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, BytesText, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, XmlVersion};

use super::attributes::{Attributes, SPACE};
use super::name::qualified;
use super::uri::is_absolute;
use super::{IllFormed, Limits, ScreenError};
use crate::xml::Excerpt;
use crate::xml::tree::{Builder, Name, NamespaceFault, Tree, is_id};

/// The state of one pass.
pub(super) struct Pass<'a, 'l> {
    text: &'a str,
    limits: &'l Limits,
    reader: Reader<&'a [u8]>,
    tree: Builder<'a>,
    /// Different declarations so far, each as prefix and namespace, as they are written.
    namespaces: BTreeSet<(&'a str, &'a str)>,
    /// Each id, with the position of the element that bears it.
    ids: Vec<(&'a str, usize)>,
    attributes: usize,
    lookups: usize,
    nodes: usize,
    odd_namespace: Option<Cow<'a, str>>,
}

/// What a pass comes to.
pub(super) struct Passed<'a> {
    pub(super) tree: Tree<'a>,
    pub(super) ids: Vec<(&'a str, usize)>,
    pub(super) nodes: usize,
    pub(super) odd_namespace: Option<Cow<'a, str>>,
}

impl<'a, 'l> Pass<'a, 'l> {
    pub(super) fn new(text: &'a str, limits: &'l Limits) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Self {
            text,
            limits,
            reader,
            tree: Builder::new(),
            namespaces: BTreeSet::new(),
            ids: Vec::new(),
            attributes: 0,
            lookups: 0,
            nodes: 0,
            odd_namespace: None,
        }
    }

    /// Reads to the end.
    pub(super) fn run(mut self) -> Result<Passed<'a>, ScreenError> {
        loop {
            let at = self.position()?;
            match self.reader.read_event() {
                Ok(Event::Start(tag)) => self.start(at, &tag)?,
                Ok(Event::Empty(tag)) => {
                    self.start(at, &tag)?;
                    self.close()?;
                }
                Ok(Event::End(_)) => self.close()?,
                Ok(Event::Text(text)) => self.text(at, &text)?,
                Ok(Event::CData(section)) => {
                    self.inside()?;
                    self.node()?;
                    self.tree.text(at, section.xml10_content());
                }
                Ok(Event::Comment(_)) => {
                    self.node()?;
                    self.tree.comment();
                }
                Ok(Event::GeneralRef(reference)) => {
                    self.inside()?;
                    self.tree.text(at, resolve(&reference)?);
                }
                Ok(Event::Decl(declaration)) => self.declaration(&declaration)?,
                Ok(Event::PI(_)) => return Err(ScreenError::ProcessingInstruction),
                Ok(Event::DocType(_)) => return Err(ScreenError::Doctype),
                Ok(Event::Eof) => return self.end(),
                Err(error) => return Err(self.unreadable(&error)),
            }
        }
    }

    fn end(self) -> Result<Passed<'a>, ScreenError> {
        let unfinished = self.ill_formed(if self.tree.elements() == 0 {
            IllFormed::NoRoot
        } else {
            IllFormed::Truncated
        });
        Ok(Passed {
            tree: self.tree.finish().ok_or(unfinished)?,
            ids: self.ids,
            nodes: self.nodes,
            odd_namespace: self.odd_namespace,
        })
    }

    /// Takes a start tag, which begins at `at`.
    fn start(&mut self, at: usize, event: &BytesStart<'_>) -> Result<(), ScreenError> {
        self.node()?;
        if self.tree.depth() == 0 && self.tree.elements() > 0 {
            return Err(self.ill_formed(IllFormed::SecondRoot));
        }
        if self.tree.depth() >= self.limits.depth {
            return Err(ScreenError::TooDeep {
                limit: self.limits.depth,
            });
        }
        // Of the document and not of the event, whose own octets live as long as the event only.
        let markup = || self.ill_formed(IllFormed::Markup);
        let tag = self.text.get(at + 1..at + 1 + event.len()).ok_or_else(markup)?;
        let end_of_name = event.name().into_inner().len();
        let (name, attributes) = tag.split_at_checked(end_of_name).ok_or_else(markup)?;
        let name = self.name(name)?;
        self.tree.open(at, name);
        self.attributes(Attributes(attributes))?;
        self.tree.opened().map_err(|fault| self.namespace_fault(fault))?;
        let in_force = self.tree.namespaces_in_force();
        self.lookups += (in_force + 1) * (in_force + self.tree.depth());
        if self.lookups > self.limits.namespace_lookups {
            return Err(ScreenError::TooManyLookups);
        }
        Ok(())
    }

    fn name(&self, name: &'a str) -> Result<Name<'a>, ScreenError> {
        if name.len() > self.limits.name_octets {
            return Err(ScreenError::LongName {
                limit: self.limits.name_octets,
            });
        }
        qualified(name).ok_or_else(|| self.ill_formed(IllFormed::Name))
    }

    fn close(&mut self) -> Result<(), ScreenError> {
        let end = self.position()?;
        if self.tree.close(end) {
            Ok(())
        } else {
            Err(self.ill_formed(IllFormed::EndTag))
        }
    }

    fn attributes(&mut self, attributes: Attributes<'a>) -> Result<(), ScreenError> {
        // Those of an element are compared with each other, so the count is checked before each.
        for (count, attribute) in attributes.enumerate() {
            self.attributes += 1;
            if count >= self.limits.attributes_per_element {
                return Err(ScreenError::TooManyAttributes {
                    limit: self.limits.attributes_per_element,
                });
            }
            if self.attributes > self.limits.attributes {
                return Err(ScreenError::TooManyAttributes {
                    limit: self.limits.attributes,
                });
            }
            let (name, written) = attribute.ok_or_else(|| self.ill_formed(IllFormed::Attribute))?;
            let name = self.name(name)?;
            let value = self.value(name, written)?;
            match name {
                Name {
                    prefix: "xmlns",
                    local,
                    ..
                } => self.namespace(local, written, value)?,
                Name {
                    qualified: "xmlns", ..
                } => self.namespace("", written, value)?,
                _ => {
                    if is_id(name.local) {
                        self.id(written)?;
                    }
                    self.tree.attribute(name, value);
                }
            }
        }
        Ok(())
    }

    fn namespace(&mut self, prefix: &'a str, written: &'a str, uri: Cow<'a, str>) -> Result<(), ScreenError> {
        if self.tree.namespaces_in_force() >= self.limits.namespaces_in_scope {
            return Err(ScreenError::TooManyNamespaces {
                limit: self.limits.namespaces_in_scope,
            });
        }
        if uri.len() > self.limits.namespace_octets {
            return Err(ScreenError::LongNamespace {
                limit: self.limits.namespace_octets,
            });
        }
        if self.namespaces.insert((prefix, written)) {
            if self.namespaces.len() > self.limits.distinct_namespaces {
                return Err(ScreenError::TooManyNamespaces {
                    limit: self.limits.distinct_namespaces,
                });
            }
            if self.odd_namespace.is_none() && !uri.is_empty() && !is_absolute(&uri) {
                self.odd_namespace = Some(uri.clone());
            }
        }
        self.tree
            .declare(prefix, uri)
            .map_err(|fault| self.namespace_fault(fault))
    }

    /// An id must read the same before and after attribute-value normalization (XML 1.0 §3.3.3), or two parsers
    /// could disagree on which element bears it.
    fn id(&mut self, id: &'a str) -> Result<(), ScreenError> {
        let odd = |c: char| c == '&' || c.is_whitespace() || c.is_control();
        if id.is_empty() || id.contains(odd) {
            return Err(ScreenError::OddId { id: Excerpt::of(id) });
        }
        if self.ids.len() >= self.limits.ids {
            return Err(ScreenError::TooManyIds {
                limit: self.limits.ids,
            });
        }
        if self.ids.iter().any(|(other, _)| *other == id) {
            return Err(ScreenError::DuplicateId { id: Excerpt::of(id) });
        }
        self.ids.push((id, self.tree.elements() - 1));
        Ok(())
    }

    /// What an attribute means that is written so.
    fn value(&self, name: Name<'a>, written: &'a str) -> Result<Cow<'a, str>, ScreenError> {
        // Without leaving early, so that the compiler compares many at once.
        let special = |found: bool, o: u8| found | matches!(o, b'<' | b'&' | b'\t' | b'\n' | b'\r');
        if !written.bytes().fold(false, special) {
            return Ok(Cow::Borrowed(written));
        }
        let unreadable = || self.ill_formed(IllFormed::Attribute);
        if written.contains('<') {
            return Err(unreadable());
        }
        for piece in written.split('&').skip(1) {
            let (reference, _) = piece.split_once(';').ok_or_else(unreadable)?;
            resolve(&BytesRef::new(reference))?;
        }
        let attribute = Attribute {
            key: QName(name.qualified),
            value: Cow::Borrowed(written),
        };
        attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|_| unreadable())
    }

    fn text(&mut self, at: usize, text: &BytesText<'a>) -> Result<(), ScreenError> {
        if self.tree.depth() == 0 {
            return if text.trim_start_matches(SPACE).is_empty() {
                Ok(())
            } else {
                Err(self.ill_formed(IllFormed::TextOutsideRoot))
            };
        }
        // XML 1.0 §2.4: the CDATA end mark may not stand in text.
        if text.contains("]]>") {
            return Err(self.ill_formed(IllFormed::CdataEnd));
        }
        self.tree.text(at, text.xml10_content());
        Ok(())
    }

    fn inside(&self) -> Result<(), ScreenError> {
        if self.tree.depth() == 0 {
            Err(self.ill_formed(IllFormed::TextOutsideRoot))
        } else {
            Ok(())
        }
    }

    fn node(&mut self) -> Result<(), ScreenError> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            return Err(ScreenError::TooManyNodes {
                limit: self.limits.nodes,
            });
        }
        Ok(())
    }

    fn position(&self) -> Result<usize, ScreenError> {
        usize::try_from(self.reader.buffer_position()).map_err(|_| self.ill_formed(IllFormed::Markup))
    }

    /// XML 1.0 §2.8: only at the very start, and its parts in their order; §4.3.3: the encoding declared must be the one
    /// used.
    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), ScreenError> {
        let misplaced = || self.ill_formed(IllFormed::Declaration);
        let octets_read = self.position()?;
        let first = self.text.find("?>").is_some_and(|end| octets_read <= end + 2);
        if !first || !self.text.starts_with("<?xml") {
            return Err(misplaced());
        }
        let attributes = declaration.strip_prefix("xml").ok_or_else(misplaced)?;
        let attributes: Vec<_> = Attributes(attributes)
            .collect::<Option<_>>()
            .ok_or_else(misplaced)?;
        let (version, encoding) = match *attributes {
            [("version", version)] | [("version", version), ("standalone", "yes" | "no")] => (version, None),
            [("version", version), ("encoding", encoding)]
            | [
                ("version", version),
                ("encoding", encoding),
                ("standalone", "yes" | "no"),
            ] => (version, Some(encoding)),
            _ => return Err(misplaced()),
        };
        if version != "1.0" {
            return Err(ScreenError::OtherVersion);
        }
        match encoding {
            Some(name) if !name.eq_ignore_ascii_case("UTF-8") => Err(ScreenError::OtherEncoding {
                encoding: Excerpt::of(name),
            }),
            _ => Ok(()),
        }
    }

    fn unreadable(&self, error: &Error) -> ScreenError {
        self.ill_formed(match error {
            Error::IllFormed(IllFormedError::MissingEndTag(_)) => IllFormed::Truncated,
            Error::IllFormed(
                IllFormedError::UnmatchedEndTag(_) | IllFormedError::MismatchedEndTag { .. },
            ) => IllFormed::EndTag,
            _ => IllFormed::Markup,
        })
    }

    fn namespace_fault(&self, fault: NamespaceFault) -> ScreenError {
        self.ill_formed(match fault {
            NamespaceFault::Unbound => IllFormed::Prefix,
            NamespaceFault::Declaration => IllFormed::Namespace,
            NamespaceFault::Twice => IllFormed::Attribute,
        })
    }

    fn ill_formed(&self, reason: IllFormed) -> ScreenError {
        ScreenError::IllFormed {
            at: self.reader.error_position().max(self.reader.buffer_position()),
            reason,
        }
    }
}

/// XML 1.0 §4.1 and §4.6: what is referred to, a character of §2.2 or one of the five predefined entities.
fn resolve(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, ScreenError> {
    let bad = || ScreenError::CharacterReference {
        reference: Excerpt::of(reference),
    };
    match reference.resolve_char_ref() {
        Ok(Some(c)) => {
            let allowed = matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
            if allowed {
                Ok(Cow::Owned(c.to_string()))
            } else {
                Err(bad())
            }
        }
        Ok(None) => match resolve_xml_entity(reference) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => Err(ScreenError::Entity {
                name: Excerpt::of(reference),
            }),
        },
        Err(_) => Err(bad()),
    }
}
