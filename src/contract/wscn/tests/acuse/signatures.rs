//! What the two signatures of an acuse that comes back must be.

use super::*;

#[test]
fn the_certificates_of_the_client_s_signature_are_told_before_it_is_verified() {
    let document = cosigned();
    let sealed = inspected(&document).unwrap();
    let key = Signer::service().public_key();
    let sealed = sealed.sealed(&BOTH, &key, &Policy::wscn()).unwrap();
    assert_eq!(sealed.certificates(), [Signer::client().certificate().to_vec()]);
}

#[test]
fn a_client_s_signature_by_another_key_than_its_certificate_s_is_22() {
    let other = Signer::service().sign(&data(&acuse()), &Style::default());
    let service = Signer::service().certificate_base64();
    let claimed = other.replace(&service, &Signer::client().certificate_base64());
    assert_error(&with(&claimed), &AcuseError::SignatureBroken, 22);
}

#[test]
fn a_missing_or_surplus_signature_has_its_code() {
    let (sealed, unsigned) = (given(), String::from_utf8(data(&acuse())).unwrap());
    let unsigned = format!("<ProsaSignature id=\"ELEMENTOAFIRMAR\">{unsigned}</ProsaSignature>");
    assert_error(&unsigned, &AcuseError::NotSealed, 13);
    let client = client(&Style::PLAIN);
    let only_client = unsigned.replace("</ProsaSignature>", &format!("{client}</ProsaSignature>"));
    assert_error(&only_client, &AcuseError::NotSealed, 13);
    let two_clients = only_client.replace("</ProsaSignature>", &format!("{client}</ProsaSignature>"));
    assert_error(&two_clients, &AcuseError::NotSealed, 13);
    assert_error(&sealed, &AcuseError::NotSigned, 20);
    let seal = Signer::service().sign(&data(&acuse()), &Style::PLAIN);
    assert_error(&with(&seal), &AcuseError::SealedTwice, 21);
    assert_error(
        &with(&format!("{seal}{client}")),
        &AcuseError::TooManySignatures(3),
        15,
    );
}

#[test]
fn a_client_s_signature_that_does_not_cover_the_acuse_alone_is_23() {
    let good = client(&Style::default());
    let uri = "URI=\"#ProsaData\"";
    let reference = |uri: &str| format!("<ds:Reference URI=\"{uri}\"></ds:Reference></ds:SignedInfo>");
    for spoilt in [
        good.replace(uri, ""),
        good.replace(uri, "URI=\"\""),
        good.replace(uri, "URI=\"#ACUSE_FIRMA\""),
        good.replace(uri, "URI=\"#xpointer(id('ProsaData'))\""),
        good.replace(uri, "URI=\"http://example.org/\""),
    ]
    .into_iter()
    .chain(
        ["#ACUSE_FIRMA", "#ELEMENTOAFIRMAR", "#ProsaData", "", "#nada"]
            .map(|uri| good.replace("</ds:SignedInfo>", &reference(uri))),
    ) {
        assert_error(&with(&spoilt), &AcuseError::OtherReferences, 23);
    }
    let nine: String = (0..9)
        .map(|_| "<ds:Reference URI=\"#KI\"></ds:Reference>")
        .collect();
    let many = good.replace("</ds:SignedInfo>", &format!("{nine}</ds:SignedInfo>"));
    assert_error(&with(&many), &AcuseError::OtherReferences, 23);
}

#[test]
fn a_signature_of_xades_that_names_another_certificate_than_its_own_is_23() {
    let by_xades = |properties: &str| {
        with(&Signer::client().sign_with(&data(&acuse()), &Style::default(), Some(properties)))
    };
    let (own, other) = (Signer::client().certificate(), Signer::service().certificate());
    for property in ["SigningCertificate", "SigningCertificateV2"] {
        assert!(returned(&by_xades(&properties(own, property)), &BOTH).is_ok());
        assert_error(
            &by_xades(&properties(other, property)),
            &AcuseError::SigningCertificate(SigningCertificateError::Other { property }),
            23,
        );
    }
    assert_error(
        &by_xades(&properties(own, "Otra")),
        &AcuseError::SigningCertificate(SigningCertificateError::Missing),
        23,
    );
    let altered = by_xades(&properties(own, "SigningCertificate")).replace("<x:Cert>", "<x:Cert> ");
    assert_error(&altered, &AcuseError::SignatureBroken, 22);
}

#[test]
fn a_client_s_signature_with_what_is_not_accepted_is_11() {
    let sha1 = client(&Style::default()).replace(
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    );
    let text = told(&with(&sha1));
    assert!(
        text.contains("#rsa-sha1") && text.contains("#rsa-sha256"),
        "{text}"
    );
    let good = client(&Style::default());
    let enveloped =
        "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>";
    let digest = "http://www.w3.org/2001/04/xmlenc#sha256";
    for (from, to, named) in [
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-md5", "#rsa-md5"),
        (
            "2001/04/xmldsig-more#rsa-sha256",
            "2007/05/xmldsig-more#sha256-rsa-MGF1",
            "MGF1",
        ),
        (digest, "http://www.w3.org/2000/09/xmldsig#sha1", "xmldsig#sha1"),
        (
            "REC-xml-c14n-20010315",
            "REC-xml-c14n-20010315#WithComments",
            "#WithComments",
        ),
        ("#enveloped-signature", "#base64", "#base64"),
        (
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
            "xslt",
        ),
        (enveloped, &xpath("true()"), "XPath «true()»"),
        (
            enveloped,
            &xpath("not(ancestor-or-self::ds:Signature) and true()"),
            "and true()",
        ),
        (
            enveloped,
            &xpath("not(ancestor-or-self::x:Signature)"),
            "x:Signature",
        ),
        (
            enveloped,
            &xpath("not(ancestor-or-self::<x></x>ds:Signature)"),
            "XPath «»",
        ),
    ] {
        let spoilt = good.replace(from, to);
        assert_ne!(spoilt, good, "{from}");
        let text = told(&with(&spoilt));
        assert!(text.contains(named), "{named}: {text}");
    }
}

#[test]
fn a_seal_of_something_else_is_none() {
    let document = cosigned();
    let spoilt = |seal| {
        let signature = Ok(octets(data(&acuse())));
        let error = returned(&document, &Told { seal, signature }).unwrap_err();
        (acuse_error(&error).codigo.number(), error)
    };
    assert_eq!(spoilt(Ok(Vec::new())), (14, AcuseError::SealBroken));
    assert_eq!(
        spoilt(Err(EngineError::Unprocessable)),
        (14, AcuseError::SealBroken)
    );
    assert_eq!(spoilt(Err(EngineError::Internal)), (100, AcuseError::Failed));
    let empty = octets(b"<ProsaSignatureData Id=\"ProsaData\"></ProsaSignatureData>".to_vec());
    assert_eq!(spoilt(Ok(empty)), (119, AcuseError::Form(FormFault::NoAcuse)));
    let two = document.replacen("URI=\"#ProsaData\"", "URI=\"#ACUSE_FIRMA\"", 1);
    assert_error(&two, &AcuseError::SealBroken, 14);
}

#[test]
fn a_client_s_signature_must_be_of_the_very_acuse_that_the_service_sealed() {
    let document = cosigned();
    let spoilt = |signature| {
        let seal = Ok(octets(data(&acuse())));
        let error = returned(&document, &Told { seal, signature }).unwrap_err();
        (acuse_error(&error).codigo.number(), error)
    };
    let another = AcuseAFirmar {
        identificador: Uuid::from_u128(77),
        ..acuse()
    };
    assert_eq!(
        spoilt(Ok(octets(data(&another)))),
        (22, AcuseError::SignatureBroken)
    );
    assert_eq!(spoilt(Ok(Vec::new())), (22, AcuseError::SignatureBroken));
    assert_eq!(spoilt(Err(EngineError::Internal)), (100, AcuseError::Failed));
}
