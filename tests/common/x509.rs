//! What certificates that are made within a test have, whoever they are of.

use std::ops::Range;

use chrono::{DateTime, Utc};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::{X509, X509Builder, X509Name, X509NameRef};

/// A new key on a curve.
pub fn on_curve(curve: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(curve).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

/// A name with these fields.
pub fn name(fields: &[(&str, &str)]) -> X509Name {
    let mut name = X509Name::builder().unwrap();
    for (field, value) in fields {
        name.append_entry_by_text(field, value).unwrap();
    }
    name.build()
}

/// A certificate with what each has, and a number that no other has: extensions and signature are still to come.
pub fn begun(
    subject: &X509NameRef,
    issuer: &X509NameRef,
    key: &PKey<Private>,
    valid: Range<DateTime<Utc>>,
) -> X509Builder {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(127, MsbOption::ONE, false).unwrap();
    builder
        .set_serial_number(&serial.to_asn1_integer().unwrap())
        .unwrap();
    builder.set_subject_name(subject).unwrap();
    builder.set_issuer_name(issuer).unwrap();
    let time = |at: DateTime<Utc>| Asn1Time::from_unix(at.timestamp()).unwrap();
    builder.set_not_before(&time(valid.start)).unwrap();
    builder.set_not_after(&time(valid.end)).unwrap();
    builder.set_pubkey(key).unwrap();
    builder
}
