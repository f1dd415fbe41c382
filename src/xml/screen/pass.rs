//! The streaming pass over a document's events.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};

use super::{IllFormed, Limits, ScreenError};
use crate::xml::Excerpt;

/// The state of one pass.
pub(super) struct Pass<'a> {
    text: &'a str,
    limits: &'a Limits,
    reader: Reader<&'a [u8]>,
    /// For each open element, the namespace declarations it made.
    open: Vec<usize>,
    namespaces_in_scope: usize,
    /// Different declarations so far, each as prefix, NUL and namespace.
    namespaces: HashSet<String>,
    /// Where the next of them is put together.
    declaration: String,
    ids: HashSet<String>,
    attributes: usize,
    lookups: usize,
    nodes: usize,
    rooted: bool,
}

impl<'a> Pass<'a> {
    pub(super) fn new(text: &'a str, limits: &'a Limits) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Self {
            text,
            limits,
            reader,
            open: Vec::with_capacity(16),
            namespaces_in_scope: 0,
            namespaces: HashSet::new(),
            declaration: String::new(),
            ids: HashSet::new(),
            attributes: 0,
            lookups: 0,
            nodes: 0,
            rooted: false,
        }
    }

    /// Reads to the end; gives the number of nodes.
    pub(super) fn run(mut self) -> Result<usize, ScreenError> {
        loop {
            match self.reader.read_event() {
                Ok(Event::Start(tag)) => {
                    let declared = self.start(&tag)?;
                    self.open.push(declared);
                    self.namespaces_in_scope += declared;
                }
                Ok(Event::Empty(tag)) => {
                    self.start(&tag)?;
                }
                Ok(Event::End(_)) => {
                    let declared = self
                        .open
                        .pop()
                        .ok_or_else(|| self.ill_formed(IllFormed::EndTag))?;
                    self.namespaces_in_scope -= declared;
                }
                Ok(Event::Text(text)) => self.text(&text.into_inner())?,
                Ok(Event::CData(_)) => {
                    self.inside()?;
                    self.node()?;
                }
                Ok(Event::Comment(_)) => self.node()?,
                Ok(Event::GeneralRef(reference)) => {
                    self.inside()?;
                    check_reference(&reference)?;
                }
                Ok(Event::Decl(declaration)) => self.declaration(&declaration)?,
                Ok(Event::PI(_)) => return Err(ScreenError::ProcessingInstruction),
                Ok(Event::DocType(_)) => return Err(ScreenError::Doctype),
                Ok(Event::Eof) => return self.end(),
                Err(error) => return Err(self.unreadable(&error)),
            }
        }
    }

    fn end(self) -> Result<usize, ScreenError> {
        match (self.open.is_empty(), self.rooted) {
            (true, true) => Ok(self.nodes),
            (true, false) => Err(self.ill_formed(IllFormed::NoRoot)),
            (false, _) => Err(self.ill_formed(IllFormed::Truncated)),
        }
    }

    /// Checks a start tag; gives the number of namespace declarations in it.
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<usize, ScreenError> {
        self.node()?;
        if self.open.is_empty() {
            if self.rooted {
                return Err(self.ill_formed(IllFormed::SecondRoot));
            }
            self.rooted = true;
        }
        if self.open.len() >= self.limits.depth {
            return Err(ScreenError::TooDeep {
                limit: self.limits.depth,
            });
        }
        self.check_name(tag.name().into_inner())?;
        let declared = self.attributes(tag)?;
        let in_scope = self.namespaces_in_scope + declared;
        self.lookups += (in_scope + 1) * (in_scope + self.open.len() + 1);
        if self.lookups > self.limits.namespace_lookups {
            return Err(ScreenError::TooManyLookups);
        }
        Ok(declared)
    }

    fn attributes(&mut self, tag: &BytesStart<'_>) -> Result<usize, ScreenError> {
        let mut declared = 0;
        // Duplicates are looked for among the attributes read so far, so the count is checked before each.
        for (count, attribute) in tag.attributes().enumerate() {
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
            let attribute = attribute.map_err(|_| self.ill_formed(IllFormed::Attribute))?;
            let name = attribute.key.into_inner();
            self.check_name(name)?;
            self.check_value(&attribute.value)?;
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            if prefix == "xmlns" || name == "xmlns" {
                declared += 1;
                self.namespace(
                    if prefix.is_empty() { "" } else { local },
                    &attribute.value,
                    declared,
                )?;
            } else if matches!(local, "Id" | "ID" | "id") {
                self.id(&attribute.value)?;
            }
        }
        Ok(declared)
    }

    fn namespace(&mut self, prefix: &str, uri: &str, declared_here: usize) -> Result<(), ScreenError> {
        if self.namespaces_in_scope + declared_here > self.limits.namespaces_in_scope {
            return Err(ScreenError::TooManyNamespaces {
                limit: self.limits.namespaces_in_scope,
            });
        }
        self.declaration.clear();
        self.declaration.extend([prefix, "\0", uri]);
        if self.namespaces.contains(&self.declaration) {
            return Ok(());
        }
        if self.namespaces.len() >= self.limits.distinct_namespaces {
            return Err(ScreenError::TooManyNamespaces {
                limit: self.limits.distinct_namespaces,
            });
        }
        self.namespaces.insert(self.declaration.clone());
        Ok(())
    }

    /// An id must read the same before and after attribute-value normalization (XML 1.0 §3.3.3), or two parsers
    /// could disagree on which element bears it.
    fn id(&mut self, id: &str) -> Result<(), ScreenError> {
        let odd = |c: char| c == '&' || c.is_whitespace() || c.is_control();
        if id.is_empty() || id.contains(odd) {
            return Err(ScreenError::OddId { id: Excerpt::of(id) });
        }
        if self.ids.len() >= self.limits.ids {
            return Err(ScreenError::TooManyIds {
                limit: self.limits.ids,
            });
        }
        if self.ids.insert(id.to_owned()) {
            Ok(())
        } else {
            Err(ScreenError::DuplicateId { id: Excerpt::of(id) })
        }
    }

    fn check_value(&self, value: &str) -> Result<(), ScreenError> {
        if !value.bytes().any(|o| matches!(o, b'<' | b'&')) {
            return Ok(());
        }
        if value.contains('<') {
            return Err(self.ill_formed(IllFormed::Attribute));
        }
        for piece in value.split('&').skip(1) {
            let (reference, _) = piece
                .split_once(';')
                .ok_or_else(|| self.ill_formed(IllFormed::Attribute))?;
            check_reference(&BytesRef::new(reference))?;
        }
        Ok(())
    }

    /// Namespaces in XML §4: a qualified name has at most one colon, with a name on either side.
    fn check_name(&self, name: &str) -> Result<(), ScreenError> {
        let mut parts = name.split(':');
        let good = parts.by_ref().take(2).all(is_ncname) && parts.next().is_none();
        if good {
            Ok(())
        } else {
            Err(self.ill_formed(IllFormed::Name))
        }
    }

    fn text(&self, text: &str) -> Result<(), ScreenError> {
        if self.open.is_empty() {
            let space = |o: u8| matches!(o, b' ' | b'\t' | b'\n' | b'\r');
            return if text.bytes().all(space) {
                Ok(())
            } else {
                Err(self.ill_formed(IllFormed::TextOutsideRoot))
            };
        }
        // XML 1.0 §2.4: the CDATA end mark may not stand in text.
        if text.bytes().any(|o| o == b'>') && text.contains("]]>") {
            return Err(self.ill_formed(IllFormed::CdataEnd));
        }
        Ok(())
    }

    fn inside(&self) -> Result<(), ScreenError> {
        if self.open.is_empty() {
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

    /// XML 1.0 §2.8: only at the very start; §4.3.3: the encoding declared must be the one used.
    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), ScreenError> {
        let misplaced = || self.ill_formed(IllFormed::Declaration);
        let octets_read = usize::try_from(self.reader.buffer_position()).map_err(|_| misplaced())?;
        let first = self.text.find("?>").is_some_and(|end| octets_read <= end + 2);
        if !first || !self.text.starts_with("<?xml") {
            return Err(misplaced());
        }
        if declaration.version().map_err(|_| misplaced())? != "1.0" {
            return Err(ScreenError::OtherVersion);
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Err(_)) => Err(misplaced()),
            Some(Ok(name)) if name.eq_ignore_ascii_case("UTF-8") => Ok(()),
            Some(Ok(name)) => Err(ScreenError::OtherEncoding {
                encoding: Excerpt::of(&name),
            }),
        }
    }

    fn unreadable(&self, error: &Error) -> ScreenError {
        self.ill_formed(match error {
            Error::IllFormed(IllFormedError::MissingEndTag(_)) => IllFormed::Truncated,
            Error::IllFormed(
                IllFormedError::UnmatchedEndTag(_) | IllFormedError::MismatchedEndTag { .. },
            ) => IllFormed::EndTag,
            Error::InvalidAttr(_) => IllFormed::Attribute,
            _ => IllFormed::Markup,
        })
    }

    fn ill_formed(&self, reason: IllFormed) -> ScreenError {
        ScreenError::IllFormed {
            at: self.reader.error_position().max(self.reader.buffer_position()),
            reason,
        }
    }
}

/// XML 1.0 §4.1 and §4.6: a reference to a character of §2.2, or to one of the five predefined entities.
fn check_reference(reference: &BytesRef<'_>) -> Result<(), ScreenError> {
    let bad = || ScreenError::CharacterReference {
        reference: Excerpt::of(reference),
    };
    match reference.resolve_char_ref() {
        Ok(Some(c)) => {
            let allowed = matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
            if allowed { Ok(()) } else { Err(bad()) }
        }
        Ok(None) if resolve_xml_entity(reference).is_some() => Ok(()),
        Ok(None) => Err(ScreenError::Entity {
            name: Excerpt::of(reference),
        }),
        Err(_) => Err(bad()),
    }
}

/// Whether `name` begins as an XML name does and holds no character that would end one; the tree builders check
/// the rest of XML 1.0 §2.3.
fn is_ncname(name: &str) -> bool {
    let bad = |o: u8| !(o.is_ascii_alphanumeric() || matches!(o, b'_' | b'-' | b'.') || o >= 0x80);
    let first_is_good = name
        .bytes()
        .next()
        .is_some_and(|o| o.is_ascii_alphabetic() || o == b'_' || o >= 0x80);
    first_is_good && !name.bytes().any(bad)
}
