//! The service behind TLS, where HTTP/2 names the server elsewhere than in Host.

use std::io::{Read, Write};
use std::net::TcpStream;

use notess::config::Tls;
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};

use crate::common::issue::of_localhost;
use crate::common::{Backend, TestApp};
use crate::process::{cliente, path, text};

over_both_databases!(
    the_service_speaks_tls_where_it_is_told_to,
    over_http_2_the_contract_has_the_address_that_was_asked,
    the_bundled_client_speaks_tls_with_whom_it_trusts,
);

fn with_tls(backend: Backend) -> TestApp {
    TestApp::start_with(backend, |settings| {
        let firma = &settings.firma;
        settings.tls = Some(Tls::new(firma.certificado.clone(), firma.clave.clone()));
    })
}

/// A connection that speaks this protocol (RFC 7301).
fn connect(app: &TestApp, protocol: &str) -> SslStream<TcpStream> {
    let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
    connector.set_verify(SslVerifyMode::NONE);
    connector
        .set_alpn_protos(&[&[u8::try_from(protocol.len()).unwrap()], protocol.as_bytes()].concat())
        .unwrap();
    let stream = TcpStream::connect(app.address).unwrap();
    let configured = connector.build().configure().unwrap().verify_hostname(false);
    let tls = configured.connect("localhost", stream).unwrap();
    assert_eq!(tls.ssl().selected_alpn_protocol(), Some(protocol.as_bytes()));
    tls
}

fn the_service_speaks_tls_where_it_is_told_to(backend: Backend) {
    let app = with_tls(backend);
    let mut tls = connect(&app, "http/1.1");
    tls.write_all(b"GET /canal/v1?wsdl HTTP/1.0\r\nHost: x.example\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    tls.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains(" 200 ") && answer.contains("https://x.example/canal/v1"),
        "{answer:.300}"
    );
}

fn the_bundled_client_speaks_tls_with_whom_it_trusts(backend: Backend) {
    let folder = tempfile::tempdir().unwrap();
    let (certificado, clave) = (folder.path().join("tls.pem"), folder.path().join("tls.key"));
    let (certificate, key) = of_localhost();
    std::fs::write(&certificado, certificate.to_pem().unwrap()).unwrap();
    std::fs::write(&clave, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let app = TestApp::start_with(backend, |settings| {
        settings.tls = Some(Tls::new(certificado.clone(), clave.clone()));
    });
    let titular = app.scenario().all_roles();
    let url = format!("https://localhost:{}/canal/v1", app.address.port());
    let trusting = cliente(&app, titular, &url, "poderdantes", &["--ca", path(&certificado)]);
    assert!(trusting.status.success(), "{}", text(&trusting.stderr));
    let strange = cliente(&app, titular, &url, "poderdantes", &[]);
    assert_eq!(strange.status.code(), Some(1));
    assert!(
        text(&strange.stderr).contains("no answer from"),
        "{}",
        text(&strange.stderr)
    );
}

fn over_http_2_the_contract_has_the_address_that_was_asked(backend: Backend) {
    let app = with_tls(backend);
    let authority = app.address.to_string();
    let wsdl = get(&app, &authority, "/canal/v1?wsdl");
    let address = format!("https://{authority}/canal/v1");
    assert!(wsdl.contains(&format!("location=\"{address}\"")), "{wsdl:.300}");
    assert!(wsdl.contains(&format!("\"{address}?xsd=1\"")), "{wsdl:.300}");
    let page = get(&app, "x.example:8443", "/");
    assert!(page.contains("https://x.example:8443/canal/v1"), "{page}");
}

// ---- As much of HTTP/2 as one GET needs (RFC 9113, RFC 7541) ----

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// RFC 7541 §6.2.2: a literal that is not indexed, whose name is in the static table.
fn literal(name: u8, value: &str) -> Vec<u8> {
    let mut literal = vec![name, u8::try_from(value.len()).unwrap()];
    literal.extend(value.as_bytes());
    literal
}

/// The body of what is at a path.
fn get(app: &TestApp, authority: &str, path: &str) -> String {
    // RFC 7541 appendix A: 1 is :authority, 2 is GET, 4 is :path, 7 is https.
    let fields = [vec![0x82, 0x87], literal(1, authority), literal(4, path)].concat();
    let mut tls = connect(app, "h2");
    tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    tls.write_all(&frame(SETTINGS, 0, 0, &[])).unwrap();
    tls.write_all(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields))
        .unwrap();
    let mut body = Vec::new();
    loop {
        let mut head = [0; 9];
        tls.read_exact(&mut head).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        tls.read_exact(&mut payload).unwrap();
        let (kind, flags) = (head[3], head[4]);
        if kind == DATA {
            body.extend(payload);
        }
        if (kind == DATA || kind == HEADERS) && flags & END_STREAM != 0 {
            return String::from_utf8(body).unwrap();
        }
    }
}
