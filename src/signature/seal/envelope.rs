//! A SOAP envelope with WS-Security: token, Timestamp, and a signature over Timestamp and Body.

use chrono::{DateTime, SecondsFormat, Utc};
use openssl::sha::Sha256;

use super::signature::{Reference, check_id, sign};
use super::{SealError, SigningKey};
use crate::signature::algorithm::{C14n, Transform, sha256};
use crate::signature::names::{BASE64, DS as DS_URI, WSSE, WSU as WSU_URI, X509_V3};
use crate::xml::soap::SoapVersion;
use crate::xml::write::{Canonical, Enclosed, Ns, Writer};

/// The prefix of the envelope's own elements.
/// Of the prefixes in use it is the one by which all toolkits know an envelope: Node's `soap` reads types under it only.
const ENV: &str = "soap";
const WSU: Ns<'static> = Ns::new("wsu", WSU_URI);

/// When a message is made, until when it holds, and what makes its ids its own.
#[derive(Debug, Clone, Copy)]
pub struct Freshness<'a> {
    /// `wsu:Created`.
    pub created: DateTime<Utc>,
    /// `wsu:Expires`.
    pub expires: DateTime<Utc>,
    /// Ends the ids of the message: ASCII letters, digits, hyphens. RSA gives equal signature values for equal
    /// messages, which a service that takes each value once would refuse; a random tag tells them apart.
    pub tag: &'a str,
}

/// Makes the signed envelope around a payload.
///
/// Exclusive canonicalization, SHA-256, Body and Timestamp signed by their `wsu:Id`, the certificate as
/// BinarySecurityToken with `mustUnderstand`. Body, Timestamp and SignedInfo stand in the document as their own
/// canonical forms: they declare again what they use, though the Envelope does. The payload must not declare the
/// prefixes `soap` and `wsu`; an element of SOAP's own, such as a Fault, takes another prefix.
pub fn seal_envelope(
    version: SoapVersion,
    key: &SigningKey,
    freshness: Freshness<'_>,
    payload: Canonical,
) -> Result<Enclosed, SealError> {
    for prefix in [ENV, WSU.prefix()] {
        if payload.declares(prefix) {
            return Err(SealError::PrefixTaken(prefix));
        }
    }
    let id = |of: &str| format!("{of}-{}", freshness.tag);
    let (body_id, timestamp_id, token_id) = (id("Body"), id("Timestamp"), id("X509"));
    check_id(&body_id)?;

    let env = version.namespace();
    let body_start = format!(r#"<soap:Body xmlns:soap="{env}" xmlns:wsu="{WSU_URI}" wsu:Id="{body_id}">"#);
    let body_end = "</soap:Body>";
    let mut body_digest = Sha256::new();
    body_digest.update(body_start.as_bytes());
    body_digest.update(payload.octets());
    body_digest.update(body_end.as_bytes());

    let timestamp = timestamp(freshness, &timestamp_id)?;
    let transforms = [Transform::C14n(C14n::Exclusive)];
    let reference = |id, sha256| Reference {
        sha256,
        ..Reference::to(id, &transforms)
    };
    let references = [
        reference(&timestamp_id, sha256(&timestamp)),
        reference(&body_id, body_digest.finish()),
    ];
    let value = sign(key, &references)?;

    let head: [&[u8]; 28] = [
        br#"<soap:Envelope xmlns:soap=""#,
        env.as_bytes(),
        br#""><soap:Header><wsse:Security xmlns:wsse=""#,
        WSSE.as_bytes(),
        br#"" xmlns:wsu=""#,
        WSU_URI.as_bytes(),
        // SOAP 1.2 part 1 §5.2.3 takes «1» as true, as SOAP 1.1 §4.2.3 does.
        br#"" soap:mustUnderstand="1"><wsse:BinarySecurityToken EncodingType=""#,
        BASE64.as_bytes(),
        br#"" ValueType=""#,
        X509_V3.as_bytes(),
        br#"" wsu:Id=""#,
        token_id.as_bytes(),
        br#"">"#,
        key.certificate_base64().as_bytes(),
        b"</wsse:BinarySecurityToken>",
        &timestamp,
        br#"<ds:Signature xmlns:ds=""#,
        DS_URI.as_bytes(),
        br#"">"#,
        &value.signed_info,
        b"<ds:SignatureValue>",
        value.base64.as_bytes(),
        br##"</ds:SignatureValue><ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI="#"##,
        token_id.as_bytes(),
        br#"" ValueType=""#,
        X509_V3.as_bytes(),
        br#""></wsse:Reference></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security></soap:Header>"#,
        body_start.as_bytes(),
    ];
    Ok(payload.between(head.concat(), &[body_end, "</soap:Envelope>"]))
}

/// XML Schema part 2 §3.2.7, in UTC with milliseconds.
fn timestamp(freshness: Freshness<'_>, id: &str) -> Result<Vec<u8>, SealError> {
    let instant = |instant: DateTime<Utc>| instant.to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut writer = Writer::with_capacity(512);
    writer.start(WSU.name("Timestamp")).attr(WSU.name("Id"), id);
    writer.element(WSU.name("Created"), &instant(freshness.created));
    writer.element(WSU.name("Expires"), &instant(freshness.expires));
    writer.end();
    Ok(writer.finish()?.into_octets())
}
