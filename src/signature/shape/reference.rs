//! What the references of a signature are to: each to one element that may be signed, no two to the same.

use super::ShapeError;
use super::security::{Security, Signature};
use crate::signature::names::{DS, WSSE, WSU};
use crate::signature::signed_info::SignedInfo;
use crate::signature::xades::{is_qualifying_properties, is_signed_properties};
use crate::xml::tree::Element;
use crate::xml::{Excerpt, Screened};

/// A `ds:Reference`, after its transforms were found to be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::signature) struct Reference {
    /// The id of the element, without `#`.
    pub(in crate::signature) id: String,
    /// What the element is.
    pub(in crate::signature) target: Target,
}

/// What a reference is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::signature) enum Target {
    /// The envelope's Body.
    Body,
    /// The Security header's Timestamp.
    Timestamp,
    /// The Security header, with all that it holds.
    Security,
    /// The XAdES properties within the signature.
    SignedProperties,
    /// The token, or the signature's KeyInfo.
    Key,
    /// Another header block, whole.
    Block,
}

/// Where references may point.
pub(super) struct Places<'t, 'a> {
    pub(super) document: &'t Screened<'a>,
    pub(super) header: Element<'t, 'a>,
    pub(super) body: Element<'t, 'a>,
    pub(super) security: &'t Security<'t, 'a>,
    pub(super) signature: &'t Signature<'t, 'a>,
}

impl<'t, 'a> Places<'t, 'a> {
    /// What the references are to.
    pub(super) fn of(&self, info: SignedInfo) -> Result<Vec<Reference>, ShapeError> {
        let mut references: Vec<Reference> = Vec::with_capacity(info.references.len());
        let mut signed: Vec<Element<'_, '_>> = Vec::with_capacity(info.references.len());
        for reference in info.references {
            let id = reference.id;
            let bearer = self.document.bearer(&id);
            let element = bearer.ok_or_else(|| ShapeError::MissingId { id: Excerpt::of(&id) })?;
            let target = self.target(element, &id)?;
            if signed.contains(&element) {
                return Err(ShapeError::ReferencedTwice { id: Excerpt::of(&id) });
            }
            references.push(Reference { id, target });
            signed.push(element);
        }
        // So that no part of the message is canonicalized more than once.
        for (reference, element) in references.iter().zip(&signed) {
            if element.ancestors().any(|outer| signed.contains(&outer)) {
                return Err(ShapeError::NestedReferences {
                    id: Excerpt::of(&reference.id),
                });
            }
        }
        Ok(references)
    }

    /// What this element is, if it may be referred to. Each has its one place: what was signed in it and stands elsewhere
    /// would pass for signed while nobody reads it, and what was fresh once would stay so.
    fn target(&self, element: Element<'t, 'a>, id: &str) -> Result<Target, ShapeError> {
        let Self { security, .. } = self;
        let elsewhere = || ShapeError::ReferenceTarget { id: Excerpt::of(id) };
        if element == self.body {
            Ok(Target::Body)
        } else if Some(element) == security.timestamp {
            Ok(Target::Timestamp)
        } else if element == security.element {
            Ok(Target::Security)
        } else if Some(element) == security.token || element == self.signature.key_info {
            Ok(Target::Key)
        } else if element.descendants().any(is_timestamp) {
            Err(ShapeError::TimestampElsewhere { id: Excerpt::of(id) })
        } else if is_signed_properties(element) {
            let own = self.are_own(element);
            own.then_some(Target::SignedProperties).ok_or_else(elsewhere)
        } else if element.parent() == Some(self.header) && is_block(element) {
            Ok(Target::Block)
        } else {
            Err(elsewhere())
        }
    }

    /// ETSI TS 101 903 §6.3.1 and EN 319 132-1 §4.4: `ds:Object/QualifyingProperties/SignedProperties`, in the signature
    /// that they are of.
    fn are_own(&self, properties: Element<'t, 'a>) -> bool {
        let mut around = properties.ancestors();
        around.next().is_some_and(is_qualifying_properties)
            && around.next().is_some_and(|object| object.is(DS, "Object"))
            && around.next() == Some(self.signature.element)
    }
}

fn is_timestamp(element: Element<'_, '_>) -> bool {
    element.is(WSU, "Timestamp")
}

/// Whether a child of the Header is a header block: not something that has its place in the Security header.
fn is_block(element: Element<'_, '_>) -> bool {
    element.is(WSSE, "Security") || ![DS, WSSE, WSU].contains(&element.namespace())
}
