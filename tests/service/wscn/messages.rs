//! Messages as programs of the field send them, and those that only a fault can answer.

use std::io::{Read, Write};
use std::net::TcpStream;

use notess::contract::wscn::Entorno;
use notess::xml::soap::SoapVersion;

use crate::common::wscn::{Answer, Shape, by, member};
use crate::common::{Backend, TestApp};

over_both_databases!(
    members_are_taken_in_any_namespace_of_theirs,
    headers_of_old_clients_are_taken_as_they_come,
    a_certificate_that_is_not_taken_is_a_fault_with_code_1,
    a_message_without_a_signature_that_holds_is_a_fault_with_code_2,
    what_is_no_request_is_a_fault_with_code_133,
    a_message_that_is_too_large_is_a_fault_too,
    a_request_for_which_there_is_no_place_is_a_fault_with_code_100,
);

fn assert_fault(answer: &Answer, codigo: i32) {
    assert_eq!((answer.status, answer.codigo()), (500, codigo), "{answer:?}");
    let fault = Entorno::Pruebas.fault();
    assert!(answer.text.contains(&format!("<ns2:{fault} ")), "{answer:?}");
    assert!(answer.text_of("faultstring").is_some());
    assert_eq!(answer.text_of("message"), None, "some stubs cannot read it");
}

fn members_are_taken_in_any_namespace_of_theirs(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let members = by(1, &of.nif)
        .replace("</", "</w:")
        .replace('<', "<w:")
        .replace("<w:/w:", "</w:");
    let codes = |namespace: &str| {
        let payload = format!(
            "<w:consultarListadoNotificaciones xmlns:w=\"{namespace}\">{members}</w:consultarListadoNotificaciones>"
        );
        program.send(&program.signed(SoapVersion::V11, &payload))
    };
    let expected = program.list(1, &of.nif, [0; 3]).anonymous();
    for namespace in [
        "http://ws.wscn.infra.gi.org/",
        "http://ws.pruebas.wscn.infra.gi.org/",
        "urn:de:su:invencion",
    ] {
        assert_eq!(codes(namespace).anonymous(), expected, "{namespace}");
    }
}

/// Status line and body of an answer to octets sent as they are.
fn raw(app: &TestApp, request: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

fn headers_of_old_clients_are_taken_as_they_come(backend: Backend) {
    let app = TestApp::start(backend);
    // They sign no Timestamp, so that the same message may come again.
    let mut program = app.wscn_as(app.scenario().all_roles());
    program.shape = Shape::XadesBes;
    let message = program.message("solicitarPoderdantes", "");
    let path = program.entorno.path();
    let chunks: Vec<u8> = message
        .chunks(700)
        .flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
        .collect();
    let whole = format!("Content-Length: {}\r\n\r\n", message.len());
    for (head, body) in [
        // Axis 1.4
        (
            format!(
                "POST {path} HTTP/1.0\r\nHost: a\r\nSOAPAction: \"\"\r\nContent-Type: text/xml; charset=utf-8\r\n{whole}"
            ),
            message.as_slice(),
        ),
        (format!("POST {path} HTTP/1.0\r\n{whole}"), &message),
        (
            format!(
                "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nSOAPAction: urn:otra\r\nContent-Type: text/xml;charset=UTF8\r\n{whole}"
            ),
            &message,
        ),
        (
            format!(
                "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: TEXT/XML\r\nTransfer-Encoding: chunked\r\n\r\n"
            ),
            &[chunks.as_slice(), b"0\r\n\r\n"].concat(),
        ),
    ] {
        let (status, answer) = raw(&app, &[head.as_bytes(), body].concat());
        assert!(status.ends_with(" 200 OK"), "{status}\n{head}");
        assert!(answer.contains("solicitarPoderdantesResponse"), "{answer}");
        assert!(
            !answer.contains("Header"),
            "nothing that Axis would have to understand"
        );
    }
}

fn a_certificate_that_is_not_taken_is_a_fault_with_code_1(backend: Backend) {
    let app = TestApp::start(backend);
    for (state, word) in [
        ("caducado", "caducó"),
        ("revocado", "revocado"),
        ("no_admitido", "no se admite"),
    ] {
        let answer = app.wscn_as(app.scenario().with_certificate(state)).poderdantes();
        assert_fault(&answer, 1);
        assert!(
            answer.text_of("descripcion").unwrap().contains(word),
            "{answer:?}"
        );
    }
    let program = app.wscn_as(app.scenario().all_roles());
    let message = String::from_utf8(program.message("solicitarPoderdantes", "")).unwrap();
    let (before, rest) = message.split_once("<wsse:BinarySecurityToken").unwrap();
    let (_, after) = rest.split_once("</wsse:BinarySecurityToken>").unwrap();
    assert_fault(&program.send(format!("{before}{after}").as_bytes()), 1);
}

fn a_message_without_a_signature_that_holds_is_a_fault_with_code_2(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let unsigned = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><solicitarPoderdantes \
                    xmlns=\"http://ws.pruebas.wscn.infra.gi.org/\"/></soap:Body></soap:Envelope>";
    assert_fault(&program.send(unsigned.as_bytes()), 2);
    let message = String::from_utf8(program.message("solicitarPoderdantes", &member("rol", 1))).unwrap();
    let altered = message.replace("<rol>1</rol>", "<rol>2</rol>");
    assert_fault(&program.send(altered.as_bytes()), 2);
    app.move_clock(chrono::TimeDelta::hours(1));
    assert_fault(&program.send(message.as_bytes()), 2);
}

fn what_is_no_request_is_a_fault_with_code_133(backend: Backend) {
    let app = TestApp::start(backend);
    let program = app.wscn_as(app.scenario().all_roles());
    assert_fault(&program.send(b""), 133);
    assert_fault(&program.send(b"rol=1&codigo=2"), 133);
    assert_fault(&program.send(b"<!DOCTYPE a><a/>"), 133);
    assert_fault(&program.ask("borrarNotificacion", ""), 133);
    let namespace = program.entorno.namespace();
    let payload = format!("<solicitarPoderdantes xmlns=\"{namespace}\"></solicitarPoderdantes>");
    let newer = program.send(&program.signed(SoapVersion::V12, &payload));
    assert_fault(&newer, 133);
    assert!(newer.text_of("faultcode").unwrap().ends_with(":VersionMismatch"));
}

fn a_message_that_is_too_large_is_a_fault_too(backend: Backend) {
    let app = TestApp::start(backend);
    let length = 8 * 1024 * 1024 + 1;
    let path = Entorno::Pruebas.path();
    let head = format!("POST {path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n");
    let (status, text) = raw(&app, &[head.as_bytes(), &vec![b' '; length]].concat());
    assert!(status.contains(" 500 "), "{status}");
    assert_fault(&Answer { status: 500, text }, 133);
}

fn a_request_for_which_there_is_no_place_is_a_fault_with_code_100(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| {
        settings.servicio.trabajadores = 1;
        settings.servicio.cola = 1;
    });
    // Without a Timestamp, which would have the message taken once.
    let mut program = app.wscn_as(app.scenario().all_roles());
    program.shape = Shape::XadesBes;
    let message = program.message("solicitarPoderdantes", "");
    let all_at_once = || -> Vec<Answer> {
        std::thread::scope(|scope| {
            let asking: Vec<_> = (0..16).map(|_| scope.spawn(|| program.send(&message))).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        })
    };
    let refused = (0..20)
        .flat_map(|_| all_at_once())
        .find(|answer| answer.status != 200);
    assert_fault(&refused.expect("somebody without a place"), 100);
}
