//! `inspect`: an envelope has the shape that we accept, so that what is signed is what will be read.
//!
//! Wrapping attacks move a signed element to where the verifier finds it and put another where the reader looks.
//! So each thing is looked for in its one place, and must be there once: none and many are different answers.

mod distinguished;
mod error;
mod key_info;
mod named;
mod reference;
mod security;

pub use error::ShapeError;

use super::algorithm::{KeyFamily, SignatureMethod, sha256};
use super::names::{DS, WSSE};
use super::policy::{Policy, TimestampRule};
use super::signed_info::SignedInfo;
use super::timestamp::Timestamp;
use crate::xml::soap::SoapVersion;
use crate::xml::tree::Element;
use crate::xml::{Excerpt, Screened};
use reference::{Reference, Target};
use security::{Security, security_header};

/// A signed envelope of the right shape, of which nothing is believed yet.
///
/// It holds the screened document, which the verification goes through again.
#[derive(Debug)]
pub struct Inspected<'a> {
    document: Screened<'a>,
    version: SoapVersion,
    token_der: Vec<u8>,
    method: SignatureMethod,
    signature_value: Vec<u8>,
    references: Vec<Reference>,
    /// By which reference the Timestamp is signed, if it is.
    signed_timestamp: Option<Target>,
    unsigned_timestamp: Option<Timestamp>,
}

impl<'a> Inspected<'a> {
    /// The version of SOAP.
    #[must_use]
    pub fn version(&self) -> SoapVersion {
        self.version
    }

    /// The security token: one DER certificate, not parsed, not trusted. The key to verify with is its key.
    #[must_use]
    pub fn token_der(&self) -> &[u8] {
        &self.token_der
    }

    /// The signature method that the signature names.
    #[must_use]
    pub fn method(&self) -> SignatureMethod {
        self.method
    }

    /// What tells this message from every other: it is the same for whatever else can be made of it without the
    /// private key. SHA-256 of the signature value if that is RSA's. Of an ECDSA value it is that of the first half,
    /// r: whoever sees (r, s) can also send (r, n - s), which verifies as well, but a signer never uses r twice.
    #[must_use]
    pub fn replay_key(&self) -> [u8; 32] {
        let value = self.signature_value.as_slice();
        let half = value.len() / 2;
        sha256(match self.method.family() {
            KeyFamily::Rsa => value,
            KeyFamily::Ec => value.get(..half).unwrap_or(value),
        })
    }

    /// The ids that the signature refers to, in its order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(|reference| reference.id.as_str())
    }

    pub(super) fn document(&self) -> &Screened<'a> {
        &self.document
    }

    pub(super) fn signature_value(&self) -> &[u8] {
        &self.signature_value
    }

    /// The id by which an element of that kind is signed.
    pub(super) fn signed(&self, target: Target) -> Option<&str> {
        self.references
            .iter()
            .find(|reference| reference.target == target)
            .map(|reference| reference.id.as_str())
    }

    /// The ids by which header blocks are signed, but for that of the Security header.
    pub(super) fn signed_blocks(&self) -> impl Iterator<Item = &str> {
        self.references
            .iter()
            .filter(|reference| reference.target == Target::Block)
            .map(|reference| reference.id.as_str())
    }

    /// By what the Timestamp is signed: by itself or within the whole Security header.
    pub(super) fn signed_timestamp(&self) -> Option<Target> {
        self.signed_timestamp
    }

    pub(super) fn unsigned_timestamp(&self) -> Option<&Timestamp> {
        self.unsigned_timestamp.as_ref()
    }
}

pub(super) use named::check as check_named;
pub(super) use reference::Target as SignedTarget;

/// Inspects a screened envelope: one Envelope, one Body, one Security header for us, one signature in the whole
/// document, one security token, and references that are all to things that may be signed, each once.
///
/// No cryptography is done and the clock is not looked at.
pub fn inspect<'a>(document: Screened<'a>, policy: &Policy) -> Result<Inspected<'a>, ShapeError> {
    let Parts {
        version,
        header,
        body,
    } = Parts::of(document.root())?;
    survey(document.root(), body)?;
    let header = header.ok_or(ShapeError::NoSecurity)?;
    let security = Security::of(security_header(header, version)?)?;

    let token_der = key_info::token(security.token()?)?;
    let signature = security.signature()?;
    let info = SignedInfo::read(signature.signed_info, document.nodes(), policy)?;
    let method = info.method;
    key_info::check(signature.key_info, security.token()?, &token_der, policy)?;
    let places = reference::Places {
        document: &document,
        header,
        body,
        security: &security,
        signature: &signature,
    };
    let references = places.of(info)?;

    let signed = |target| {
        references
            .iter()
            .any(|reference: &Reference| reference.target == target)
    };
    if !signed(Target::Body) {
        return Err(ShapeError::BodyNotSigned);
    }
    let by = [Target::Timestamp, Target::Security];
    let signed_timestamp = security
        .timestamp
        .and_then(|_| by.into_iter().find(|target| signed(*target)));
    let unsigned_timestamp = match (security.timestamp, policy.timestamp()) {
        (None, TimestampRule::RequiredAndSigned) => return Err(ShapeError::NoTimestamp),
        (None, TimestampRule::CheckedIfPresent) => None,
        (Some(_), _) if signed_timestamp.is_some() => None,
        (Some(_), TimestampRule::RequiredAndSigned) => return Err(ShapeError::TimestampNotSigned),
        (Some(element), TimestampRule::CheckedIfPresent) => Some(Timestamp::read(element)?),
    };
    Ok(Inspected {
        version,
        token_der,
        method,
        signature_value: signature.value,
        references,
        signed_timestamp,
        unsigned_timestamp,
        document,
    })
}

/// An envelope's parts.
struct Parts<'t, 'a> {
    version: SoapVersion,
    header: Option<Element<'t, 'a>>,
    body: Element<'t, 'a>,
}

impl<'t, 'a> Parts<'t, 'a> {
    /// SOAP 1.1 §4, SOAP 1.2 part 1 §5: an Envelope holds a Header or none, and then a Body.
    fn of(root: Element<'t, 'a>) -> Result<Self, ShapeError> {
        let version = SoapVersion::ALL
            .into_iter()
            .find(|version| root.is(version.namespace(), "Envelope"))
            .ok_or_else(|| ShapeError::NotAnEnvelope {
                root: Excerpt::of(root.local()),
            })?;
        let is = |element: &Element<'t, 'a>, local| element.is(version.namespace(), local);
        let mut children = root.children().peekable();
        let header = children.next_if(|child| is(child, "Header"));
        let body = children
            .next()
            .filter(|child| is(child, "Body"))
            .ok_or(ShapeError::NoBody)?;
        match children.next() {
            None => Ok(Self {
                version,
                header,
                body,
            }),
            Some(extra) if is(&extra, "Body") => Err(ShapeError::TwoBodies),
            Some(extra) => Err(ShapeError::Unexpected {
                name: Excerpt::of(extra.local()),
            }),
        }
    }
}

/// Goes over the whole document once. No second Body, of either version of SOAP, and no second signature may be
/// anywhere: whoever looked for one by name would have two to choose from.
fn survey(root: Element<'_, '_>, body: Element<'_, '_>) -> Result<(), ShapeError> {
    let (mut signatures, mut tokens) = (0, 0);
    for element in root.descendants() {
        match element.local() {
            "Signature" if element.namespace() == DS => signatures += 1,
            "BinarySecurityToken" if element.namespace() == WSSE => tokens += 1,
            "Body" if element != body && is_soap(element) => return Err(ShapeError::TwoBodies),
            _ => (),
        }
    }
    if signatures > 1 {
        Err(ShapeError::TwoSignatures)
    } else if tokens > 1 {
        Err(ShapeError::TwoTokens)
    } else {
        Ok(())
    }
}

fn is_soap(element: Element<'_, '_>) -> bool {
    SoapVersion::ALL
        .iter()
        .any(|version| element.namespace() == version.namespace())
}
