//! `verify`: the cryptography holds and the message is of now. Alone makes [`VerifiedEnvelope`].

use chrono::{DateTime, Utc};
use openssl::ec::EcKeyRef;
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKeyRef, Public};
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

use super::algorithm::KeyFamily;
use super::engine::{Engine, EngineError, SignedOctets, agree};
use super::envelope::{addressee_attribute, is_for_us};
use super::names::{WSSE, WSU};
use super::payload::{Payload, PayloadError};
use super::policy::{Policy, TimestampRule};
use super::shape::{Inspected, SignedTarget};
use super::text::parse;
use super::timestamp::{Timestamp, TimestampError};
use super::xades::{SigningCertificateError, check_signing_certificate};
use crate::xml::soap::SoapVersion;
use crate::xml::tree::is_id;
use crate::xml::white::trim;

/// Why a signature is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The key is not of the kind that the signature method needs.
    #[error("the signature method needs an {method} key")]
    KeyFamily {
        /// What the method needs.
        method: KeyFamily,
    },
    /// An RSA key shorter than [`Policy::MIN_RSA_BITS`].
    #[error("the RSA key has {bits} bits, fewer than {minimum}")]
    KeyTooShort {
        /// Bits of the modulus.
        bits: u32,
        /// The shortest that is accepted.
        minimum: u32,
    },
    /// A key on a curve that is neither P-256 nor P-384.
    #[error("the key is on neither P-256 nor P-384")]
    Curve,
    /// An ECDSA value as most libraries make it, a DER SEQUENCE, where XMLDSig 1.1 §6.4.3 wants r and s one after another.
    #[error("the ECDSA value is in DER, and should be r and s, {expected} octets together")]
    EcdsaInDer {
        /// How long r and s are together.
        expected: usize,
    },
    /// A signature value that is not as long as this key makes them (XMLDSig 1.1 §6.4.2, §6.4.3).
    #[error("the signature value has {octets} octets, and this key makes {expected}")]
    ValueLength {
        /// Octets of the decoded value.
        octets: usize,
        /// What the key makes.
        expected: usize,
    },
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What was signed under the Body's id is not the Body.
    #[error("what was signed is not the Body")]
    NotTheBody,
    /// What was signed under the Timestamp's id is not the Timestamp.
    #[error("what was signed is not the Timestamp")]
    NotTheTimestamp,
    /// What was signed under a header block's id is not that block.
    #[error("what was signed is not the header block")]
    NotTheBlock,
    /// The Timestamp is malformed or not of now.
    #[error(transparent)]
    Timestamp(#[from] TimestampError),
    /// The XAdES properties do not name the certificate of the token.
    #[error(transparent)]
    SigningCertificate(#[from] SigningCertificateError),
}

/// What was signed of an envelope: the octets that were digested, and nothing else of the message.
///
/// Who holds one need not check the signature again. It does not say whose key it was.
#[derive(Debug)]
pub struct VerifiedEnvelope {
    version: SoapVersion,
    body: Vec<u8>,
    body_id: String,
    payload: Result<Payload, PayloadError>,
    blocks: Vec<SignedOctets>,
    timestamp: Option<Timestamp>,
    dies: Option<DateTime<Utc>>,
    signature_value: Vec<u8>,
    replay_key: [u8; 32],
}

impl VerifiedEnvelope {
    /// The version of SOAP, by the namespace of the signed Body.
    #[must_use]
    pub fn version(&self) -> SoapVersion {
        self.version
    }

    /// The Body element, in the canonical form that was digested.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The id that the Body bears in these octets.
    #[must_use]
    pub fn body_id(&self) -> &str {
        &self.body_id
    }

    /// The one element within the Body, as a standalone document: it has the namespace declarations that were in
    /// force in the signed octets. (A prefix that only a text or an attribute's value uses, such as that of an
    /// `xsi:type`, is not among them if the client's canonicalization left it out.)
    pub fn payload(&self) -> Result<&[u8], PayloadError> {
        self.payload
            .as_ref()
            .map(|payload| payload.octets(&self.body))
            .map_err(|error| *error)
    }

    /// The header blocks for us that were signed, each in the canonical form that was digested, but for the Security
    /// header. Of those that nobody signed nothing is known.
    pub fn header_blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().map(|block| block.octets.as_slice())
    }

    /// The Timestamp, if it was signed. One that was not, anybody may have put there.
    #[must_use]
    pub fn timestamp(&self) -> Option<&Timestamp> {
        self.timestamp.as_ref()
    }

    /// The last instant at which this message could still be accepted, if it has a Timestamp. It bounds the life of the
    /// signed octets only if that was signed ([`VerifiedEnvelope::timestamp`]): until then whoever takes a message once
    /// must remember its signature value.
    #[must_use]
    pub fn dies(&self) -> Option<DateTime<Utc>> {
        self.dies
    }

    /// The octets of the signature value.
    #[must_use]
    pub fn signature_value(&self) -> &[u8] {
        &self.signature_value
    }

    /// What tells this message from every other: [`Inspected::replay_key`].
    #[must_use]
    pub fn replay_key(&self) -> &[u8; 32] {
        &self.replay_key
    }
}

/// Verifies an inspected envelope with the key of its token, at an instant.
///
/// `key` must be the public key of the certificate in [`Inspected::token_der`]; that one must be validated by the
/// caller, before or after. After the engine has verified the signature, each octet string that it gives back is
/// confirmed to be the element that it should be, by its name and its id, and everything is read from those octets.
pub fn verify(
    engine: &dyn Engine,
    inspected: &Inspected<'_>,
    key: &PKeyRef<Public>,
    at: DateTime<Utc>,
    policy: &Policy,
) -> Result<VerifiedEnvelope, VerifyError> {
    let family = inspected.method().family();
    check_key(family, key)?;
    let value = inspected.signature_value();
    let expected = value_length(family, key);
    if family == KeyFamily::Ec && EcdsaSig::from_der(value).is_ok() && expected != value.len() {
        return Err(VerifyError::EcdsaInDer { expected });
    }
    if expected != value.len() {
        return Err(VerifyError::ValueLength {
            octets: value.len(),
            expected,
        });
    }
    let expected: Vec<String> = inspected.ids().map(str::to_owned).collect();
    let mut signed = Signed(engine.verify(inspected.document(), 0, key, &expected, policy)?);

    if let Some(properties) = signed.take(inspected, SignedTarget::SignedProperties)? {
        check_signing_certificate(&properties, inspected.token_der(), policy)?;
    }
    let timestamp = match inspected.signed_timestamp() {
        None => None,
        Some(target) => {
            let covering = signed.take(inspected, target)?;
            Some(signed_timestamp(&covering.ok_or(VerifyError::NotTheTimestamp)?)?)
        }
    };
    // Should the envelope have been inspected by a laxer policy than this one.
    if timestamp.is_none() && policy.timestamp() == TimestampRule::RequiredAndSigned {
        return Err(VerifyError::NotTheTimestamp);
    }
    let dies = timestamp
        .as_ref()
        .or(inspected.unsigned_timestamp())
        .map(|timestamp| timestamp.check_at(at, policy))
        .transpose()?;
    let SignedOctets {
        id: body_id,
        octets: body,
    } = signed
        .take(inspected, SignedTarget::Body)?
        .filter(|signed| is_body(signed, inspected.version()))
        .ok_or(VerifyError::NotTheBody)?;
    let version = inspected.version();
    let blocks = signed.blocks(inspected)?;
    Ok(VerifiedEnvelope {
        version,
        payload: Payload::find(&body),
        body,
        body_id,
        blocks,
        timestamp,
        dies,
        signature_value: value.to_vec(),
        replay_key: inspected.replay_key(),
    })
}

/// Has another engine verify an envelope that [`verify()`] took with the same key and policy: it must find the same Body
/// and header blocks.
pub fn confirm(
    engine: &dyn Engine,
    inspected: &Inspected<'_>,
    key: &PKeyRef<Public>,
    policy: &Policy,
    envelope: &VerifiedEnvelope,
) -> Result<(), EngineError> {
    let expected: Vec<String> = inspected.ids().map(str::to_owned).collect();
    let again = engine.verify(inspected.document(), 0, key, &expected, policy);
    let body = inspected.signed(SignedTarget::Body);
    agree(again, |again| {
        again
            .iter()
            .any(|signed| body == Some(&signed.id) && signed.octets == envelope.body)
            && envelope.blocks.iter().all(|block| again.contains(block))
    })
}

/// The octets that the engine gave back.
struct Signed(Vec<SignedOctets>);

impl Signed {
    /// Takes those of the element that was signed as `target`; `None` if none was.
    fn take(
        &mut self,
        inspected: &Inspected<'_>,
        target: SignedTarget,
    ) -> Result<Option<SignedOctets>, VerifyError> {
        inspected.signed(target).map(|id| self.take_by(id)).transpose()
    }

    /// Takes the header blocks that are for us.
    fn blocks(&mut self, inspected: &Inspected<'_>) -> Result<Vec<SignedOctets>, VerifyError> {
        let mut blocks = Vec::new();
        for id in inspected.signed_blocks() {
            let block = self.take_by(id)?;
            if is_block_for_us(&block, inspected.version())? {
                blocks.push(block);
            }
        }
        Ok(blocks)
    }

    fn take_by(&mut self, id: &str) -> Result<SignedOctets, VerifyError> {
        // An engine that says yes without giving them back is broken.
        let position = self
            .0
            .iter()
            .position(|signed| signed.id == id)
            .ok_or(EngineError::Internal)?;
        Ok(self.0.swap_remove(position))
    }
}

/// D-69 and the trust table: RSA of 2048 bits or more, or P-256 or P-384, as the method needs.
fn check_key(family: KeyFamily, key: &PKeyRef<Public>) -> Result<(), VerifyError> {
    match (family, key.id()) {
        (KeyFamily::Rsa, Id::RSA) if key.bits() >= Policy::MIN_RSA_BITS => Ok(()),
        (KeyFamily::Rsa, Id::RSA) => Err(VerifyError::KeyTooShort {
            bits: key.bits(),
            minimum: Policy::MIN_RSA_BITS,
        }),
        (KeyFamily::Ec, Id::EC) => {
            let curve = key.ec_key().ok().as_deref().and_then(curve);
            if curve.is_some_and(is_accepted_curve) {
                Ok(())
            } else {
                Err(VerifyError::Curve)
            }
        }
        _ => Err(VerifyError::KeyFamily { method: family }),
    }
}

/// Octets of a value made by this key: RSA's modulus; of ECDSA's r and s each the order of the curve.
fn value_length(family: KeyFamily, key: &PKeyRef<Public>) -> usize {
    let octets = usize::try_from(key.bits().div_ceil(8)).unwrap_or(usize::MAX);
    match family {
        KeyFamily::Rsa => octets,
        KeyFamily::Ec => octets.saturating_mul(2),
    }
}

fn curve(key: &EcKeyRef<Public>) -> Option<Nid> {
    key.group().curve_name()
}

/// Whether keys on this curve are accepted.
pub(super) fn is_accepted_curve(curve: Nid) -> bool {
    matches!(curve, Nid::X9_62_PRIME256V1 | Nid::SECP384R1)
}

/// Whether signed octets are the Body of this version of SOAP with their id.
fn is_body(SignedOctets { id, octets }: &SignedOctets, version: SoapVersion) -> bool {
    let Ok(text) = std::str::from_utf8(octets) else {
        return false;
    };
    let mut reader = NsReader::from_str(text);
    let Ok((ResolveResult::Bound(Namespace(namespace)), Event::Start(tag))) = reader.read_resolved_event()
    else {
        return false;
    };
    namespace == version.namespace()
        && tag.local_name().into_inner() == "Body"
        && tag
            .attributes()
            .flatten()
            .any(|attribute| is_id(attribute.key.local_name().into_inner()) && *attribute.value == *id)
}

/// Whether signed octets are a header block for us, by the attribute that says for whom it is.
fn is_block_for_us(block: &SignedOctets, version: SoapVersion) -> Result<bool, VerifyError> {
    let document = parse(&block.octets).ok_or(VerifyError::NotTheBlock)?;
    let root = document.root();
    if !root.ids().any(|id| id == block.id) {
        return Err(VerifyError::NotTheBlock);
    }
    let addressee = root.attribute(version.namespace(), addressee_attribute(version));
    Ok(is_for_us(version, trim(addressee.unwrap_or_default())))
}

/// The Timestamp of signed octets: they are its own, or those of the Security header that holds it.
fn signed_timestamp(SignedOctets { id, octets }: &SignedOctets) -> Result<Timestamp, VerifyError> {
    let document = parse(octets).ok_or(VerifyError::NotTheTimestamp)?;
    let root = document.root();
    if !root.ids().any(|other| other == id) {
        return Err(VerifyError::NotTheTimestamp);
    }
    if root.is(WSU, "Timestamp") {
        return Ok(Timestamp::read(root)?);
    }
    let mut held = root.children().filter(|child| child.is(WSU, "Timestamp"));
    match (held.next(), held.next()) {
        (Some(timestamp), None) if root.is(WSSE, "Security") => Ok(Timestamp::read(timestamp)?),
        _ => Err(VerifyError::NotTheTimestamp),
    }
}
