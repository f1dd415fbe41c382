//! A start tag as it lies in its document.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attributes;
use quick_xml::name::PrefixDeclaration;

use crate::signature::engine::EngineError;

/// What stands between the angle brackets of a start or empty-element tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    name: &'a str,
    content: &'a str,
}

/// An attribute with its value as it is meant (XML 1.0 §3.3.3).
#[derive(Debug)]
pub(super) enum Attribute<'a> {
    /// A namespace declaration; that of the default namespace has no prefix.
    Namespace { prefix: &'a str, uri: Cow<'a, str> },
    /// Any other.
    Plain {
        prefix: &'a str,
        local: &'a str,
        value: Cow<'a, str>,
    },
}

impl<'a> Tag<'a> {
    /// The tag of an event that was read from `text` at `at`.
    pub(super) fn at(text: &'a str, at: usize, event: &BytesStart<'_>) -> Result<Self, EngineError> {
        // Of the document and not of the event, whose own octets live as long as the event only.
        let piece = |length: usize| text.get(at + 1..at + 1 + length);
        let name = piece(event.name().into_inner().len());
        let content = piece(event.len());
        name.zip(content)
            .map(|(name, content)| Self { name, content })
            .ok_or(EngineError::Unreadable)
    }

    /// The name as it is written.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Its prefix; none if that is empty.
    pub(super) fn prefix(&self) -> &'a str {
        split(self.name).0
    }

    /// The name without its prefix.
    pub(super) fn local(&self) -> &'a str {
        split(self.name).1
    }

    /// Its attributes, in the order in which they are written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Result<Attribute<'a>, EngineError>> + use<'a> {
        let mut attributes = Attributes::new(self.content, self.name.len());
        // What is repeated is found where names are resolved; two prefixes may mean one namespace.
        attributes.with_checks(false);
        attributes.map(|attribute| {
            let attribute = attribute.map_err(|_| EngineError::Unreadable)?;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|_| EngineError::Unreadable)?;
            Ok(match attribute.key.as_namespace_binding() {
                Some(PrefixDeclaration::Default) => Attribute::Namespace {
                    prefix: "",
                    uri: value,
                },
                Some(PrefixDeclaration::Named(prefix)) => Attribute::Namespace { prefix, uri: value },
                None => {
                    let (prefix, local) = split(attribute.key.into_inner());
                    Attribute::Plain { prefix, local, value }
                }
            })
        })
    }
}

/// A qualified name's prefix, which may be empty, and local part.
fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
