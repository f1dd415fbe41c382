//! The envelope of an answer that nobody signs: those to callers who are not identified.

use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

/// A whole envelope, unsigned, around a payload.
#[must_use]
pub fn plain_envelope(version: SoapVersion, payload: &Canonical) -> Vec<u8> {
    let pieces: [&[u8]; 5] = [
        b"<soap:Envelope xmlns:soap=\"",
        version.namespace().as_bytes(),
        b"\"><soap:Body>",
        payload.octets(),
        b"</soap:Body></soap:Envelope>",
    ];
    pieces.concat()
}
