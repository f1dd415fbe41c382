//! The whole verification: whatever is made of a message that we sealed, what is taken is what was signed.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use notess::xml::soap::SoapVersion;
use notess::signature::{Freshness, Policy, SigningKey, XmlSec, inspect, seal_envelope, verify};
use notess::xml::write::{Ns, Writer};
use notess::xml::{Limits, screen};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::x509::X509;

struct World {
    key: PKey<Public>,
    message: Vec<u8>,
    body: Vec<u8>,
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let private = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut builder = X509::builder().unwrap();
    builder
        .set_not_before(&Asn1Time::days_from_now(0).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::days_from_now(1).unwrap())
        .unwrap();
    builder.set_pubkey(&private).unwrap();
    builder.sign(&private, MessageDigest::sha256()).unwrap();
    let certificate = builder.build();
    let key = certificate.public_key().unwrap();

    let signing = SigningKey::new(private, certificate).unwrap();
    let mut writer = Writer::default();
    let name = Ns::new("c", "urn:c");
    writer
        .start(name.name("consultar"))
        .element(name.name("poderdante"), "99999901H")
        .end();
    let freshness = Freshness {
        created: now(),
        expires: now() + TimeDelta::minutes(5),
        tag: "1",
    };
    let message = seal_envelope(
        SoapVersion::V11,
        &signing,
        freshness,
        &writer.finish().unwrap(),
    )
    .unwrap();

    let screened = screen(&message, &Limits::MESSAGE).unwrap();
    let inspected = inspect(&screened, &Policy::canal()).unwrap();
    let body = verify(&XmlSec, &inspected, &key, now(), &Policy::canal())
        .unwrap()
        .body()
        .to_vec();
    World { key, message, body }
});

// The input is an edit of the sealed message: where, how much of it goes, and what comes in its place.
fuzz_target!(|edit: (u16, u16, &[u8])| {
    let world = &*WORLD;
    let (at, cut, put) = edit;
    let at = usize::from(at) % world.message.len();
    let end = (at + usize::from(cut)).min(world.message.len());
    let edited = [&world.message[..at], put, &world.message[end..]].concat();

    let Ok(screened) = screen(&edited, &Limits::MESSAGE) else {
        return;
    };
    let policy = Policy::canal();
    let Ok(inspected) = inspect(&screened, &policy) else {
        return;
    };
    if let Ok(verified) = verify(&XmlSec, &inspected, &world.key, now(), &policy) {
        assert_eq!(verified.body(), world.body);
    }
});
