//! The database is stopped, frozen, or its disk filled, under load.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::accepting::Load;
use crate::common::backend::{prepare, program};
use crate::common::disk::SmallDisk;
use crate::common::server::Server;
use crate::common::{Backend, Database, Scenario};
use crate::drill::{Drill, Sheet};
use crate::served::Served;

pub const STOPPED: Drill = Drill {
    name: "parar",
    what: "PostgreSQL is killed for six seconds while sixteen callers accept",
    over: &[Backend::Postgresql],
    run: |_, sheet| away(sheet, Server::kill, Server::start_again, Duration::from_secs(6)),
};

pub const FROZEN: Drill = Drill {
    name: "congelar",
    what: "PostgreSQL is frozen (SIGSTOP) for twelve seconds while sixteen callers accept",
    over: &[Backend::Postgresql],
    run: |_, sheet| away(sheet, Server::freeze, Server::thaw, Duration::from_secs(12)),
};

pub const FULL: Drill = Drill {
    name: "llenar",
    what: "the disk of 32 MB on which the database lies is filled",
    over: &[Backend::Sqlite, Backend::Postgresql],
    run: full,
};

/// The status of readiness, which checks it names, and how long it took to say so.
fn ready(served: &Served) -> (bool, Vec<String>, Duration) {
    let began = Instant::now();
    let answer = served.get("/health/ready");
    let took = began.elapsed();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let checks = json["comprobaciones"].as_object().cloned().unwrap_or_default();
    let named = checks.iter().filter(|(_, said)| *said != "bien");
    let named = named.map(|(name, _)| name.clone()).collect();
    (answer.contains(" 200 "), named, took)
}

/// Asks for readiness for so long: when it first said no, and the longest that it took.
pub fn watch(served: &Served, lasting: Duration) -> (Option<Duration>, Vec<String>, Duration) {
    let (began, mut first, mut named, mut longest) = (Instant::now(), None, Vec::new(), Duration::ZERO);
    while began.elapsed() < lasting {
        let (is_ready, checks, took) = ready(served);
        longest = longest.max(took);
        if !is_ready && first.is_none() {
            first = Some(began.elapsed());
            named = checks;
        }
        thread::sleep(Duration::from_millis(100));
    }
    (first, named, longest)
}

fn away(sheet: &mut Sheet, take: fn(&Server), give_back: fn(&Server), lasting: Duration) {
    let (postgresql, folder) = (Server::start(), tempfile::tempdir().unwrap());
    postgresql.sql("create database world");
    let url = format!("{}/world", postgresql.url().rsplit_once('/').unwrap().0);
    prepare(folder.path(), Some(&url));
    let scenario = Scenario::read(&folder.path().join("escenario.json"));
    let database = Database::Elsewhere(url);
    let served = Served::start(folder.path(), &database);
    let load = Load::new(&served, &scenario);
    let (gone, back, seen) = load.while_accepting(|| {
        thread::sleep(Duration::from_secs(2));
        take(&postgresql);
        let gone = Instant::now();
        let seen = watch(&served, lasting);
        give_back(&postgresql);
        let back = Instant::now();
        thread::sleep(Duration::from_secs(20));
        (gone, back, seen)
    });
    let answers = load.answers.lock().unwrap();
    let within = |from: Instant, until: Instant| {
        answers
            .iter()
            .filter(move |answer| answer.asked >= from && answer.asked < until)
    };
    let longest = |from, until| within(from, until).map(|one| one.took).max().unwrap_or_default();
    sheet.figure(
        "accepted before",
        answers
            .iter()
            .filter(|one| one.asked < gone && one.acuse.is_some())
            .count(),
    );
    sheet.figure("asked while it was away", within(gone, back).count());
    let noticed = gone + Duration::from_secs(5);
    sheet.figure(
        "the longest that any of them waited",
        format_args!("{:.2?}", longest(gone, back)),
    );
    sheet.within(
        "the longest that who asked five seconds after it went or later waited",
        longest(noticed, back),
        Duration::from_secs(1),
    );
    let (first, named, slowest) = seen;
    sheet.must(
        "readiness says no after",
        format_args!("{first:.2?}, naming {named:?}"),
        first.is_some_and(|first| first < Duration::from_secs(10)) && !named.is_empty(),
    );
    sheet.within("the longest that readiness took", slowest, Duration::from_secs(1));
    let first = answers
        .iter()
        .filter(|one| one.acuse.is_some() && one.asked + one.took > back)
        .map(|one| one.asked + one.took)
        .min();
    let recovered = first.map_or(Duration::MAX, |first| first - back);
    sheet.within(
        "the first acceptance after its return",
        recovered,
        Duration::from_secs(2),
    );
    drop(answers);
    load.hold_against(&database, sheet);
}

/// A world, and a service of it whose database lies on a small disk.
struct OnSmallDisk {
    disk: SmallDisk,
    served: Served,
    scenario: Scenario,
    database: Database,
    _world: TempDir,
    _server: Option<Server>,
}

impl OnSmallDisk {
    fn over(backend: Backend, disk: SmallDisk) -> Self {
        let world = tempfile::tempdir().unwrap();
        let (served, database, cluster) = match backend {
            Backend::Sqlite => {
                prepare(world.path(), None);
                let (served, database) = serve_in(disk.path(), &world);
                (served, database, None)
            }
            Backend::Postgresql => {
                let server = Server::start();
                let url = database_on(&server, &disk);
                prepare(world.path(), Some(&url));
                let database = Database::Elsewhere(url);
                (Served::start(world.path(), &database), database, Some(server))
            }
        };
        Self {
            disk,
            served,
            scenario: Scenario::read(&world.path().join("escenario.json")),
            database,
            _world: world,
            _server: cluster,
        }
    }
}

/// A database of the server whose tables and sorting lie on the disk; the server's log does not, without which it would stop.
fn database_on(server: &Server, disk: &SmallDisk) -> String {
    let place = disk.path().join("tables");
    std::fs::create_dir(&place).unwrap();
    let owner = std::fs::metadata(server.folder()).unwrap();
    std::os::unix::fs::chown(&place, Some(owner.uid()), Some(owner.gid())).unwrap();
    server.sql(&format!("create tablespace small location '{}'", place.display()));
    server.sql("create database world tablespace small");
    format!("{}/world", server.url().rsplit_once('/').unwrap().0)
}

fn serve_in(folder: &Path, world: &TempDir) -> (Served, Database) {
    let path = folder.join("notess.sqlite3");
    std::fs::copy(world.path().join("notess.sqlite3"), &path).unwrap();
    let database = Database::Elsewhere(path.to_string_lossy().into_owned());
    let command = &mut Served::command(program(), world.path(), &database);
    let served = Served::run(command);
    assert!(served.get("/health/live").contains(" 200 "));
    (served, database)
}

fn full(backend: Backend, sheet: &mut Sheet) {
    let Some(disk) = SmallDisk::mount() else {
        sheet.skip("this machine lets no small disk be mounted");
        return;
    };
    let OnSmallDisk {
        disk,
        served,
        scenario,
        database,
        ..
    } = &OnSmallDisk::over(backend, disk);
    let load = Load::new(served, scenario);
    let of = &scenario.all_roles().by_role(1).nif;
    let reader = served.caller(scenario);
    let (mut listed, mut failed) = (0, 0);
    let (gone, back, seen) = load.while_accepting(|| {
        thread::sleep(Duration::from_secs(2));
        disk.fill();
        let gone = Instant::now();
        let seen = watch(served, Duration::from_secs(5));
        while gone.elapsed() < Duration::from_secs(10) {
            let all = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| reader.pending(of, None)));
            if all.is_ok() {
                listed += 1;
            } else {
                failed += 1;
            }
            thread::sleep(Duration::from_millis(50));
        }
        disk.make_room();
        let back = Instant::now();
        thread::sleep(Duration::from_secs(4));
        (gone, back, seen)
    });
    let answers = load.answers.lock().unwrap();
    let refused = answers
        .iter()
        .filter(|one| one.asked > gone && one.asked < back && one.acuse.is_none());
    sheet.figure("decisions refused while it was full", refused.count());
    sheet.must(
        "listings served while it was full",
        format_args!("{listed} of {}", listed + failed),
        listed > 0 && failed == 0,
    );
    let (first, named, slowest) = seen;
    sheet.must(
        "readiness says no after",
        format_args!("{first:.2?}, naming {named:?}"),
        first.is_some() && !named.is_empty(),
    );
    sheet.within("the longest that readiness took", slowest, Duration::from_secs(1));
    let first = answers
        .iter()
        .filter(|one| one.acuse.is_some() && one.asked > back)
        .map(|one| one.asked + one.took)
        .min();
    sheet.within(
        "the first acceptance after there was room",
        first.map_or(Duration::MAX, |first| first - back),
        Duration::from_secs(2),
    );
    drop(answers);
    load.hold_against(database, sheet);
}
