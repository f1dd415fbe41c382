//! What only one of the two signature engines would take is refused before both, for a listing as for a decision: nobody
//! can list without ever being able to decide, or have the engines disagree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::client::calls::AnswerError;
use notess::signature::SigningKey;
use openssl::sha::sha256;

use crate::common::caller::{Caller, code_of, payload_of};
use crate::common::headers::{piece, signed_anew};
use crate::common::wscn::signing_key;
use crate::common::{Backend, TestApp};

over_both_databases!(what_one_engine_alone_would_believe_neither_lists_nor_decides);

/// With an attribute of the Body in a namespace with an ampersand, which libxml2 writes otherwise.
fn with_an_ampersand(message: &str, key: &SigningKey) -> String {
    let body = piece(message, "<soap:Body", "</soap:Body>");
    let tag = piece(&body, "<soap:Body", ">");
    let odd = tag
        .replacen(" xmlns:soap", " xmlns:q=\"urn:a&amp;b\" xmlns:soap", 1)
        .replace('>', " q:a=\"\">");
    let odd_body = body.replacen(&tag, &odd, 1);
    let digest = |body: &str| STANDARD.encode(sha256(body.as_bytes()));
    let message = message
        .replacen(&body, &odd_body, 1)
        .replacen(&digest(&body), &digest(&odd_body), 1);
    signed_anew(&message, key)
}

/// Without the padding of its digests.
fn without_padding(message: &str, key: &SigningKey) -> String {
    signed_anew(&message.replace("=</ds:DigestValue>", "</ds:DigestValue>"), key)
}

/// Without the padding of its value.
fn with_a_bare_value(message: &str, _: &SigningKey) -> String {
    let value = piece(message, "<ds:SignatureValue>", "</ds:SignatureValue>");
    message.replacen(&value, &value.replace('=', ""), 1)
}

/// With a namespace that is no URI in a header block that nobody signed.
fn with_a_relative_namespace(message: &str, _: &SigningKey) -> String {
    message.replacen("<soap:Header>", "<soap:Header><x xmlns=\"relativo\"/>", 1)
}

/// What is made of a signed message, with its signer's key.
type Oddity = fn(&str, &SigningKey) -> String;

fn what_one_engine_alone_would_believe_neither_lists_nor_decides(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let key = signing_key(titular);
    let oddities: [Oddity; 4] = [
        with_an_ampersand,
        without_padding,
        with_a_bare_value,
        with_a_relative_namespace,
    ];
    let send = |caller: &Caller, payload: &str, odd: Oddity| {
        let signed = caller.connection.sign(&payload_of(payload)).unwrap();
        let signed = String::from_utf8(signed).unwrap();
        let message = odd(&signed, &key);
        assert_ne!(message, signed);
        caller
            .connection
            .send(message.as_bytes())
            .map_err(AnswerError::from)
    };
    let rows = app.journal_rows();
    for odd in oddities {
        for (operation, rest) in [
            ("consultarNotificaciones", String::new()),
            ("firmarNotificaciones", decision(&app, of.pendientes[0])),
            ("rechazarNotificaciones", decision(&app, of.pendientes[0])),
        ] {
            let payload = format!(
                "<{operation} xmlns=\"urn:notess:canal:1\"><poderdante>{}</poderdante>{rest}</{operation}>",
                of.nif
            );
            assert_eq!(
                code_of(send(&caller, &payload, odd)),
                "FIRMA_MAL_FORMADA",
                "{operation}"
            );
        }
    }
    assert_eq!(app.journal_rows(), rows, "nobody is known to have sent them");
    assert!(caller.pending(&of.nif, None).contains(&of.pendientes[0]));
    let accepted = caller.accept(&of.nif, &of.pendientes[..1]).unwrap();
    assert!(!accepted[0].repetida);
}

fn decision(app: &TestApp, codigo: i32) -> String {
    let advertencia = &app.scenario().advertencia;
    format!("<advertencia>{advertencia}</advertencia><codigo>{codigo}</codigo>")
}
