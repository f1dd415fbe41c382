//! What the references of a signature are to: each to one element that may be signed, no two to the same.

use roxmltree::Node;

use super::security::Security;
use super::{Bearers, ShapeError};
use crate::signature::signed_info::SignedInfo;
use crate::signature::xades::is_signed_properties;
use crate::xml::Excerpt;

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
pub(super) struct Places<'p, 'd, 'i> {
    pub(super) header: Node<'d, 'i>,
    pub(super) body: Node<'d, 'i>,
    pub(super) security: &'p Security<'d, 'i>,
    pub(super) bearers: Bearers<'d, 'i>,
}

impl<'d, 'i> Places<'_, 'd, 'i> {
    /// What the references are to.
    pub(super) fn of(&self, info: SignedInfo) -> Result<Vec<Reference>, ShapeError> {
        let mut references: Vec<Reference> = Vec::with_capacity(info.references.len());
        let mut signed: Vec<Node<'_, '_>> = Vec::with_capacity(info.references.len());
        for reference in info.references {
            let id = reference.id;
            let node = self.bearer(&id)?;
            let target = self
                .target(node)
                .ok_or_else(|| ShapeError::ReferenceTarget { id: Excerpt::of(&id) })?;
            if signed.contains(&node) {
                return Err(ShapeError::ReferencedTwice { id: Excerpt::of(&id) });
            }
            references.push(Reference { id, target });
            signed.push(node);
        }
        // So that no part of the message is canonicalized more than once.
        for (reference, node) in references.iter().zip(&signed) {
            if node.ancestors().skip(1).any(|outer| signed.contains(&outer)) {
                return Err(ShapeError::NestedReferences {
                    id: Excerpt::of(&reference.id),
                });
            }
        }
        Ok(references)
    }

    /// The one element of this id.
    fn bearer(&self, id: &str) -> Result<Node<'d, 'i>, ShapeError> {
        let mut bearers = self
            .bearers
            .iter()
            .filter(|(other, _)| *other == id)
            .map(|(_, node)| *node);
        match (bearers.next(), bearers.next()) {
            (Some(node), None) => Ok(node),
            (Some(_), Some(_)) => Err(ShapeError::DuplicateId { id: Excerpt::of(id) }),
            (None, _) => Err(ShapeError::MissingId { id: Excerpt::of(id) }),
        }
    }

    /// What this element is, if it may be referred to: the Body or something within the Header. A reference to the
    /// Envelope, to the Header or into the Body says nothing that the reference to the Body does not.
    fn target(&self, node: Node<'d, 'i>) -> Option<Target> {
        if node == self.body {
            return Some(Target::Body);
        }
        if Some(node) == self.security.timestamp {
            return Some(Target::Timestamp);
        }
        let within = |outer| node.ancestors().skip(1).any(|ancestor| ancestor == outer);
        if is_signed_properties(node) {
            // ETSI TS 101 903 §6.3.1: they stand in the signature that they are of, and there is but one.
            return within(self.security.element).then_some(Target::SignedProperties);
        }
        within(self.header).then_some(Target::OtherInHeader)
    }
}
