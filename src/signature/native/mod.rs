//! The engine of our own: canonicalization in Rust over quick-xml, digests and signatures by OpenSSL.
//!
//! It goes over the document once to find the signature and the elements that it refers to, and then over those elements
//! alone; no tree of the document is made. Should its canonical form ever not be the one that was signed, the digest
//! does not hold and the message is refused: what it hands back is what the signer's own digest vouches for.

mod c14n;
mod outline;
mod scope;
mod tag;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::memcmp;
use openssl::pkey::{Id, PKeyRef, Public};
use openssl::rsa::Padding;
use openssl::sign::Verifier;

use super::algorithm::{C14n, KeyFamily, SignatureMethod};
use super::engine::{Engine, EngineError, SignedOctets};
use super::policy::Policy;
use super::signed_info::{Canonicalization, Reference, SignedInfo};
use super::text::{decode_base64, parse};
use crate::xml::Excerpt;
use outline::{Bearer, Outline, Place, Signature};

/// The longest signature value: RSA of 16,384 bits.
const MAX_VALUE_OCTETS: usize = 2048;

/// [`Engine`] without a C library that reads XML. It holds nothing: one serves every thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Native;

impl Engine for Native {
    fn verify(
        &self,
        octets: &[u8],
        which: usize,
        key: &PKeyRef<Public>,
        expected: &[String],
        policy: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError> {
        let text = std::str::from_utf8(octets).map_err(|_| EngineError::Unreadable)?;
        let outline = Outline::of(text, which, expected)?;
        let signature = outline.signature.ok_or(EngineError::NoSignature)?;
        let (info_octets, info) = signed_info(text, &signature, outline.nodes, policy)?;
        let places = bearers(&info.references, expected, outline.bearers)?;

        let mut signed = Vec::with_capacity(info.references.len());
        for (reference, place) in info.references.iter().zip(places) {
            let omitted = reference.enveloped.then_some(&signature.range);
            let octets = c14n::canonicalize(text, &place, &reference.canonicalization, omitted)?;
            if !matches(&reference.digest.of(&octets), &reference.value) {
                return Err(EngineError::DigestMismatch {
                    id: Excerpt::of(&reference.id),
                });
            }
            signed.push(SignedOctets {
                id: reference.id.clone(),
                octets,
            });
        }
        let value = decode_base64(&signature.value, MAX_VALUE_OCTETS).ok_or(EngineError::Unprocessable)?;
        if holds(info.method, key, &info_octets, &value).map_err(|_| EngineError::Key)? {
            Ok(signed)
        } else {
            Err(EngineError::SignatureMismatch)
        }
    }
}

/// The canonical octets of SignedInfo, which are what was signed, and what they say.
///
/// How to canonicalize them they say themselves; nearly all say «exclusive», so that is tried first. It is read from
/// the octets in the end, and so stands in what the signature covers.
fn signed_info(
    text: &str,
    signature: &Signature<'_>,
    nodes: usize,
    policy: &Policy,
) -> Result<(Vec<u8>, SignedInfo), EngineError> {
    let place = signature.signed_info.as_ref().ok_or(EngineError::Unprocessable)?;
    let by = |canonicalization: &Canonicalization| -> Result<(Vec<u8>, SignedInfo), EngineError> {
        let octets = c14n::canonicalize(text, place, canonicalization, None)?;
        let info = std::str::from_utf8(&octets)
            .ok()
            .and_then(parse)
            .ok_or(EngineError::Unprocessable)
            .and_then(|document| {
                SignedInfo::read(document.root_element(), nodes, policy)
                    .map_err(|_| EngineError::Unprocessable)
            })?;
        Ok((octets, info))
    };
    let exclusive = Canonicalization::plain(C14n::Exclusive);
    let first = by(&exclusive)?;
    let said = first.1.canonicalization.clone();
    if said == exclusive {
        return Ok(first);
    }
    let second = by(&said)?;
    if second.1.canonicalization == said {
        Ok(second)
    } else {
        Err(EngineError::Unprocessable)
    }
}

/// The elements of the references, which must be those to what is expected, in the references' order.
fn bearers<'a>(
    references: &[Reference],
    expected: &[String],
    mut found: Vec<Bearer<'a>>,
) -> Result<Vec<Place<'a>>, EngineError> {
    let positions: Option<Vec<usize>> = references
        .iter()
        .map(|reference| expected.iter().position(|id| *id == reference.id))
        .collect();
    let positions = positions.ok_or(EngineError::OtherReferences)?;
    let all_once =
        (0..expected.len()).all(|at| positions.iter().filter(|&&position| position == at).count() == 1);
    if !all_once {
        return Err(EngineError::OtherReferences);
    }
    positions
        .into_iter()
        .zip(references)
        .map(|(position, reference)| {
            let id = || Excerpt::of(&reference.id);
            match found.get_mut(position).map(std::mem::take) {
                Some(Bearer::One(place)) => Ok(place),
                Some(Bearer::Many) => Err(EngineError::DuplicateId { id: id() }),
                Some(Bearer::None) | None => Err(EngineError::MissingId { id: id() }),
            }
        })
        .collect()
}

fn matches(computed: &[u8], signed: &[u8]) -> bool {
    computed.len() == signed.len() && memcmp::eq(computed, signed)
}

/// XMLDSig 1.1 §6.4: whether a value is the key's signature of octets.
fn holds(
    method: SignatureMethod,
    key: &PKeyRef<Public>,
    octets: &[u8],
    value: &[u8],
) -> Result<bool, ErrorStack> {
    let of_the_method = match method.family() {
        KeyFamily::Rsa => key.id() == Id::RSA,
        KeyFamily::Ec => key.id() == Id::EC,
    };
    if !of_the_method {
        return Ok(false);
    }
    let mut verifier = Verifier::new(method.digest().message_digest(), key)?;
    // What OpenSSL cannot take for a signature is none, whatever it calls that.
    match method.family() {
        KeyFamily::Rsa => {
            verifier.set_rsa_padding(Padding::PKCS1)?;
            Ok(verifier.verify_oneshot(value, octets).unwrap_or(false))
        }
        KeyFamily::Ec => {
            let Some((r, s)) = halves(key, value) else {
                return Ok(false);
            };
            let der = EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?
                .to_der()?;
            Ok(verifier.verify_oneshot(&der, octets).unwrap_or(false))
        }
    }
}

/// XMLDSig 1.1 §6.4.3: r and s, each as long as the order of the curve.
fn halves<'v>(key: &PKeyRef<Public>, value: &'v [u8]) -> Option<(&'v [u8], &'v [u8])> {
    let half = usize::try_from(key.bits().div_ceil(8)).ok()?;
    let (r, s) = value.split_at_checked(half)?;
    (s.len() == half).then_some((r, s))
}

#[cfg(test)]
mod tests;
