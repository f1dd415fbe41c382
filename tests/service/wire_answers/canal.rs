//! Refusals of contract canal.

use super::*;

/// Signed questions that are refused for what they ask.
fn canal_refusals(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let nif = member("poderdante", &of.nif);
    let codigo = member("codigo", of.pendientes[20]);
    let advertencia = member("advertencia", &app.scenario().advertencia);
    for version in [V11, V12] {
        let mut ask = |what: &str, payload: &str| {
            let answer = app.post(CANAL, media_type(version), &program.signed(version, payload));
            written.add(&format!("canal {version:?} fault {what}"), &answer);
        };
        ask("unknown", &canal("desconocida", ""));
        ask("of no namespace", "<consultarPoderdantes></consultarPoderdantes>");
        ask("schema", &canal("consultarPoderdantes", "<otra></otra>"));
        ask("no poderdante", &canal("consultarNotificaciones", ""));
        ask(
            "empty poderdante",
            &canal("obtenerAcuse", &(member("poderdante", "") + &codigo)),
        );
        ask(
            "bad poderdante",
            &canal("obtenerDocumento", &(member("poderdante", "12345678A") + &codigo)),
        );
        ask(
            "no power",
            &canal("obtenerDocumento", &(member("poderdante", "12345678Z") + &codigo)),
        );
        ask(
            "no power",
            &canal("consultarNotificaciones", &member("poderdante", "12345678Z")),
        );
        ask("many", &canal("consultarNotificaciones", &nif.repeat(1001)));
        let many: String = (1..=1001).map(|one| member("codigo", one)).collect();
        ask(
            "many",
            &canal("firmarNotificaciones", &(nif.clone() + &advertencia + &many)),
        );
        let stale = member("advertencia", "ADV-1999-1");
        ask(
            "stale",
            &canal("firmarNotificaciones", &(nif.clone() + &stale + &codigo)),
        );
        let elsewhere = member("advertencia", "ADV-2026-1-PRODUCCION");
        ask(
            "elsewhere",
            &canal("rechazarNotificaciones", &(nif.clone() + &elsewhere + &codigo)),
        );
        for (name, value) in [
            ("rol", "4"),
            ("estado", "-1"),
            ("entidad", "AEAT"),
            ("limite", "5000"),
            ("desde", "ayer"),
            ("cursor", "x"),
        ] {
            ask(
                name,
                &canal("consultarNotificaciones", &(nif.clone() + &member(name, value))),
            );
        }
    }
}

/// Messages that are refused for what they are.
pub(super) fn canal_faults(app: &TestApp, written: &mut Recorder) {
    canal_refusals(app, written);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let question = canal("consultarPoderdantes", "");
    let signed = String::from_utf8(program.signed(V11, &question)).unwrap();
    let mut send = |what: &str, content_type: &str, message: &[u8]| {
        let answer = app.post(CANAL, content_type, message);
        written.add(&format!("canal message {what}"), &answer);
    };
    send("taken", TEXT_XML, signed.as_bytes());
    send("replayed", TEXT_XML, signed.as_bytes());
    for (what, message) in malformed(&signed, &question) {
        send(what, TEXT_XML, message.as_bytes());
        send(what, SOAP_XML, message.as_bytes());
    }
    send("too large", TEXT_XML, &vec![b' '; (8 << 20) + 1]);
    send("too large", SOAP_XML, &vec![b' '; (8 << 20) + 1]);
    send("not SOAP", "application/json", b"{}");
    send("in parts", "multipart/related", b"{}");
    let key = signing_key(titular);
    for (header, text) in [("To", "http://otro.example/"), ("Action", "urn:otra")] {
        let fresh = String::from_utf8(program.signed(V11, &question)).unwrap();
        let message = with_signed_block(&fresh, &key, &block(WSA, header, "A-1", text));
        send(header, TEXT_XML, message.as_bytes());
    }
    for state in ["caducado", "revocado", "no_admitido"] {
        let stranger = app.wscn_as(app.scenario().with_certificate(state));
        send(state, TEXT_XML, &stranger.signed(V11, &question));
        send(state, SOAP_XML, &stranger.signed(V12, &question));
    }
}

pub(super) fn malformed(signed: &str, question: &str) -> Vec<(&'static str, String)> {
    let envelope = |body: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>"
        )
    };
    let (before, rest) = signed.split_once("<wsse:BinarySecurityToken").unwrap();
    let (_, after) = rest.split_once("</wsse:BinarySecurityToken>").unwrap();
    vec![
        ("not XML", "hola".to_owned()),
        ("empty", String::new()),
        ("cut", signed[..600].to_owned()),
        ("unsigned", envelope(question)),
        ("no envelope", "<a/>".to_owned()),
        (
            "deep",
            envelope(&("<a>".repeat(100_000) + &"</a>".repeat(100_000))),
        ),
        ("document type", "<!DOCTYPE a><a/>".to_owned()),
        ("id twice", envelope("<a Id=\"x\"/><b Id=\"x\"/>")),
        (
            "two bodies",
            signed.replacen("<soap:Body", "<soap:Body></soap:Body><soap:Body", 1),
        ),
        ("changed", signed.replacen("Poderdantes", "Poderdante", 9)),
        ("no token", format!("{before}{after}")),
    ]
}
