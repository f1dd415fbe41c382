//! What the references of a signature are to: each to one element that may be signed, no two to the same.

use super::ShapeError;
use super::security::Security;
use crate::signature::signed_info::SignedInfo;
use crate::signature::xades::is_signed_properties;
use crate::xml::tree::Element;
use crate::xml::{Excerpt, Screened};

/// One reference.
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
    /// The XAdES properties within the signature.
    SignedProperties,
    /// Another element within the Header: the token, KeyInfo, a header block.
    OtherInHeader,
}

/// Where references may point.
pub(super) struct Places<'t, 'a> {
    pub(super) document: &'t Screened<'a>,
    pub(super) header: Element<'t, 'a>,
    pub(super) body: Element<'t, 'a>,
    pub(super) security: &'t Security<'t, 'a>,
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
            let target = self
                .target(element)
                .ok_or_else(|| ShapeError::ReferenceTarget { id: Excerpt::of(&id) })?;
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

    /// What this element is, if it may be referred to: the Body or something within the Header. A reference to the
    /// Envelope, to the Header or into the Body says nothing that the reference to the Body does not.
    fn target(&self, element: Element<'t, 'a>) -> Option<Target> {
        if element == self.body {
            return Some(Target::Body);
        }
        if Some(element) == self.security.timestamp {
            return Some(Target::Timestamp);
        }
        let within = |outer| element.ancestors().any(|ancestor| ancestor == outer);
        if is_signed_properties(element) {
            // ETSI TS 101 903 §6.3.1: they stand in the signature that they are of, and there is but one.
            return within(self.security.element).then_some(Target::SignedProperties);
        }
        within(self.header).then_some(Target::OtherInHeader)
    }
}
