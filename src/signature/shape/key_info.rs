//! The security token, and that `ds:KeyInfo` points at it.

use super::{ShapeError, named};
use crate::signature::certificate::certificate_of;
use crate::signature::names::{BASE64, DS, WSSE, X509_V3};
use crate::signature::policy::{KeyInfoRule, Policy};
use crate::xml::Excerpt;
use crate::xml::tree::Element;
use crate::xml::white::trim;

/// The most certificates in an X509Data.
pub(super) const MAX_CERTIFICATES: usize = 8;

/// The DER of a token (X.509 Token Profile 1.1, §3.1: one certificate, in base64).
pub(super) fn token(element: Element<'_, '_>) -> Result<Vec<u8>, ShapeError> {
    let kind = element.attribute("", "ValueType").map(trim);
    if kind != Some(X509_V3) {
        let value_type = kind.filter(|kind| !kind.is_empty()).map(Excerpt::of);
        return Err(ShapeError::TokenType { value_type });
    }
    match element.attribute("", "EncodingType").map(trim) {
        None | Some(BASE64) => certificate(element),
        Some(other) => Err(ShapeError::TokenEncoding {
            encoding: Excerpt::of(other),
        }),
    }
}

/// The certificate that a token, or an element of an X509Data, holds, in DER.
pub(super) fn certificate(element: Element<'_, '_>) -> Result<Vec<u8>, ShapeError> {
    certificate_of(element).map_err(|fault| ShapeError::Certificate {
        element: if element.is(DS, "X509Certificate") {
            "ds:X509Certificate"
        } else {
            "wsse:BinarySecurityToken"
        },
        fault,
    })
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
        if self::certificate(certificate)? == token_der {
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
