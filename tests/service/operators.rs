//! What operators watch: health, metrics, contract files, shutdown.

use crate::common::{Backend, TestApp};

over_both_databases!(
    a_service_that_can_serve_says_that_it_is_ready,
    an_expired_signing_certificate_makes_it_not_ready,
    metrics_count_requests_and_hold_no_personal_data,
    the_contract_is_served_with_the_address_that_was_asked,
);

fn a_service_that_can_serve_says_that_it_is_ready(backend: Backend) {
    let app = TestApp::start(backend);
    assert_eq!(app.get("/health/live").0, 200);
    let (status, body) = app.get("/health/ready");
    assert_eq!(status, 200, "{body}");
    for part in [
        "almacen",
        "migraciones",
        "clave_de_firma",
        "certificados_admitidos",
    ] {
        assert!(body.contains(part), "{body}");
    }
}

fn an_expired_signing_certificate_makes_it_not_ready(backend: Backend) {
    let app = TestApp::start(backend);
    app.move_clock(chrono::TimeDelta::days(365 * 30));
    let (status, body) = app.get("/health/ready");
    assert_eq!(status, 503);
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_ne!(json["comprobaciones"]["clave_de_firma"], "bien", "{body}");
    assert_eq!(json["comprobaciones"]["almacen"], "bien", "{body}");
    assert_eq!(app.get("/health/live").0, 200);
}

fn metrics_count_requests_and_hold_no_personal_data(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    app.as_(titular).accept(&of.nif, &of.pendientes[..2]).unwrap();
    let (status, text) = app.get("/metrics");
    assert_eq!(status, 200);
    assert!(
        text.contains("notess_requests_total{operation=\"firmarNotificaciones\",code=\"OK\"}"),
        "{text}"
    );
    assert!(text.contains("notess_decisions_total"), "{text}");
    for titular in &app.scenario().titulares {
        assert!(!text.contains(&titular.nif), "D-113");
    }
}

fn the_contract_is_served_with_the_address_that_was_asked(backend: Backend) {
    let app = TestApp::start(backend);
    let (status, wsdl) = app.get("/canal/v1?wsdl");
    assert_eq!(status, 200);
    assert!(
        wsdl.contains(&format!("location=\"{}\"", app.url("/canal/v1"))),
        "{wsdl}"
    );
    assert!(
        wsdl.contains(&format!("{}?xsd=1", app.url("/canal/v1"))),
        "{wsdl}"
    );
    assert_eq!(app.get("/canal/v1?WSDL").1, wsdl);
    let (status, xsd) = app.get("/canal/v1?xsd=1");
    assert_eq!(status, 200);
    assert!(xsd.contains("targetNamespace=\"urn:notess:canal:1\""));
    assert_eq!(app.get("/canal/v1").0, 200);
}
