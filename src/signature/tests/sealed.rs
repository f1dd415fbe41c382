//! What we seal verifies, and nothing else does.

use crate::xml::soap::SoapVersion;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta};
use openssl::x509::X509;

use super::client::{Holder, P256, P384, P521, RSA, WEAK};
use super::*;
use crate::xml::write::{Canonical, Name, Ns, Writer};

const C: Ns<'static> = Ns::new("c", "urn:c");

fn listing(rows: usize) -> Canonical {
    let mut writer = Writer::default();
    writer.start(C.name("listado"));
    for row in 0..rows {
        writer.element(C.name("asunto"), &format!("Fila {row} <&>\r\n ñ"));
    }
    writer.end();
    writer.finish().unwrap()
}

fn freshness() -> Freshness<'static> {
    Freshness {
        created: now(),
        expires: now() + TimeDelta::minutes(5),
        tag: "a1b2",
    }
}

fn sealed(holder: &Holder, version: SoapVersion) -> Vec<u8> {
    seal_envelope(version, &holder.signing_key(), freshness(), listing(3))
        .unwrap()
        .into_octets()
}

#[test]
fn every_sealed_envelope_verifies() {
    for version in SoapVersion::ALL {
        for holder in [&*RSA, &*P256, &*P384] {
            let verified = taken(sealed(holder, version), &Policy::canal()).unwrap();
            assert_eq!(verified.version(), version);
            assert_eq!(verified.body_id(), "Body-a1b2");
            let expected = String::from_utf8(listing(3).into_octets()).unwrap();
            let roots = |text: &str| text[text.find("<c:asunto").unwrap()..].to_owned();
            assert_eq!(roots(payload(&verified)), roots(&expected));
        }
    }
}

#[test]
fn a_payload_of_any_prefixes_but_the_envelopes_verifies() {
    let mut writer = Writer::default();
    writer
        .start(Ns::new("", "urn:d").name("r"))
        .element(Name::unqualified("s"), "x");
    writer
        .element(Ns::new("env", SoapVersion::V11.namespace()).name("Fault"), "")
        .end();
    let payload = writer.finish().unwrap();
    let message = seal_envelope(SoapVersion::V11, &RSA.signing_key(), freshness(), payload).unwrap();
    taken(message.into_octets(), &Policy::canal()).unwrap();

    for prefix in ["soap", "wsu"] {
        let mut writer = Writer::default();
        writer.start(Ns::new(prefix, "urn:x").name("r")).end();
        let refused = seal_envelope(
            SoapVersion::V11,
            &RSA.signing_key(),
            freshness(),
            writer.finish().unwrap(),
        );
        assert!(matches!(refused, Err(SealError::PrefixTaken(taken)) if taken == prefix));
    }
}

#[test]
fn a_tag_that_is_no_name_is_refused() {
    let freshness = Freshness {
        tag: "a\"b",
        ..freshness()
    };
    let refused = seal_envelope(SoapVersion::V11, &RSA.signing_key(), freshness, listing(1));
    assert!(matches!(refused, Err(SealError::Id)));
}

#[test]
fn no_octet_of_body_timestamp_signed_info_or_value_can_be_changed() {
    for holder in [&*RSA, &*P256] {
        let message = sealed(holder, SoapVersion::V11);
        let text = std::str::from_utf8(&message).unwrap();
        for (from, to) in [
            ("<soap:Body", "</soap:Envelope>"),
            ("<wsu:Timestamp", "<ds:Signature "),
            ("<ds:SignedInfo", "</ds:SignedInfo>"),
            ("<ds:SignatureValue>", "</ds:SignatureValue>"),
        ] {
            let (from, to) = (text.find(from).unwrap(), text.find(to).unwrap());
            for at in from..to {
                let mut changed = message.clone();
                changed[at] ^= 0x01;
                // The last character of base64 may have bits that say nothing.
                let same = |verified: &VerifiedEnvelope| {
                    let original = taken(&message, &Policy::canal()).unwrap();
                    verified.body() == original.body()
                        && verified.signature_value() == original.signature_value()
                };
                if let Ok(verified) = taken(&changed, &Policy::canal()) {
                    assert!(
                        same(&verified),
                        "octet {at}: {}",
                        String::from_utf8_lossy(&changed[at - 20..at + 20])
                    );
                }
            }
        }
    }
}

#[test]
fn keys_that_we_would_not_take_do_not_sign() {
    let new = |holder: &Holder| SigningKey::new(holder.key.clone(), holder.certificate.clone());
    assert!(matches!(new(&WEAK), Err(SealError::KeyNotAccepted)));
    assert!(matches!(new(&P521), Err(SealError::KeyNotAccepted)));
    let mixed = SigningKey::new(RSA.key.clone(), P256.certificate.clone());
    assert!(matches!(mixed, Err(SealError::OtherKey)));
    assert!(matches!(
        SigningKey::from_pem("", ""),
        Err(SealError::PrivateKey(_))
    ));
}

#[test]
fn a_signing_key_never_prints_its_key() {
    let shown = format!("{:?}", P256.signing_key());
    assert!(shown.contains("p256") && shown.len() < 200, "{shown}");
}

fn acuse() -> Canonical {
    let mut writer = Writer::default();
    writer
        .start(C.name("acuse"))
        .attr(Name::unqualified("Id"), "Acuse");
    writer.element(C.name("fecha"), "2026-03-02").end();
    writer.finish().unwrap()
}

#[test]
fn a_sealed_document_verifies_and_without_its_signature_is_what_it_was() {
    for holder in [&*RSA, &*P256, &*P384] {
        let signing = holder.signing_key();
        let sealed = seal_document(&sealing(&signing, &chain(holder)), &acuse(), "Acuse").unwrap();
        let key = holder.certificate.public_key().unwrap();
        let ids = ["Acuse".to_owned(), "Acuse-propiedades".to_owned()];
        let changed = String::from_utf8(sealed.clone())
            .unwrap()
            .replace("2026-03-02", "2026-03-03");
        for engine in ENGINES {
            let verify = |octets: &[u8]| engine.verify(&screened(octets), 0, &key, &ids, &Policy::canal());
            let signed = verify(&sealed).unwrap();
            let [document, properties] = signed.as_slice() else {
                panic!("{signed:?}");
            };
            let whole = SignedOctets {
                id: "Acuse".to_owned(),
                octets: acuse().into_octets(),
            };
            assert_eq!(*document, whole);
            let der = holder.certificate.to_der().unwrap();
            let named = |der: &[u8]| check_signing_certificate(properties, der, &Policy::canal());
            assert_eq!(named(&der), Ok(()));
            assert!(named(b"another").is_err());
            assert_eq!(
                verify(changed.as_bytes()),
                Err(EngineError::DigestMismatch {
                    id: crate::xml::Excerpt::of("Acuse")
                })
            );
        }
    }
    assert!(matches!(
        seal_document(&sealing(&RSA.signing_key(), &[]), &acuse(), "Otro"),
        Err(SealError::Root)
    ));
}

fn chain(holder: &Holder) -> Vec<X509> {
    vec![holder.certificate.clone(), RSA.certificate.clone()]
}

fn sealing<'a>(key: &'a SigningKey, chain: &'a [X509]) -> Sealing<'a> {
    Sealing {
        key,
        chain,
        at: DateTime::from_timestamp(1_773_000_000, 0).unwrap(),
        object: "http://uri.etsi.org/19522/Event/ConsignmentAcceptance",
    }
}

/// EN 319 132-1 §6.3, level B-B: what the signature says of itself, and the certificates that go with it.
#[test]
fn a_seal_says_when_by_which_certificate_and_what_of() {
    let sealed = seal_document(&sealing(&P256.signing_key(), &chain(&P256)), &acuse(), "Acuse").unwrap();
    let text = String::from_utf8(sealed).unwrap();
    let digest = STANDARD.encode(openssl::sha::sha256(&P256.certificate.to_der().unwrap()));
    for said in [
        r##"<ds:Reference Id="Acuse-referencia" URI="#Acuse">"##,
        r##"<ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#Acuse-propiedades">"##,
        r##"<xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#Acuse-firma">"##,
        "<xades:SigningTime>2026-03-08T20:00:00Z</xades:SigningTime>",
        &format!(">{digest}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2>"),
        r##"<xades:DataObjectFormat ObjectReference="#Acuse-referencia">"##,
        "<xades:Identifier>http://uri.etsi.org/19522/Event/ConsignmentAcceptance</xades:Identifier>",
        "<xades:MimeType>application/xml</xades:MimeType>",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(text.matches("<ds:X509Certificate>").count(), 2);
}

#[test]
fn each_of_two_signatures_in_a_document_is_verified_by_its_own_key() {
    let holders = [&*RSA, &*P256];
    let unsigned = |data: &str, signatures: &str| {
        format!(r#"<Prosa id="TOP"><Data Id="ProsaData"><x>{data}</x></Data>{signatures}</Prosa>"#)
    };
    let signature = |holder: &Holder, data: &str| {
        let message = super::client::Message::new(holder);
        let empty = format!(
            r#"<ds:Signature xmlns:ds="{}"><ds:SignedInfo>{}<ds:SignatureMethod Algorithm="{}"/>{}</ds:SignedInfo><ds:SignatureValue></ds:SignatureValue></ds:Signature>"#,
            super::super::names::DS,
            message.c14n,
            message.method,
            super::client::reference("ProsaData", &[super::client::EXC])
        );
        let signed = super::client::sign(&unsigned(data, &empty), holder);
        signed[signed.find("<ds:Signature ").unwrap()..signed.find("</Prosa>").unwrap()].to_owned()
    };
    let both: String = holders.iter().map(|holder| signature(holder, "1")).collect();
    let document = unsigned("1", &both);
    let ids = ["ProsaData".to_owned()];
    let verify = |which, holder: &Holder| {
        let key = holder.certificate.public_key().unwrap();
        let document = screened(&document);
        let [ours, theirs] =
            ENGINES.map(|engine| engine.verify(&document, which, &key, &ids, &Policy::wscn()));
        assert_eq!(ours, theirs);
        ours
    };
    for (which, holder) in holders.iter().enumerate() {
        assert_eq!(
            verify(which, holder).unwrap()[0].octets,
            br#"<Data Id="ProsaData"><x>1</x></Data>"#
        );
    }
    assert_eq!(
        verify(1, &super::client::P384),
        Err(EngineError::SignatureMismatch)
    );
    assert_eq!(
        verify(0, &super::client::OTHER),
        Err(EngineError::SignatureMismatch)
    );
    assert_eq!(verify(2, &RSA), Err(EngineError::NoSignature));
}
