//! Certificates made within a test, where those of the world do not do.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use notess::signature::SigningKey;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509NameRef};

use super::x509::{begun, name, on_curve};
use super::{Scenario, Titular};

/// A certificate of this machine's for TLS, which is its own authority, and its key.
pub fn of_localhost() -> (X509, PKey<Private>) {
    let key = on_curve(Nid::X9_62_PRIME256V1);
    let name = name(&[("CN", "localhost")]);
    let mut builder = begun(&name, &name, &key, month());
    let names = SubjectAlternativeName::new()
        .dns("localhost")
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    (builder.build(), key)
}

/// A certificate for the service to sign with, valid between these days from now, and its key.
pub fn of_the_service(from: i64, until: i64) -> (X509, PKey<Private>) {
    between(from * 86_400, until * 86_400)
}

/// The same, which ends in so many seconds.
#[allow(dead_code, reason = "not every test program lets one end")]
pub fn of_the_service_for(seconds: i64) -> (X509, PKey<Private>) {
    between(-86_400, seconds)
}

fn between(from: i64, until: i64) -> (X509, PKey<Private>) {
    let key = on_curve(Nid::X9_62_PRIME256V1);
    let name = name(&[("CN", "NOTESS PRUEBAS")]);
    let mut builder = begun(&name, &name, &key, after(from)..after(until));
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    (builder.build(), key)
}

/// So many seconds from now.
fn after(seconds: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::seconds(seconds)
}

/// From now on for a month.
fn month() -> Range<DateTime<Utc>> {
    after(0)..after(30 * 86_400)
}

impl Scenario {
    /// A second certificate of a holder's, for another key.
    pub fn reissued(&self, titular: &Titular, key: PKey<Private>) -> SigningKey {
        let own = X509::from_pem(&std::fs::read(&titular.certificado).unwrap()).unwrap();
        self.issued(own.subject_name(), key, None)
    }

    /// A certificate of somebody whose subject has these fields.
    pub fn issued_to(&self, fields: &[(&str, &str)]) -> SigningKey {
        self.issued(&name(fields), on_curve(Nid::X9_62_PRIME256V1), None)
    }

    /// A second certificate of a holder's, with a new key, for one extended use.
    pub fn reissued_for(&self, titular: &Titular, uso: &str) -> SigningKey {
        let own = X509::from_pem(&std::fs::read(&titular.certificado).unwrap()).unwrap();
        self.issued(own.subject_name(), on_curve(Nid::X9_62_PRIME256V1), Some(uso))
    }

    fn issued(&self, subject: &X509NameRef, key: PKey<Private>, uso: Option<&str>) -> SigningKey {
        let ca = X509::from_pem(&std::fs::read(&self.ca_admitida.certificado).unwrap()).unwrap();
        let ca_key = PKey::private_key_from_pem(&std::fs::read(&self.ca_admitida.clave).unwrap()).unwrap();
        let mut builder = begun(subject, ca.subject_name(), &key, month());
        let constraints = BasicConstraints::new().critical().build().unwrap();
        builder.append_extension(constraints).unwrap();
        let usage = KeyUsage::new().critical().digital_signature().build().unwrap();
        builder.append_extension(usage).unwrap();
        if let Some(uso) = uso {
            let purposes = ExtendedKeyUsage::new().other(uso).build().unwrap();
            builder.append_extension(purposes).unwrap();
        }
        builder.sign(&ca_key, MessageDigest::sha256()).unwrap();
        SigningKey::new(key, builder.build()).unwrap()
    }
}
