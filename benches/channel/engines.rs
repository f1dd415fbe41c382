//! The signature engines side by side, on a message as clients send it.

use notess::signature::{Engine, Native, Policy, XmlSec, inspect};
use notess::xml::{Limits, screen};
use openssl::x509::X509;

use super::crypto::each;
use super::table::{line, times};

/// Verifications by each engine.
const COUNT: u32 = 3000;

/// Verifies one message by each, beside the one RSA verification in it.
pub fn report(message: &[u8], rsa_verify: f64) {
    let document = screen(message, &Limits::MESSAGE).expect("a good message");
    let policy = Policy::canal();
    let inspected = inspect(document.clone(), &policy).expect("a good message");
    let token = X509::from_der(inspected.token_der()).expect("a certificate");
    let key = token.public_key().expect("a key");
    let ids: Vec<_> = inspected.ids().map(str::to_owned).collect();
    let engines: [(&str, &dyn Engine); 2] = [("in Rust", &Native), ("by libxmlsec1", &XmlSec)];
    for (how, engine) in engines {
        let micros = each(COUNT, || {
            let signed = engine.verify(&document, 0, &key, &ids, &policy);
            signed.expect("a good signature")
        });
        line(
            &format!("verification of a message {how}, its RSA included"),
            micros,
            &times(micros, rsa_verify),
        );
    }
}
