//! What a decision costs its database: pages of SQLite's file, each of which is copied, hashed and flushed before the answer
//! leaves; journeys to a PostgreSQL, each of which whoever decides waits for.

use crate::common::shards::Shards;
use crate::common::{Backend, TestApp, listened};

/// Acceptances whose pages are counted.
const ACCEPTANCES: usize = 15;

/// The salts of a write-ahead log, and how many pages were committed to it since it began
/// (<https://www.sqlite.org/fileformat2.html#walformat>).
fn written(app: &TestApp) -> ((u32, u32), usize) {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let file = app.column("select file as text from pragma_database_list where name = 'main'");
    let log = std::fs::read(format!("{}-wal", file[0])).unwrap();
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = FRAME_HEADER + usize::try_from(number(8)).unwrap();
    let salts = (number(16), number(20));
    let (mut pages, mut committed) = (0, 0);
    let mut at = HEADER;
    // Behind the last frame there may be some of before.
    while at + frame <= log.len() && (number(at + 8), number(at + 12)) == salts {
        pages += 1;
        // The frame that ends a transaction says how long the file is then.
        if number(at + 4) > 0 {
            committed = pages;
        }
        at += frame;
    }
    (salts, committed)
}

/// How many pages were written when something was done that often: the least of each, since the service writes by itself
/// too, marks of messages above all, and more of it comes between where a machine is slow.
fn pages_of_each(app: &TestApp, act: &mut dyn FnMut(usize)) -> usize {
    let mut counts = Vec::new();
    for n in 0..ACCEPTANCES {
        let (log, before) = written(app);
        act(n);
        let (same, after) = written(app);
        // It may have begun anew.
        if same == log {
            counts.push(after - before);
        }
    }
    assert!(counts.len() > ACCEPTANCES / 2, "{counts:?}");
    counts.into_iter().min().unwrap_or_default()
}

#[test]
fn a_decision_writes_few_pages() {
    let app = TestApp::start(Backend::Sqlite);
    let titular = app.scenario().all_roles();
    let (one, other) = (titular.by_role(2), titular.by_role(1));
    let caller = app.as_(titular);
    let by_canal = pages_of_each(&app, &mut |n| {
        caller.accept(&one.nif, &[one.pendientes[n]]).unwrap();
    });
    let program = app.wscn_as(titular);
    let by_wscn = pages_of_each(&app, &mut |n| {
        let accepted = program.decide(1, &other.nif, other.pendientes[n], true);
        assert_eq!((accepted.status, accepted.codigo()), (200, 0), "{accepted:?}");
    });
    // Three of each act's are its place in the journal's order, with the index by which it is found, and its leaf in the log.
    assert!(by_canal <= 17 && by_wscn <= 28, "{by_canal}, {by_wscn}");
}

/// The fewest statements of several acceptances: the service asks something by itself now and then.
fn fewest(app: &TestApp, act: &mut dyn FnMut(usize)) -> Vec<String> {
    let each = (0..ACCEPTANCES).map(|n| listened::asked(&app.settings.database_url, || act(n)));
    each.min_by_key(Vec::len).unwrap()
}

#[test]
fn a_decision_asks_postgresql_few_times() {
    let app = TestApp::start(Backend::Postgresql);
    let titular = app.scenario().all_roles();
    let (one, other) = (titular.by_role(2), titular.by_role(1));
    let caller = app.as_(titular);
    // What listings find is remembered: how procedures are called, above all.
    assert!(!caller.pending(&one.nif, None).is_empty());
    let by_canal = fewest(&app, &mut |n| {
        caller.accept(&one.nif, &[one.pendientes[n]]).unwrap();
    });
    let program = app.wscn_as(titular);
    let by_wscn = fewest(&app, &mut |n| {
        let accepted = program.decide(1, &other.nif, other.pendientes[n], true);
        assert_eq!((accepted.status, accepted.codigo()), (200, 0), "{accepted:?}");
    });
    assert_eq!(
        (by_canal.len(), by_wscn.len()),
        (11, 23),
        "{by_canal:#?}\n{by_wscn:#?}"
    );
    // By the addressee, whom each names, they would be told apart on a distributed PostgreSQL (docs/scale.md).
    let shards = Shards::documented();
    for statement in by_canal.iter().chain(&by_wscn) {
        assert!(
            shards.goes_to_one(statement) && !shards.is_listed(statement),
            "{statement}"
        );
    }
}

#[test]
fn the_document_says_of_each_table_where_it_would_lie() {
    let app = TestApp::start(Backend::Postgresql);
    let there = app.column(
        "select table_name::text as text from information_schema.tables where table_schema = 'public' \
         and table_name <> '__diesel_schema_migrations' and table_name not like 'origen\\_%' order by 1",
    );
    let documented: Vec<&str> = Shards::documented().tables.keys().map(String::as_str).collect();
    assert_eq!(there, documented);
}
