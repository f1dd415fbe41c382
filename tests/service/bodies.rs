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
    wscn_takes_xml_of_every_name_and_nothing_else,
    a_message_in_parts_is_told_to_be_one_document,
    the_character_encoding_is_that_of_the_octets,
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

/// Status and text of what is answered to a body under these headers.
fn answered(app: &TestApp, path: &str, headers: &str, body: &[u8]) -> (String, String) {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), text.to_owned())
}

fn wscn_takes_xml_of_every_name_and_nothing_else(backend: Backend) {
    let app = TestApp::start(backend);
    let path = Entorno::Pruebas.path();
    for (headers, taken) in [
        ("", true),
        ("Content-Type:\r\n", true),
        ("Content-Type: text/xml\r\n", true),
        ("Content-Type: Application/XML; charset=utf-8\r\n", true),
        ("Content-Type: application/soap+xml;action=\"urn:a\"\r\n", true),
        ("Content-Type: text/xml charset=utf-8\r\n", true),
        ("Content-Type: text/xml\r\nContent-Type: text/xml\r\n", true),
        ("Content-Type: text/xml\r\nContent-Type: image/png\r\n", false),
        ("Content-Type: application/json\r\n", false),
        ("Content-Type: application/x-www-form-urlencoded\r\n", false),
        ("Content-Type: image/png\r\n", false),
        ("Content-Type: text/html\r\n", false),
        ("Content-Type: application/octet-stream\r\n", false),
        ("Content-Type: \u{f1}\r\n", false),
    ] {
        let (head, text) = answered(&app, path, headers, b"<a/>");
        // What is taken is read as far as it goes: it is no envelope.
        let status = if taken { "500" } else { "415" };
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{headers}: {head}"
        );
        assert!(head.contains("content-type: text/xml"), "{head}");
        assert!(
            text.contains("Fault>") && text.contains("<codigo>133</codigo>"),
            "{text}"
        );
        assert_eq!(
            text.contains("Content-Type text/xml"),
            !taken,
            "{headers}: {text}"
        );
    }
}

fn a_message_in_parts_is_told_to_be_one_document(backend: Backend) {
    let app = TestApp::start(backend);
    let message = b"--b\r\nContent-Type: application/xop+xml\r\n\r\n<a/>\r\n--b--\r\n";
    for content_type in [
        "multipart/related; type=\"application/xop+xml\"; start-info=\"text/xml\"; boundary=b",
        "Multipart/Related;type=text/xml;boundary=b",
    ] {
        for path in [CANAL, Entorno::Pruebas.path()] {
            let (head, text) = answered(&app, path, &format!("Content-Type: {content_type}\r\n"), message);
            assert!(head.starts_with("HTTP/1.1 415 "), "{head}");
            assert!(
                text.contains("MTOM") && text.contains("un solo documento XML"),
                "{text}"
            );
            assert_eq!(text.contains("Fault>"), path != CANAL, "{text}");
        }
    }
}

fn the_character_encoding_is_that_of_the_octets(backend: Backend) {
    let app = TestApp::start(backend);
    let wide: Vec<u8> = "\u{feff}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for path in [CANAL, Entorno::Pruebas.path()] {
        for charset in ["utf-16", "iso-8859-1", "\"UTF-8\"", "no-such-thing"] {
            let content_type = format!("Content-Type: text/xml; charset={charset}\r\n");
            let (_, narrow) = answered(&app, path, &content_type, "<\u{f1}/>".as_bytes());
            assert!(narrow.contains("Envelope de SOAP"), "{narrow}");
            let (_, wide) = answered(&app, path, &content_type, &wide);
            assert!(wide.contains("«UTF-16»; sólo se admite UTF-8"), "{wide}");
            let (_, latin) = answered(&app, path, &content_type, b"<\xf1/>");
            assert!(latin.contains("no es UTF-8 válido"), "{latin}");
        }
    }
}
