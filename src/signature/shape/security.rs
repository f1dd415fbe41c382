//! The `wsse:Security` header and the parts of its `ds:Signature`.

use roxmltree::Node;

use super::ShapeError;
use crate::signature::names::{DS, WSSE, WSU};
use crate::signature::text::{base64, elements};
use crate::xml::Excerpt;

/// The longest signature value: RSA of 16,384 bits.
const MAX_SIGNATURE_OCTETS: usize = 2048;

/// What a Security header holds.
#[derive(Debug)]
pub(super) struct Security<'d, 'i> {
    /// The header itself.
    pub(super) element: Node<'d, 'i>,
    /// Its Timestamp.
    pub(super) timestamp: Option<Node<'d, 'i>>,
    token: Option<Node<'d, 'i>>,
    signature: Option<Node<'d, 'i>>,
}

impl<'d, 'i> Security<'d, 'i> {
    /// Takes one token, one Timestamp and one signature, in whatever order, and nothing else.
    pub(super) fn of(element: Node<'d, 'i>) -> Result<Self, ShapeError> {
        let mut security = Self {
            element,
            timestamp: None,
            token: None,
            signature: None,
        };
        for child in elements(element) {
            let (slot, many) = match (child.tag_name().namespace(), child.tag_name().name()) {
                (Some(WSSE), "BinarySecurityToken") => (&mut security.token, ShapeError::TwoTokens),
                (Some(WSU), "Timestamp") => (&mut security.timestamp, ShapeError::TwoTimestamps),
                (Some(DS), "Signature") => (&mut security.signature, ShapeError::TwoSignatures),
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
    pub(super) fn token(&self) -> Result<Node<'d, 'i>, ShapeError> {
        // What is not signed at all is told so, rather than that it lacks a token.
        if self.signature.is_none() {
            return Err(ShapeError::NoSignature);
        }
        self.token.ok_or(ShapeError::NoToken)
    }

    /// Its signature.
    pub(super) fn signature(&self) -> Result<Signature<'d, 'i>, ShapeError> {
        Signature::of(self.signature.ok_or(ShapeError::NoSignature)?)
    }
}

/// The parts of a `ds:Signature`.
pub(super) struct Signature<'d, 'i> {
    pub(super) signed_info: Node<'d, 'i>,
    pub(super) value: Vec<u8>,
    pub(super) key_info: Node<'d, 'i>,
}

impl<'d, 'i> Signature<'d, 'i> {
    /// XMLDSig 1.1 §4.1: SignedInfo, SignatureValue, KeyInfo (not optional here), and Objects.
    fn of(signature: Node<'d, 'i>) -> Result<Self, ShapeError> {
        let mut children = elements(signature);
        let mut next = |local| {
            let child = children.next().filter(|child| child.has_tag_name((DS, local)));
            child.ok_or(ShapeError::SignatureLacks { element: local })
        };
        let signed_info = next("SignedInfo")?;
        let value =
            base64(next("SignatureValue")?, MAX_SIGNATURE_OCTETS).ok_or(ShapeError::SignatureValue)?;
        let key_info = next("KeyInfo")?;
        match children.find(|child| !child.has_tag_name((DS, "Object"))) {
            Some(other) => Err(ShapeError::Unexpected {
                name: Excerpt::of(other.tag_name().name()),
            }),
            None => Ok(Self {
                signed_info,
                value,
                key_info,
            }),
        }
    }
}
