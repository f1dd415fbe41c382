//! Ask for an acuse, sign it, return it, see the document: in each role, and as contract canal sees it.

use notess::client::calls;
use notess::config;
use notess::contract::wscn::Entorno;
use notess::domain::rol::Rol;

use crate::common::caller::only_error;
use crate::common::{Backend, TestApp};

over_both_databases!(
    what_is_accepted_in_each_role_gives_its_document_at_once_and_later,
    what_is_rejected_gives_nothing_to_anybody,
    an_acuse_asked_for_decides_nothing_and_shows_in_the_listing,
    a_decision_is_seen_through_the_other_contract_at_once,
    production_stamps_the_acuse_too,
    each_act_leaves_one_row_and_a_listing_none,
);

fn what_is_accepted_in_each_role_gives_its_document_at_once_and_later(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    for rol in 1..=3 {
        let of = titular.by_role(rol);
        let codigo = of.pendientes[0];
        let accepted = program.decide(rol, &of.nif, codigo, true);
        assert_eq!((accepted.status, accepted.codigo()), (200, 0), "{accepted:?}");
        assert_eq!(
            accepted.text_of("codigoNotificacion"),
            Some(codigo.to_string()),
            "clients key their databases on it"
        );
        let document = accepted.octets("pdfNotificacion").unwrap();
        assert!(document.starts_with(b"%PDF-"));
        assert_eq!(accepted.text_of("selladoTiempo").unwrap().len(), 19);
        assert_eq!(accepted.text_of("selladoTiempoAcuse"), None);

        let seen = program.view(rol, &of.nif, codigo);
        assert_eq!(seen.codigo(), 0);
        assert_eq!(seen.octets("pdfNotificacion"), Some(document), "D-15");
        assert_eq!(seen.text_of("selladoTiempo"), accepted.text_of("selladoTiempo"));
    }
}

fn what_is_rejected_gives_nothing_to_anybody(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(2);
    let codigo = of.pendientes[0];
    let rejected = program.decide(2, &of.nif, codigo, false);
    assert_eq!((rejected.status, rejected.codigo()), (200, 0), "{rejected:?}");
    assert_eq!(rejected.text_of("pdfNotificacion"), None, "D-7");
    assert!(rejected.text_of("selladoTiempo").is_some());
    assert_eq!(program.view(2, &of.nif, codigo).codigo(), 27);
}

fn an_acuse_asked_for_decides_nothing_and_shows_in_the_listing(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    let state = || {
        let listed = program
            .list(1, &of.nif, [codigo, 0, 0])
            .listed("notificacionesPropias");
        listed.first().copied()
    };
    program.acuse(1, &of.nif, codigo, true);
    assert_eq!(state(), Some((codigo, 1)), "D-13");
    program.decide(1, &of.nif, codigo, false);
    assert_eq!(state(), Some((codigo, 3)));
}

fn a_decision_is_seen_through_the_other_contract_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let (program, caller) = (app.wscn_as(titular), app.as_(titular));
    let of = titular.by_role(3);
    let [first, second] = [of.pendientes[0], of.pendientes[1]];

    let accepted = program.decide(3, &of.nif, first, true);
    assert!(!caller.pending(&of.nif, Some(Rol::Apoderado)).contains(&first));
    let document = calls::documento(&caller.connection, &of.nif, first).unwrap();
    assert_eq!(accepted.octets("pdfNotificacion"), Some(document));
    assert!(calls::acuse(&caller.connection, &of.nif, first).is_ok());
    let crossed = caller.reject(&of.nif, &[first]).unwrap();
    assert_eq!(only_error(&crossed), "YA_ACEPTADA");

    let acuse = program.acuse(3, &of.nif, second, true);
    assert!(caller.reject(&of.nif, &[second]).unwrap()[0].acuse.is_some());
    let late = program.submit(3, &of.nif, &program.cosign(&acuse));
    assert_eq!(late.codigo(), 142, "who comes first decides");
    assert_eq!(program.request(3, &of.nif, second, true).codigo(), 142);
    assert_eq!(program.view(3, &of.nif, second).codigo(), 27);
}

fn production_stamps_the_acuse_too(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.entorno = config::Entorno::Produccion);
    let titular = app.scenario().all_roles();
    let mut program = app.wscn_as(titular);
    program.entorno = Entorno::Produccion;
    let of = titular.by_role(1);
    let accepted = program.decide(1, &of.nif, of.pendientes[0], true);
    assert_eq!(accepted.codigo(), 0, "{accepted:?}");
    assert!(
        accepted
            .text
            .contains("<ns2:enviarAcuseNotificacionResponse xmlns:ns2=\"http://ws.wscn.infra.gi.org/\">")
    );
    assert_eq!(
        accepted.text_of("selladoTiempoAcuse"),
        accepted.text_of("selladoTiempo")
    );
}

fn each_act_leaves_one_row_and_a_listing_none(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    let mut rows = app.journal_rows();
    let mut leaves = |what: &str, expected: u64| {
        let now = app.journal_rows();
        assert_eq!(now - rows, expected, "{what}");
        rows = now;
    };
    program.poderdantes();
    program.list(0, &of.nif, [0; 3]);
    leaves("listings", 0);
    let acuse = program.acuse(1, &of.nif, codigo, true);
    leaves("an acuse given out", 1);
    program.submit(1, &of.nif, &acuse);
    leaves("an acuse without the client's signature", 1);
    program.submit(1, &of.nif, &program.cosign(&acuse));
    leaves("a decision", 1);
    program.view(1, &of.nif, codigo);
    leaves("a document", 1);
    program.view(1, "", codigo);
    leaves("a request that cannot be carried out", 1);
    program.ask("borrarNotificacion", "");
    leaves("an operation that there is not", 1);
    program.send(b"<no/>");
    leaves("somebody not identified", 0);
}
