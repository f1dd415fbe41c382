//! The real program whose database is stopped, frozen, full, read-only, locked or gone: it refuses clearly, serves who can be
//! served, and says of itself what is wrong.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use notess::client::calls;
use notess::contract::canal::request;
use notess::domain::operation::Request;
use tempfile::TempDir;

use crate::common::backend::{prepare, program};
use crate::common::caller::{Caller, code_of, listing};
use crate::common::disk::SmallDisk;
use crate::common::server::Server;
use crate::common::{Backend, Database, Scenario, World};
use crate::served::Served;

/// What an answer must say of when to ask again.
const RETRY: &str = "retry-after: ";
/// For how many documents' rows a log has room that began anew on a full disk: it has a thousand pages, of which each row takes
/// several.
const ROOM: usize = 500;

/// A server of a test's own, with a world in it.
pub struct OwnServer {
    pub server: Server,
    pub folder: TempDir,
    pub scenario: Scenario,
    pub database: Database,
}

impl OwnServer {
    pub fn start() -> Self {
        let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
        server.sql("create database world");
        let url = format!("{}/world", server.url().rsplit_once('/').unwrap().0);
        prepare(folder.path(), Some(&url));
        let scenario = Scenario::read(&folder.path().join("escenario.json"));
        Self {
            server,
            folder,
            scenario,
            database: Database::Elsewhere(url),
        }
    }

    fn serve(&self) -> Served {
        Served::start(self.folder.path(), &self.database)
    }
}

/// Whether readiness answers in time, with what, and in which words of a check.
fn ready(served: &Served) -> (u16, serde_json::Value) {
    let began = Instant::now();
    let answer = served.get("/health/ready");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    (status, serde_json::from_str(body).unwrap())
}

/// Waits until readiness names a check as what does not hold, or is ready if there is none.
fn until_ready_says(served: &Served, check: Option<&str>, most: Duration) {
    let began = Instant::now();
    loop {
        let (status, json) = ready(served);
        let holds = |name: &str| json["comprobaciones"][name] == "bien";
        let said = match check {
            None => status == 200,
            Some(check) => status == 503 && !holds(check),
        };
        if said {
            return;
        }
        assert!(began.elapsed() < most, "{check:?}: {json}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A message, as it goes over the wire.
pub fn post(served: &Served, message: &[u8]) -> (String, Duration) {
    let head = format!(
        "POST /canal/v1 HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    let began = Instant::now();
    let answer = served.send(&[head.as_bytes(), message].concat());
    (answer, began.elapsed())
}

fn decision(caller: &Caller, poderdante: &str, codigo: i32) -> Vec<u8> {
    let wanted = caller.decision(
        notess::domain::notificacion::Sentido::Aceptacion,
        poderdante,
        &[codigo],
    );
    let payload = request::encode(&Request::Decide(wanted));
    caller.connection.sign(&payload).unwrap()
}

/// Refused, in so long, with words and a header that say to ask again.
pub fn assert_refused((answer, took): (String, Duration), most: Duration) {
    assert!(
        answer.starts_with("HTTP/1.0 503 ") || answer.starts_with("HTTP/1.1 503 "),
        "{answer}"
    );
    assert!(answer.to_lowercase().contains(RETRY), "{answer}");
    assert!(answer.contains("SERVICIO_NO_DISPONIBLE"), "{answer}");
    for inside in ["PostgreSQL", "server", "SQLite", "disk", "127.0.0.1"] {
        assert!(!answer.contains(inside), "{inside}: {answer}");
    }
    assert!(took < most, "{took:?}");
}

/// Waits until a decision is taken again.
fn until_accepted(caller: &Caller, poderdante: &str, codigo: i32) -> Duration {
    let began = Instant::now();
    while caller.accept(poderdante, &[codigo]).is_err() {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}

#[test]
fn while_postgresql_is_stopped_everybody_is_refused_within_a_second_and_served_within_two_of_its_return() {
    let own = OwnServer::start();
    let served = own.serve();
    let caller = served.caller(&own.scenario);
    let of = own.scenario.all_roles().by_role(1);
    let accept = |codigo| caller.accept(&of.nif, &[codigo]);
    assert!(accept(of.pendientes[0]).unwrap()[0].acuse.is_some());
    until_ready_says(&served, None, Duration::from_secs(5));
    own.server.kill();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            let message = decision(&caller, &of.nif, of.pendientes[1]);
            let served = &served;
            scope.spawn(move || assert_refused(post(served, &message), Duration::from_secs(1)));
        }
    });
    until_ready_says(&served, Some("almacen"), Duration::from_secs(2));
    own.server.start_again();
    assert!(until_accepted(&caller, &of.nif, of.pendientes[1]) < Duration::from_secs(2));
    until_ready_says(&served, None, Duration::from_secs(2));
    assert!(accept(of.pendientes[0]).unwrap()[0].repetida);
    // The operator is told once of each check, with what to look at.
    let told = served.logged("the service is not ready");
    assert!(
        told.len() <= 2 && told[0].contains("look whether its server runs"),
        "{told:?}"
    );
}

#[test]
fn while_postgresql_is_frozen_nobody_waits_for_good_and_what_was_under_way_is_told_as_not_known() {
    let own = OwnServer::start();
    let served = own.serve();
    let caller = served.caller(&own.scenario);
    let of = own.scenario.all_roles().by_role(1);
    assert!(
        caller.accept(&of.nif, &of.pendientes[..1]).unwrap()[0]
            .acuse
            .is_some()
    );
    own.server.freeze();
    std::thread::scope(|scope| {
        let message = decision(&caller, &of.nif, of.pendientes[1]);
        let served = &served;
        let under_way = scope.spawn(move || post(served, &message));
        until_ready_says(served, Some("almacen"), Duration::from_secs(10));
        let message = decision(&caller, &of.nif, of.pendientes[2]);
        assert_refused(post(served, &message), Duration::from_secs(1));
        let (answer, took) = under_way.join().unwrap();
        assert!(answer.contains("No se sabe"), "{answer}");
        assert_refused((answer, took), Duration::from_secs(8));
    });
    own.server.thaw();
    assert!(until_accepted(&caller, &of.nif, of.pendientes[1]) < Duration::from_secs(2));
    assert!(caller.accept(&of.nif, &of.pendientes[1..2]).unwrap()[0].repetida);
    until_ready_says(&served, None, Duration::from_secs(2));
}

/// What is served while only writing fails, and what is not. Gives how many documents there was still room to give: a document
/// is given once its row in the journal is written, which takes fewer pages than a decision, and no room lasts.
fn assert_reads_go_on(served: &Served, world: &World, codigo: i32) -> usize {
    let titular = world.scenario.all_roles();
    let of = titular.by_role(1);
    let caller = served.caller(&world.scenario);
    assert!(caller.pending(&of.nif, None).contains(&codigo));
    assert!(calls::poderdantes(&caller.connection).is_ok());
    let message = caller
        .connection
        .sign(&request::encode(&Request::List(listing(&of.nif))))
        .unwrap();
    assert!(post(served, &message).0.contains(" 200 "));
    let again = post(served, &message).0;
    assert!(
        again.contains("MENSAJE_REPETIDO") || again.contains("SERVICIO_NO_DISPONIBLE"),
        "{again}"
    );
    let document = || calls::documento(&caller.connection, &of.nif, of.aceptadas[0]);
    let mut given = 0;
    let refused = loop {
        match document() {
            Err(refused) => break refused,
            Ok(_) => given += 1,
        }
        assert!(given < ROOM, "what is given leaves no row");
    };
    assert_eq!(
        code_of::<()>(Err(refused)),
        "SERVICIO_NO_DISPONIBLE",
        "its journal could not be written"
    );
    let message = decision(&caller, &of.nif, codigo);
    assert_refused(post(served, &message), Duration::from_secs(1));
    given
}

#[test]
fn while_postgresql_only_reads_listings_are_served_once_each_and_decisions_refused() {
    let (world, database) = (Backend::Postgresql.world(), Backend::Postgresql.fresh_database());
    let served = Served::start(world.folder(), &database);
    let of = world.scenario.all_roles().by_role(1);
    let codigo = of.pendientes[0];
    let url = database.url();
    let name = url.rsplit_once('/').unwrap().1.to_owned();
    let turn = |how: &str| {
        let mut owner = PgConnection::establish(&url).unwrap();
        // Connections see it that are made after it was committed.
        for sql in [
            format!(
                "set transaction read write; alter database {name} set default_transaction_read_only = {how}"
            ),
            "select pg_sleep(0.3)".to_owned(),
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() \
             and datname = current_database()"
                .to_owned(),
        ] {
            owner.batch_execute(&sql).unwrap();
        }
    };
    turn("on");
    until_ready_says(&served, Some("escritura"), Duration::from_secs(10));
    assert_eq!(ready(&served).1["comprobaciones"]["almacen"], "bien");
    assert_eq!(assert_reads_go_on(&served, world, codigo), 0);
    assert!(served.awaited("marks of messages").contains("by heart"));
    turn("off");
    until_ready_says(&served, None, Duration::from_secs(5));
    until_accepted(&served.caller(&world.scenario), &of.nif, codigo);
}

/// A copy of the world in another folder.
fn serve_in(folder: &Path, change: impl FnOnce(&mut std::process::Command)) -> Served {
    let world = Backend::Sqlite.world();
    let path = folder.join("notess.sqlite3");
    std::fs::copy(world.folder().join("notess.sqlite3"), &path).unwrap();
    let database = Database::Elsewhere(path.to_string_lossy().into_owned());
    let mut command = Served::command(program(), world.folder(), &database);
    change(&mut command);
    let served = Served::run(&mut command);
    assert!(served.get("/health/live").contains(" 200 "));
    served
}

#[test]
fn on_a_full_disk_listings_are_served_and_decisions_refused_until_there_is_room() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let (world, served) = (Backend::Sqlite.world(), serve_in(disk.path(), |_| {}));
    let of = world.scenario.all_roles().by_role(1);
    let caller = served.caller(&world.scenario);
    assert!(
        caller.accept(&of.nif, &of.pendientes[..1]).unwrap()[0]
            .acuse
            .is_some()
    );
    disk.fill();
    until_ready_says(&served, Some("escritura"), Duration::from_secs(10));
    // What is left of the log is soon used up, by documents.
    let codigo = of.pendientes[1];
    assert_reads_go_on(&served, world, codigo);
    assert_eq!(ready(&served).1["comprobaciones"]["almacen"], "bien");
    disk.make_room();
    until_ready_says(&served, None, Duration::from_secs(5));
    assert!(until_accepted(&caller, &of.nif, codigo) < Duration::from_secs(2));
}

#[test]
fn a_sqlite_file_that_is_taken_away_takes_no_decision_that_would_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (world, served) = (Backend::Sqlite.world(), serve_in(folder.path(), |_| {}));
    let of = world.scenario.all_roles().by_role(1);
    let caller = served.caller(&world.scenario);
    let (here, elsewhere) = (
        folder.path().join("notess.sqlite3"),
        folder.path().join("elsewhere"),
    );
    std::fs::rename(&here, &elsewhere).unwrap();
    let message = decision(&caller, &of.nif, of.pendientes[0]);
    assert_refused(post(&served, &message), Duration::from_secs(1));
    until_ready_says(&served, Some("almacen"), Duration::from_secs(2));
    assert!(!served.logged("no longer where the service opened it").is_empty());
    std::fs::rename(&elsewhere, &here).unwrap();
    assert!(until_accepted(&caller, &of.nif, of.pendientes[0]) < Duration::from_secs(2));
}

#[test]
fn a_sqlite_file_that_another_process_keeps_locked_is_listed_and_not_decided_upon() {
    let folder = tempfile::tempdir().unwrap();
    let world = Backend::Sqlite.world();
    let served = serve_in(folder.path(), |command| {
        command.env("NOTESS_DATABASE_LIMITES__TURNO_SEGUNDOS", "1");
    });
    let of = world.scenario.all_roles().by_role(1);
    let caller = served.caller(&world.scenario);
    let path = folder.path().join("notess.sqlite3");
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other
        .batch_execute("pragma busy_timeout = 10000; begin immediate")
        .unwrap();
    let began = Instant::now();
    assert_eq!(
        code_of(caller.accept(&of.nif, &of.pendientes[..1])),
        "SERVICIO_OCUPADO"
    );
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert!(caller.pending(&of.nif, None).contains(&of.pendientes[0]));
    until_ready_says(&served, Some("escritura"), Duration::from_secs(10));
    other.batch_execute("rollback").unwrap();
    until_ready_says(&served, None, Duration::from_secs(3));
    assert!(until_accepted(&caller, &of.nif, of.pendientes[0]) < Duration::from_secs(2));
}
