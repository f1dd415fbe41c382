//! What somebody altered in the database is neither sealed nor served: the service puts its name to nothing that its journal
//! does not say.

use notess::client::calls;

use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};

over_both_databases!(
    an_altered_acuse_is_neither_sealed_nor_repeated_nor_its_document_given,
    an_altered_state_gives_no_document_in_either_contract,
);

const REFUSED: &str = "SERVICIO_NO_DISPONIBLE";

fn an_altered_acuse_is_neither_sealed_nor_repeated_nor_its_document_given(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let [altered, other] = of.pendientes[..2] else {
        panic!()
    };
    caller.accept(&of.nif, &[altered, other]).unwrap();
    // An acceptance becomes a rejection.
    app.tamper(
        "acuses",
        &format!("update acuses set sentido = 'rechazo' where codigo = {altered}"),
    );
    let set = format!("update notificaciones set estado = 3 where codigo = {altered}");
    app.tamper("notificaciones", &set);
    assert_eq!(
        code_of(calls::acuse(&caller.connection, &of.nif, altered)),
        REFUSED
    );
    assert_eq!(code_of(caller.reject(&of.nif, &[altered])), REFUSED);
    // It stays where it was for what was not altered.
    calls::acuse(&caller.connection, &of.nif, other).unwrap();
    calls::documento(&caller.connection, &of.nif, other).unwrap();
    assert!(caller.accept(&of.nif, &[other]).unwrap()[0].repetida);
}

fn an_altered_state_gives_no_document_in_either_contract(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let (caller, program) = (app.as_(titular), app.wscn_as(titular));
    let [rejected, pending] = of.pendientes[..2] else {
        panic!()
    };
    caller.reject(&of.nif, &[rejected]).unwrap();
    let accepted = |codigo| {
        format!(
            "update notificaciones set estado = 2, decidida = puesta_a_disposicion where codigo = {codigo}"
        )
    };
    app.tamper("notificaciones", &accepted(rejected));
    app.tamper("notificaciones", &accepted(pending));
    for codigo in [rejected, pending] {
        let asked = calls::documento(&caller.connection, &of.nif, codigo);
        assert_eq!(code_of(asked), REFUSED);
        let seen = program.view(1, &of.nif, codigo);
        assert_eq!(
            (seen.status, seen.octets("pdfNotificacion")),
            (500, None),
            "{seen:?}"
        );
    }
}
