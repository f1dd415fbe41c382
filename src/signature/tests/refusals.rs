//! Algorithms, keys, tokens, references and times that are not accepted, by the shape or by the engine alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::EcGroup;
use openssl::nid::Nid;

use super::attacks::{good, refused, shape};
use super::client::*;
use super::*;
use crate::xml::Excerpt;

/// A message with another signature value.
fn with_value(message: &str, value: &[u8]) -> String {
    let (start, end) = (
        message.find("<ds:SignatureValue>").unwrap() + 19,
        message.find("</ds:SignatureValue>").unwrap(),
    );
    format!(
        "{}{}{}",
        &message[..start],
        STANDARD.encode(value),
        &message[end..]
    )
}

#[test]
fn references_that_leave_the_element_are_refused() {
    for uri in [
        "",
        "#",
        "http://example.org/",
        "file:///etc/passwd",
        "other.xml#id-1",
        "#xpointer(/)",
        "#xpointer(id('id-1'))",
        "#id-1')|//*[local-name()='Body",
        "#id 1",
    ] {
        let mut message = Message::new(&RSA);
        message.references = vec![
            reference("TS-1", &[EXC]),
            reference("id-1", &[EXC]).replace("#id-1", uri),
        ];
        assert_eq!(
            refused(message.sign(&RSA)),
            shape(ShapeError::ReferenceUri {
                uri: Excerpt::of(uri)
            })
        );
    }
    let mut message = Message::new(&RSA);
    message.references[1] = message.references[1].replace(r##"URI="#id-1""##, "");
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::ReferenceUri { uri: Excerpt::of("") })
    );
}

#[test]
fn one_element_is_signed_once() {
    let mut message = Message::new(&RSA);
    message.body_attributes.push_str(r#" Id="id-2""#);
    message.references.push(reference("id-2", &[EXC]));
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::ReferencedTwice {
            id: Excerpt::of("id-2")
        })
    );

    let mut message = Message::new(&RSA);
    message.security_attributes = r#"Id="Security""#.to_owned();
    message
        .references
        .insert(0, reference("Security", &[ENVELOPED, EXC]));
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::NestedReferences {
            id: Excerpt::of("TS-1")
        })
    );
}

#[test]
fn a_prefix_list_is_bounded_by_itself_and_with_the_message() {
    let with = |prefixes: usize, rows: usize| {
        let list = format!(
            r#"<ds:Transforms><ds:Transform Algorithm="{EXC}"><ec:InclusiveNamespaces xmlns:ec="{EXC}" PrefixList="{}"/></ds:Transform></ds:Transforms>"#,
            "p ".repeat(prefixes)
        );
        let mut message = Message::new(&RSA);
        message.references[1] = reference_with("id-1", &list, SHA256, "");
        message.body = format!("<c:consultar>99999901H{}</c:consultar>", "<c:x/>".repeat(rows));
        message.sign(&RSA)
    };
    taken(with(64, 10), &Policy::canal()).unwrap();
    assert_eq!(refused(with(65, 10)), shape(ShapeError::PrefixList));
    assert_eq!(refused(with(40, 20_000)), shape(ShapeError::PrefixList));
}

#[test]
fn references_to_other_than_body_and_header_content_are_refused() {
    let mut message = Message::new(&RSA);
    message.body = r#"<c:consultar Id="inner">99999901H</c:consultar>"#.to_owned();
    message.references.push(reference("inner", &[EXC]));
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::ReferenceTarget {
            id: Excerpt::of("inner")
        })
    );
}

#[test]
fn transforms_that_choose_or_change_content_are_refused() {
    for uri in [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "",
    ] {
        let mut message = Message::new(&RSA);
        message.references[1] = reference("id-1", &[uri, EXC]);
        let unknown = UnknownAlgorithm {
            role: Role::Transform,
            uri: Excerpt::of(uri),
        };
        assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::Algorithm(unknown)));
    }
    let mut message = Message::new(&RSA);
    message.references[1] = reference("id-1", &[super::super::names::STR_TRANSFORM]);
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::StrTransform));
    for order in [vec![EXC, ENVELOPED], vec![EXC, EXC], vec![ENVELOPED, ENVELOPED]] {
        let mut message = Message::new(&RSA);
        message.references[1] = reference("id-1", &order);
        assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::TransformOrder));
    }
}

#[test]
fn hmac_with_the_public_key_as_secret_is_refused() {
    let mut message = Message::new(&RSA);
    message.method = "http://www.w3.org/2000/09/xmldsig#hmac-sha1".to_owned();
    let unknown = UnknownAlgorithm {
        role: Role::Signature,
        uri: Excerpt::of(&message.method),
    };
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::Algorithm(unknown)));
}

#[test]
fn sha1_is_refused_in_signature_and_digest_unless_accepted() {
    let sha1 = Digest::Sha1.uri();
    let mut message = Message::new(&RSA);
    SignatureMethod::RsaSha1.uri().clone_into(&mut message.method);
    let unknown = UnknownAlgorithm {
        role: Role::Signature,
        uri: Excerpt::of(&message.method),
    };
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::Algorithm(unknown)));
    taken(message.sign(&RSA), &Policy::canal().dangerously_accept_sha1()).unwrap();

    let mut message = Message::new(&RSA);
    message.references[1] = message.references[1].replace(SHA256, sha1);
    let unknown = UnknownAlgorithm {
        role: Role::Digest,
        uri: Excerpt::of(sha1),
    };
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::Algorithm(unknown)));
}

#[test]
fn the_engine_by_itself_refuses_what_the_policy_does_not_accept() {
    let key = RSA.certificate.public_key().unwrap();
    let ids = ["TS-1".to_owned(), "id-1".to_owned()];
    let verify = |message: &Message, policy: &Policy| {
        let message = message.sign(&RSA);
        let document = screened(&message);
        let [ours, theirs] = ENGINES.map(|engine| engine.verify(&document, 0, &key, &ids, policy));
        assert_eq!(ours, theirs);
        ours
    };
    let canal = Policy::canal();
    let mut message = Message::new(&RSA);
    assert_eq!(verify(&message, &canal).map(|signed| signed.len()), Ok(2));
    message.references[1] = message.references[1].replace(SHA256, Digest::Sha1.uri());
    assert_eq!(verify(&message, &canal), Err(EngineError::Unprocessable));
    assert!(verify(&message, &canal.clone().dangerously_accept_sha1()).is_ok());
    message.references[1] = reference("id-1", &["http://www.w3.org/2000/09/xmldsig#base64"]);
    assert_eq!(verify(&message, &canal), Err(EngineError::Unprocessable));
    SignatureMethod::RsaSha1.uri().clone_into(&mut message.method);
    message.references[1] = reference("id-1", &[EXC]);
    assert_eq!(verify(&message, &canal), Err(EngineError::Unprocessable));
}

#[test]
fn the_engine_by_itself_refuses_other_references_and_other_bearers() {
    let key = RSA.certificate.public_key().unwrap();
    let verify = |message: &str, ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| (*id).to_owned()).collect();
        let document = screened(message);
        let [ours, theirs] = ENGINES.map(|engine| engine.verify(&document, 0, &key, &ids, &Policy::canal()));
        assert_eq!(ours, theirs);
        ours.map(|signed| signed.len())
    };
    let message = good();
    let id = Excerpt::of("id-1");
    assert_eq!(verify(&message, &["id-1", "TS-1"]), Ok(2));
    assert_eq!(verify(&message, &["id-1"]), Err(EngineError::OtherReferences));
    assert_eq!(
        verify(&message, &["id-1", "TS-1", "x"]),
        Err(EngineError::OtherReferences)
    );
    let gone = message.replace(r#"<soap:Body wsu:Id="id-1">"#, "<soap:Body>");
    assert_eq!(
        verify(&gone, &["id-1", "TS-1"]),
        Err(EngineError::MissingId { id })
    );
    assert_eq!(verify("<a/>", &[]), Err(EngineError::NoSignature));
}

#[test]
fn weak_keys_and_keys_of_another_kind_are_refused() {
    let short = VerifyError::KeyTooShort {
        bits: 1024,
        minimum: 2048,
    };
    assert_eq!(refused(Message::new(&WEAK).sign(&WEAK)), Refusal::Verify(short));
    assert_eq!(
        refused(Message::new(&P521).sign(&P521)),
        Refusal::Verify(VerifyError::Curve)
    );
    let mut message = Message::new(&RSA);
    message.token = token("X509-1", &P256.base64());
    assert_eq!(
        refused(message.sign(&RSA)),
        Refusal::Verify(VerifyError::KeyFamily {
            method: KeyFamily::Rsa
        })
    );
}

#[test]
fn tokens_that_are_no_certificate_of_one_kind_are_refused() {
    let base64 = RSA.base64();
    let x509 = super::super::names::X509_V3;
    let with = |token: String| {
        refused(
            Message {
                token,
                ..Message::new(&RSA)
            }
            .sign(&RSA),
        )
    };
    let path = x509.replace("X509v3", "X509PKIPathv1");
    for (written, value_type) in [(path.as_str(), Some(Excerpt::of(&path))), ("", None)] {
        let other = with(token("X509-1", &base64).replace(x509, written));
        assert_eq!(other, shape(ShapeError::TokenType { value_type }));
    }
    let hex = with(token("X509-1", &base64).replace("#Base64Binary", "#HexBinary"));
    let encoding = Excerpt::of(&super::super::names::BASE64.replace("Base64", "Hex"));
    assert_eq!(hex, shape(ShapeError::TokenEncoding { encoding }));
    for (bad, fault) in [
        ("", NotACertificate::Empty),
        ("%%%", NotACertificate::Character { character: '%' }),
        ("AAAA", NotACertificate::Thing(Thing::Other)),
        (
            &format!("{}<!-- -->{}", &base64[..64], &base64[64..]),
            NotACertificate::Content,
        ),
        (
            &"MIIB".repeat(10_000),
            NotACertificate::TooLong { limit: 16 * 1024 },
        ),
    ] {
        let element = "wsse:BinarySecurityToken";
        assert_eq!(
            with(token("X509-1", bad)),
            shape(ShapeError::Certificate { element, fault })
        );
    }
}

#[test]
fn key_info_must_mean_the_token() {
    let with = |key_info: &str| {
        let mut message = Message::new(&RSA);
        message.key_info = format!("<ds:KeyInfo>{key_info}</ds:KeyInfo>");
        refused(message.sign(&RSA))
    };
    assert_eq!(with(&token_reference("TS-1")), shape(ShapeError::OtherToken));
    assert_eq!(with("<ds:KeyName>yo</ds:KeyName>"), shape(ShapeError::KeyInfo));
    assert_eq!(with("<wsse:SecurityTokenReference/>"), shape(ShapeError::KeyInfo));
    assert_eq!(
        with(&token_reference("X509-1").repeat(2)),
        shape(ShapeError::KeyInfo)
    );
    assert_eq!(with(""), shape(ShapeError::KeyInfo));

    let mut message = Message::new(&RSA);
    message.key_info = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
        OTHER.base64()
    );
    assert_eq!(
        taken(message.sign(&RSA), &Policy::wscn()).unwrap_err(),
        shape(ShapeError::OtherToken)
    );
}

#[test]
fn what_stands_beside_the_reference_must_name_the_same_certificate() {
    let x509 = |inside: &str| format!("<ds:X509Data>{inside}</ds:X509Data>");
    let certificate = |holder: &Holder| {
        x509(&format!(
            "<ds:X509Certificate>{}</ds:X509Certificate>",
            holder.base64()
        ))
    };
    let rsa = |holder: &Holder| {
        let key = holder.key.rsa().unwrap();
        let (n, e) = (
            STANDARD.encode(key.n().to_vec()),
            STANDARD.encode(key.e().to_vec()),
        );
        format!(
            "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{n}</ds:Modulus><ds:Exponent>{e}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
        )
    };
    let name = "<ds:KeyName>yo</ds:KeyName>";
    let subject = |name: &str| x509(&format!("<ds:X509SubjectName>CN={name}</ds:X509SubjectName>"));
    let serial = |number| {
        x509(&format!(
            "<ds:X509IssuerSerial><ds:X509IssuerName>CN=rsa</ds:X509IssuerName><ds:X509SerialNumber>{number}\
             </ds:X509SerialNumber></ds:X509IssuerSerial>"
        ))
    };
    let with = |beside: &str, policy: &Policy| {
        let mut message = Message::new(&RSA);
        message.key_info = message
            .key_info
            .replace("</ds:KeyInfo>", &format!("{beside}</ds:KeyInfo>"));
        taken(message.sign(&RSA), policy).map(drop)
    };
    for policy in [Policy::canal(), Policy::wscn()] {
        for good in [name, &certificate(&RSA), &rsa(&RSA), &subject("rsa"), &serial(1)] {
            assert_eq!(with(good, &policy), Ok(()), "{good}");
        }
        for other in [
            certificate(&OTHER),
            certificate(&RSA) + &certificate(&OTHER),
            certificate(&RSA).replace("</ds:X509Data>", &certificate(&OTHER)[13..]),
            rsa(&OTHER),
            subject("otra"),
            serial(2),
            certificate(&RSA) + name,
            name.repeat(2),
            "<ds:RetrievalMethod URI='#x'/>".to_owned(),
            // What would pass by the way for the token's own.
            certificate(&RSA).replace("ds:X509Data>", "ds:RetrievalMethod>"),
            certificate(&RSA).replace("ds:X509Data>", "ds:MgmtData>"),
            subject("otra,OU=rsa"),
            subject("universal"),
            serial(1).replace("CN=rsa", "CN=otra"),
            rsa(&RSA).replace("<ds:Modulus>", "<ds:Modulus>AQAB</ds:Modulus><ds:Modulus>"),
        ] {
            assert_eq!(
                with(&other, &policy),
                Err(shape(ShapeError::OtherToken)),
                "{other}"
            );
        }
    }
    let mut message = Message::new(&RSA);
    message.before_security = token("X509-2", &OTHER.base64());
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::TwoTokens));
}

#[test]
fn timestamps_that_are_not_of_now_are_refused() {
    let message = good();
    for (minutes, future) in [(-6, true), (16, false)] {
        let at = now() + chrono::TimeDelta::minutes(minutes);
        match taken_at(&message, &Policy::canal(), at).unwrap_err() {
            Refusal::Verify(VerifyError::Timestamp(TimestampError::InFuture { .. })) => assert!(future),
            Refusal::Verify(VerifyError::Timestamp(TimestampError::Expired { .. })) => assert!(!future),
            other => panic!("{other:?}"),
        }
    }
    let mut message = Message::new(&RSA);
    message.timestamp = message.timestamp.replace("10:04:58", "10:14:58");
    assert!(matches!(
        taken(message.sign(&RSA), &Policy::canal()).unwrap_err(),
        Refusal::Verify(VerifyError::Timestamp(TimestampError::TooLong { .. }))
    ));
    let mut message = Message::new(&RSA);
    message.timestamp = message.timestamp.replace("2026-03-02T10", "hoy");
    assert_eq!(
        refused(message.sign(&RSA)),
        Refusal::Verify(VerifyError::Timestamp(TimestampError::Malformed))
    );
}

#[test]
fn elements_that_have_no_business_in_the_header_or_signature_are_refused() {
    let unexpected = |name| {
        shape(ShapeError::Unexpected {
            name: Excerpt::of(name),
        })
    };
    let message = good();
    assert_eq!(
        refused(message.replace("</wsse:Security>", "<x/></wsse:Security>")),
        unexpected("x")
    );
    assert_eq!(
        refused(message.replace("</soap:Envelope>", "<x/></soap:Envelope>")),
        unexpected("x")
    );
    assert_eq!(
        refused(message.replace("</ds:Signature>", "<x/></ds:Signature>")),
        unexpected("x")
    );
    assert_eq!(
        refused(message.replace("</ds:SignedInfo>", "<x/></ds:SignedInfo>")),
        unexpected("x")
    );
    assert_eq!(
        refused(message.replace("</ds:Reference>", "<x/></ds:Reference>")),
        unexpected("x")
    );
    let parameter = format!(r#"<ds:Transform Algorithm="{EXC}"><ds:XPath>1</ds:XPath></ds:Transform>"#);
    let message = message.replace(&format!(r#"<ds:Transform Algorithm="{EXC}"/>"#), &parameter);
    assert_eq!(refused(message), unexpected("XPath"));
}

#[test]
fn many_threads_verify_at_once() {
    let message = good();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    taken(&message, &Policy::canal()).unwrap();
                    refused(message.replace("99999901H", "99999902C"));
                }
            });
        }
    });
}

#[test]
fn the_other_ecdsa_value_of_a_message_has_the_same_replay_key() {
    let message = Message::new(&P256).sign(&P256);
    let first = taken(&message, &Policy::canal()).unwrap();
    let (r, s) = first.signature_value().split_at(32);

    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let (mut order, mut other) = (BigNum::new().unwrap(), BigNum::new().unwrap());
    group
        .order(&mut order, &mut BigNumContext::new().unwrap())
        .unwrap();
    other
        .checked_sub(&order, &BigNum::from_slice(s).unwrap())
        .unwrap();
    let other = [r, &other.to_vec_padded(32).unwrap()].concat();

    let second = taken(with_value(&message, &other), &Policy::canal()).unwrap();
    assert_ne!(first.signature_value(), second.signature_value());
    assert_eq!(first.replay_key(), second.replay_key());
}

#[test]
fn a_signature_value_of_another_length_is_refused() {
    for holder in [&*RSA, &*P256] {
        let message = Message::new(holder).sign(holder);
        let value = taken(&message, &Policy::canal())
            .unwrap()
            .signature_value()
            .to_vec();
        let half = value.len() / 2;
        for other in [
            [&[0], &value[..]].concat(),
            [&[0], &value[..half], &[0], &value[half..]].concat(),
            value[1..].to_vec(),
        ] {
            let error = VerifyError::ValueLength {
                octets: other.len(),
                expected: value.len(),
            };
            assert_eq!(refused(with_value(&message, &other)), Refusal::Verify(error));
        }
    }
}

#[test]
fn an_ecdsa_value_in_der_is_told_as_that() {
    let message = Message::new(&P256).sign(&P256);
    let value = taken(&message, &Policy::canal())
        .unwrap()
        .signature_value()
        .to_vec();
    let half = |octets| openssl::bn::BigNum::from_slice(octets).unwrap();
    let (r, s) = value.split_at(value.len() / 2);
    let der = openssl::ecdsa::EcdsaSig::from_private_components(half(r), half(s)).unwrap();
    let error = VerifyError::EcdsaInDer {
        expected: value.len(),
    };
    assert_eq!(value.len(), 64, "r and s");
    let sent = with_value(&message, &der.to_der().unwrap());
    assert_eq!(refused(sent), Refusal::Verify(error));
}
