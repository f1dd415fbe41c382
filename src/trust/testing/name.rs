//! Names in DER.

use super::der::{oid, seq, tlv, utf8};

fn attribute((id, value): &(&str, &str)) -> Vec<u8> {
    seq(&[oid(id), utf8(value)])
}

/// A name with one attribute in each RDN.
pub(crate) fn name(attributes: &[(&str, &str)]) -> Vec<u8> {
    let rdns: Vec<Vec<u8>> = attributes.iter().map(|a| tlv(0x31, &attribute(a))).collect();
    seq(&rdns)
}

/// A name with all its attributes in one RDN.
pub(crate) fn set(attributes: &[(&str, &str)]) -> Vec<u8> {
    let all: Vec<Vec<u8>> = attributes.iter().map(attribute).collect();
    seq(&[tlv(0x31, &all.concat())])
}

/// A `GeneralNames` with one directory name.
pub(crate) fn directory(attributes: &[(&str, &str)]) -> Vec<u8> {
    seq(&[tlv(0xa4, &name(attributes))])
}
