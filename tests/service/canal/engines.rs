//! Where the two signature engines disagree, nothing is decided.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::cli::cliente::calls::AnswerError;
use notess::signature::SigningKey;
use openssl::sha::sha256;

use crate::common::caller::{Caller, code_of, payload_of};
use crate::common::wscn::signing_key;
use crate::common::{Backend, TestApp};

over_both_databases!(what_one_engine_alone_believes_is_listed_but_decides_nothing);

/// Signs a message anew whose Body has an attribute in a namespace with an ampersand. Its canonical form has the
/// reference `&amp;`; libxml2 writes another one, so that libxmlsec1 finds the digest wrong.
fn with_an_ampersand(signed: &[u8], key: &SigningKey) -> Vec<u8> {
    let mut message = String::from_utf8(signed.to_vec()).unwrap();
    let piece = |text: &str, from: &str, to: &str| {
        let start = text.find(from).unwrap();
        let end = start + text[start..].find(to).unwrap() + to.len();
        text[start..end].to_owned()
    };
    let body = piece(&message, "<soap:Body", "</soap:Body>");
    let tag = piece(&body, "<soap:Body", ">");
    let odd = tag
        .replacen(" xmlns:soap", " xmlns:q=\"urn:a&amp;b\" xmlns:soap", 1)
        .replace('>', " q:a=\"\">");
    let odd_body = body.replacen(&tag, &odd, 1);
    let digest = |body: &str| STANDARD.encode(sha256(body.as_bytes()));
    message = message
        .replacen(&body, &odd_body, 1)
        .replacen(&digest(&body), &digest(&odd_body), 1);
    let info = piece(&message, "<ds:SignedInfo", "</ds:SignedInfo>");
    let value = piece(&message, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let new = STANDARD.encode(key.sign_octets(info.as_bytes()).unwrap());
    message
        .replacen(
            &value,
            &format!("<ds:SignatureValue>{new}</ds:SignatureValue>"),
            1,
        )
        .into_bytes()
}

fn what_one_engine_alone_believes_is_listed_but_decides_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let key = signing_key(titular);
    let send = |caller: &Caller, payload: &str| {
        let signed = caller.connection.sign(&payload_of(payload)).unwrap();
        let odd = with_an_ampersand(&signed, &key);
        caller.connection.send(&odd).map_err(AnswerError::from)
    };
    let listing = format!(
        "<consultarNotificaciones xmlns=\"urn:notess:canal:1\"><poderdante>{}</poderdante></consultarNotificaciones>",
        of.nif
    );
    let listed = String::from_utf8(send(&caller, &listing).unwrap()).unwrap();
    assert!(listed.contains("<hayMas>"), "{listed}");

    let rows = app.journal_rows();
    for operation in ["firmarNotificaciones", "rechazarNotificaciones"] {
        let decision = format!(
            "<{operation} xmlns=\"urn:notess:canal:1\"><poderdante>{}</poderdante><advertencia>{}</advertencia>\
             <codigo>{}</codigo></{operation}>",
            of.nif,
            app.scenario().advertencia,
            of.pendientes[0]
        );
        assert_eq!(code_of(send(&caller, &decision)), "FIRMA_MAL_FORMADA");
    }
    assert_eq!(app.journal_rows() - rows, 2, "a row for each refusal");
    assert!(caller.pending(&of.nif, None).contains(&of.pendientes[0]));
    let accepted = caller.accept(&of.nif, &of.pendientes[..1]).unwrap();
    assert!(!accepted[0].repetida);
}
