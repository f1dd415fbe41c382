//! Clients that take too long: over a handshake, a head, a body or an answer. None of them holds a connection.
//!
//! Nothing here comes as far as a database.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use notess::config::Tls;
use notess::contract::wscn::Entorno;

use crate::common::{Backend, TestApp};

const HEAD: u64 = 1;
const WHOLE: u64 = 2;
/// What a busy machine may add to a deadline.
const SLACK: Duration = Duration::from_secs(4);
const GET: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

fn impatient() -> TestApp {
    TestApp::start_with(Backend::Sqlite, |settings| {
        settings.servicio.cabecera_segundos = HEAD;
        settings.servicio.peticion_segundos = WHOLE;
        settings.servicio.octetos_por_segundo = 100_000;
    })
}

/// A connection on which this was said.
fn said(address: SocketAddr, octets: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    stream.write_all(octets).unwrap();
    stream
}

/// Goes on saying `more` until the connection ends, and gives what came back and how long it took.
fn held(mut stream: TcpStream, more: &[u8]) -> (String, Duration) {
    let began = Instant::now();
    let mut heard = Vec::new();
    loop {
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => heard.extend(&piece[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
        if stream.write_all(more).is_err() {
            // What came before may still be read.
            drop(stream.read_to_end(&mut heard));
            break;
        }
        sleep(Duration::from_millis(30));
        assert!(began.elapsed() < Duration::from_mins(1), "it is held");
    }
    (String::from_utf8_lossy(&heard).into_owned(), began.elapsed())
}

fn assert_ends(stream: TcpStream, more: &[u8], within: u64, answer: &str) {
    let (heard, took) = held(stream, more);
    assert!(heard.contains(answer), "{answer}: {heard}");
    assert!(took < Duration::from_secs(within) + SLACK, "{took:?}: {heard}");
}

#[test]
fn a_connection_on_which_nothing_is_asked_ends() {
    let app = impatient();
    assert_ends(said(app.address, b""), b"", HEAD, "");
}

#[test]
fn a_head_that_never_ends_is_cut_also_when_it_is_not_the_first() {
    let app = impatient();
    let endless = b"GET / HTTP/1.1\r\nHost: x\r\nX: ";
    assert_ends(said(app.address, endless), b"x", HEAD, "HTTP/1.1 408 ");
    let second = said(app.address, GET);
    sleep(Duration::from_millis(300));
    assert_ends(second, b"G", HEAD, "HTTP/1.1 408 ");
    // The beginning of the second comes with the whole first.
    let both = [GET, b"GET / HT"].concat();
    assert_ends(said(app.address, &both), b"x", HEAD, "\"vivo\":true");
}

#[test]
fn a_body_that_never_ends_is_cut_whatever_it_does_not_end_with() {
    let app = impatient();
    let mut all = Vec::new();
    for path in ["/canal/v1", Entorno::Pruebas.path()] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        for (beginning, more) in [
            // A chunk, its extensions, its size, chunks without end, and trailers.
            ("ffffff\r\n<a>", "x"),
            ("3;x", "x"),
            ("000000000000000", ""),
            ("3\r\n<a>\r\n", "1\r\nx\r\n"),
            ("3\r\n<a>\r\n0\r\n", "X-Y: z\r\n"),
        ] {
            let stream = said(app.address, format!("{head}{beginning}").as_bytes());
            all.push(thread::spawn(move || {
                assert_ends(stream, more.as_bytes(), WHOLE, "en llegar.");
            }));
        }
    }
    for one in all {
        one.join().unwrap();
    }
}

#[test]
fn a_body_that_nobody_reads_holds_nothing_either() {
    let app = impatient();
    let mut all = Vec::new();
    for (line, answer) in [
        ("GET /health/live", "HTTP/1.1 200 "),
        ("PUT /canal/v1", "HTTP/1.1 405 "),
        ("POST /nothing", "HTTP/1.1 404 "),
        ("POST /canal/v1", "HTTP/1.1 415 "),
    ] {
        for (framing, more) in [
            ("Transfer-Encoding: chunked\r\n\r\nffffff\r\n", "x"),
            ("Content-Length: 100000\r\n\r\n", "x"),
        ] {
            let stream = said(
                app.address,
                format!("{line} HTTP/1.1\r\nHost: x\r\n{framing}").as_bytes(),
            );
            all.push(thread::spawn(move || {
                assert_ends(stream, more.as_bytes(), WHOLE, answer);
            }));
        }
    }
    for one in all {
        one.join().unwrap();
    }
}

#[test]
fn a_large_body_has_longer_if_it_comes_fast_enough() {
    let app = impatient();
    let length = 480_000;
    for (piece, words) in [
        (8_000, "está vacío"),
        (1_000, "tardó más de 2 segundos en llegar"),
    ] {
        let head = format!(
            "POST /canal/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let began = Instant::now();
        // Forty pieces a second.
        for nth in 1..=length / piece {
            let due = Duration::from_millis(25) * u32::try_from(nth).unwrap();
            sleep(due.saturating_sub(began.elapsed()));
            if stream.write_all(&vec![b' '; piece]).is_err() {
                break;
            }
            if piece == 1_000 && began.elapsed().as_secs() > WHOLE {
                break;
            }
        }
        if piece == 8_000 {
            let rest = length - length / piece * piece;
            stream.write_all(&vec![b' '; rest]).unwrap();
        }
        let mut answer = String::new();
        drop(stream.read_to_string(&mut answer));
        assert!(
            answer.contains(words) && answer.contains("Fault>"),
            "{words}: {answer}"
        );
    }
}

#[test]
fn an_answer_that_nobody_takes_is_given_up() {
    let app = impatient();
    let count = 3000;
    let request = b"GET /canal/v1?wsdl HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut stream = said(app.address, b"");
    stream
        .set_write_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let asked = request.repeat(count);
    let mut left = asked.as_slice();
    let began = Instant::now();
    while !left.is_empty() && began.elapsed().as_secs() < 2 * WHOLE {
        match stream.write(left) {
            Ok(written) => left = &left[written..],
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    sleep(Duration::from_secs(WHOLE) + SLACK);
    let (heard, _) = held(stream, b"");
    let answers = heard.matches("HTTP/1.1 200 ").count();
    assert!(answers > 0 && answers < count, "{answers}");
}

#[test]
fn a_handshake_that_never_ends_is_cut() {
    let app = TestApp::start_with(Backend::Sqlite, |settings| {
        settings.servicio.cabecera_segundos = HEAD;
        let firma = &settings.firma;
        settings.tls = Some(Tls::new(firma.certificado.clone(), firma.clave.clone()));
    });
    assert_ends(said(app.address, b""), b"", HEAD, "");
    // The head of a record with a ClientHello that is announced and does not come (RFC 8446 §5.1).
    let hello = [0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc];
    assert_ends(said(app.address, &hello), b"\x03", HEAD, "");
}

#[test]
fn who_rests_between_two_requests_is_served_again() {
    let app = impatient();
    let mut stream = TcpStream::connect(app.address).unwrap();
    for _ in 0..2 {
        // Some clients end a message with a line more than they announced.
        let body = "Content-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>\r\n";
        stream
            .write_all(format!("POST /canal/v1 HTTP/1.1\r\nHost: x\r\n{body}").as_bytes())
            .unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"Envelope>") {
            let mut piece = [0; 4096];
            let length = stream.read(&mut piece).unwrap();
            assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend(&piece[..length]);
        }
        sleep(Duration::from_secs(WHOLE + 1));
    }
}
