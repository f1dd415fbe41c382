//! The service behind TLS.

use std::io::{Read, Write};
use std::net::TcpStream;

use notess::config::Tls;
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};

use crate::common::issue::of_localhost;
use crate::common::{Backend, TestApp};
use crate::process::{cliente, path, text};

over_both_databases!(
    the_service_speaks_tls_where_it_is_told_to,
    of_the_protocols_of_http_only_the_first_is_spoken,
    the_bundled_client_speaks_tls_with_whom_it_trusts,
);

fn with_tls(backend: Backend) -> TestApp {
    TestApp::start_with(backend, |settings| {
        let firma = &settings.firma;
        settings.tls = Some(Tls::new(firma.certificado.clone(), firma.clave.clone()));
    })
}

/// A connection for which these protocols were proposed (RFC 7301 §3.1).
fn agreed(app: &TestApp, protocols: &[u8]) -> SslStream<TcpStream> {
    let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
    connector.set_verify(SslVerifyMode::NONE);
    connector.set_alpn_protos(protocols).unwrap();
    let stream = TcpStream::connect(app.address).unwrap();
    let configured = connector.build().configure().unwrap().verify_hostname(false);
    configured.connect("localhost", stream).unwrap()
}

fn the_service_speaks_tls_where_it_is_told_to(backend: Backend) {
    let app = with_tls(backend);
    let mut tls = agreed(&app, b"\x08http/1.1");
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
        text(&strange.stderr).contains("no hay respuesta de"),
        "{}",
        text(&strange.stderr)
    );
}

/// No SOAP client asks for HTTP/2, and what serves it would be one more thing to keep safe.
fn of_the_protocols_of_http_only_the_first_is_spoken(backend: Backend) {
    let app = with_tls(backend);
    let both = [&b"\x02h2"[..], b"\x08http/1.1"].concat();
    assert_eq!(
        agreed(&app, &both).ssl().selected_alpn_protocol(),
        Some(&b"http/1.1"[..])
    );
    let mut other = agreed(&app, b"\x02h2");
    assert_eq!(other.ssl().selected_alpn_protocol(), None);
    // The preface of HTTP/2 (RFC 9113 §3.4) is no request of HTTP/1.1.
    other.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    drop(other.read_to_end(&mut answer));
    assert!(answer.starts_with(b"HTTP/1.1 400 "), "{answer:?}");
}
