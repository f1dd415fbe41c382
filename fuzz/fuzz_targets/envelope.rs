//! A message as strangers send it: octets of any kind are refused or inspected, and nothing panics, also not the engine
//! that goes through what passed inspection. What passes the screen is XML for another parser too, of the same elements.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use notess::signature::{Policy, XmlSec, inspect, verify};
use notess::xml::{Limits, screen};
use openssl::x509::X509;
use roxmltree::{Document, Error};

fuzz_target!(|octets: &[u8]| {
    let Ok(screened) = screen(octets, &Limits::MESSAGE) else {
        return;
    };
    let theirs = match Document::parse(screened.text()) {
        Ok(theirs) => theirs,
        // Of an element it does not know that `xml` is always bound (Namespaces in XML §3).
        Err(Error::UnknownNamespace(prefix, _)) if prefix == "xml" => return,
        Err(error) => panic!("what passes is not well-formed: {error}"),
    };
    let theirs = theirs.descendants().filter(|node| node.is_element());
    let ours = screened.root().descendants();
    assert!(
        ours.map(|element| element.octets())
            .eq(theirs.map(|node| node.range()))
    );
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
