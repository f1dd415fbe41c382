//! The `wsse:Security` header and the parts of its `ds:Signature`.

use super::ShapeError;
use crate::signature::algorithm::MAX_VALUE_OCTETS;
use crate::signature::envelope::{addressee_attribute, is_for_us};
use crate::signature::names::{DS, WSSE, WSU};
use crate::signature::text::base64;
use crate::xml::Excerpt;
use crate::xml::soap::SoapVersion;
use crate::xml::tree::Element;
use crate::xml::white::trim;

/// The most addressees that are told of.
const MAX_TOLD: usize = 3;

/// The one Security header for us; every other header block for us must be one that may be ignored.
pub(super) fn security_header<'t, 'a>(
    header: Element<'t, 'a>,
    version: SoapVersion,
) -> Result<Element<'t, 'a>, ShapeError> {
    let mut found = None;
    for block in header.children().filter(|block| is_ours(*block, version)) {
        let must = soap_attribute(block, version, "mustUnderstand");
        if block.is(WSSE, "Security") {
            if found.replace(block).is_some() {
                return Err(ShapeError::TwoSecurities);
            }
        } else if matches!(must, "1" | "true") {
            return Err(ShapeError::NotUnderstood {
                name: Excerpt::of(block.local()),
                namespace: Excerpt::of(block.namespace()),
            });
        }
    }
    let is_signed = |block: Element<'_, '_>| block.children().any(|child| child.is(DS, "Signature"));
    match found {
        Some(ours) if is_signed(ours) => Ok(ours),
        // What is signed, but not for us, is not told to be unsigned.
        Some(ours) => of_others(header, version, is_signed).map_or(Ok(ours), Err),
        None => Err(of_others(header, version, |_| true)
            .or_else(|| of_another_version(header))
            .unwrap_or(ShapeError::NoSecurity)),
    }
}

/// That some of the Security headers for others are what is sought.
fn of_others<'t, 'a>(
    header: Element<'t, 'a>,
    version: SoapVersion,
    sought: impl Fn(Element<'t, 'a>) -> bool,
) -> Option<ShapeError> {
    let attribute = addressee_attribute(version);
    let addressees: Vec<_> = header
        .children()
        .filter(|block| block.is(WSSE, "Security") && !is_ours(*block, version) && sought(*block))
        .map(|block| Excerpt::of(soap_attribute(block, version, attribute)))
        .take(MAX_TOLD)
        .collect();
    (!addressees.is_empty()).then_some(ShapeError::SecurityOfOthers {
        attribute,
        addressees,
    })
}

/// That a header has the name of the Security header, and another namespace: that of a draft, or a mistaken one.
fn of_another_version(header: Element<'_, '_>) -> Option<ShapeError> {
    let odd = header.children().find(|block| block.local() == "Security")?;
    Some(ShapeError::OtherSecurity {
        namespace: Excerpt::of(odd.namespace()),
    })
}

fn is_ours(block: Element<'_, '_>, version: SoapVersion) -> bool {
    is_for_us(
        version,
        soap_attribute(block, version, addressee_attribute(version)),
    )
}

fn soap_attribute<'t>(block: Element<'t, '_>, version: SoapVersion, local: &str) -> &'t str {
    trim(block.attribute(version.namespace(), local).unwrap_or(""))
}

/// What a Security header holds.
#[derive(Debug)]
pub(super) struct Security<'t, 'a> {
    /// The header itself.
    pub(super) element: Element<'t, 'a>,
    /// Its `wsu:Timestamp`, of which there is one at most.
    pub(super) timestamp: Option<Element<'t, 'a>>,
    /// Its `wsse:BinarySecurityToken`, of which there is one at most.
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

    /// Its `wsse:BinarySecurityToken`, without which nobody has signed.
    pub(super) fn token(&self) -> Result<Element<'t, 'a>, ShapeError> {
        // What is not signed at all is told so, rather than that it lacks a token.
        if self.signature.is_none() {
            return Err(ShapeError::NoSignature);
        }
        self.token.ok_or(ShapeError::NoToken)
    }

    /// Its only `ds:Signature`, in the shape that is taken.
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
