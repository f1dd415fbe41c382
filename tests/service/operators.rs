//! What operators watch: health, metrics, contract files, shutdown.

use std::io::{Read, Write};
use std::net::TcpStream;

use notess::contract::canal;
use notess::contract::wscn::Entorno;
use notess::store::admitted::{self, Admitted};
use notess::store::{Durability, Store, StoreError};

use crate::common::{Backend, TestApp};

over_both_databases!(
    a_service_that_can_serve_says_that_it_is_ready,
    an_expired_signing_certificate_makes_it_not_ready,
    what_is_wrong_inside_is_named_and_not_told,
    metrics_count_requests_and_hold_no_personal_data,
    the_decisions_of_both_contracts_are_counted_by_what_came_of_them,
    the_contract_is_served_with_the_address_that_was_asked,
    each_schema_is_served_by_its_name_and_no_other,
    a_head_is_answered_as_a_get_without_its_content,
    a_method_that_is_not_allowed_is_told_those_that_are,
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

fn what_is_wrong_inside_is_named_and_not_told(backend: Backend) {
    let app = TestApp::start(backend);
    let store = Store::open(&app.settings.database_url.parse().unwrap(), 1).unwrap();
    let unreadable = Admitted {
        nombre: "AC que no se lee".to_owned(),
        certificado: vec![0x30, 0x00, 0xff],
        desde: app.now(),
        hasta: None,
        politicas: Vec::new(),
        revocacion: "ninguna".to_owned(),
        crl: None,
        sellos: false,
        rsa_minimo: None,
    };
    store
        .write::<_, StoreError, _>(Durability::Full, |conn| admitted::insert(conn, &unreadable))
        .unwrap();
    let (status, body) = app.get("/health/ready");
    assert_eq!(status, 503);
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    let told = json["comprobaciones"]["certificados_admitidos"].as_str().unwrap();
    assert!(told.contains("registro") && !told.contains("entry"), "{body}");
    assert_eq!(json["comprobaciones"]["almacen"], "bien", "{body}");
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

/// How many decisions were counted; other tests of this process add to them.
fn counted(app: &TestApp, contract: &str, sentido: &str, result: &str) -> u64 {
    let series = format!(
        "notess_decisions_total{{contract=\"{contract}\",sentido=\"{sentido}\",result=\"{result}\"}} "
    );
    let (_, text) = app.get("/metrics");
    let value = text.lines().find_map(|line| line.strip_prefix(&series));
    value.map_or(0, |value| value.parse().unwrap())
}

fn the_decisions_of_both_contracts_are_counted_by_what_came_of_them(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let (caller, program) = (app.as_(titular), app.wscn_as(titular));
    let of = titular.by_role(1);
    let grows = |contract: &str, sentido: &str, result: &str, by: u64, act: &dyn Fn()| {
        let before = counted(&app, contract, sentido, result);
        act();
        let after = counted(&app, contract, sentido, result);
        assert!(
            after >= before + by,
            "{contract} {sentido} {result}: {before}, {after}"
        );
    };
    let accept = || drop(caller.accept(&of.nif, &of.pendientes[..2]).unwrap());
    grows("canal", "aceptacion", "decided", 2, &accept);
    grows("canal", "aceptacion", "repeated", 2, &accept);
    grows("canal", "rechazo", "denied", 2, &|| {
        drop(caller.reject(&of.nif, &of.pendientes[..2]).unwrap());
    });

    let codigo = of.pendientes[2];
    let [abandoned, last] = [false, true].map(|accept| program.acuse(1, &of.nif, codigo, accept));
    let submit = |acuse: &str, codigo: i32| {
        let answer = program.submit(1, &of.nif, &program.cosign(acuse));
        assert_eq!(answer.codigo(), codigo, "{answer:?}");
    };
    grows("wscn", "rechazo", "denied", 1, &|| submit(&abandoned, 119));
    grows("wscn", "aceptacion", "decided", 1, &|| submit(&last, 0));
    grows("wscn", "aceptacion", "repeated", 1, &|| submit(&last, 0));
    grows("wscn", "rechazo", "denied", 1, &|| submit(&abandoned, 135));
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

fn each_schema_is_served_by_its_name_and_no_other(backend: Backend) {
    let app = TestApp::start(backend);
    let wscn = Entorno::Pruebas.path();
    let (_, canal_xsd) = app.get("/canal/v1?xsd=1");
    let (_, wscn_xsd) = app.get(&format!("{wscn}?xsd=1"));
    for asked in ["xsd", "XSD=1", "xsd=", "a=b&xsd=canal.xsd"] {
        assert_eq!(app.get(&format!("/canal/v1?{asked}")), (200, canal_xsd.clone()));
    }
    for asked in ["xsd", "xsd=wscn.xsd"] {
        assert_eq!(app.get(&format!("{wscn}?{asked}")), (200, wscn_xsd.clone()));
    }
    let (status, acuse_xsd) = app.get("/canal/v1?xsd=acuse.xsd");
    assert_eq!(status, 200);
    assert_eq!(acuse_xsd.as_bytes(), canal::ACUSE_SCHEMA);
    for (path, asked) in [
        ("/canal/v1", "2"),
        ("/canal/v1", "wscn.xsd"),
        ("/canal/v1", "../../acuse.xsd"),
        (wscn, "acuse.xsd"),
    ] {
        let (status, body) = app.get(&format!("{path}?xsd={asked}"));
        assert_eq!(status, 404, "{path} {asked}");
        assert!(body.contains("?xsd=1"), "{body}");
    }
}

/// All that comes back.
fn exchange(app: &TestApp, method: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(app.address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn a_head_is_answered_as_a_get_without_its_content(backend: Backend) {
    let app = TestApp::start(backend);
    let wscn = Entorno::Pruebas.path();
    let kept: Vec<String> = ["/health/live", "/health/ready", "/", "/canal/v1", wscn]
        .map(str::to_owned)
        .into_iter()
        .chain(["/canal/v1", wscn].map(|path| format!("{path}?wsdl")))
        .chain(["/canal/v1", wscn].map(|path| format!("{path}?xsd=1")))
        .collect();
    for path in &kept {
        let got = exchange(&app, "GET", path);
        let (head, content) = got.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 ") && !content.is_empty(), "{got}");
        let answered = exchange(&app, "HEAD", path);
        let (head, content) = answered.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200 ") && content.is_empty(),
            "{path}: {answered}"
        );
        let length = |text: &str| {
            let lines: Vec<_> = text.lines().map(str::to_ascii_lowercase).collect();
            lines.into_iter().find(|line| line.starts_with("content-length"))
        };
        assert_eq!(length(&answered), length(&got), "{path}");
    }
    let metrics = exchange(&app, "HEAD", "/metrics");
    assert!(
        metrics.starts_with("HTTP/1.1 200 ") && metrics.ends_with("\r\n\r\n"),
        "{metrics}"
    );
    assert!(exchange(&app, "HEAD", "/nada").starts_with("HTTP/1.1 404 "));
}

fn a_method_that_is_not_allowed_is_told_those_that_are(backend: Backend) {
    let app = TestApp::start(backend);
    for (path, methods) in [
        ("/canal/v1", "GET, HEAD, POST"),
        (Entorno::Pruebas.path(), "GET, HEAD, POST"),
        ("/health/live", "GET, HEAD"),
        ("/health/ready", "GET, HEAD"),
        ("/metrics", "GET, HEAD"),
        ("/", "GET, HEAD"),
    ] {
        let answer = exchange(&app, "DELETE", path);
        assert!(answer.starts_with("HTTP/1.1 405 "), "{path}: {answer}");
        let allow = answer.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("allow: ")
                .map(str::to_owned)
        });
        assert_eq!(allow, Some(methods.to_ascii_lowercase()), "{path}");
    }
}
