//! Algorithms, keys, tokens, references and times that are not accepted, by the shape or by the engine alone.

mod keys;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::EcGroup;
use openssl::nid::Nid;

use super::attacks::{good, refused, shape};
use super::client::*;
use super::*;
use crate::xml::Excerpt;

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
