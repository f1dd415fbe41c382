//! What an attacker would send: signed things moved, doubled, or left out.

use super::client::*;
use super::*;
use crate::xml::soap::SoapVersion;
use crate::xml::{Excerpt, ScreenError};

#[track_caller]
pub(super) fn refused(message: impl AsRef<[u8]>) -> Refusal {
    let strict = taken(message.as_ref(), &Policy::canal()).unwrap_err();
    assert!(taken(message.as_ref(), &Policy::wscn()).is_err(), "taken by WSCN");
    strict
}

pub(super) fn shape(error: ShapeError) -> Refusal {
    Refusal::Shape(error)
}

pub(super) fn engine(error: EngineError) -> Refusal {
    Refusal::Verify(VerifyError::Engine(error))
}

pub(super) fn good() -> String {
    Message::new(&RSA).sign(&RSA)
}

/// The signed Body element of a message.
fn body(message: &str) -> &str {
    &message[message.find("<soap:Body").unwrap()..message.find("</soap:Envelope>").unwrap()]
}

const EVIL: &str = r#"<soap:Body wsu:Id="evil"><c:rechazar/></soap:Body>"#;

#[test]
fn a_changed_body_or_timestamp_is_told_by_its_reference() {
    let message = good();
    assert_eq!(
        refused(message.replace("99999901H", "99999902C")),
        engine(EngineError::DigestMismatch {
            id: Excerpt::of("id-1")
        })
    );
    assert_eq!(
        refused(message.replace("10:04:58", "10:09:58")),
        engine(EngineError::DigestMismatch {
            id: Excerpt::of("TS-1")
        })
    );
}

#[test]
fn a_swapped_token_is_a_wrong_signature_value() {
    let message = good().replace(&RSA.base64(), &OTHER.base64());
    assert_eq!(refused(message), engine(EngineError::SignatureMismatch));
}

#[test]
fn the_signed_body_wrapped_in_the_header_is_a_second_body() {
    let message = good();
    let signed = body(&message).to_owned();
    for wrapper in ["<w>{}</w>", "<w><soap:Envelope>{}</soap:Envelope></w>"] {
        let wrapped = message.replace(&signed, EVIL).replace(
            "<soap:Header>",
            &format!("<soap:Header>{}", wrapper.replace("{}", &signed)),
        );
        assert_eq!(refused(wrapped), shape(ShapeError::TwoBodies));
    }
}

#[test]
fn the_signed_body_under_another_name_is_not_the_body() {
    let message = good();
    let signed = body(&message).to_owned();
    let renamed = signed.replace("soap:Body", "w");
    let wrapped = message
        .replace(&signed, EVIL)
        .replace("<soap:Header>", &format!("<soap:Header>{renamed}"));
    assert_eq!(refused(wrapped), shape(ShapeError::BodyNotSigned));
}

#[test]
fn the_signed_body_within_the_security_header_or_the_signature_is_a_second_body() {
    let message = good();
    let signed = body(&message).to_owned();
    let forged = message.replace(&signed, EVIL);
    let in_object = forged.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{signed}</ds:Object></ds:Signature>"),
    );
    assert_eq!(refused(in_object), shape(ShapeError::TwoBodies));
    let in_security = forged.replace("</wsse:Security>", &format!("{signed}</wsse:Security>"));
    assert_eq!(refused(in_security), shape(ShapeError::TwoBodies));
}

#[test]
fn a_body_before_or_after_the_signed_one_is_a_second_body() {
    let message = good();
    let signed = body(&message).to_owned();
    for two in [format!("{EVIL}{signed}"), format!("{signed}{EVIL}")] {
        assert_eq!(
            refused(message.replace(&signed, &two)),
            shape(ShapeError::TwoBodies)
        );
    }
    let nested = message.replace(&signed, &EVIL.replace("<c:rechazar/>", &signed));
    assert_eq!(refused(nested), shape(ShapeError::TwoBodies));
    let soap12 = EVIL.replace(
        "<soap:Body",
        &format!(r#"<soap:Body xmlns:soap="{}""#, SoapVersion::V12.namespace()),
    );
    assert_eq!(
        refused(message.replace("<soap:Header>", &format!("<soap:Header>{soap12}"))),
        shape(ShapeError::TwoBodies)
    );
}

#[test]
fn an_envelope_around_the_signed_envelope_is_refused() {
    let message = good();
    let inner = &message[message.find("<soap:Envelope").unwrap()..];
    let outer = format!(
        r#"<soap:Envelope xmlns:soap="{}" xmlns:wsu="u" xmlns:c="c"><soap:Header>{inner}</soap:Header>{EVIL}</soap:Envelope>"#,
        SoapVersion::V11.namespace()
    );
    assert_eq!(refused(outer), shape(ShapeError::TwoBodies));
}

#[test]
fn one_id_on_two_elements_is_refused_at_first_sight() {
    for attribute in ["wsu:Id", "Id", "ID", "id", "xml:id"] {
        let message = good().replace("<c:consultar>", &format!("<c:consultar {attribute}=\"id-1\">"));
        assert_eq!(
            refused(message),
            Refusal::Screen(ScreenError::DuplicateId {
                id: Excerpt::of("id-1")
            })
        );
    }
}

#[test]
fn a_second_signature_anywhere_is_refused() {
    let message = good();
    let signature =
        &message[message.find("<ds:Signature ").unwrap()..message.find("</ds:Signature>").unwrap() + 15];
    let beside = message.replace(signature, &format!("{signature}{signature}"));
    assert_eq!(refused(beside), shape(ShapeError::TwoSignatures));
    let empty = format!(r#"<ds:Signature xmlns:ds="{}"/>"#, super::super::names::DS);
    for place in ["<c:consultar>", "<soap:Header>"] {
        assert_eq!(
            refused(message.replace(place, &format!("{place}{empty}"))),
            shape(ShapeError::TwoSignatures)
        );
    }
}

#[test]
fn what_is_missing_is_called_by_its_name() {
    let mut message = Message::new(&RSA);
    message.references.pop();
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::BodyNotSigned));

    let mut message = Message::new(&RSA);
    message.token.clear();
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::NoToken));

    let mut message = Message::new(&RSA);
    message.key_info.clear();
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::SignatureLacks { element: "KeyInfo" })
    );

    let mut message = Message::new(&RSA);
    message.references.push(reference("nadie", &[EXC]));
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::MissingId {
            id: Excerpt::of("nadie")
        })
    );

    let message = good();
    let signature =
        &message[message.find("<ds:Signature ").unwrap()..message.find("</ds:Signature>").unwrap() + 15];
    assert_eq!(
        refused(message.replace(signature, "")),
        shape(ShapeError::NoSignature)
    );
    let header = &message[message.find("<soap:Header").unwrap()..message.find("<soap:Body").unwrap()];
    assert_eq!(
        refused(message.replace(header, "")),
        shape(ShapeError::NoSecurity)
    );
    assert_eq!(
        refused(message.replace(body(&message), "")),
        shape(ShapeError::NoBody)
    );
    assert_eq!(
        refused("<a/>"),
        shape(ShapeError::NotAnEnvelope {
            root: Excerpt::of("a")
        })
    );
}

#[test]
fn what_is_there_twice_is_called_by_its_name() {
    let mut message = Message::new(&RSA);
    message.token.push_str(&token("X509-2", &OTHER.base64()));
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::TwoTokens));

    let mut message = Message::new(&RSA);
    message.timestamp.push_str(&timestamp(r#"wsu:Id="TS-2""#));
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::TwoTimestamps));

    let mut message = Message::new(&RSA);
    message.before_security = "<wsse:Security/>".to_owned();
    assert_eq!(refused(message.sign(&RSA)), shape(ShapeError::TwoSecurities));

    let mut message = Message::new(&RSA);
    message.references.push(reference("id-1", &[EXC]));
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::ReferencedTwice {
            id: Excerpt::of("id-1")
        })
    );

    let mut message = Message::new(&RSA);
    message.body_attributes.push_str(r#" Id="id-2""#);
    for n in 0..7 {
        message.references.push(reference(&format!("x{n}"), &[EXC]));
    }
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::TooManyReferences { limit: 8 })
    );
}

#[test]
fn a_header_that_must_be_understood_and_is_not_is_told() {
    let mut message = Message::new(&RSA);
    message.before_security = r#"<x xmlns="urn:x" soap:mustUnderstand="1"/>"#.to_owned();
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::NotUnderstood {
            name: Excerpt::of("x"),
            namespace: Excerpt::of("urn:x"),
        })
    );
    message.before_security =
        r#"<x xmlns="urn:x" soap:mustUnderstand="1" soap:actor="urn:otro"/>"#.to_owned();
    taken(message.sign(&RSA), &Policy::canal()).unwrap();
}

#[test]
fn a_security_header_for_others_only_is_told_with_its_addressee() {
    let next = "http://schemas.xmlsoap.org/soap/actor/next";
    for attributes in [
        "",
        r#"soap:actor="""#,
        r#"actor="urn:otro""#,
        &format!(r#"soap:actor=" {next} ""#),
    ] {
        let mut message = Message::new(&RSA);
        message.security_attributes = attributes.to_owned();
        taken(message.sign(&RSA), &Policy::canal()).unwrap();
    }
    let none = "http://www.w3.org/2003/05/soap-envelope/role/none";
    for (before, attributes, version, attribute, addressees) in [
        (
            "",
            r#"soap:actor=" urn:otro ""#,
            SoapVersion::V11,
            "actor",
            &["urn:otro"][..],
        ),
        (
            r#"<wsse:Security soap:actor="urn:uno"/>"#,
            r#"soap:actor="urn:otro""#,
            SoapVersion::V11,
            "actor",
            &["urn:uno", "urn:otro"],
        ),
        // The signature is what counts, whoever else has a header.
        (
            "<wsse:Security/>",
            r#"soap:actor="urn:otro""#,
            SoapVersion::V11,
            "actor",
            &["urn:otro"],
        ),
        (
            "",
            &format!(r#"soap:role="{none}""#),
            SoapVersion::V12,
            "role",
            &[none],
        ),
    ] {
        let mut message = Message::new(&RSA);
        message.version = version;
        message.before_security = before.to_owned();
        message.security_attributes = attributes.to_owned();
        let addressees = addressees
            .iter()
            .map(|addressee| Excerpt::of(addressee))
            .collect();
        let error = ShapeError::SecurityOfOthers {
            attribute,
            addressees,
        };
        assert_eq!(refused(message.sign(&RSA)), shape(error));
    }
}

#[test]
fn a_security_header_of_another_version_is_told_as_that() {
    let drafts = "http://schemas.xmlsoap.org/ws/2002/07/secext";
    for (attributes, mandatory) in [("", false), (r#"soap:mustUnderstand="1""#, true)] {
        let mut message = Message::new(&RSA);
        message.security_attributes = attributes.to_owned();
        let signed = message.sign(&RSA);
        let old = signed.replace("<wsse:Security ", &format!(r#"<w:Security xmlns:w="{drafts}" "#));
        let (name, namespace) = (Excerpt::of("Security"), Excerpt::of(drafts));
        let error = if mandatory {
            ShapeError::NotUnderstood { name, namespace }
        } else {
            ShapeError::OtherSecurity { namespace }
        };
        assert_eq!(
            refused(old.replace("</wsse:Security>", "</w:Security>")),
            shape(error)
        );
    }
}

#[test]
fn comments_and_cdata_do_not_change_what_is_read() {
    let mut message = Message::new(&RSA);
    message.body = "<c:consultar>99999901H</c:consultar>".to_owned();
    let signed = message.sign(&RSA);
    let split = signed.replace("99999901H", "9999<!-- 2 -->9901<![CDATA[H]]>");
    let verified = taken(split, &Policy::canal()).unwrap();
    let document = roxmltree::Document::parse(payload(&verified)).unwrap();
    assert_eq!(document.root_element().text(), Some("99999901H"));
    assert_eq!(verified.body(), taken(&signed, &Policy::canal()).unwrap().body());
}

#[test]
fn entity_bombs_deep_nests_and_floods_of_attributes_end_at_first_sight() {
    let message = good();
    let bomb = message.replace(
        "<soap:Envelope",
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><soap:Envelope",
    );
    assert_eq!(refused(bomb), Refusal::Screen(ScreenError::Doctype));
    let deep = message.replace("<c:consultar>", &"<c:x>".repeat(100_000));
    assert_eq!(refused(deep), Refusal::Screen(ScreenError::TooDeep { limit: 64 }));
    let flood = " a=''".repeat(1_000_000);
    let flood = message.replacen("<soap:Header>", &format!("<soap:Header{flood}>"), 1);
    assert!(matches!(
        refused(flood),
        Refusal::Screen(ScreenError::TooManyAttributes { .. } | ScreenError::IllFormed { .. })
    ));
}
