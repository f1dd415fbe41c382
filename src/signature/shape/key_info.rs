//! The security token, and that `ds:KeyInfo` points at it.

use super::{ShapeError, named};
use crate::signature::names::{BASE64, DS, WSSE, X509_V3};
use crate::signature::policy::{KeyInfoRule, Policy};
use crate::signature::text::loose_base64;
use crate::xml::Excerpt;
use crate::xml::tree::Element;
use crate::xml::white::trim;

/// The longest certificate, in octets of DER; qualified certificates are a tenth of it.
pub(super) const MAX_TOKEN_OCTETS: usize = 16 * 1024;
/// The most certificates in an X509Data.
pub(super) const MAX_CERTIFICATES: usize = 8;

/// The DER of a token (X.509 Token Profile 1.1, §3.1: one certificate, in base64).
pub(super) fn token(element: Element<'_, '_>) -> Result<Vec<u8>, ShapeError> {
    let kind = element.attribute("", "ValueType").unwrap_or("");
    let kind = trim(kind);
    if kind != X509_V3 {
        return Err(ShapeError::TokenType {
            value_type: Excerpt::of(kind),
        });
    }
    if !matches!(
        element.attribute("", "EncodingType").map(trim),
        None | Some(BASE64)
    ) {
        return Err(ShapeError::TokenUnreadable);
    }
    let der = loose_base64(element, MAX_TOKEN_OCTETS).ok_or(ShapeError::TokenUnreadable)?;
    // A DER SEQUENCE: anything else is no certificate, whatever its base64 says.
    if der.first() == Some(&0x30) {
        Ok(der)
    } else {
        Err(ShapeError::TokenUnreadable)
    }
}

/// Checks that KeyInfo means the token: the key is the token's, so a KeyInfo that means another one would mislead.
pub(super) fn check(
    key_info: Element<'_, '_>,
    token: Element<'_, '_>,
    token_der: &[u8],
    policy: &Policy,
) -> Result<(), ShapeError> {
    let mut references = key_info
        .children()
        .filter(|child| child.is(WSSE, "SecurityTokenReference"));
    match (references.next(), references.next(), policy.key_info()) {
        (Some(reference), None, _) => check_reference(reference, token),
        (None, _, KeyInfoRule::TokenReferenceOrCertificate) => check_certificates(key_info, token_der),
        (Some(_), Some(_), _) | (None, _, KeyInfoRule::TokenReference) => Err(ShapeError::KeyInfo),
    }?;
    named::check(key_info, token_der)
}

/// X.509 Token Profile 1.1, §3.2.2: a direct reference to the token by id.
fn check_reference(reference: Element<'_, '_>, token: Element<'_, '_>) -> Result<(), ShapeError> {
    let mut children = reference.children();
    let (Some(child), None) = (children.next(), children.next()) else {
        return Err(ShapeError::KeyInfo);
    };
    if !child.is(WSSE, "Reference") {
        return Err(ShapeError::KeyInfo);
    }
    let id = child
        .attribute("", "URI")
        .and_then(|uri| trim(uri).strip_prefix('#'))
        .ok_or(ShapeError::KeyInfo)?;
    if token.ids().any(|token_id| token_id == id) {
        Ok(())
    } else {
        Err(ShapeError::OtherToken)
    }
}

/// XMLDSig 1.1 §4.5.4: among the certificates given must be the token's.
fn check_certificates(key_info: Element<'_, '_>, token_der: &[u8]) -> Result<(), ShapeError> {
    let certificates = key_info
        .children()
        .filter(|child| child.is(DS, "X509Data"))
        .flat_map(Element::children)
        .filter(|child| child.is(DS, "X509Certificate"));
    let mut some = false;
    for (count, certificate) in certificates.enumerate() {
        if count >= MAX_CERTIFICATES {
            return Err(ShapeError::KeyInfo);
        }
        if loose_base64(certificate, MAX_TOKEN_OCTETS).ok_or(ShapeError::TokenUnreadable)? == token_der {
            return Ok(());
        }
        some = true;
    }
    Err(if some {
        ShapeError::OtherToken
    } else {
        ShapeError::KeyInfo
    })
}
