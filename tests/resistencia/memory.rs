//! What the process keeps in memory at a million notifications, while 64 clients ask at once, and once they have gone.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::backend::program;
use crate::common::caller::{Caller, listing};
use crate::common::{Backend, Database, Scenario};
use crate::drill::{Drill, Sheet};
use crate::served::Served;

pub const DRILL: Drill = Drill {
    name: "memoria",
    what: "64 clients list pages of 500 and accept, at a million notifications (NOTIFICACIONES; MUNDO is a world that is there)",
    over: &[Backend::Sqlite],
    run,
};

const CLIENTS: usize = 64;
const LOAD: Duration = Duration::from_secs(40);
/// How long memory may take to be given back.
const AFTERWARDS: Duration = Duration::from_secs(90);
/// In MB, while they ask, and once memory was given back: what was listed last is remembered still.
const MOST: u64 = 150;
const MOST_AT_REST: u64 = 120;

/// What a process has in memory, in MB: all of it, and what of that is no page of a file.
fn resident(process: u32) -> [u64; 2] {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    ["VmRSS:", "RssAnon:"].map(|name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kib * 1024 / 1_000_000
    })
}

/// A folder with a world of that many notifications; it is removed with what comes first.
fn world() -> (Option<tempfile::TempDir>, PathBuf) {
    if let Some(there) = std::env::var_os("MUNDO") {
        return (None, there.into());
    }
    let count = std::env::var("NOTIFICACIONES").unwrap_or_else(|_| "1000000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let prepared = program()
        .args(["demo", "--solo-preparar", "--clave-servicio", "ec"])
        .args(["--notificaciones", &count, "--datos"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(prepared.status.success(), "{prepared:?}");
    let path = folder.path().to_owned();
    (Some(folder), path)
}

fn run(_: Backend, sheet: &mut Sheet) {
    let (_kept, folder) = world();
    let scenario = Scenario::read(&folder.join("escenario.json"));
    let database = Database::Elsewhere(format!("sqlite:{}", folder.join("notess.sqlite3").display()));
    let served = Served::start(&folder, &database);
    let process = served.child.id();
    thread::sleep(Duration::from_secs(3));
    let [all, own] = resident(process);
    sheet.figure("at the start, MB", format_args!("{all}, {own} of its own"));

    let (stop, answered, failed) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let (most, most_of_its_own) = (AtomicU64::new(0), AtomicU64::new(0));
    let next = AtomicUsize::new(0);
    let of = &scenario.all_roles().poderdantes;
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            let caller = served.caller(&scenario);
            scope.spawn(|| {
                let caller = caller;
                while !stop.load(Ordering::Relaxed) {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    let one = &of[nth * 7 % of.len()];
                    let done = page(&caller, &one.nif)
                        && one
                            .pendientes
                            .get(nth / of.len())
                            .filter(|_| nth.is_multiple_of(4))
                            .is_none_or(|codigo| caller.accept(&one.nif, &[*codigo]).is_ok());
                    let counted = if done { &answered } else { &failed };
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let began = Instant::now();
        while began.elapsed() < LOAD {
            let [all, own] = resident(process);
            most.fetch_max(all, Ordering::Relaxed);
            most_of_its_own.fetch_max(own, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(50));
        }
        stop.store(true, Ordering::Relaxed);
    });
    sheet.figure("answered", answered.into_inner());
    sheet.figure("not answered", failed.into_inner());
    let (most, own) = (most.into_inner(), most_of_its_own.into_inner());
    sheet.must(
        "most while they asked, MB",
        format_args!("{most}, {own} of its own (at most {MOST})"),
        most <= MOST,
    );

    let began = Instant::now();
    while resident(process)[0] > MOST_AT_REST && began.elapsed() < AFTERWARDS {
        thread::sleep(Duration::from_millis(500));
    }
    let [all, own] = resident(process);
    sheet.must(
        "afterwards, MB",
        format_args!(
            "{all}, {own} of its own, {:.0?} later (at most {MOST_AT_REST})",
            began.elapsed()
        ),
        all <= MOST_AT_REST,
    );
}

/// A page of 500 of what somebody has ever had.
fn page(caller: &Caller, poderdante: &str) -> bool {
    let question = notess::contract::canal::request::encode(&notess::domain::operation::Request::List(
        listing(poderdante),
    ));
    caller.connection.ask(&question).is_ok()
}
