//! An acuse that comes back is kept as evidence: it is what was given out and a signature that shows whose it is, or it is
//! refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::acuse::*;
use super::sign::{Signer, Style, properties};
use crate::contract::wscn::acuse_error::{AcuseError, FormFault, KeyInfoFault};
use crate::contract::wscn::submitted::inspect;
use crate::signature::{NotACertificate, Policy, ShapeError};
use crate::xml::ScreenError;

fn x509_data(certificates: &[&str]) -> String {
    let all = certificates.iter().fold(String::new(), |all, certificate| {
        all + &format!("<ds:X509Certificate>{certificate}</ds:X509Certificate>")
    });
    format!("<ds:X509Data>{all}</ds:X509Data>")
}

/// Signed by the client with this in place of the X509Data that shows its certificate.
fn showing(inside: &str, properties: Option<&str>) -> String {
    let own = x509_data(&[&Signer::client().certificate_base64()]);
    let show = |key_info: String| key_info.replace(&own, inside);
    with(&Signer::client().sign_showing(&data(&acuse()), &Style::default(), properties, &show))
}

/// Without its certificate a signature is no evidence once the message that brought it is gone.
#[test]
fn a_signature_that_does_not_bring_its_certificate_is_23_and_told_why() {
    let certificate = Signer::client().certificate_base64();
    let (head, tail) = certificate.split_at(8);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----");
    let retrieval = |uri: &str| format!("<ds:RetrievalMethod URI=\"{uri}\"></ds:RetrievalMethod>");
    let subject = "<ds:X509Data><ds:X509SubjectName>CN=CLIENTE</ds:X509SubjectName></ds:X509Data>";
    for (inside, fault) in [
        ("", KeyInfoFault::NoCertificate),
        ("<ds:KeyName>CLIENTE</ds:KeyName>", KeyInfoFault::NoCertificate),
        (subject, KeyInfoFault::NoCertificate),
        (
            &retrieval("http://example.org/c.pem"),
            KeyInfoFault::RetrievalMethod,
        ),
        (&retrieval("file:///c.pem"), KeyInfoFault::RetrievalMethod),
        (&retrieval("#KI"), KeyInfoFault::RetrievalMethod),
        (
            &x509_data(&[""]),
            KeyInfoFault::Unreadable(NotACertificate::Empty),
        ),
        (
            &x509_data(&["*"]),
            KeyInfoFault::Unreadable(NotACertificate::Character { character: '*' }),
        ),
        (
            &x509_data(&[&format!("{head}<x></x>{tail}")]),
            KeyInfoFault::Unreadable(NotACertificate::Content),
        ),
        (
            &x509_data(&[&STANDARD.encode(&certificate)]),
            KeyInfoFault::Unreadable(NotACertificate::EncodedTwice),
        ),
        // Also of a certificate beside the signer's own.
        (
            &x509_data(&[&certificate, &pem]),
            KeyInfoFault::Unreadable(NotACertificate::Pem),
        ),
        (&x509_data(&[certificate.as_str(); 9]), KeyInfoFault::TooMany),
    ] {
        let named = properties(Signer::client().certificate(), "SigningCertificate");
        for properties in [None, Some(named.as_str())] {
            assert_error(&showing(inside, properties), &AcuseError::KeyInfo(fault), 23);
        }
    }
    let beside = format!(
        "{}{}",
        x509_data(&[&certificate]),
        retrieval("http://example.org/c")
    );
    // Beside the certificate it might name another, and it is never followed.
    let error = AcuseError::KeyInfo(KeyInfoFault::AnotherName);
    assert_error(&showing(&beside, None), &error, 23);
}

#[test]
fn a_signature_that_shows_somebody_else_s_certificate_too_is_23() {
    let certificate = Signer::client().certificate_base64();
    let other = Signer::new("OTRA").certificate_base64();
    let twice = x509_data(&[&certificate, &certificate]);
    assert!(returned(&showing(&twice, None), &BOTH).is_ok());
    for both in [[&certificate, &other], [&other, &certificate]] {
        let both = both.map(String::as_str);
        let error = AcuseError::KeyInfo(KeyInfoFault::SomebodyElse);
        assert_error(&showing(&x509_data(&both), None), &error, 23);
    }
}

/// Whatever the filter is written of, it removes nothing that was signed.
#[test]
fn the_filter_of_autofirma_is_taken_of_the_acuse_and_of_nothing_else() {
    let filter = xpath("not(ancestor-or-self::ds:Signature)");
    let good = client(&Style::default());
    let of_itself = good.replacen(
        "<ds:Reference URI=\"#KI\">",
        &format!("<ds:Reference URI=\"#KI\"><ds:Transforms>{filter}</ds:Transforms>"),
        1,
    );
    assert_ne!(of_itself, good);
    assert!(told(&with(&of_itself)).contains("«#KI» quitaría algo"));
    // Each of the elements of a long Object would be looked up among all others.
    let many = "<x></x>".repeat(5_000);
    let filtered = client(&Style::AUTOFIRMA);
    let long = filtered.replace(
        "</ds:Signature>",
        &format!("<ds:Object>{many}</ds:Object></ds:Signature>"),
    );
    assert_error(&with(&long), &AcuseError::Shape(ShapeError::XPathSize), 11);
    assert!(returned(&with(&filtered), &BOTH).is_ok());
    // What is not of acuses.
    let document = with(&filtered);
    let is_own = |der: &[u8]| der == Signer::service().certificate();
    let refused = inspect(document.as_bytes(), is_own, &Policy::wscn()).unwrap_err();
    assert!(
        matches!(refused, AcuseError::Shape(ShapeError::Algorithm(_))),
        "{refused:?}"
    );
}

/// What no signature covers is as much part of what is kept as the rest.
#[test]
fn what_is_not_the_document_given_out_and_the_client_s_signature_is_119() {
    let whole = cosigned();
    let root = |more: &str| whole.replace("<ProsaSignature ", &format!("<ProsaSignature {more} "));
    let seal = |from: &str, to: &str| whole.replacen(from, to, 1);
    for (document, fault) in [
        (format!("<!-- x -->{whole}"), FormFault::Comment),
        (format!("{whole}<!-- x -->"), FormFault::Comment),
        (
            whole.replace("</ProsaSignature>", "<!----></ProsaSignature>"),
            FormFault::Comment,
        ),
        (
            whole.replace("<VERSION_ACUSE>", "<VERSION_ACUSE><!-- x -->"),
            FormFault::Comment,
        ),
        (
            whole.replace("<ds:SignedInfo ", "<!-- x --><ds:SignedInfo "),
            FormFault::Comment,
        ),
        (root("nota=\"x\""), FormFault::Attributes),
        (root("xml:lang=\"es\""), FormFault::Attributes),
        (root("xmlns:n=\"urn:nota\""), FormFault::Attributes),
        (
            whole.replace("<ACUSE_FIRMA ", "<ACUSE_FIRMA xmlns:n=\"urn:nota\" "),
            FormFault::Attributes,
        ),
        (
            seal("</ds:Signature>", "<ds:Object>x</ds:Object></ds:Signature>"),
            FormFault::Seal,
        ),
        (seal("</ds:Signature>", "nota</ds:Signature>"), FormFault::Seal),
        (
            seal("<ds:Signature ", "<ds:Signature Id=\"nota\" "),
            FormFault::Seal,
        ),
        (
            seal("<ds:Signature ", "<ds:Signature xmlns:n=\"urn:nota\" "),
            FormFault::Seal,
        ),
        (
            seal("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>x</ds:KeyName>"),
            FormFault::Seal,
        ),
        (
            seal("<ds:SignatureValue>", "<ds:SignatureValue Id=\"nota\">"),
            FormFault::Seal,
        ),
    ] {
        assert_ne!(document, whole);
        assert_error(&document, &AcuseError::Form(fault), 119);
    }
    let instruction = AcuseError::Unreadable(ScreenError::ProcessingInstruction);
    for document in [
        whole.replace("</ProsaSignature>", "<?nota x?></ProsaSignature>"),
        format!("<?nota x?>{whole}"),
    ] {
        assert_error(&document, &instruction, 119);
    }
}

/// Toolkits gather at the root what signatures declare, and break lines between its children.
#[test]
fn what_toolkits_do_around_the_signatures_is_no_alteration() {
    let exclusive = with(&client(&Style::EXCLUSIVE));
    let dsig = "xmlns:dsig=\"http://www.w3.org/2000/09/xmldsig#\"";
    for document in [
        exclusive.replacen("</ds:Signature>", "\n</ds:Signature>\n", 1),
        exclusive.replace("<ProsaSignature ", &format!("<ProsaSignature {dsig} xmlns=\"\" ")),
    ] {
        assert_ne!(document, exclusive);
        let answer = returned(&document, &BOTH);
        assert!(answer.is_ok(), "{answer:?}");
    }
}

#[test]
fn an_acuse_that_was_encoded_twice_is_16_and_told_so() {
    let once = STANDARD.encode(cosigned());
    let lines = once.as_bytes().chunks(76).fold(String::new(), |all, line| {
        all + std::str::from_utf8(line).unwrap() + "\r\n"
    });
    for document in [
        STANDARD.encode(&once),
        lines,
        STANDARD.encode("\n<a/>"),
        STANDARD.encode("\u{feff}<a/>"),
        once,
    ] {
        assert_error(&document, &AcuseError::EncodedTwice, 16);
    }
    for document in ["hola", "QUJD", ""] {
        assert_ne!(
            returned(document, &BOTH),
            Err(AcuseError::EncodedTwice),
            "{document}"
        );
    }
}
