//! Whose address counts: of who connects, or of whom a proxy that is trusted has a request from.
//!
//! Nothing here comes as far as a database.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::common::{Backend, TestApp};

/// A body of which one address cannot have two.
const LARGE: usize = (8 << 20) - 1;

fn behind(trusted: &[&str]) -> TestApp {
    TestApp::start_with(Backend::Sqlite, |settings| {
        settings.servicio.mensajes_mib = 32;
        settings.servicio.proxy_de_confianza = trusted.iter().map(|one| one.parse().unwrap()).collect();
    })
}

/// A body that never ends, as a proxy gives it on, and whether there was no room for it.
fn unfinished(app: &TestApp, headers: &str) -> (TcpStream, bool) {
    let head = format!(
        "POST /canal/v1 HTTP/1.1\r\nHost: x\r\n{headers}Content-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
        LARGE + 1
    );
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // Whoever is refused need not get so far.
    drop(stream.write_all(&vec![b' '; LARGE]));
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut begins = [0; 13];
    let refused = stream.read_exact(&mut begins).is_ok();
    assert!(!refused || &begins == b"HTTP/1.1 503 ");
    (stream, refused)
}

/// Whether there was no room for the second of two bodies.
fn share(trusted: &[&str], first: &str, second: &str) -> bool {
    let app = behind(trusted);
    let (_kept, refused) = unfinished(&app, first);
    assert!(!refused, "{first}");
    unfinished(&app, second).1
}

#[test]
fn through_a_trusted_proxy_each_has_a_share_of_his_own_and_nobody_who_says_so_himself() {
    let one = "X-Forwarded-For: 198.51.100.1\r\n";
    let other = "X-Forwarded-For: 198.51.100.2\r\n";
    let claims = "X-Forwarded-For: 203.0.113.7, 198.51.100.1\r\n";
    let by_other_headers = "Forwarded: for=198.51.100.2\r\nX-Real-IP: 198.51.100.2\r\n\
                            X-Forwarded-For: 198.51.100.1\r\n";
    let proxy: &[&str] = &["127.0.0.0/8"];
    assert!(!share(proxy, one, other), "two who come through it");
    assert!(share(proxy, one, one), "one who comes twice");
    assert!(share(proxy, one, claims), "who puts somebody else before himself");
    assert!(
        share(proxy, one, by_other_headers),
        "who says it in another header"
    );
    assert!(share(proxy, one, &format!("{other}{one}")), "in two lines");
    assert!(share(&[], one, other), "who is believed by nobody");
    assert!(share(&["192.0.2.1"], one, other), "whose proxy is another");
}
