//! A message as strangers send it: octets of any kind are refused or inspected, and nothing panics, also not the engine
//! that goes through what passed inspection.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use notess::signature::{Policy, XmlSec, inspect, verify};
use notess::xml::{Limits, screen};
use openssl::x509::X509;

fuzz_target!(|octets: &[u8]| {
    let Ok(screened) = screen(octets, &Limits::MESSAGE) else {
        return;
    };
    for policy in [Policy::canal(), Policy::wscn().dangerously_accept_sha1()] {
        let Ok(inspected) = inspect(screened.clone(), &policy) else {
            continue;
        };
        let key = X509::from_der(inspected.token_der()).and_then(|certificate| certificate.public_key());
        if let Ok(key) = key {
            let _ = verify(&XmlSec, &inspected, &key, DateTime::UNIX_EPOCH, &policy);
        }
    }
});
