//! A `ds:Signature` that stands in a document beside what it signs, as those of acuses do: its shape, by the same rules
//! as that of a message.

use super::algorithm::MAX_VALUE_OCTETS;
use super::filter;
use super::names::{DS, WSSE};
use super::policy::Policy;
use super::shape::{ShapeError, check_named};
use super::signed_info::SignedInfo;
use super::text::base64;
use crate::xml::tree::Element;
use crate::xml::{Excerpt, Screened};

/// What is verified of a `ds:Signature`.
pub(super) struct Parts<'t, 'a> {
    pub(super) signed_info: Element<'t, 'a>,
    pub(super) value: Element<'t, 'a>,
}

impl<'t, 'a> Parts<'t, 'a> {
    /// XMLDSig 1.1 §4.1: SignedInfo, SignatureValue, KeyInfo or none, and Objects, as many as there are.
    pub(super) fn of(signature: Element<'t, 'a>) -> Result<Self, ShapeError> {
        let mut children = signature.children().peekable();
        let mut next = |local| {
            let child = children.next_if(|child| child.is(DS, local));
            child.ok_or(ShapeError::SignatureLacks { element: local })
        };
        let parts = Self {
            signed_info: next("SignedInfo")?,
            value: next("SignatureValue")?,
        };
        children.next_if(|child| child.is(DS, "KeyInfo"));
        match children.find(|child| !child.is(DS, "Object")) {
            None => Ok(parts),
            Some(other) => Err(ShapeError::Unexpected {
                name: Excerpt::of(other.local()),
            }),
        }
    }
}

/// Whether a signature of a document has the shape that is accepted: so that whoever made it can be told what to mend, and
/// no engine is asked about one that it would not take.
pub fn inspect_signature(
    document: &Screened<'_>,
    signature: Element<'_, '_>,
    policy: &Policy,
) -> Result<(), ShapeError> {
    let Parts { signed_info, value } = Parts::of(signature)?;
    let info = SignedInfo::read(signed_info, document.nodes(), policy)?;
    base64(value, MAX_VALUE_OCTETS).ok_or(ShapeError::SignatureValue)?;
    for reference in &info.references {
        let id = || Excerpt::of(&reference.id);
        let bearer = document.bearer(&reference.id);
        let bearer = bearer.ok_or_else(|| ShapeError::MissingId { id: id() })?;
        if reference.filtered && !filter::removes_nothing(bearer) {
            return Err(ShapeError::XPathPlace { id: id() });
        }
    }
    Ok(())
}

/// Checks that all that stands in a signature's KeyInfo names this certificate, in DER, or its key. A reference to a token
/// names none: there are no tokens beside a document.
pub fn check_key_info(signature: Element<'_, '_>, certificate: &[u8]) -> Result<(), ShapeError> {
    for key_info in signature.children().filter(|child| child.is(DS, "KeyInfo")) {
        if key_info.children().any(|child| child.namespace() == WSSE) {
            return Err(ShapeError::OtherToken);
        }
        check_named(key_info, certificate)?;
    }
    Ok(())
}
