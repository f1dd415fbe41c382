//! A document that the service signs: the acuse above all.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::signature::{Reference, check_id, sign};
use super::{SealError, SigningKey};
use crate::signature::algorithm::{C14n, Transform, sha256};
use crate::signature::names::DS as DS_URI;
use crate::xml::tree::is_id;
use crate::xml::write::Canonical;

/// Signs a document whose root bears `id`: the same document with a `ds:Signature` as its root's last child.
///
/// It is the signature of [`seal_element`]. Without it the document is octet by octet the one that was given.
pub fn seal_document(key: &SigningKey, document: &Canonical, id: &str) -> Result<Vec<u8>, SealError> {
    let signature = seal_element(key, document, id)?;
    let octets = document.octets();
    // Canonical XML has no empty-element tags, so the last `<` begins the root's end tag.
    let end = octets
        .iter()
        .rposition(|&octet| octet == b'<')
        .ok_or(SealError::Root)?;
    let (content, end_tag) = octets.split_at(end);
    Ok([content, &signature, end_tag].concat())
}

/// Signs an element that bears `id`: gives the `ds:Signature`, which counts inside the element and beside it.
///
/// An enveloped signature (XMLDSig 1.1 §6.6.4) by that id: enveloped-signature transform, exclusive canonicalization,
/// SHA-256, the certificate in X509Data. In its document no other element may bear the id.
pub fn seal_element(key: &SigningKey, element: &Canonical, id: &str) -> Result<Vec<u8>, SealError> {
    check_id(id)?;
    if !root_bears(element.octets(), id) {
        return Err(SealError::Root);
    }
    let transforms = [Transform::EnvelopedSignature, Transform::C14n(C14n::Exclusive)];
    let value = sign(
        key,
        &[Reference {
            id,
            transforms: &transforms,
            sha256: sha256(element.octets()),
        }],
    )?;
    let pieces: [&[u8]; 9] = [
        br#"<ds:Signature xmlns:ds=""#,
        DS_URI.as_bytes(),
        br#"">"#,
        &value.signed_info,
        b"<ds:SignatureValue>",
        value.base64.as_bytes(),
        b"</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>",
        key.certificate_base64().as_bytes(),
        b"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
    ];
    Ok(pieces.concat())
}

fn root_bears(octets: &[u8], id: &str) -> bool {
    let Ok(text) = std::str::from_utf8(octets) else {
        return false;
    };
    match Reader::from_str(text).read_event() {
        Ok(Event::Start(root)) => root
            .attributes()
            .flatten()
            .any(|attribute| is_id(attribute.key.local_name().into_inner()) && *attribute.value == *id),
        _ => false,
    }
}
