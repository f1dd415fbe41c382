//! Acuses that come back late, twice, altered, or signed by somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use notess::config::{Entorno, Settings};
use notess::contract::wscn;

use crate::common::issue::of_the_service;
use crate::common::wscn::{Answer, DS, ENVELOPED, INCLUSIVE, by, data_of, member};
use crate::common::{Backend, TestApp};

const XPATH: &str = "http://www.w3.org/TR/1999/REC-xpath-19991116";

over_both_databases!(
    only_the_last_acuse_of_its_signer_decides,
    the_same_octets_again_give_the_same_answer_and_change_nothing,
    an_acuse_that_is_not_as_it_must_be_has_its_own_code,
    what_is_wrong_with_an_acuse_is_told_by_its_name,
    an_acuse_through_the_filter_of_autofirma_decides,
    an_acuse_of_another_environment_is_told_so,
    an_acuse_decides_though_the_service_signs_with_another_key_by_then,
    an_acuse_of_another_signer_is_refused,
    an_acuse_by_a_certificate_that_is_not_taken_is_refused,
);

fn only_the_last_acuse_of_its_signer_decides(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(2);
    let codigo = of.pendientes[0];
    let acceptance = program.acuse(2, &of.nif, codigo, true);
    let rejection = program.acuse(2, &of.nif, codigo, false);
    let refused = program.submit(2, &of.nif, &program.cosign(&acceptance));
    assert_eq!(refused.codigo(), 119, "D-14");
    assert_eq!(refused.text_of("codigoNotificacion"), Some(codigo.to_string()));
    let listed = program.list(2, &of.nif, [0, codigo, 0]);
    assert_eq!(listed.listed("notificacionesAutorizadoRED")[0], (codigo, 1));
    assert_eq!(
        program.submit(2, &of.nif, &program.cosign(&rejection)).codigo(),
        0
    );
}

fn the_same_octets_again_give_the_same_answer_and_change_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    for (rol, accepted) in [(1, 135), (2, 138), (3, 141)] {
        let of = titular.by_role(rol);
        let acuse = program.acuse(rol, &of.nif, of.pendientes[0], true);
        let signed = program.cosign(&acuse);
        let first = program.submit(rol, &of.nif, &signed);
        assert_eq!(first.codigo(), 0, "{first:?}");
        let again = program.submit(rol, &of.nif, &signed);
        assert_eq!(again.anonymous(), first.anonymous(), "D-17");
        let other = signed.replace("</ProsaSignature>", "\n</ProsaSignature>");
        assert_eq!(program.submit(rol, &of.nif, &other).codigo(), accepted, "D-17");
    }
}

fn an_acuse_that_is_not_as_it_must_be_has_its_own_code(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    let acuse = program.acuse(1, &of.nif, codigo, true);
    let signed = program.cosign(&acuse);
    let data = data_of(&acuse);
    let seal = &acuse[acuse.find("<ds:Signature").unwrap()..acuse.find("</ProsaSignature>").unwrap()];
    let own = program.signature_of(data);
    let altered = data.replace("ACEPTACION", "RECHAZO");
    let broken = own.replace("<ds:SignatureValue>", "<ds:SignatureValue>AAAA");
    let cases = [
        (
            own.replace("sha256\"></ds:DigestMethod>", "nada\"></ds:DigestMethod>"),
            11,
        ),
        (own.replace("#ProsaData", "#OtraCosa"), 23),
        (program.signature_of(&altered), 22),
        (format!("{own}{own}"), 15),
        (seal.to_owned(), 21),
        (String::new(), 20),
        (format!("<mas></mas>{own}"), 119),
    ];
    for (signature, expected) in &cases {
        let document = acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"));
        let answer = program.submit(1, &of.nif, &document);
        assert_eq!((answer.status, answer.codigo()), (200, *expected), "{answer:?}");
        assert_eq!(answer.text_of("codigoNotificacion"), Some(codigo.to_string()));
    }
    let documents = [
        (signed.replace(seal, ""), 13),
        (signed.replace(data, &altered), 14),
        (
            acuse.replace("</ProsaSignature>", &format!("{broken}</ProsaSignature>")),
            22,
        ),
        ("<otro/>".to_owned(), 119),
        ("esto no es XML".to_owned(), 119),
        (format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{signed}"), 16),
    ];
    for (document, expected) in &documents {
        let answer = program.submit(1, &of.nif, document);
        assert_eq!((answer.status, answer.codigo()), (200, *expected), "{answer:?}");
    }
    let encoding = by(1, &of.nif) + &member("xmlAcuseFirmado", "¡!");
    assert_eq!(program.ask("enviarAcuseNotificacion", &encoding).codigo(), 16);
    assert_eq!(
        program.submit(1, &of.nif, &signed).codigo(),
        0,
        "the good one still decides"
    );
}

fn told(answer: &Answer, codigo: i32, word: &str) {
    assert_eq!((answer.status, answer.codigo()), (200, codigo), "{answer:?}");
    let text = answer.text_of("descripcion").unwrap();
    assert!(text.contains(word), "{word}: {text}");
}

fn what_is_wrong_with_an_acuse_is_told_by_its_name(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let own = program.signature_of(data_of(&acuse));
    let with = |signature: &str| acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"));
    let x509_data = &own[own.find("<ds:X509Data>").unwrap()..own.find("</ds:KeyInfo>").unwrap()];
    let retrieval = "<ds:RetrievalMethod URI=\"http://example.org/c\"></ds:RetrievalMethod>";
    let filter = format!("<ds:Transform Algorithm=\"{XPATH}\"><ds:XPath>true()</ds:XPath></ds:Transform>");
    let good = with(&own);
    for (document, codigo, word) in [
        (
            good.replace("<ds:KeyInfo>", "<!-- x --><ds:KeyInfo>"),
            119,
            "comentario",
        ),
        (format!("{good}<?x y?>"), 119, "instrucciones de proceso"),
        (
            good.replace("<ProsaSignature ", "<ProsaSignature nota=\"x\" "),
            119,
            "atributos",
        ),
        (with(&own.replace(x509_data, retrieval)), 23, "RetrievalMethod"),
        (with(&own.replace(x509_data, "")), 23, "X509Certificate"),
        (
            with(&own.replace(
                "xmlenc#sha256\"></ds:DigestMethod>",
                "xmldsig#sha1\"></ds:DigestMethod>",
            )),
            11,
            "http://www.w3.org/2001/04/xmlenc#sha256",
        ),
        (
            with(&program.signature_through(data_of(&acuse), &filter)),
            11,
            "«true()»: sólo not(ancestor-or-self::ds:Signature)",
        ),
    ] {
        told(&program.submit(1, &of.nif, &document), codigo, word);
    }
    let once = STANDARD.encode(&good);
    told(&program.submit(1, &of.nif, &once), 16, "más de una vez");
    let inside = program.submit_encoded(1, &of.nif, &data_of(&acuse).replace("Id=", "x="));
    told(&inside, 133, "elementos");
    assert_eq!(program.submit(1, &of.nif, &good).codigo(), 0);
}

fn an_acuse_through_the_filter_of_autofirma_decides(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let transform = |uri: &str| format!("<ds:Transform Algorithm=\"{uri}\"></ds:Transform>");
    let filter = |expression: &str| {
        format!("<ds:Transform Algorithm=\"{XPATH}\"><ds:XPath>{expression}</ds:XPath></ds:Transform>")
    };
    let (enveloped, inclusive) = (transform(ENVELOPED), transform(INCLUSIVE));
    let expression = "not(ancestor-or-self::ds:Signature)";
    let bound = filter("not(ancestor-or-self::d:Signature)")
        .replace("<ds:XPath>", &format!("<ds:XPath xmlns:d=\"{DS}\">"));
    let shapes = [
        format!("{enveloped}{inclusive}{}", filter(expression)),
        format!("{enveloped}{}{inclusive}", filter(&format!("\n  {expression}\n"))),
        format!("{enveloped}{bound}"),
    ];
    for (codigo, transforms) in of.pendientes.iter().zip(shapes) {
        let acuse = program.acuse(1, &of.nif, *codigo, true);
        let signature = program.signature_through(data_of(&acuse), &transforms);
        let signed = acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"));
        let answer = program.submit(1, &of.nif, &signed);
        assert_eq!(
            (answer.status, answer.codigo()),
            (200, 0),
            "{transforms}: {answer:?}"
        );
    }
}

fn an_acuse_decides_though_the_service_signs_with_another_key_by_then(backend: Backend) {
    let folder = tempfile::tempdir().unwrap();
    let signing_with_another = |settings: &mut Settings| {
        let (certificate, key) = of_the_service(-1, 60);
        settings.firma.certificado = folder.path().join("firma.crt");
        settings.firma.clave = folder.path().join("firma.key");
        std::fs::write(&settings.firma.certificado, certificate.to_pem().unwrap()).unwrap();
        std::fs::write(&settings.firma.clave, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    };
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let signed: Vec<String> = of.pendientes[..3]
        .iter()
        .map(|codigo| {
            let program = app.wscn_as(titular);
            program.cosign(&program.acuse(1, &of.nif, *codigo, true))
        })
        .collect();

    let app = app.restarted_with(signing_with_another);
    let program = app.wscn_as(titular);
    let answer = program.submit(1, &of.nif, &signed[0]);
    assert_eq!((answer.status, answer.codigo()), (200, 0), "{answer:?}");
    let altered = signed[1].replace("ACEPTACION", "RECHAZO");
    assert_eq!(program.submit(1, &of.nif, &altered).codigo(), 14);
    // One that was asked for anew is given out under the new certificate, and takes the place of the former.
    let newer = program.acuse(1, &of.nif, of.pendientes[1], true);
    assert_eq!(program.submit(1, &of.nif, &signed[1]).codigo(), 119);
    assert_eq!(program.submit(1, &of.nif, &program.cosign(&newer)).codigo(), 0);

    let app = app.restarted_with(signing_with_another);
    let program = app.wscn_as(titular);
    assert_eq!(program.submit(1, &of.nif, &signed[2]).codigo(), 0, "two changes");
    assert_eq!(program.submit(1, &of.nif, &signed[0]).codigo(), 0, "D-17");
    // A service that never gave anything out under that certificate.
    let stranger = TestApp::start_with(backend, |settings| {
        let (certificate, key) = of_the_service(-1, 60);
        settings.firma.certificado = folder.path().join("otra.crt");
        settings.firma.clave = folder.path().join("otra.key");
        std::fs::write(&settings.firma.certificado, certificate.to_pem().unwrap()).unwrap();
        std::fs::write(&settings.firma.clave, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    });
    let answer = stranger.wscn_as(titular).submit(1, &of.nif, &signed[2]);
    told(&answer, 13, "solicite otro");
}

/// Both services have one key, so that the seal is good in both.
fn an_acuse_of_another_environment_is_told_so(backend: Backend) {
    let pruebas = TestApp::start(backend);
    let produccion = TestApp::start_with(backend, |settings| settings.entorno = Entorno::Produccion);
    let titular = pruebas.scenario().all_roles();
    let of = titular.by_role(1);
    let program = pruebas.wscn_as(titular);
    let mut there = produccion.wscn_as(titular);
    there.entorno = wscn::Entorno::Produccion;
    let codigo = of.pendientes[0];
    let acuse = program.acuse(1, &of.nif, codigo, true);
    assert!(acuse.contains("<CODIGO>ADV-2026-1-PRUEBAS</CODIGO>"), "{acuse}");
    let signed = program.cosign(&acuse);
    told(&there.submit(1, &of.nif, &signed), 119, "otro entorno");
    // Also where one was given out there for the same.
    let other = there.acuse(1, &of.nif, codigo, true);
    told(&there.submit(1, &of.nif, &signed), 119, "otro entorno");
    // A seal that is not known there.
    let (head, rest) = signed.split_once("<ds:Signature ").unwrap();
    let (_, tail) = rest.split_once("</ds:Signature>").unwrap();
    told(
        &there.submit(1, &of.nif, &format!("{head}{tail}")),
        13,
        "otro entorno",
    );
    assert_eq!(program.submit(1, &of.nif, &signed).codigo(), 0);
    assert_eq!(there.submit(1, &of.nif, &there.cosign(&other)).codigo(), 0);
}

fn an_acuse_of_another_signer_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    let good = |t: &&crate::common::Titular| t.estado_certificado == "vigente" && t.nif != titular.nif;
    let other = app.scenario().titulares.iter().find(good).unwrap();
    let signed = app.wscn_as(other).cosign(&acuse);
    assert_eq!(program.submit(1, &of.nif, &signed).codigo(), 24);
}

fn an_acuse_by_a_certificate_that_is_not_taken_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let acuse = program.acuse(1, &of.nif, of.pendientes[0], true);
    for state in ["caducado", "revocado", "no_admitido"] {
        let bad = app.wscn_as(app.scenario().with_certificate(state));
        let answer = program.submit(1, &of.nif, &bad.cosign(&acuse));
        assert_eq!((answer.status, answer.codigo()), (200, 23), "{state}: {answer:?}");
    }
}
