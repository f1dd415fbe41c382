//! The `wsse:Security` header and the parts of its `ds:Signature`.

use super::ShapeError;
use crate::signature::algorithm::MAX_VALUE_OCTETS;
use crate::signature::names::{DS, WSSE, WSU};
use crate::signature::text::base64;
use crate::xml::Excerpt;
use crate::xml::tree::Element;

/// What a Security header holds.
#[derive(Debug)]
pub(super) struct Security<'t, 'a> {
    /// The header itself.
    pub(super) element: Element<'t, 'a>,
    /// Its Timestamp.
    pub(super) timestamp: Option<Element<'t, 'a>>,
    /// Its token.
    pub(super) token: Option<Element<'t, 'a>>,
    signature: Option<Element<'t, 'a>>,
}

impl<'t, 'a> Security<'t, 'a> {
    /// Takes one token, one Timestamp and one signature, in whatever order, and nothing else.
    pub(super) fn of(element: Element<'t, 'a>) -> Result<Self, ShapeError> {
        let mut security = Self {
            element,
            timestamp: None,
            token: None,
            signature: None,
        };
        for child in element.children() {
            let (slot, many) = match (child.namespace(), child.local()) {
                (WSSE, "BinarySecurityToken") => (&mut security.token, ShapeError::TwoTokens),
                (WSU, "Timestamp") => (&mut security.timestamp, ShapeError::TwoTimestamps),
                (DS, "Signature") => (&mut security.signature, ShapeError::TwoSignatures),
                (_, name) => {
                    return Err(ShapeError::Unexpected {
                        name: Excerpt::of(name),
                    });
                }
            };
            if slot.replace(child).is_some() {
                return Err(many);
            }
        }
        Ok(security)
    }

    /// Its BinarySecurityToken.
    pub(super) fn token(&self) -> Result<Element<'t, 'a>, ShapeError> {
        // What is not signed at all is told so, rather than that it lacks a token.
        if self.signature.is_none() {
            return Err(ShapeError::NoSignature);
        }
        self.token.ok_or(ShapeError::NoToken)
    }

    /// Its signature.
    pub(super) fn signature(&self) -> Result<Signature<'t, 'a>, ShapeError> {
        Signature::of(self.signature.ok_or(ShapeError::NoSignature)?)
    }
}

/// The parts of a `ds:Signature`.
pub(super) struct Signature<'t, 'a> {
    /// The signature itself.
    pub(super) element: Element<'t, 'a>,
    pub(super) signed_info: Element<'t, 'a>,
    pub(super) value: Vec<u8>,
    pub(super) key_info: Element<'t, 'a>,
}

impl<'t, 'a> Signature<'t, 'a> {
    /// XMLDSig 1.1 §4.1: SignedInfo, SignatureValue, KeyInfo (not optional here), and Objects.
    fn of(signature: Element<'t, 'a>) -> Result<Self, ShapeError> {
        let mut children = signature.children();
        let mut next = |local| {
            let child = children.next().filter(|child| child.is(DS, local));
            child.ok_or(ShapeError::SignatureLacks { element: local })
        };
        let signed_info = next("SignedInfo")?;
        let value = base64(next("SignatureValue")?, MAX_VALUE_OCTETS).ok_or(ShapeError::SignatureValue)?;
        let key_info = next("KeyInfo")?;
        match children.find(|child| !child.is(DS, "Object")) {
            Some(other) => Err(ShapeError::Unexpected {
                name: Excerpt::of(other.local()),
            }),
            None => Ok(Self {
                element: signature,
                signed_info,
                value,
                key_info,
            }),
        }
    }
}
