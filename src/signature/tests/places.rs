//! Where what is signed may stand: in its own place, and nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::attacks::{refused, shape};
use super::client::*;
use super::*;
use crate::xml::Excerpt;

/// A message, with the Timestamp's element taken out of it.
struct Torn {
    rest: String,
    timestamp: String,
}

impl Torn {
    fn of(message: &str) -> Self {
        let (from, to) = (
            message.find("<wsu:Timestamp").unwrap(),
            message.find("</wsu:Timestamp>").unwrap() + 16,
        );
        Self {
            rest: [&message[..from], &message[to..]].concat(),
            timestamp: message[from..to].to_owned(),
        }
    }

    /// The message with the Timestamp before some text, within a wrapper.
    fn moved(&self, before: &str, wrapper: &str) -> String {
        let inside = wrapper.replace("{}", &self.timestamp);
        let moved = self.rest.replacen(before, &format!("{inside}{before}"), 1);
        assert_ne!(moved, self.rest);
        moved
    }

    /// The same, with one of now in its place.
    fn replaced(&self, before: &str, wrapper: &str) -> String {
        self.moved(before, wrapper).replacen(
            "</wsse:Security>",
            &format!("{}</wsse:Security>", timestamp("")),
            1,
        )
    }
}

/// A year old, and said to hold for a thousand.
fn old() -> Message {
    let mut message = Message::new(&RSA);
    message.timestamp = message
        .timestamp
        .replace("2026-03-02T09:59", "2025-03-02T09:59")
        .replace("2026-03-02T10:04", "3025-03-02T10:04");
    message
}

#[test]
fn a_signed_timestamp_is_refused_anywhere_but_in_its_place() {
    let elsewhere = || {
        shape(ShapeError::TimestampElsewhere {
            id: Excerpt::of("TS-1"),
        })
    };
    for message in [Message::new(&RSA), old()] {
        let torn = Torn::of(&message.sign(&RSA));
        for (before, wrapper) in [
            ("<wsse:Security ", "{}"),
            ("<wsse:Security ", r#"<x xmlns="urn:x">{}</x>"#),
            (
                "<wsse:Security ",
                r#"<x xmlns="urn:x" soap:actor="urn:otro">{}</x>"#,
            ),
            (
                "<wsse:Security ",
                r#"<wsse:Security soap:actor="urn:otro">{}</wsse:Security>"#,
            ),
            (
                "</soap:Header>",
                r#"<wsse:Security soap:actor="urn:otro">{}</wsse:Security>"#,
            ),
            ("</ds:Signature>", "<ds:Object>{}</ds:Object>"),
            ("</ds:Signature>", "<ds:Object><x>{}</x></ds:Object>"),
        ] {
            assert_eq!(
                refused(torn.moved(before, wrapper)),
                elsewhere(),
                "{before} {wrapper}"
            );
            assert_eq!(
                refused(torn.replaced(before, wrapper)),
                elsewhere(),
                "{before} {wrapper}"
            );
        }
        for (before, wrapper) in [
            ("</ds:KeyInfo>", "{}"),
            ("<wsse:Reference ", "{}"),
            ("</wsse:BinarySecurityToken>", "{}"),
            ("<c:consultar>", "{}"),
            ("<soap:Body ", "{}"),
        ] {
            for message in [torn.moved(before, wrapper), torn.replaced(before, wrapper)] {
                refused(message);
            }
        }
        refused(&torn.rest);
    }
}

#[test]
fn an_old_timestamp_in_its_place_lengthens_no_life() {
    let created = "2025-03-02T09:59:58.123Z".parse().unwrap();
    let limit = chrono::TimeDelta::minutes(10);
    let expected = TimestampError::TooOld {
        created,
        at: now(),
        limit,
    };
    let mut unsigned = old();
    unsigned.references.remove(0);
    for message in [old(), unsigned] {
        assert_eq!(
            taken(message.sign(&RSA), &Policy::wscn()).unwrap_err(),
            Refusal::Verify(VerifyError::Timestamp(expected.clone()))
        );
    }
}

/// Programs that sign the Body alone, and write the Timestamp when they send.
#[test]
fn a_body_signed_alone_is_taken_with_an_unsigned_timestamp_of_now() {
    let mut message = Message::new(&RSA);
    message.references.remove(0);
    let verified = taken(message.sign(&RSA), &Policy::wscn()).unwrap();
    assert_eq!(verified.timestamp(), None);
}

#[test]
fn whole_header_blocks_are_taken_and_parts_of_them_are_not() {
    let block = |attributes: [&str; 2]| {
        let mut message = Message::new(&RSA);
        let [outer, inner] = attributes;
        message.before_security = format!(r#"<x:a xmlns:x="urn:x" {outer}><x:b {inner}>1</x:b></x:a>"#);
        message.references.push(reference("x-1", &[EXC]));
        message.sign(&RSA)
    };
    for attributes in [r#"wsu:Id="x-1""#, r#"wsu:Id="x-1" soap:actor="urn:otro""#] {
        for policy in [Policy::canal(), Policy::wscn()] {
            taken(block([attributes, ""]), &policy).unwrap();
        }
    }
    let given = |attributes: &str| {
        let envelope = taken(block([attributes, ""]), &Policy::canal()).unwrap();
        envelope.header_blocks().map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let [signed] = given(r#"wsu:Id="x-1""#).try_into().unwrap();
    assert!(signed.starts_with(b"<x:a ") && signed.ends_with(b"<x:b>1</x:b></x:a>"));
    assert!(
        given(r#"wsu:Id="x-1" soap:actor="urn:otro""#).is_empty(),
        "it is for another"
    );
    let id = Excerpt::of("x-1");
    assert_eq!(
        refused(block(["", r#"wsu:Id="x-1""#])),
        shape(ShapeError::ReferenceTarget { id })
    );
}

#[test]
fn a_security_header_signed_whole_has_its_timestamp_signed() {
    let mut message = Message::new(&RSA);
    message.security_attributes = r#"wsu:Id="Security""#.to_owned();
    message.references = vec![
        reference("Security", &[ENVELOPED, EXC]),
        reference("id-1", &[EXC]),
    ];
    let signed = sign_security(&message);
    for policy in [Policy::canal(), Policy::wscn()] {
        let verified = taken(&signed, &policy).unwrap();
        assert_eq!(verified.timestamp().unwrap().created().timestamp(), 1_772_445_598);
        refused(signed.replace("10:04:58", "10:05:58"));
    }
}

/// The test client leaves out no signature of what it digests, so that of the whole header is made here.
fn sign_security(message: &Message) -> String {
    let unsigned = message.unsigned();
    let (from, to) = (
        unsigned.find("<ds:Signature ").unwrap(),
        unsigned.find("</ds:Signature>").unwrap() + 15,
    );
    let without = [&unsigned[..from], &unsigned[to..]].concat();
    let octets = canonical_form(&without, "//*[local-name()='Security']", C14n::Exclusive, "").unwrap();
    let digest = STANDARD.encode(openssl::sha::sha256(octets.as_bytes()));
    let reference = "URI=\"#Security\"";
    let (before, after) = unsigned.split_once(reference).unwrap();
    let after = after.replacen("<ds:DigestValue></", &format!("<ds:DigestValue>{digest}</"), 1);
    sign(&format!("{before}{reference}{after}"), &RSA)
}

#[test]
fn what_belongs_into_the_security_header_is_signed_nowhere_else() {
    let mut message = Message::new(&RSA);
    message.before_security = token("X509-2", &RSA.base64());
    message.references.push(reference("X509-2", &[EXC]));
    refused(message.sign(&RSA));

    let mut message = Message::new(&RSA);
    message.before_security =
        r#"<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="KI"/>"#.to_owned();
    message.references.push(reference("KI", &[EXC]));
    let id = Excerpt::of("KI");
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::ReferenceTarget { id })
    );

    let mut message = Message::new(&RSA);
    message.references.push(reference("SI", &[EXC]));
    message.objects = r#"<ds:Object Id="SI">1</ds:Object>"#.to_owned();
    let id = Excerpt::of("SI");
    assert_eq!(
        refused(message.sign(&RSA)),
        shape(ShapeError::ReferenceTarget { id })
    );
}
