//! Writing a `ds:Signature`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{SealError, SigningKey};
use crate::signature::algorithm::{C14n, Digest, Transform};
use crate::signature::names::DS as DS_URI;
use crate::xml::write::{Name, Ns, Writer};

const DS: Ns<'static> = Ns::new("ds", DS_URI);

/// What a reference says.
pub(super) struct Reference<'a> {
    pub(super) id: &'a str,
    /// The id that it bears itself.
    pub(super) own: Option<&'a str>,
    /// What it is of, as a URI.
    pub(super) kind: Option<&'a str>,
    pub(super) transforms: &'a [Transform],
    /// SHA-256 of the element's exclusive canonical form.
    pub(super) sha256: [u8; 32],
}

impl<'a> Reference<'a> {
    /// One to whatever bears an id, whose digest is still to be given.
    pub(super) fn to(id: &'a str, transforms: &'a [Transform]) -> Self {
        Self {
            id,
            own: None,
            kind: None,
            transforms,
            sha256: [0; 32],
        }
    }
}

/// The elements of a signature that do not depend on where it stands: SignedInfo and SignatureValue.
pub(super) struct Value {
    pub(super) signed_info: Vec<u8>,
    pub(super) base64: String,
}

/// XMLDSig 1.1 §3.1.2: writes SignedInfo, in the canonical form that it names, and signs it.
pub(super) fn sign(key: &SigningKey, references: &[Reference<'_>]) -> Result<Value, SealError> {
    let algorithm = Name::unqualified("Algorithm");
    let mut writer = Writer::with_capacity(512 + 512 * references.len());
    let mut uri = String::new();
    writer.start(DS.name("SignedInfo"));
    writer
        .start(DS.name("CanonicalizationMethod"))
        .attr(algorithm, C14n::Exclusive.uri())
        .end();
    writer
        .start(DS.name("SignatureMethod"))
        .attr(algorithm, key.method().uri())
        .end();
    for reference in references {
        uri.clear();
        uri.push('#');
        uri.push_str(reference.id);
        writer
            .start(DS.name("Reference"))
            .attr(Name::unqualified("URI"), &uri);
        for (name, value) in [("Id", reference.own), ("Type", reference.kind)] {
            if let Some(value) = value {
                writer.attr(Name::unqualified(name), value);
            }
        }
        writer.start(DS.name("Transforms"));
        for transform in reference.transforms {
            writer
                .start(DS.name("Transform"))
                .attr(algorithm, transform.uri())
                .end();
        }
        writer.end();
        writer
            .start(DS.name("DigestMethod"))
            .attr(algorithm, Digest::Sha256.uri())
            .end();
        writer.element(DS.name("DigestValue"), &STANDARD.encode(reference.sha256));
        writer.end();
    }
    writer.end();
    let signed_info = writer.finish()?.into_octets();
    let base64 = STANDARD.encode(key.sign_octets(&signed_info)?);
    Ok(Value { signed_info, base64 })
}

/// Ids made here are of characters that need no escaping and mean one thing in a URI.
pub(super) fn check_id(id: &str) -> Result<(), SealError> {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.');
    let first = id
        .bytes()
        .next()
        .is_some_and(|octet| octet.is_ascii_alphabetic() || octet == b'_');
    if first && id.len() <= 128 && id.bytes().all(plain) {
        Ok(())
    } else {
        Err(SealError::Id)
    }
}
