//! What is left of each act: the evidence as received, and a row in a chain that holds.

use notess::client::calls;
use notess::domain::notificacion::Huella;
use notess::store::{StoreError, octets};
use openssl::sha::sha256;

use crate::common::caller::{code_of, payload_of};
use crate::common::{Backend, TestApp};

over_both_databases!(
    the_evidence_is_the_request_byte_for_byte,
    each_act_and_each_refusal_leaves_one_row_and_a_listing_none,
    the_chain_holds_after_a_day_of_work,
);

fn the_evidence_is_the_request_byte_for_byte(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let caller = app.as_(titular);
    let question = format!(
        "<firmarNotificaciones xmlns=\"urn:notess:canal:1\"><poderdante>{}</poderdante><advertencia>{}</advertencia>\
         <codigo>{}</codigo></firmarNotificaciones>",
        of.nif,
        app.scenario().advertencia,
        of.pendientes[0]
    );
    let message = caller.connection.sign(&payload_of(&question)).unwrap();
    caller.connection.send(&message).unwrap();
    let kept = app
        .store()
        .read::<_, StoreError, _>(|conn| octets::evidencia(conn, Huella(sha256(&message))))
        .unwrap();
    assert_eq!(kept, Some(message));
}

fn each_act_and_each_refusal_leaves_one_row_and_a_listing_none(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let mut rows = app.journal_rows();
    let mut leaves = |what: &str, expected: u64| {
        let now = app.journal_rows();
        assert_eq!(now - rows, expected, "{what}");
        rows = now;
    };
    caller.pending(&of.nif, None);
    calls::poderdantes(&caller.connection).unwrap();
    leaves("listings", 0);
    caller.accept(&of.nif, &of.pendientes[..3]).unwrap();
    leaves("an acceptance of three", 1);
    caller.accept(&of.nif, &of.pendientes[..1]).unwrap();
    leaves("a repetition", 1);
    calls::documento(&caller.connection, &of.nif, of.pendientes[0]).unwrap();
    leaves("a document", 1);
    calls::acuse(&caller.connection, &of.nif, of.pendientes[0]).unwrap();
    leaves("an acuse", 1);
    assert_eq!(code_of(caller.accept("12345678Z", &[1])), "SIN_REPRESENTACION");
    leaves("a refusal", 1);
}

fn the_chain_holds_after_a_day_of_work(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    for rol in 1..=3 {
        let of = titular.by_role(rol);
        let caller = app.as_(titular);
        for codes in of.pendientes.chunks(7).take(4) {
            caller.accept(&of.nif, codes).unwrap();
        }
    }
    assert!(app.journal_rows() >= 12);
}
