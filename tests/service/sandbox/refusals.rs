//! What the door does not take, and how it says so.

use serde_json::Value;

use super::Demo;
use crate::common::Backend;

/// The fields that are blamed.
fn blamed(answer: &Value) -> Vec<&str> {
    let wrong = answer["errores"].as_array().unwrap().iter();
    wrong
        .map(|one| {
            assert!(one["motivo"].as_str().is_some_and(|why| !why.is_empty()), "{one}");
            one["campo"].as_str().unwrap_or("")
        })
        .collect()
}

#[test]
fn a_wrong_call_is_answered_by_field_and_reason_and_does_nothing() {
    let demo = Demo::start(Backend::Sqlite, &[]);
    for (path, body, fields) in [
        ("/reloj", "", &[""][..]),
        ("/reloj", "[]", &[""]),
        ("/reloj", "{}", &["avance"]),
        ("/reloj", r#"{"avance": "once días"}"#, &["avance"]),
        ("/reloj", r#"{"avance": "+99999d"}"#, &["avance"]),
        ("/reloj", r#"{"avance": 11}"#, &["avance"]),
        ("/reloj", r#"{"instante": "+11d"}"#, &["instante"]),
        ("/reloj", r#"{"instante": "3000-01-01"}"#, &["instante"]),
        (
            "/reloj",
            r#"{"avance": "+1d", "instante": "2026-01-01"}"#,
            &["instante"],
        ),
        ("/reloj", r#"{"avance": "+1d", "adelante": 1}"#, &["adelante"]),
        ("/fallos", "{}", &["fallo"]),
        ("/fallos", r#"{"fallo": "otro"}"#, &["fallo"]),
        ("/fallos", r#"{"fallo": "lento"}"#, &["milisegundos"]),
        (
            "/fallos",
            r#"{"fallo": "lento", "milisegundos": 0}"#,
            &["milisegundos"],
        ),
        ("/fallos", r#"{"fallo": "conexion_cortada"}"#, &["octeto"]),
        ("/fallos", r#"{"fallo": "ocupado", "octeto": 3}"#, &["octeto"]),
        (
            "/fallos",
            r#"{"fallo": "ocupado", "mensajes": -1}"#,
            &["mensajes"],
        ),
        ("/fallos", r#"{"fallo": "ocupado", "mensajes": 0}"#, &["mensajes"]),
        (
            "/fallos",
            r#"{"fallo": "ocupado", "operacion": "borrar"}"#,
            &["operacion"],
        ),
        (
            "/fallos",
            r#"{"fallo": 1, "operacion": 2, "mensajes": "3"}"#,
            &["fallo", "operacion", "mensajes"],
        ),
    ] {
        let (status, answer) = demo.call("POST", path, "application/json", body.as_bytes());
        assert_eq!(
            (status, blamed(&answer)),
            (422, fields.to_vec()),
            "{path} {body}: {answer}"
        );
    }
    assert_eq!(demo.told("GET", "/fallos", ""), serde_json::json!([]));
    assert_eq!(demo.told("GET", "/reloj", "")["adelanto_segundos"], 0);
}

#[test]
fn a_call_of_nothing_that_there_is_or_from_elsewhere_is_refused_by_what_is_wrong_with_it() {
    let demo = Demo::start(Backend::Sqlite, &["--notificaciones", "0"]);
    for (method, path, content_type, status, field) in [
        ("GET", "/nada", "", 404, "ruta"),
        ("DELETE", "/reloj", "", 405, "metodo"),
        ("GET", "/documentos/x.pdf", "", 405, "metodo"),
        ("POST", "/notificaciones", "text/plain", 415, "Content-Type"),
        ("POST", "/notificaciones?historia=si", "text/csv", 422, "historia"),
        (
            "POST",
            "/notificaciones?historico=tal",
            "text/csv",
            422,
            "historico",
        ),
        ("PUT", "/documentos/.x", "", 422, "nombre"),
        ("PUT", "/documentos/x.pdf", "", 422, "cuerpo"),
    ] {
        let (answered, answer) = demo.call(method, path, content_type, b"x");
        assert_eq!(
            (answered, blamed(&answer)),
            (status, vec![field]),
            "{method} {path}: {answer}"
        );
    }
    let large = vec![b'x'; (1 << 20) + 1];
    let (status, answer) = demo.call("POST", "/poderes", "text/csv", &large);
    assert_eq!(status, 413, "{answer}");
    // Who was led here under another name, or by a page: a browser sends some calls to anybody before it asks whether it may.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    for (field, value, status) in [
        ("host", "pagina.example", 403),
        ("host", "localhost:9", 200),
        ("origin", "http://pagina.example", 403),
        ("origin", "https://localhost.pagina.example:8098", 403),
        ("origin", "null", 403),
        ("origin", "http://localhost:3000", 200),
    ] {
        let led = agent
            .post(format!("{}/fallos", demo.url("control")))
            .header(field, value)
            .content_type("text/plain")
            .send(r#"{"fallo": "ocupado"}"#)
            .unwrap();
        assert_eq!(led.status(), status, "{field}: {value}");
    }
    assert_eq!(demo.told("GET", "/fallos", "").as_array().unwrap().len(), 2);
}
