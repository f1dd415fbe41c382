//! Keys, tokens, what names them, and signature values that are not accepted.

use super::*;

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
