//! Bodies that do not come whole: a fault in each contract's form, wherever there is somebody left to read it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use notess::contract::wscn::Entorno;

use crate::common::{Backend, TestApp};

over_both_databases!(
    a_body_that_is_cut_short_is_a_fault,
    a_body_in_chunks_that_are_none_is_a_fault,
    a_body_that_is_too_slow_is_a_fault,
    a_body_that_is_too_large_is_a_fault,
    an_encoded_body_is_refused_whatever_it_holds,
    a_refused_content_type_is_told_those_that_are_taken,
);

/// One way in: its path and content type, and the status and the code of its faults.
struct Door {
    path: &'static str,
    content_type: &'static str,
    status: u16,
    codigo: &'static str,
}

const CANAL: &str = "/canal/v1";

fn doors() -> [Door; 3] {
    let codigo = "<codigo>MENSAJE_INCOMPLETO</codigo>";
    let canal = |content_type, status| Door {
        path: CANAL,
        content_type,
        status,
        codigo,
    };
    [
        canal("text/xml", 500),
        canal("application/soap+xml", 400),
        Door {
            path: Entorno::Pruebas.path(),
            content_type: "text/xml",
            status: 500,
            codigo: "<error><codigo>133</codigo>",
        },
    ]
}

impl Door {
    fn knock(&self, app: &TestApp, framing: &str, body: &[u8]) -> TcpStream {
        let Self {
            path, content_type, ..
        } = self;
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n{framing}\r\n\r\n");
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        stream
    }

    fn assert_incomplete(&self, stream: TcpStream, words: &str) {
        let answer = fault(stream, self.status, words);
        assert!(answer.contains(self.codigo), "{answer}");
    }
}

/// What came back, which must be a fault with these words.
fn fault(mut stream: TcpStream, status: u16, words: &str) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains("Fault>") && answer.contains(words), "{answer}");
    answer
}

fn a_body_that_is_cut_short_is_a_fault(backend: Backend) {
    let app = TestApp::start(backend);
    for door in doors() {
        let stream = door.knock(&app, "Content-Length: 1000", b"<a>");
        stream.shutdown(Shutdown::Write).unwrap();
        door.assert_incomplete(stream, "no llegó entero");
    }
}

fn a_body_in_chunks_that_are_none_is_a_fault(backend: Backend) {
    let app = TestApp::start(backend);
    for door in doors() {
        let stream = door.knock(
            &app,
            "Transfer-Encoding: chunked",
            b"3\r\n<a>\r\nno es un trozo\r\n",
        );
        door.assert_incomplete(stream, "no llegó entero");
    }
}

fn a_body_that_is_too_slow_is_a_fault(backend: Backend) {
    let app = TestApp::start(backend);
    let waiting = doors().map(|door| (door.knock(&app, "Content-Length: 1000", b"<a>"), door));
    for (stream, door) in waiting {
        door.assert_incomplete(stream, "tardó más de 30 segundos en llegar");
    }
}

fn a_body_that_is_too_large_is_a_fault(backend: Backend) {
    let app = TestApp::start(backend);
    for door in doors() {
        let length = 8 * 1024 * 1024 + 1;
        let framing = format!("Connection: close\r\nContent-Length: {length}");
        let stream = door.knock(&app, &framing, &vec![b' '; length]);
        let status = if door.path == CANAL { 413 } else { 500 };
        fault(stream, status, "ocupa más de 8388608 octetos.");
    }
}

fn an_encoded_body_is_refused_whatever_it_holds(backend: Backend) {
    let app = TestApp::start(backend);
    for door in doors() {
        for (coding, refused) in [
            ("gzip", true),
            ("identity, gzip", true),
            // What old clients of WSCN may say of plain text.
            ("utf-8", door.path == CANAL),
            ("identity\r\nContent-Encoding: br", true),
            ("Identity", false),
            ("", false),
        ] {
            let framing = format!("Connection: close\r\nContent-Encoding: {coding}\r\nContent-Length: 4");
            let mut answer = String::new();
            door.knock(&app, &framing, b"<a/>")
                .read_to_string(&mut answer)
                .unwrap();
            assert_eq!(
                answer.starts_with("HTTP/1.1 415 "),
                refused,
                "{} {coding}: {answer}",
                door.path
            );
            assert_eq!(
                answer.contains("CODIFICACION_DE_CONTENIDO_NO_ADMITIDA\n")
                    && answer.contains("accept-encoding: identity\r\n"),
                refused,
                "{answer}"
            );
            assert_eq!(answer.contains("Fault>"), !refused, "{answer}");
        }
    }
}

fn a_refused_content_type_is_told_those_that_are_taken(backend: Backend) {
    let app = TestApp::start(backend);
    let (status, body) = app.post(CANAL, "application/json", b"{}");
    assert_eq!(status, 415);
    for taken in ["text/xml", "application/soap+xml"] {
        assert!(body.contains(taken), "{body}");
    }
    assert_eq!(body.lines().next(), Some("TIPO_DE_CONTENIDO_NO_ADMITIDO"));
}
