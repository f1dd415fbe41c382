//! The engine of our own: canonicalization in Rust from the tree that the screen made, digests and signatures by OpenSSL.
//!
//! Should its canonical form ever not be the one that was signed, the digest does not hold and the message is refused: what
//! it hands back is what the signer's own digest vouches for.
//!
//! RSA is verified by `public_decrypt` and a comparison of the whole encoded message (RFC 8017 §8.2.2), not by
//! `openssl::sign::Verifier`: that one looks the algorithm up by its name for each signature. With one tree for all readers it
//! took verification from 72 to 93 µs to 37 to 43 (docs/decisions/0013-tree-of-our-own.md).

pub(super) mod c14n;
mod scope;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::memcmp;
use openssl::pkey::{Id, PKeyRef, Public};
use openssl::rsa::{Padding, RsaRef};

use super::algorithm::{KeyFamily, MAX_VALUE_OCTETS, SignatureMethod};
use super::beside::Parts;
use super::engine::{Engine, EngineError, SignedOctets};
use super::filter;
use super::names::DS;
use super::policy::Policy;
use super::signed_info::{Reference, SignedInfo};
use super::text::base64;
use crate::xml::tree::Element;
use crate::xml::{Excerpt, Screened};

/// [`Engine`] without a C library that reads XML. It holds nothing: one serves every thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct Native;

impl Engine for Native {
    fn verify(
        &self,
        document: &Screened<'_>,
        which: usize,
        key: &PKeyRef<Public>,
        expected: &[String],
        policy: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError> {
        // libxml2 refuses such a document whole, though it be none of what is signed.
        if let Some(namespace) = document.odd_namespace() {
            return Err(EngineError::Namespace {
                uri: Excerpt::of(namespace),
            });
        }
        let mut signatures = document
            .root()
            .descendants()
            .filter(|element| element.is(DS, "Signature"));
        let signature = signatures.nth(which).ok_or(EngineError::NoSignature)?;
        let Parts { signed_info, value } = Parts::of(signature).map_err(|_| EngineError::Unprocessable)?;
        // From the tree of which the octets that were signed are made, so that they say the same.
        let info = SignedInfo::read(signed_info, document.nodes(), policy)
            .map_err(|_| EngineError::Unprocessable)?;
        let info_octets = c14n::canonicalize(signed_info, &info.canonicalization, None)?;
        let bearers = bearers(document, &info.references, expected)?;

        let mut signed = Vec::with_capacity(info.references.len());
        for (reference, bearer) in info.references.into_iter().zip(bearers) {
            if reference.filtered && !filter::removes_nothing(bearer) {
                return Err(EngineError::Unprocessable);
            }
            let omitted = reference.enveloped.then_some(signature);
            // What is left of a part of the signature without the signature is nothing.
            if omitted.is_some() && is_within(bearer, signature) {
                return Err(EngineError::Unprocessable);
            }
            let octets = c14n::canonicalize(bearer, &reference.canonicalization, omitted)?;
            let id = reference.id;
            if !matches(&reference.digest.of(&octets), &reference.value) {
                return Err(EngineError::DigestMismatch { id: Excerpt::of(&id) });
            }
            signed.push(SignedOctets { id, octets });
        }
        let value = base64(value, MAX_VALUE_OCTETS).ok_or(EngineError::Unprocessable)?;
        if holds(info.method, key, &info_octets, &value).map_err(|_| EngineError::Key)? {
            Ok(signed)
        } else {
            Err(EngineError::SignatureMismatch)
        }
    }
}

/// The elements of the references, which must be those to what is expected, each once; in the references' order.
fn bearers<'t, 'a>(
    document: &'t Screened<'a>,
    references: &[Reference],
    expected: &[String],
) -> Result<Vec<Element<'t, 'a>>, EngineError> {
    let times = |id: &String| references.iter().filter(|reference| reference.id == *id).count();
    if references.len() != expected.len() || expected.iter().any(|id| times(id) != 1) {
        return Err(EngineError::OtherReferences);
    }
    let bearer = |reference: &Reference| {
        let id = &reference.id;
        document
            .bearer(id)
            .ok_or_else(|| EngineError::MissingId { id: Excerpt::of(id) })
    };
    references.iter().map(bearer).collect()
}

fn is_within(element: Element<'_, '_>, outer: Element<'_, '_>) -> bool {
    element == outer || element.ancestors().any(|ancestor| ancestor == outer)
}

fn matches(computed: &[u8], signed: &[u8]) -> bool {
    computed.len() == signed.len() && memcmp::eq(computed, signed)
}

/// XMLDSig 1.1 §6.4: whether a value is the key's signature of octets.
///
/// By the functions of each kind of key: those that take keys of every kind look up by name how, for each signature.
fn holds(
    method: SignatureMethod,
    key: &PKeyRef<Public>,
    octets: &[u8],
    value: &[u8],
) -> Result<bool, ErrorStack> {
    let digest = method.digest().of(octets);
    match (method.family(), key.id()) {
        (KeyFamily::Rsa, Id::RSA) => {
            let expected = [method.digest().info_prefix(), &digest].concat();
            Ok(recovered(&*key.rsa()?, value).is_some_and(|found| matches(&found, &expected)))
        }
        (KeyFamily::Ec, Id::EC) => {
            let Some((r, s)) = halves(key, value) else {
                return Ok(false);
            };
            let signature =
                EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?;
            // What OpenSSL cannot take for a signature is none, whatever it calls that.
            Ok(signature.verify(&digest, &*key.ec_key()?).unwrap_or(false))
        }
        _ => Ok(false),
    }
}

/// RFC 8017 §8.2.2: what an RSA signature is of, if it is as long as the modulus and in the padding of PKCS #1 v1.5, which
/// OpenSSL checks. That is all of it, so that who compares what is found compares the whole encoded message.
fn recovered(key: &RsaRef<Public>, value: &[u8]) -> Option<Vec<u8>> {
    let size = usize::try_from(key.size()).ok()?;
    if value.len() != size {
        return None;
    }
    let mut found = vec![0; size];
    let length = key.public_decrypt(value, &mut found, Padding::PKCS1).ok()?;
    found.truncate(length);
    Some(found)
}

/// XMLDSig 1.1 §6.4.3: r and s, each as long as the order of the curve.
fn halves<'v>(key: &PKeyRef<Public>, value: &'v [u8]) -> Option<(&'v [u8], &'v [u8])> {
    let half = usize::try_from(key.bits().div_ceil(8)).ok()?;
    let (r, s) = value.split_at_checked(half)?;
    (s.len() == half).then_some((r, s))
}

#[cfg(test)]
mod tests;
