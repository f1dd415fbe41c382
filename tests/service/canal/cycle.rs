//! List, accept, reject, get: what a gestoría does all day, in each role.

use notess::client::calls;
use notess::config::Entorno;
use notess::domain::notificacion::Huella;
use notess::domain::rol::Rol;
use openssl::sha::sha256;

use crate::common::caller::{code_of, only_error, payload_of};
use crate::common::{Backend, TestApp};

over_both_databases!(
    what_is_accepted_in_each_role_gives_its_document_and_acuse,
    what_is_rejected_gives_nothing_to_anybody,
    deciding_again_gives_the_same_acuse_and_the_contrary_is_refused,
    each_code_of_a_batch_succeeds_or_fails_on_its_own,
    a_thousand_are_accepted_in_one_request,
    out_of_term_nothing_can_be_decided_and_the_listing_says_so_at_once,
    who_does_not_represent_gets_no_hint_of_what_exists,
    a_stale_warning_is_refused,
    an_act_signed_for_one_service_is_refused_by_another,
    each_service_publishes_its_own_warning,
    nothing_is_given_before_a_decision,
);

fn what_is_accepted_in_each_role_gives_its_document_and_acuse(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    for rol in 1..=3 {
        let of = titular.by_role(rol);
        let codigo = of.pendientes[0];
        assert!(
            caller
                .pending(&of.nif, Rol::from_number(rol.into()))
                .contains(&codigo)
        );
        let results = caller.accept(&of.nif, &[codigo]).unwrap();
        let acuse = results[0].acuse.as_ref().unwrap();
        assert!(!results[0].repetida);
        let document = calls::documento(&caller.connection, &of.nif, codigo).unwrap();
        assert!(document.starts_with(b"%PDF-"));
        let huella = Huella(sha256(&document)).to_string();
        assert_eq!(acuse.huella, huella, "D-109");
        let signed = String::from_utf8(calls::acuse(&caller.connection, &of.nif, codigo).unwrap()).unwrap();
        for part in [
            acuse.identificador.as_str(),
            huella.as_str(),
            &codigo.to_string(),
            of.nif.as_str(),
        ] {
            assert!(signed.contains(part), "{part} not in {signed}");
        }
        assert!(!caller.pending(&of.nif, None).contains(&codigo));
    }
}

fn what_is_rejected_gives_nothing_to_anybody(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let caller = app.as_(titular);
    let codigo = of.pendientes[0];
    assert!(caller.reject(&of.nif, &[codigo]).unwrap()[0].acuse.is_some());
    assert_eq!(
        code_of(calls::documento(&caller.connection, &of.nif, codigo)),
        "YA_RECHAZADA",
        "D-7"
    );
    assert!(calls::acuse(&caller.connection, &of.nif, codigo).is_ok());
}

fn deciding_again_gives_the_same_acuse_and_the_contrary_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let codigo = of.pendientes[0];
    let first = caller.accept(&of.nif, &[codigo]).unwrap();
    let again = caller.accept(&of.nif, &[codigo, codigo]).unwrap();
    assert_eq!(again.len(), 1, "a code named twice is served once");
    assert!(again[0].repetida);
    assert_eq!(again[0].acuse, first[0].acuse);
    assert_eq!(
        only_error(&caller.reject(&of.nif, &[codigo]).unwrap()),
        "YA_ACEPTADA"
    );
}

fn each_code_of_a_batch_succeeds_or_fails_on_its_own(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let caller = app.as_(titular);
    caller.reject(&of.nif, &[of.pendientes[1]]).unwrap();
    let batch = [of.pendientes[0], of.pendientes[1], i32::MAX, of.pendientes[2]];
    let results = caller.accept(&of.nif, &batch).unwrap();
    assert_eq!(results.iter().map(|r| r.codigo).collect::<Vec<_>>(), batch);
    let errors: Vec<Option<&str>> = results
        .iter()
        .map(|r| r.error.as_ref().map(|error| error.codigo.as_str()))
        .collect();
    assert_eq!(
        errors,
        [None, Some("YA_RECHAZADA"), Some("NOTIFICACION_DESCONOCIDA"), None]
    );
}

fn a_thousand_are_accepted_in_one_request(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let caller = app.as_(titular);
    let mut batch = of.pendientes.clone();
    batch.extend((1..).take(1000 - batch.len()));
    let results = caller.accept(&of.nif, &batch).unwrap();
    assert_eq!(results.len(), 1000);
    assert!(
        results[..of.pendientes.len()]
            .iter()
            .all(|one| one.acuse.is_some())
    );
    batch.push(1_999_999);
    assert_eq!(code_of(caller.accept(&of.nif, &batch)), "DEMASIADOS_CODIGOS");
}

fn out_of_term_nothing_can_be_decided_and_the_listing_says_so_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    app.move_clock(chrono::TimeDelta::days(11));
    let caller = app.as_(titular);
    assert!(caller.pending(&of.nif, None).is_empty(), "D-24");
    let codigo = of.pendientes[0];
    assert_eq!(
        only_error(&caller.accept(&of.nif, &[codigo]).unwrap()),
        "CADUCADA"
    );
    assert_eq!(
        only_error(&caller.reject(&of.nif, &[codigo]).unwrap()),
        "CADUCADA"
    );
    assert_eq!(
        code_of(calls::documento(&caller.connection, &of.nif, codigo)),
        "CADUCADA"
    );
    let listed = caller.list(crate::common::caller::listing(&of.nif));
    assert_eq!(
        listed.iter().find(|n| n.codigo == codigo).map(|n| n.estado),
        Some(4)
    );
}

fn who_does_not_represent_gets_no_hint_of_what_exists(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let stranger = app
        .scenario()
        .titulares
        .iter()
        .find(|t| t.estado_certificado == "vigente" && t.poderdantes.iter().all(|p| p.nif != of.nif))
        .unwrap();
    let caller = app.as_(stranger);
    assert_eq!(
        code_of(caller.accept(&of.nif, &[of.pendientes[0]])),
        "SIN_REPRESENTACION"
    );
    assert_eq!(
        code_of(calls::documento(&caller.connection, &of.nif, of.pendientes[0])),
        "SIN_REPRESENTACION"
    );
    // One's own poderdante with somebody else's code: as if it did not exist (D-79, D-117).
    let own = stranger.by_role(1);
    let theirs = caller.accept(&own.nif, &[of.pendientes[0]]).unwrap();
    let none = caller.accept(&own.nif, &[i32::MAX]).unwrap();
    assert_eq!(only_error(&theirs), "NOTIFICACION_DESCONOCIDA");
    assert_eq!(theirs[0].error, none[0].error);
}

fn a_stale_warning_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let mut decision = caller.decision(
        notess::domain::notificacion::Sentido::Aceptacion,
        &of.nif,
        &of.pendientes[..1],
    );
    "ADV-1999-1".clone_into(&mut decision.advertencia);
    assert_eq!(
        code_of(calls::decide(&caller.connection, decision)),
        "ADVERTENCIA_NO_VIGENTE",
        "D-4"
    );
    assert!(caller.pending(&of.nif, None).contains(&of.pendientes[0]));
}

fn an_act_signed_for_one_service_is_refused_by_another(backend: Backend) {
    let pruebas = TestApp::start(backend);
    let produccion = TestApp::start_with(backend, |settings| settings.entorno = Entorno::Produccion);
    let named = TestApp::start_with(backend, |settings| {
        settings.instalacion = Some("sede2".to_owned());
    });
    let titular = pruebas.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = pruebas.as_(titular);
    for (operation, codigo) in ["firmarNotificaciones", "rechazarNotificaciones"]
        .iter()
        .zip(&of.pendientes)
    {
        let payload = format!(
            "<{operation} xmlns=\"urn:notess:canal:1\"><poderdante>{}</poderdante><advertencia>{}</advertencia>\
             <codigo>{codigo}</codigo></{operation}>",
            of.nif,
            pruebas.scenario().advertencia,
        );
        let message = caller.connection.sign(&payload_of(&payload)).unwrap();
        for elsewhere in [&produccion, &named] {
            let (status, body) = elsewhere.post("/canal/v1", "text/xml; charset=utf-8", &message);
            assert_eq!(status, 500);
            assert!(
                body.contains("ADVERTENCIA_NO_VIGENTE") && body.contains("otro entorno"),
                "{body}"
            );
            let pending = elsewhere.as_(titular).pending(&of.nif, None);
            assert!(pending.contains(codigo));
        }
        let (status, body) = pruebas.post("/canal/v1", "text/xml; charset=utf-8", &message);
        assert!(status == 200 && body.contains("<repetida>false"), "{body}");
    }
}

fn each_service_publishes_its_own_warning(backend: Backend) {
    for (entorno, instalacion, code) in [
        (Entorno::Pruebas, None, "ADV-2026-1-PRUEBAS"),
        (Entorno::Produccion, None, "ADV-2026-1-PRODUCCION"),
        (Entorno::Produccion, Some("sede2"), "ADV-2026-1-PRODUCCION-SEDE2"),
    ] {
        let app = TestApp::start_with(backend, |settings| {
            settings.entorno = entorno;
            settings.instalacion = instalacion.map(str::to_owned);
        });
        let (_, wsdl) = app.get("/canal/v1?wsdl");
        assert!(wsdl.contains(&format!("{code}: «")), "{code}");
        let titular = app.scenario().all_roles();
        let caller = app.as_(titular);
        let told = calls::poderdantes(&caller.connection).unwrap().advertencia.codigo;
        assert_eq!(told, code);
        let of = titular.by_role(1);
        let mut decision = caller.decision(
            notess::domain::notificacion::Sentido::Aceptacion,
            &of.nif,
            &of.pendientes[..1],
        );
        decision.advertencia = told;
        assert!(calls::decide(&caller.connection, decision).is_ok());
    }
}

fn nothing_is_given_before_a_decision(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(3);
    let caller = app.as_(titular);
    assert_eq!(
        code_of(calls::documento(&caller.connection, &of.nif, of.pendientes[0])),
        "SIN_DECIDIR",
        "D-15"
    );
    assert_eq!(
        code_of(calls::acuse(&caller.connection, &of.nif, of.pendientes[0])),
        "SIN_DECIDIR"
    );
}
