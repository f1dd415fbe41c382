//! The styles of header that clients in the field send.

use super::client::*;
use super::*;
use crate::xml::Excerpt;
use crate::xml::soap::SoapVersion;

fn both() -> [Policy; 2] {
    [Policy::canal(), Policy::wscn()]
}

#[track_caller]
fn is_taken(message: &str, policies: &[Policy]) {
    for policy in policies {
        let verified = taken(message, policy).unwrap();
        assert!(payload(&verified).contains("99999901H"), "{}", payload(&verified));
    }
}

#[test]
fn wss4j_style_is_taken_with_each_kind_of_key() {
    for holder in [&RSA, &P256] {
        is_taken(&Message::new(holder).sign(holder), &both());
    }
    let mut message = Message::new(&P384);
    message.method = SignatureMethod::EcdsaSha384.uri().to_owned();
    is_taken(&message.sign(&P384), &both());
}

#[test]
fn every_accepted_digest_and_method_is_taken() {
    for method in SignatureMethod::ALL {
        let holder = if method.family() == KeyFamily::Rsa {
            &RSA
        } else {
            &P256
        };
        let mut message = Message::new(holder);
        method.uri().clone_into(&mut message.method);
        let transforms = format!(r#"<ds:Transforms><ds:Transform Algorithm="{EXC}"/></ds:Transforms>"#);
        let reference = |id| reference_with(id, &transforms, method.digest().uri(), "");
        message.references = vec![reference("TS-1"), reference("id-1")];
        let policies = both().map(|policy| {
            if method == SignatureMethod::RsaSha1 {
                policy.dangerously_accept_sha1()
            } else {
                policy
            }
        });
        is_taken(&message.sign(holder), &policies);
    }
}

#[test]
fn soap_12_is_taken() {
    let mut message = Message::new(&RSA);
    message.version = SoapVersion::V12;
    message.security_attributes = r#"soap:mustUnderstand="true""#.to_owned();
    let verified = taken(message.sign(&RSA), &Policy::canal()).unwrap();
    assert_eq!(verified.version(), SoapVersion::V12);
}

#[test]
fn prefix_lists_are_taken() {
    let mut message = Message::new(&RSA);
    let list = |of: &str, prefixes: &str| {
        format!(
            r#"<ds:{of} Algorithm="{EXC}"><ec:InclusiveNamespaces xmlns:ec="{EXC}" PrefixList="{prefixes}"/></ds:{of}>"#
        )
    };
    message.c14n = list("CanonicalizationMethod", "soap c");
    let transforms = format!(
        "<ds:Transforms>{}</ds:Transforms>",
        list("Transform", "wsse c soap")
    );
    message.references = vec![
        reference_with("TS-1", &transforms, SHA256, ""),
        reference_with("id-1", &transforms, SHA256, ""),
    ];
    is_taken(&message.sign(&RSA), &both());
}

#[test]
fn unqualified_ids_and_enveloped_signature_transforms_are_taken() {
    let mut message = Message::new(&RSA);
    message.timestamp = timestamp(r#"Id="_1""#);
    message.body_attributes = r#"Id="_0""#.to_owned();
    message.references = vec![
        reference("_0", &[ENVELOPED, EXC]),
        reference("_1", &[ENVELOPED, EXC]),
    ];
    is_taken(&message.sign(&RSA), &both());
}

#[test]
fn a_timestamp_after_the_signature_is_taken() {
    let mut message = Message::new(&RSA);
    message.timestamp_comes_last = true;
    is_taken(&message.sign(&RSA), &both());
}

#[test]
fn a_signed_token_is_taken() {
    let mut message = Message::new(&RSA);
    message.references.push(reference("X509-1", &[EXC]));
    is_taken(&message.sign(&RSA), &both());
}

#[test]
fn a_signed_key_info_is_taken() {
    let mut message = Message::new(&RSA);
    message.key_info = message
        .key_info
        .replace("<ds:KeyInfo>", r#"<ds:KeyInfo Id="KI-1">"#);
    message.references.push(reference("KI-1", &[EXC]));
    is_taken(&message.sign(&RSA), &both());
}

#[test]
fn inclusive_canonicalization_and_no_transforms_are_taken() {
    for c14n in [C14n::Inclusive, C14n::Inclusive11] {
        let mut message = Message::new(&RSA);
        message.c14n = format!(r#"<ds:CanonicalizationMethod Algorithm="{}"/>"#, c14n.uri());
        message.references = vec![reference("TS-1", &[]), reference("id-1", &[c14n.uri()])];
        is_taken(&message.sign(&RSA), &both());
    }
}

#[test]
fn tokens_in_lines_and_headers_that_need_not_be_understood_are_taken() {
    for line_end in ["\n", "\r\n", "&#13;\n"] {
        let mut message = Message::new(&RSA);
        let base64 = RSA.base64();
        let lines: Vec<_> = base64
            .as_bytes()
            .chunks(64)
            .map(|l| std::str::from_utf8(l).unwrap())
            .collect();
        message.token = token("X509-1", &format!("{line_end}{}{line_end}", lines.join(line_end)));
        message.security_attributes = r#"soap:mustUnderstand="0""#.to_owned();
        message.before_security = r#"<x xmlns="urn:x"/>"#.to_owned();
        is_taken(&message.sign(&RSA), &both());
    }
}

/// From programs in Python, JavaScript, PHP and Java among others.
#[test]
fn the_engines_agree_on_recorded_messages() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/envelope");
    let policy = Policy::wscn().dangerously_accept_sha1();
    let mut good = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let octets = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&octets);
        let created = text
            .split("Created>")
            .nth(1)
            .and_then(|after| after.split('<').next());
        let at = created.and_then(|created| created.parse().ok()).unwrap_or(now());
        good += usize::from(taken_at(&octets, &policy, at).is_ok());
    }
    assert!(good > 10, "{good}");
}

/// Java's libraries end lines of base64 in a reference to a carriage return.
#[test]
fn signature_values_in_lines_are_taken() {
    let message = Message::new(&RSA).sign(&RSA);
    let (before, rest) = message.split_once("<ds:SignatureValue>").unwrap();
    let (value, after) = rest.split_once("</ds:SignatureValue>").unwrap();
    for line_end in ["\n", "\r\n", "&#13;\n", "&#xD;&#10;"] {
        let lines: Vec<_> = value
            .as_bytes()
            .chunks(76)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        let value = format!("{line_end}{}{line_end}", lines.join(line_end));
        let message = format!("{before}<ds:SignatureValue>{value}</ds:SignatureValue>{after}");
        is_taken(&message, &both());
    }
}

/// Five minutes of life and five of skew.
fn dies() -> DateTime<Utc> {
    "2026-03-02T10:09:58.123Z".parse().unwrap()
}

#[test]
fn wscn_needs_no_timestamp_and_looks_at_one_that_is_there() {
    let mut message = Message::new(&RSA);
    message.references = vec![reference("id-1", &[EXC])];
    is_taken(&message.sign(&RSA), &[Policy::wscn()]);
    assert_eq!(
        taken(message.sign(&RSA), &Policy::canal()).unwrap_err(),
        Refusal::Shape(ShapeError::TimestampNotSigned)
    );
    let unsigned = taken(message.sign(&RSA), &Policy::wscn()).unwrap();
    assert_eq!((unsigned.timestamp(), unsigned.dies()), (None, Some(dies())));
    let late = now() + chrono::TimeDelta::minutes(20);
    assert!(matches!(
        taken_at(message.sign(&RSA), &Policy::wscn(), late).unwrap_err(),
        Refusal::Verify(VerifyError::Timestamp(
            TimestampError::Expired { .. } | TimestampError::TooOld { .. }
        ))
    ));
    message.timestamp.clear();
    is_taken(&message.sign(&RSA), &[Policy::wscn()]);
    assert_eq!(taken(message.sign(&RSA), &Policy::wscn()).unwrap().dies(), None);
    assert_eq!(
        taken(message.sign(&RSA), &Policy::canal()).unwrap_err(),
        Refusal::Shape(ShapeError::NoTimestamp)
    );
}

#[test]
fn a_strict_verification_is_not_softened_by_a_lax_inspection() {
    let mut message = Message::new(&RSA);
    message.timestamp.clear();
    message.references = vec![reference("id-1", &[EXC])];
    let message = message.sign(&RSA);
    let inspected = inspect(screened(&message), &Policy::wscn()).unwrap();
    let key = RSA.certificate.public_key().unwrap();
    for engine in ENGINES {
        let refused = verify(engine, &inspected, &key, now(), &Policy::canal()).unwrap_err();
        assert_eq!(refused, VerifyError::NotTheTimestamp);
    }
}

/// XAdES-BES as deployed clients send it; `named` is the certificate that the properties name.
fn xades(holder: &Holder, named: &Holder) -> Message {
    const V132: &str = "http://uri.etsi.org/01903/v1.3.2#";
    let digest = base64(openssl::sha::sha256(&named.certificate.to_der().unwrap()));
    let mut message = Message::new(holder);
    message.timestamp.clear();
    message.security_attributes = r#"Id="Security""#.to_owned();
    message.body_attributes = r#"Id="Body""#.to_owned();
    message.key_info = format!(
        r#"<ds:KeyInfo Id="KeyInfo"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"#,
        holder.base64()
    );
    message.objects = format!(
        r##"<ds:Object><xades:QualifyingProperties xmlns:xades="{V132}" Target="#Signature"><xades:SignedProperties Id="SP"><xades:SignedSignatureProperties><xades:SigningTime>2026-03-02T10:00:00Z</xades:SigningTime><xades:SigningCertificate><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>{digest}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificate></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>"##
    );
    let attributes = r#"Type="http://uri.etsi.org/01903#SignedProperties""#;
    message.references = vec![
        reference("Body", &[EXC]),
        reference_with("SP", "", SHA256, attributes),
        reference("KeyInfo", &[EXC]),
    ];
    message
}

fn base64(octets: impl AsRef<[u8]>) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(octets)
}

#[test]
fn xades_style_is_taken_by_wscn_only() {
    let message = xades(&RSA, &RSA).sign(&RSA);
    is_taken(&message, &[Policy::wscn()]);
    assert_eq!(
        taken(&message, &Policy::canal()).unwrap_err(),
        Refusal::Shape(ShapeError::KeyInfo)
    );
}

#[test]
fn xades_properties_must_name_the_certificate_of_the_token() {
    let property = "SigningCertificate";
    assert_eq!(
        taken(xades(&RSA, &OTHER).sign(&RSA), &Policy::wscn()).unwrap_err(),
        Refusal::Verify(SigningCertificateError::Other { property }.into())
    );
    // Also beside one that names it.
    let mut message = xades(&RSA, &RSA);
    let other = xades(&RSA, &OTHER).objects;
    let (from, to) = ("<xades:SigningCertificate>", "</xades:SigningCertificate>");
    let start = other.find(from).unwrap();
    let end = other.find(to).unwrap() + to.len();
    message.objects = message
        .objects
        .replace(to, &format!("{to}{}", &other[start..end]));
    assert_eq!(
        taken(message.sign(&RSA), &Policy::wscn()).unwrap_err(),
        Refusal::Verify(SigningCertificateError::Other { property }.into())
    );
    let sha1 = UnknownAlgorithm {
        role: Role::Digest,
        uri: Excerpt::of(Digest::Sha1.uri()),
    };
    let named = SigningCertificateError::Digest {
        property,
        algorithm: sha1,
    };
    for (from, to, error) in [
        ("SigningCertificate>", "Otro>", SigningCertificateError::Missing),
        (
            "CertDigest>",
            "Otro>",
            SigningCertificateError::Incomplete { property },
        ),
        (
            "DigestValue>",
            "Otro>",
            SigningCertificateError::Incomplete { property },
        ),
        (SHA256, Digest::Sha1.uri(), named),
    ] {
        let mut message = xades(&RSA, &RSA);
        let other = message.objects.replace(from, to);
        assert_ne!(other, message.objects);
        message.objects = other;
        let refused = taken(message.sign(&RSA), &Policy::wscn()).unwrap_err();
        assert_eq!(refused, Refusal::Verify(error.into()), "{from}");
    }
}

#[test]
fn the_payload_is_cut_from_the_signed_octets_with_its_declarations() {
    let verified = taken(Message::new(&RSA).sign(&RSA), &Policy::canal()).unwrap();
    let body = std::str::from_utf8(verified.body()).unwrap();
    assert!(body.starts_with("<soap:Body xmlns:soap="), "{body}");
    let document = roxmltree::Document::parse(payload(&verified)).unwrap();
    assert!(document.root_element().has_tag_name(("urn:c", "consultar")));
}

#[test]
fn a_verified_envelope_tells_when_it_dies_and_what_its_value_was() {
    let verified = taken(Message::new(&RSA).sign(&RSA), &Policy::canal()).unwrap();
    assert_eq!(verified.dies(), Some(dies()));
    assert!(verified.timestamp().is_some());
    assert_eq!(verified.signature_value().len(), 256);
    assert_eq!(
        *verified.replay_key(),
        openssl::sha::sha256(verified.signature_value())
    );
}
