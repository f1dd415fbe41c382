//! Where in a document a signature is, and the elements that it refers to: one pass that keeps no tree.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::scope::Scope;
use super::tag::{Attribute, Tag};
use crate::signature::engine::EngineError;
use crate::signature::names::DS;
use crate::signature::text::is_id;

/// An element in its document.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// Where its start tag begins.
    pub(super) start: usize,
    /// The start tags of its ancestors, the root's first.
    pub(super) around: Vec<Tag<'a>>,
}

/// Who bears an id.
#[derive(Debug, Default)]
pub(super) enum Bearer<'a> {
    #[default]
    None,
    One(Place<'a>),
    Many,
}

/// A `ds:Signature`.
#[derive(Debug)]
pub(super) struct Signature<'a> {
    /// All of it.
    pub(super) range: Range<usize>,
    /// Its SignedInfo.
    pub(super) signed_info: Option<Place<'a>>,
    /// The text of its SignatureValue.
    pub(super) value: String,
}

/// What a verification needs of a document.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    /// The signature that was asked for, if there are as many.
    pub(super) signature: Option<Signature<'a>>,
    /// For each id that was asked for, in that order, who bears it.
    pub(super) bearers: Vec<Bearer<'a>>,
    /// Elements in the document.
    pub(super) nodes: usize,
}

impl<'a> Outline<'a> {
    /// Goes over a document for its `which`-th signature, from 0, and the bearers of ids.
    pub(super) fn of(text: &'a str, which: usize, ids: &[String]) -> Result<Self, EngineError> {
        let mut pass = Pass {
            ids,
            left: which,
            open: Vec::with_capacity(16),
            scope: Scope::default(),
            within: None,
            bearers: ids.iter().map(|_| Bearer::None).collect(),
            signature: None,
            nodes: 0,
        };
        let mut reader = Reader::from_str(text);
        loop {
            let at = position(&reader)?;
            match reader.read_event().map_err(|_| EngineError::Unreadable)? {
                Event::Start(event) => {
                    let tag = Tag::at(text, at, &event)?;
                    pass.start(at, tag)?;
                    pass.open.push(tag);
                }
                Event::Empty(event) => {
                    pass.start(at, Tag::at(text, at, &event)?)?;
                    pass.end(position(&reader)?);
                }
                Event::End(_) => {
                    pass.open.pop();
                    pass.end(position(&reader)?);
                }
                Event::Text(text) => pass.text(&text)?,
                Event::CData(text) => pass.text(&text)?,
                Event::GeneralRef(reference) => pass.reference(&reference)?,
                Event::Comment(_) | Event::Decl(_) => (),
                Event::PI(_) | Event::DocType(_) => return Err(EngineError::Unreadable),
                Event::Eof => break,
            }
        }
        if !pass.open.is_empty() || pass.nodes == 0 {
            return Err(EngineError::Unreadable);
        }
        Ok(Self {
            signature: pass.signature,
            bearers: pass.bearers,
            nodes: pass.nodes,
        })
    }
}

/// How far a signature has been read (XMLDSig 1.1 §4.1: its children come in this order, Objects as many as there are).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Nothing,
    SignedInfo,
    Value,
    KeyInfo,
    Object,
}

/// Being inside of the signature that was asked for.
#[derive(Debug, Clone, Copy)]
struct Within {
    /// Open elements outside of it.
    depth: usize,
    part: Part,
}

/// The state of the pass.
struct Pass<'a, 'i> {
    ids: &'i [String],
    /// Signatures still to come before the one that was asked for.
    left: usize,
    open: Vec<Tag<'a>>,
    /// Kept as elements come and go: read anew from the open tags for each name that matters, namespaces would cost as
    /// many times all that these declare.
    scope: Scope<'a>,
    within: Option<Within>,
    bearers: Vec<Bearer<'a>>,
    signature: Option<Signature<'a>>,
    nodes: usize,
}

impl<'a> Pass<'a, '_> {
    fn start(&mut self, at: usize, tag: Tag<'a>) -> Result<(), EngineError> {
        self.nodes += 1;
        if self.in_value() {
            return Err(EngineError::Unprocessable);
        }
        self.scope.enter();
        for attribute in tag.attributes() {
            match attribute? {
                Attribute::Namespace { prefix, uri } => self.scope.declare(prefix, uri)?,
                Attribute::Plain { local, value, .. } if is_id(local) => self.bearer(at, &value),
                Attribute::Plain { .. } => (),
            }
        }
        match self.within {
            Some(within) if self.open.len() == within.depth + 1 => self.child(at, tag, within),
            None if self.signature.is_none() && tag.local() == "Signature" && self.is_ds(tag) => {
                self.signature(at);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A signature begins: the one that was asked for, or one before it.
    fn signature(&mut self, at: usize) {
        if let Some(left) = self.left.checked_sub(1) {
            self.left = left;
            return;
        }
        self.within = Some(Within {
            depth: self.open.len(),
            part: Part::Nothing,
        });
        self.signature = Some(Signature {
            range: at..at,
            signed_info: None,
            value: String::new(),
        });
    }

    /// A child of the signature begins.
    fn child(&mut self, at: usize, tag: Tag<'a>, within: Within) -> Result<(), EngineError> {
        let part = self.part(within.part, tag)?;
        self.within = Some(Within { part, ..within });
        if let (Part::SignedInfo, Some(signature)) = (part, &mut self.signature) {
            signature.signed_info = Some(Place {
                start: at,
                around: self.open.clone(),
            });
        }
        Ok(())
    }

    /// After an end tag; `end` is where it ends.
    fn end(&mut self, end: usize) {
        self.scope.leave();
        if self.within.is_some_and(|within| within.depth == self.open.len()) {
            self.within = None;
            if let Some(signature) = &mut self.signature {
                signature.range.end = end;
            }
        }
    }

    fn text(&mut self, text: &str) -> Result<(), EngineError> {
        if self.in_value() {
            if let Some(signature) = &mut self.signature {
                signature.value.push_str(text);
            }
        } else if self.open.is_empty() && !text.bytes().all(|octet| octet.is_ascii_whitespace()) {
            return Err(EngineError::Unreadable);
        }
        Ok(())
    }

    /// Whether the content of SignatureValue is being read.
    fn in_value(&self) -> bool {
        self.within
            .is_some_and(|within| within.part == Part::Value && self.open.len() == within.depth + 2)
    }

    /// Java's libraries end the lines of a value in `&#13;` and a line feed.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), EngineError> {
        if !self.in_value() {
            return Ok(());
        }
        match reference.resolve_char_ref() {
            Ok(Some(character)) => self.text(character.encode_utf8(&mut [0; 4])),
            _ => Err(EngineError::Unprocessable),
        }
    }

    /// Which child of the signature this is, after one that was `before`.
    fn part(&self, before: Part, tag: Tag<'a>) -> Result<Part, EngineError> {
        let part = match tag.local() {
            "SignedInfo" => Part::SignedInfo,
            "SignatureValue" => Part::Value,
            "KeyInfo" => Part::KeyInfo,
            "Object" => Part::Object,
            _ => return Err(EngineError::Unprocessable),
        };
        let in_order = match part {
            Part::SignedInfo => before == Part::Nothing,
            Part::Value => before == Part::SignedInfo,
            Part::KeyInfo => before == Part::Value,
            _ => before >= Part::Value,
        };
        if in_order && self.is_ds(tag) {
            Ok(part)
        } else {
            Err(EngineError::Unprocessable)
        }
    }

    /// Notes who bears an id, if it was asked for.
    fn bearer(&mut self, at: usize, id: &str) {
        let slot = self
            .ids
            .iter()
            .zip(&mut self.bearers)
            .find(|(asked, _)| *asked == id);
        if let Some((_, bearer)) = slot {
            *bearer = match bearer {
                Bearer::None => Bearer::One(Place {
                    start: at,
                    around: self.open.clone(),
                }),
                Bearer::One(_) | Bearer::Many => Bearer::Many,
            };
        }
    }

    /// Whether the element that begins is one of XML Signature.
    fn is_ds(&self, tag: Tag<'a>) -> bool {
        self.scope.namespace(tag.prefix()) == Some(DS)
    }
}

pub(super) fn position(reader: &Reader<&[u8]>) -> Result<usize, EngineError> {
    usize::try_from(reader.buffer_position()).map_err(|_| EngineError::Unreadable)
}
