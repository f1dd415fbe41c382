//! Who waits for whom: readers for no writer, nobody for those who have hung up, and everybody is told when it is too long.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use notess::config::Settings;
use notess::contract::wscn::Entorno;

use crate::common::{Alcance, Backend, TestApp};

over_both_databases!(
    who_lists_does_not_wait_for_those_who_decide_nor_health_for_either,
    who_finds_no_place_is_told_when_to_come_again,
    what_nobody_waits_for_any_more_is_not_decided,
    who_says_that_nothing_more_will_come_is_answered,
    bodies_that_do_not_end_leave_room_for_small_messages,
);

/// What a busy machine may take over something that waits for nobody.
const PATIENCE: Duration = Duration::from_secs(30);

/// The turn to write, taken from the service by somebody else who has the database.
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Held {
    fn of(app: &TestApp) -> Self {
        let url = &app.settings.database_url;
        if url.starts_with("postgres") {
            let mut connection = PgConnection::establish(url).unwrap();
            connection
                .batch_execute("begin; lock table auditoria in exclusive mode")
                .unwrap();
            Self::Postgres(connection)
        } else {
            let path = url.strip_prefix("sqlite:").unwrap_or(url);
            let mut connection = SqliteConnection::establish(path).unwrap();
            connection
                .batch_execute("pragma busy_timeout = 10000; begin immediate")
                .unwrap();
            Self::Sqlite(connection)
        }
    }

    fn release(mut self) {
        match &mut self {
            Self::Sqlite(connection) => connection.batch_execute("rollback"),
            Self::Postgres(connection) => connection.batch_execute("rollback"),
        }
        .unwrap();
    }
}

/// One turn to write, and few places.
fn narrow(settings: &mut Settings) {
    settings.servicio.escritores = 1;
    settings.servicio.cola = 2;
    settings.servicio.espera_milisegundos = 60_000;
    // As long as it takes to look who waits, on a machine that has much else to do.
    settings.database_limites.turno_segundos = 60;
    settings.database_limites.sentencia_segundos = 60;
}

fn own(app: &TestApp) -> &'static Alcance {
    app.scenario().all_roles().by_role(1)
}

/// The messages that accept, one code each.
fn acceptances(app: &TestApp, count: usize) -> Vec<Vec<u8>> {
    use notess::contract::canal::request;
    use notess::domain::notificacion::Sentido;
    use notess::domain::operation::Request;

    let caller = app.as_(app.scenario().all_roles());
    let of = own(app);
    let codes = of.pendientes.iter().take(count);
    codes
        .map(|code| {
            let decision = caller.decision(Sentido::Aceptacion, &of.nif, &[*code]);
            let payload = request::encode(&Request::Decide(decision));
            caller.connection.sign(&payload).unwrap()
        })
        .collect()
}

/// A connection on which a message was sent.
fn posted(app: &TestApp, path: &str, message: &[u8]) -> TcpStream {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(&[head.as_bytes(), message].concat()).unwrap();
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// How many turns of a lane are taken, and how much waits for one, as the metrics say.
fn lane(app: &TestApp, lane: &str) -> (u32, u32) {
    let (_, metrics) = app.get("/metrics");
    let gauge = |name: &str| {
        let begins = format!("notess_lane_{name}{{lane=\"{lane}\"}} ");
        let value = metrics.lines().find_map(|line| line.strip_prefix(&begins));
        value.and_then(|value| value.parse().ok()).unwrap_or(0)
    };
    (gauge("busy"), gauge("waiting"))
}

fn awaits(app: &TestApp, wanted: (u32, u32)) {
    let began = Instant::now();
    while lane(app, "escritura") != wanted {
        assert!(began.elapsed() < PATIENCE, "{:?}", lane(app, "escritura"));
        thread::sleep(Duration::from_millis(10));
    }
}

fn who_lists_does_not_wait_for_those_who_decide_nor_health_for_either(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| {
        settings.servicio.trabajadores = 2;
        settings.servicio.escritores = 2;
    });
    let held = Held::of(&app);
    let acceptors: Vec<_> = acceptances(&app, 8)
        .iter()
        .map(|message| posted(&app, "/canal/v1", message))
        .collect();
    let of = own(&app);
    let (tell, told) = channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            let titular = app.scenario().all_roles();
            for _ in 0..4 {
                assert!(!app.as_(titular).pending(&of.nif, None).is_empty());
                assert_eq!(app.wscn_as(titular).list(1, &of.nif, [0; 3]).codigo(), 0);
            }
            assert_eq!(app.get("/health/live").0, 200);
            app.get("/health/ready");
            tell.send(()).unwrap();
        });
        // The deciders wait for as long as this does.
        let answered = told.recv_timeout(PATIENCE);
        held.release();
        answered.expect("readers wait for writers");
    });
    for one in acceptors {
        let answer = answer(one);
        assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    }
}

fn who_finds_no_place_is_told_when_to_come_again(backend: Backend) {
    let app = TestApp::start_with(backend, narrow);
    let messages = acceptances(&app, 4);
    let held = Held::of(&app);
    let mut waiting = Vec::new();
    for (message, seen) in messages.iter().zip([(1, 0), (1, 1), (1, 2)]) {
        waiting.push(posted(&app, "/canal/v1", message));
        awaits(&app, seen);
    }
    let refused = answer(posted(&app, "/canal/v1", &messages[3]));
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
    assert!(refused.contains("SERVICIO_OCUPADO"), "{refused}");

    let of = own(&app);
    let program = app.wscn_as(app.scenario().all_roles());
    let members =
        crate::common::wscn::one(1, &of.nif, of.pendientes[4]) + "<esDeAceptacion>true</esDeAceptacion>";
    let message = program.message("solicitarAcuseNotificacion", &members);
    let refused = answer(posted(&app, Entorno::Pruebas.path(), &message));
    assert!(refused.starts_with("HTTP/1.1 500 "), "{refused}");
    assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
    assert!(refused.contains("Fault>"), "{refused}");

    held.release();
    for one in waiting {
        let answer = answer(one);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    // What was turned away is taken when it comes again.
    let again = answer(posted(&app, "/canal/v1", &messages[3]));
    assert!(again.starts_with("HTTP/1.1 200 "), "{again}");
}

fn what_nobody_waits_for_any_more_is_not_decided(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| {
        narrow(settings);
        settings.servicio.cola = 100;
    });
    let messages = acceptances(&app, 6);
    let decided = || app.count("select count(*) as n from acuses");
    let before = decided();
    let held = Held::of(&app);
    let first = posted(&app, "/canal/v1", &messages[0]);
    awaits(&app, (1, 0));
    let gone: Vec<_> = messages[1..5]
        .iter()
        .map(|message| posted(&app, "/canal/v1", message))
        .collect();
    awaits(&app, (1, 4));
    drop(gone);
    awaits(&app, (1, 0));
    let last = posted(&app, "/canal/v1", &messages[5]);
    awaits(&app, (1, 1));
    held.release();
    for one in [first, last] {
        let answer = answer(one);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    assert_eq!(decided() - before, 2);
}

fn who_says_that_nothing_more_will_come_is_answered(backend: Backend) {
    let app = TestApp::start(backend);
    for message in acceptances(&app, 3) {
        let stream = posted(&app, "/canal/v1", &message);
        stream.shutdown(Shutdown::Write).unwrap();
        let answer = answer(stream);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}

fn bodies_that_do_not_end_leave_room_for_small_messages(backend: Backend) {
    const LARGE: usize = (8 << 20) - 1;
    let app = TestApp::start_with(backend, |settings| settings.servicio.mensajes_mib = 32);
    let head = format!(
        "POST /canal/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
        LARGE + 1
    );
    let mut unfinished = Vec::new();
    let mut refused = 0;
    for _ in 0..4 {
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // Whoever is refused need not get so far.
        drop(stream.write_all(&vec![b' '; LARGE]));
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        let mut begins = [0; 13];
        if stream.read_exact(&mut begins).is_ok() {
            assert_eq!(&begins, b"HTTP/1.1 503 ");
            refused += 1;
        }
        unfinished.push(stream);
    }
    assert!(refused >= 2, "{refused}");
    let titular = app.scenario().all_roles();
    assert!(!app.as_(titular).pending(&own(&app).nif, None).is_empty());
}
