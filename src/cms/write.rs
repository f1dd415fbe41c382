//! A writer of DER (X.690 §10), for what is assembled here.

use openssl::asn1::Asn1Object;
use openssl::error::ErrorStack;

use crate::trust::der::{element, tag};

/// A SEQUENCE of these.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag::SEQUENCE, &parts.concat())
}

/// The content of a SET OF these, in the order that DER asks for (X.690 §11.6).
pub(crate) fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort_unstable();
    parts.concat()
}

/// An OBJECT IDENTIFIER, from its dotted form.
pub(crate) fn oid(dotted: &str) -> Result<Vec<u8>, ErrorStack> {
    Ok(element(tag::OID, Asn1Object::from_str(dotted)?.as_slice()))
}

/// An AlgorithmIdentifier without parameters, as RFC 5754 §2 writes digests and RFC 5758 §3.2 ECDSA.
pub(crate) fn algorithm(dotted: &str) -> Result<Vec<u8>, ErrorStack> {
    Ok(sequence(&[oid(dotted)?]))
}

/// An INTEGER that is not negative, of its octets, highest first.
pub(crate) fn unsigned(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    let significant = octets.get(zeros..).unwrap_or_default();
    // X.690 §8.3: two's complement, in as few octets as hold it.
    let sign: &[u8] = if significant.first().is_none_or(|&first| first >= 0x80) {
        &[0]
    } else {
        &[]
    };
    element(tag::INTEGER, &[sign, significant].concat())
}
