use base64::engine::general_purpose::STANDARD;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::symm::Cipher;
use openssl::x509::{X509Name, X509ReqBuilder};

use super::*;
use crate::signature::tests::client::{OTHER, RSA};
use crate::xml::{Limits, screen};

fn read(content: &str) -> Result<Vec<u8>, NotACertificate> {
    let text = format!("<t>{content}</t>");
    certificate_of(screen(text.as_bytes(), &Limits::MESSAGE).unwrap().root())
}

fn fault(content: &str) -> NotACertificate {
    read(content).expect_err(content)
}

fn of_octets(octets: &[u8]) -> NotACertificate {
    fault(&STANDARD.encode(octets))
}

fn sequence(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82][..], &length, content].concat()
}

fn pem(label: &str, octets: &[u8]) -> String {
    let base64 = STANDARD.encode(octets);
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
}

fn own() -> Vec<u8> {
    RSA.certificate.to_der().unwrap()
}

#[test]
fn a_certificate_in_base64_is_taken_in_lines_and_without_padding() {
    let base64 = STANDARD.encode(own());
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    for text in [
        base64.clone(),
        lines.join("\n"),
        format!("\r\n\t {} ", lines.join("\r\n")),
        base64.trim_end_matches('=').to_owned(),
        format!("<![CDATA[{base64}]]>"),
    ] {
        assert_eq!(read(&text), Ok(own()), "{text}");
    }
}

#[test]
fn a_file_in_pem_is_told_by_what_is_in_it() {
    let certificate = pem("CERTIFICATE", &own());
    let key = pem("ENCRYPTED PRIVATE KEY", b"x");
    for (text, expected) in [
        (certificate.clone(), NotACertificate::Pem),
        (certificate.replace('\n', " "), NotACertificate::Pem),
        (
            format!("\n{}", pem("X509 CERTIFICATE", &own())),
            NotACertificate::Pem,
        ),
        (
            format!("Bag Attributes\n    friendlyName: yo\nsubject=CN = yo\n{certificate}"),
            NotACertificate::PemWithText,
        ),
        (
            format!("Bag Attributes\n    localKeyID: 01\n{}", STANDARD.encode(own())),
            NotACertificate::PemWithText,
        ),
        (certificate.repeat(2), NotACertificate::Several),
        (
            format!("{certificate}{key}"),
            NotACertificate::Thing(Thing::PrivateKey),
        ),
        (key, NotACertificate::Thing(Thing::PrivateKey)),
        (pem("PKCS7", b"x"), NotACertificate::Thing(Thing::Pkcs7)),
        (
            pem("NEW CERTIFICATE REQUEST", b"x"),
            NotACertificate::Thing(Thing::Request),
        ),
        (
            pem("X509 CRL", b"x"),
            NotACertificate::Thing(Thing::RevocationList),
        ),
        (
            pem("RSA PUBLIC KEY", b"x"),
            NotACertificate::Thing(Thing::PublicKey),
        ),
        (pem("DH PARAMETERS", b"x"), NotACertificate::Thing(Thing::Other)),
    ] {
        assert_eq!(fault(&text), expected, "{text}");
        let encoded = of_octets(text.as_bytes());
        match expected {
            NotACertificate::Thing(thing) => assert_eq!(encoded, NotACertificate::Thing(thing), "{text}"),
            _ if text.contains(BEGIN) => assert_eq!(encoded, NotACertificate::EncodedPem, "{text}"),
            _ => (),
        }
    }
}

#[test]
fn text_that_is_not_base64_is_told_by_what_it_is() {
    let base64 = STANDARD.encode(own());
    let hex = own()
        .iter()
        .fold(String::new(), |hex, octet| hex + &format!("{octet:02x}"));
    for (text, expected) in [
        (String::new(), NotACertificate::Empty),
        (" \n ".to_owned(), NotACertificate::Empty),
        (format!("<x/>{base64}"), NotACertificate::Content),
        (format!("<!-- mío -->{base64}"), NotACertificate::Content),
        (
            format!("{base64}\u{a0}"),
            NotACertificate::Character { character: '\u{a0}' },
        ),
        (
            format!("\u{feff}{base64}"),
            NotACertificate::Character {
                character: '\u{feff}',
            },
        ),
        (
            base64.replace('+', "%2B").replace('/', "%2F"),
            NotACertificate::Character { character: '%' },
        ),
        (
            base64.replace('+', "-").replace('/', "_"),
            NotACertificate::UrlAlphabet,
        ),
        (
            base64[..base64.len() - 4].to_owned() + "A",
            NotACertificate::Length,
        ),
        (
            format!("{}===", base64.trim_end_matches('=')),
            NotACertificate::Length,
        ),
        (hex.clone(), NotACertificate::Hexadecimal),
        (format!("0x{}", hex.to_uppercase()), NotACertificate::Hexadecimal),
        (hex[..hex.len() - 2].to_owned(), NotACertificate::Hexadecimal),
        (STANDARD.encode(&base64), NotACertificate::EncodedTwice),
        (
            STANDARD.encode(STANDARD.encode(&base64)),
            NotACertificate::EncodedTwice,
        ),
        (
            STANDARD.encode(base64.trim_end_matches('=')),
            NotACertificate::EncodedTwice,
        ),
        (
            "MAMCAQU=".repeat(4000),
            NotACertificate::TooLong { limit: MAX_OCTETS },
        ),
        (
            "MAMC".repeat(6000),
            NotACertificate::TooLong { limit: MAX_OCTETS },
        ),
        ("hola".to_owned(), NotACertificate::Thing(Thing::Other)),
    ] {
        assert_eq!(fault(&text), expected, "{text}");
    }
}

#[test]
fn other_things_in_der_are_told_by_what_they_are() {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let rsa = key.rsa().unwrap();
    let on_curve = crate::signature::tests::client::P256.key.ec_key().unwrap();
    let request = {
        let mut builder = X509ReqBuilder::new().unwrap();
        let mut name = X509Name::builder().unwrap();
        name.append_entry_by_nid(Nid::COMMONNAME, "yo").unwrap();
        builder.set_subject_name(&name.build()).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder
            .sign(&key, openssl::hash::MessageDigest::sha256())
            .unwrap();
        builder.build().to_der().unwrap()
    };
    let bundle = {
        let mut builder = openssl::pkcs12::Pkcs12::builder();
        builder.name("yo").pkey(&RSA.key).cert(&RSA.certificate);
        builder.build2("x").unwrap().to_der().unwrap()
    };
    let no_flags = openssl::pkcs7::Pkcs7Flags::empty();
    let others = openssl::stack::Stack::new().unwrap();
    let signed = openssl::pkcs7::Pkcs7::sign(&RSA.certificate, &RSA.key, &others, b"x", no_flags).unwrap();
    let encrypted = key
        .private_key_to_pkcs8_passphrase(Cipher::aes_256_cbc(), b"x")
        .unwrap();
    let list: Vec<u8> = {
        let time = b"\x17\x0d260101000000Z";
        let names = [&sequence(b"\x06\x01\x2a")[..], &sequence(b"")].concat();
        let inner = sequence(&[&b"\x02\x01\x01"[..], &names, time, time].concat());
        sequence(&[&inner[..], &sequence(b"\x06\x01\x2a"), b"\x03\x02\x00\x01"].concat())
    };
    for (octets, expected) in [
        (key.private_key_to_pkcs8().unwrap(), Thing::PrivateKey),
        (rsa.private_key_to_der().unwrap(), Thing::PrivateKey),
        (on_curve.private_key_to_der().unwrap(), Thing::PrivateKey),
        (encrypted, Thing::PrivateKey),
        (key.public_key_to_der().unwrap(), Thing::PublicKey),
        (rsa.public_key_to_der_pkcs1().unwrap(), Thing::PublicKey),
        (request, Thing::Request),
        (bundle, Thing::Pkcs12),
        (signed.to_der().unwrap(), Thing::Pkcs7),
        (
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02".to_vec(),
            Thing::Pkcs7,
        ),
        (list, Thing::RevocationList),
        (sequence(&own()), Thing::Path),
        (
            sequence(&[own(), OTHER.certificate.to_der().unwrap()].concat()),
            Thing::Path,
        ),
        (sequence(b""), Thing::Other),
        (sequence(&sequence(&sequence(b""))), Thing::Other),
        (sequence(b"\x02\x01\x05"), Thing::Other),
        (b"\x04\x01\x05".to_vec(), Thing::Other),
    ] {
        assert_eq!(of_octets(&octets), NotACertificate::Thing(expected));
    }
}

#[test]
fn more_or_less_than_one_certificate_is_told() {
    let (own, other) = (own(), OTHER.certificate.to_der().unwrap());
    assert_eq!(of_octets(&[&own[..], &other].concat()), NotACertificate::Several);
    assert_eq!(
        of_octets(&[&own[..], &other, &own].concat()),
        NotACertificate::Several
    );
    assert_eq!(of_octets(&[&own[..], b"\0"].concat()), NotACertificate::Trailing);
    assert_eq!(of_octets(&own[..own.len() - 1]), NotACertificate::Truncated);
    assert_eq!(of_octets(&own[..4]), NotACertificate::Truncated);
    // Of which the base64 of each has its own padding.
    let padded = |mut octets: Vec<u8>| {
        while octets.len().is_multiple_of(3) {
            octets.push(0);
        }
        STANDARD.encode(octets)
    };
    let both = format!("{}\n{}", padded(own.clone()), padded(other));
    assert_eq!(fault(&both), NotACertificate::Several);
}

#[test]
fn what_is_nested_without_end_is_told_in_no_time() {
    let mut octets = Vec::new();
    while octets.len() < MAX_OCTETS - 4 {
        octets = sequence(&octets);
    }
    assert_eq!(of_octets(&octets), NotACertificate::Thing(Thing::Other));
}
