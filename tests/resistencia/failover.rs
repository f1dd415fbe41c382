//! The primary of two databases dies under load, and its synchronous standby takes its place.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::accepting::Load;
use crate::common::backend::prepare;
use crate::common::server::Server;
use crate::common::{Backend, Database, Scenario};
use crate::drill::{Drill, Sheet};
use crate::outage::watch;
use crate::served::Served;

pub const DRILL: Drill = Drill {
    name: "relevo",
    what: "PostgreSQL's primary is killed while sixteen callers accept, and its synchronous standby takes its place",
    over: &[Backend::Postgresql],
    run,
};

fn run(_: Backend, sheet: &mut Sheet) {
    let (primary, folder) = (Server::start(), tempfile::tempdir().unwrap());
    primary.sql("create database world");
    let route = Route::to(primary.address());
    let url = format!("postgres://postgres@{}/world", route.address);
    prepare(folder.path(), Some(&url));
    let standby = primary.standby();
    let scenario = Scenario::read(&folder.path().join("escenario.json"));
    let database = Database::Elsewhere(url);
    let served = Served::start(folder.path(), &database);
    let load = Load::new(&served, &scenario);
    let (gone, taken_over, seen) = load.while_accepting(|| {
        thread::sleep(Duration::from_secs(4));
        let gone = Instant::now();
        primary.kill();
        // Whoever watches over the two takes some time to be sure.
        let seen = watch(&served, Duration::from_secs(3));
        standby.promote();
        route.change_to(&standby.address);
        let taken_over = Instant::now();
        thread::sleep(Duration::from_secs(10));
        (gone, taken_over, seen)
    });
    let answers = load.answers.lock().unwrap();
    let before = answers
        .iter()
        .filter(|one| one.acuse.is_some() && one.asked < gone)
        .count();
    sheet.must("accepted before", before, before > 0);
    sheet.figure(
        "answers while there was no primary",
        answers
            .iter()
            .filter(|one| one.asked >= gone && one.asked < taken_over)
            .count(),
    );
    let (first, named, slowest) = seen;
    sheet.must(
        "readiness says no after",
        format_args!("{first:.2?}, naming {named:?}"),
        first.is_some() && !named.is_empty(),
    );
    sheet.within("the longest that readiness took", slowest, Duration::from_secs(1));
    let after = answers
        .iter()
        .filter(|one| one.acuse.is_some() && one.asked + one.took > taken_over);
    let first = after.map(|one| one.asked + one.took).min();
    sheet.within(
        "the first acceptance by the standby",
        first.map_or(Duration::MAX, |first| first - taken_over),
        Duration::from_secs(2),
    );
    drop(answers);
    load.hold_against(&database, sheet);
}

/// The address by which a database is known, whichever server it is, as a proxy or an address that moves gives one.
struct Route {
    address: String,
    target: Arc<Mutex<String>>,
}

impl Route {
    fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let route = Self {
            address: listener.local_addr().unwrap().to_string(),
            target: Arc::new(Mutex::new(target.to_owned())),
        };
        let target = Arc::clone(&route.target);
        thread::spawn(move || {
            for client in listener.incoming() {
                let target = target.lock().unwrap().clone();
                if let (Ok(client), Ok(server)) = (client, TcpStream::connect(target)) {
                    join(&client, &server);
                }
            }
        });
        route
    }

    /// Where whoever connects from now on comes to.
    fn change_to(&self, target: &str) {
        target.clone_into(&mut self.target.lock().unwrap());
    }
}

/// Gives each of them what the other sends, until one ends.
fn join(client: &TcpStream, server: &TcpStream) {
    for (from, to) in [(client, server), (server, client)] {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        thread::spawn(move || {
            drop(io::copy(&mut from, &mut to));
            drop(to.shutdown(Shutdown::Both));
            drop(from.shutdown(Shutdown::Both));
        });
    }
}
