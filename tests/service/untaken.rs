//! Answers that are not taken, and answers that do not arrive: memory that nobody else loses, and acts that nobody does twice.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::contract::canal::request;
use notess::contract::wscn::Entorno;
use notess::domain::notificacion::Sentido;
use notess::domain::operation::{OneNotificacion, Request};

use crate::common::caller::{codigos, nif};
use crate::common::wscn::{self, member};
use crate::common::{Backend, TestApp};
use crate::place::{DOCUMENT, Place};

over_both_databases!(
    who_does_not_take_his_answers_is_given_no_more_and_others_are,
    an_answer_that_a_proxy_swallows_is_had_by_asking_again_and_nothing_is_done_twice,
);

const CANAL: &str = "/canal/v1";
/// A document whose answer is more than what the system holds for a connection, and of which an address cannot have three.
const LARGE: usize = 7 << 20;

/// A message on a connection of its own, whose answer is not read.
fn posted(address: SocketAddr, path: &str, headers: &str, message: &[u8]) -> TcpStream {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&[head.as_bytes(), message].concat()).unwrap();
    stream
}

/// The status of an answer, of which no more is read.
fn status(stream: &mut TcpStream) -> String {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    String::from_utf8_lossy(&line[9..]).into_owned()
}

/// A notification of whoever signs, whose document is large, accepted.
fn with_large_document(place: &Place) -> i32 {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    pdf.resize(LARGE, b' ');
    pdf.extend(b"\n%%EOF\n");
    place.file(DOCUMENT, pdf);
    let codigo = 2_000_001;
    let now = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Madrid);
    let line = format!(
        "codigo;nif;denominacion;procedimiento;asunto;obligacion;puesta_a_disposicion;documento\n\
         {codigo};{};X;TGSS-RD;Reclamación;4.1.a;{};{DOCUMENT}\n",
        place.nif,
        now.format("%d/%m/%Y %-H:%M")
    );
    let file = place.file("large.csv", line);
    let (code, told) = place.run(&place.publishing(&file, &[]));
    assert_eq!(code, Some(0), "{told}");
    let caller = place.app.as_(place.app.scenario().all_roles());
    let decided = caller.accept(&place.nif, &[codigo]).unwrap();
    assert!(decided[0].acuse.is_some());
    codigo
}

fn who_does_not_take_his_answers_is_given_no_more_and_others_are(backend: Backend) {
    let place = Place::of(TestApp::start_with(backend, |settings| {
        settings.servicio.mensajes_mib = 32;
        settings.servicio.proxy_de_confianza = vec!["127.0.0.1".parse().unwrap()];
    }));
    let (slow, other) = ("X-Forwarded-For: 192.0.2.1\r\n", "X-Forwarded-For: 192.0.2.2\r\n");
    let codigo = with_large_document(&place);
    let caller = place.app.as_(place.app.scenario().all_roles());
    let asked = |wanted| caller.connection.sign(&request::encode(&wanted)).unwrap();
    let document = || {
        asked(Request::Document(OneNotificacion {
            poderdante: nif(&place.nif),
            codigo: codigos(&[codigo])[0],
        }))
    };
    let ask = |headers, message: Vec<u8>| posted(place.app.address, CANAL, headers, &message);
    let mut untaken: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = ask(slow, document());
            assert_eq!(status(&mut stream), "200");
            stream
        })
        .collect();
    let refused = document();
    for message in [refused.clone(), asked(Request::Poderdantes)] {
        let mut stream = ask(slow, message);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains("SERVICIO_OCUPADO"), "{answer}");
        assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
    }
    assert_eq!(status(&mut ask(other, asked(Request::Poderdantes))), "200");
    // Once one was taken, or given up, there is room again: for what was refused as it is, since nothing was done of it.
    drop(untaken.pop());
    let began = Instant::now();
    while status(&mut ask(slow, refused.clone())) != "200" {
        assert!(began.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(50));
    }
    let mut taken = Vec::new();
    untaken.pop().unwrap().read_to_end(&mut taken).unwrap();
    assert!(taken.len() > LARGE * 4 / 3);
}

/// Gives messages on to a service, and swallows the answers: whoever asked is hung up on.
struct Swallower {
    address: SocketAddr,
}

impl Swallower {
    fn before(service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut client = stream.unwrap();
                let mut upstream = TcpStream::connect(service).unwrap();
                let (mut from, mut to) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut from, &mut to));
                let mut swallowed = Vec::new();
                upstream.read_to_end(&mut swallowed).unwrap();
                let begins = String::from_utf8_lossy(&swallowed[..12]).into_owned();
                assert_eq!(begins, "HTTP/1.1 200");
                client.flush().unwrap();
                drop(client.shutdown(std::net::Shutdown::Both));
            }
        });
        Self { address }
    }

    /// Sends a message whose answer does not arrive.
    fn lose(&self, path: &str, message: &[u8]) {
        let mut answer = Vec::new();
        let mut stream = posted(self.address, path, "", message);
        drop(stream.read_to_end(&mut answer));
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
}

fn an_answer_that_a_proxy_swallows_is_had_by_asking_again_and_nothing_is_done_twice(backend: Backend) {
    let app = TestApp::start(backend);
    let decided = || app.count("select count(*) as n from acuses");
    let before = decided();
    let proxy = Swallower::before(app.address);
    in_canal(&app, &proxy);
    in_wscn(&app, &proxy);
    assert_eq!(decided() - before, 2);
}

/// In canal each message is taken once; what it asked is asked again in another one.
fn in_canal(app: &TestApp, proxy: &Swallower) {
    let of = app.scenario().all_roles().by_role(1);
    let codigo = of.pendientes[0];
    let caller = app.as_(app.scenario().all_roles());
    let decision = Request::Decide(caller.decision(Sentido::Aceptacion, &of.nif, &[codigo]));
    let one = OneNotificacion {
        poderdante: nif(&of.nif),
        codigo: codigos(&[codigo])[0],
    };
    let lost = [
        decision,
        Request::Document(one),
        Request::Acuse(one),
        Request::Poderdantes,
    ];
    for asked in lost {
        let message = caller.connection.sign(&request::encode(&asked)).unwrap();
        proxy.lose(CANAL, &message);
        let (status, again) = app.post(CANAL, "text/xml", &message);
        assert!(status != 200 && again.contains("MENSAJE_REPETIDO"), "{again}");
    }
    let again = caller.accept(&of.nif, &[codigo]).unwrap();
    assert!(again[0].repetida && again[0].acuse.is_some());
    assert!(notess::client::calls::documento(&caller.connection, &of.nif, codigo).is_ok());
    assert!(notess::client::calls::acuse(&caller.connection, &of.nif, codigo).is_ok());
}

/// In WSCN both steps of a decision give the same answer to the same octets.
fn in_wscn(app: &TestApp, proxy: &Swallower) {
    let of = app.scenario().all_roles().by_role(1);
    let codigo = of.pendientes[1];
    let program = app.wscn_as(app.scenario().all_roles());
    let members = wscn::one(1, &of.nif, codigo);
    let asking = program.message(
        "solicitarAcuseNotificacion",
        &(members.clone() + &member("esDeAceptacion", true)),
    );
    proxy.lose(Entorno::Pruebas.path(), &asking);
    let given = program.send(&asking);
    assert_eq!(given.codigo(), 0, "{}", given.text);
    assert_eq!(given.octets("XML"), program.send(&asking).octets("XML"));

    let acuse = String::from_utf8(given.octets("XML").unwrap()).unwrap();
    let signed = STANDARD.encode(program.cosign(&acuse));
    let returning = program.message(
        "enviarAcuseNotificacion",
        &(wscn::by(1, &of.nif) + &member("xmlAcuseFirmado", signed)),
    );
    proxy.lose(Entorno::Pruebas.path(), &returning);
    let first = program.send(&returning);
    assert_eq!(first.codigo(), 0, "{}", first.text);
    assert_eq!(
        first.text_of("selladoTiempo"),
        program.send(&returning).text_of("selladoTiempo")
    );
    assert_eq!(program.view(1, &of.nif, codigo).codigo(), 0);
}
