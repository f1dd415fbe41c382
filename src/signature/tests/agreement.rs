//! Two engines must find the same octets signed where something is decided.

use openssl::pkey::{PKeyRef, Public};

use super::client::*;
use super::*;

/// An engine that finds what it is told.
struct Told(Found);

impl Engine for Told {
    fn verify(&self, _: &Screened<'_>, _: usize, _: &PKeyRef<Public>, _: &[String], _: &Policy) -> Found {
        self.0.clone()
    }
}

fn octets(id: &str, octets: &str) -> SignedOctets {
    SignedOctets {
        id: id.to_owned(),
        octets: octets.into(),
    }
}

type Found = Result<Vec<SignedOctets>, EngineError>;

/// What an engine may say of a message that another has taken, and what comes of it.
fn answers(body: &str) -> [(Found, Result<(), EngineError>); 6] {
    let disagreement = Err(EngineError::Disagreement);
    let other = body.replace("99999901H", "99999902C");
    [
        (Ok(vec![octets("id-1", body)]), Ok(())),
        (Ok(vec![octets("id-1", &other)]), disagreement.clone()),
        (Ok(vec![octets("TS-1", body)]), disagreement.clone()),
        (Ok(Vec::new()), disagreement.clone()),
        (Err(EngineError::SignatureMismatch), disagreement),
        (Err(EngineError::Internal), Err(EngineError::Internal)),
    ]
}

#[test]
fn a_message_is_confirmed_by_an_engine_that_finds_the_same_body_signed() {
    let message = Message::new(&RSA).sign(&RSA);
    let policy = Policy::canal();
    let inspected = inspect(screened(&message), &policy).unwrap();
    let key = RSA.certificate.public_key().unwrap();
    let envelope = verify(&Native, &inspected, &key, now(), &policy).unwrap();
    let confirmed = |engine: &dyn Engine| confirm(engine, &inspected, &key, &policy, &envelope);
    assert_eq!(confirmed(&XmlSec), Ok(()));
    let body = std::str::from_utf8(envelope.body()).unwrap();
    for (told, expected) in answers(body) {
        assert_eq!(confirmed(&Told(told.clone())), expected, "{told:?}");
    }
}

#[test]
fn engines_agree_where_both_find_the_same_octets() {
    let message = Message::new(&RSA).sign(&RSA);
    let key = RSA.certificate.public_key().unwrap();
    let ids = ["TS-1", "id-1"].map(str::to_owned);
    let document = screened(&message);
    let verify = |engine: &dyn Engine| engine.verify(&document, 0, &key, &ids, &Policy::canal());
    assert_eq!(verify(&Agreed(Native, XmlSec)), verify(&Native));
    let one = || Told(Ok(vec![octets("id-1", "99999901H")]));
    for (told, expected) in answers("99999901H") {
        let agreed = verify(&Agreed(one(), Told(told.clone())));
        assert_eq!(agreed.map(|_| ()), expected, "{told:?}");
    }
    let refused = Told(Err(EngineError::SignatureMismatch));
    assert_eq!(
        verify(&Agreed(refused, one())),
        Err(EngineError::SignatureMismatch)
    );
}
