//! What a demonstration does wrong on purpose, as its callers meet with it.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use notess::client::calls::AnswerError;
use notess::client::connection::{CallError, Connection};

use super::Demo;
use crate::common::Backend;
use crate::common::caller::{Caller, code_of, listing};

over_both_databases!(each_fault_comes_to_the_next_messages_of_its_operation_and_to_no_others);

const LIST: &str = "consultarNotificaciones";
const ACCEPT: &str = "firmarNotificaciones";

fn order(demo: &Demo, fallo: &str, more: &str, operacion: &str, mensajes: u32) {
    let body = format!(r#"{{"fallo": "{fallo}"{more}, "operacion": "{operacion}", "mensajes": {mensajes}}}"#);
    demo.told("POST", "/fallos", &body);
}

/// What one listing comes to.
fn listed(caller: &Caller, nif: &str) -> Result<usize, AnswerError> {
    let mut pages = notess::client::calls::pages(&caller.connection, listing(nif));
    pages.next().unwrap().map(|page| page.len())
}

fn each_fault_comes_to_the_next_messages_of_its_operation_and_to_no_others(backend: Backend) {
    let demo = Demo::start(backend, &[]);
    let own = demo.titular("empresa").by_role(1);
    let caller = demo.caller("empresa", TimeDelta::zero());
    let list = || listed(&caller, &own.nif);
    for (fallo, more, code) in [
        ("ocupado", "", "SERVICIO_OCUPADO"),
        ("base_de_datos", "", "SERVICIO_NO_DISPONIBLE"),
        ("certificado_revocado", "", "CERTIFICADO_REVOCADO"),
    ] {
        order(&demo, fallo, more, LIST, 2);
        // Another operation is not meant.
        assert!(notess::client::calls::poderdantes(&caller.connection).is_ok());
        for _ in 0..2 {
            assert_eq!(code_of(list()), code, "{fallo}");
        }
        assert!(list().is_ok(), "{fallo}");
    }

    order(&demo, "lento", r#", "milisegundos": 900"#, LIST, 1);
    let began = Instant::now();
    assert!(list().is_ok());
    assert!(began.elapsed() >= Duration::from_millis(900));

    // No octet of the answer, some of its head, and some of its body.
    for more in ["", r#", "octeto": 40"#, r#", "octeto": 900"#] {
        let fallo = if more.is_empty() {
            "respuesta_perdida"
        } else {
            "conexion_cortada"
        };
        order(&demo, fallo, more, LIST, 1);
        assert!(
            matches!(list(), Err(AnswerError::Call(CallError::Transport { .. }))),
            "{fallo} {more}: {:?}",
            list()
        );
        assert!(list().is_ok(), "{fallo}");
    }

    order(&demo, "clave_del_servicio", "", LIST, 1);
    let other = list().unwrap_err().to_string();
    assert!(
        other.contains("no está firmada con el certificado del servicio"),
        "{other}"
    );
    assert!(list().is_ok());
    // It is one of the same authority, by which the answer is signed.
    let read = |file: &str| {
        let pem = std::fs::read(demo.folder.path().join("servicio").join(file)).unwrap();
        openssl::x509::X509::from_pem(&pem).unwrap()
    };
    let (changed, authority) = (read("otra.crt.pem"), read("ca.crt.pem"));
    assert_eq!(authority.issued(&changed), openssl::x509::X509VerifyResult::OK);
    let key = crate::common::caller::key_of(demo.titular("empresa"));
    let knowing = Connection::open(demo.url("canal"), key, &changed).unwrap();
    order(&demo, "clave_del_servicio", "", LIST, 1);
    assert!(listed(&Caller::new(knowing, &demo.scenario), &own.nif).is_ok());

    // What was committed is, though nobody was told.
    order(&demo, "respuesta_perdida", "", ACCEPT, 1);
    let one = &own.pendientes[..1];
    assert!(caller.accept(&own.nif, one).is_err());
    let again = caller.accept(&own.nif, one).unwrap();
    assert!(again[0].repetida && again[0].acuse.is_some());
    assert_eq!(demo.told("GET", "/fallos", ""), serde_json::json!([]));

    // In the other contract too, where all faults are 500.
    order(&demo, "ocupado", "", "solicitarPoderdantes", 1);
    let question = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
                    <w:solicitarPoderdantes xmlns:w=\"urn:w\"/></s:Body></s:Envelope>";
    let told_to_come_again = [true, false].map(|_| {
        let request = ureq::http::Request::post(demo.url("wscn"))
            .header("content-type", "text/xml")
            .body(question)
            .unwrap();
        let response = demo.agent.run(request).unwrap();
        assert_eq!(response.status(), 500);
        response.headers().contains_key("retry-after")
    });
    assert_eq!(told_to_come_again, [true, false]);

    demo.told("POST", "/fallos", r#"{"fallo": "ocupado"}"#);
    assert_eq!(demo.told("DELETE", "/fallos", ""), serde_json::json!([]));
    assert!(list().is_ok());
}
