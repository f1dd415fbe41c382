//! What a decision costs its database: pages of SQLite's file, each of which is copied, hashed and flushed before the answer
//! leaves; journeys to a PostgreSQL, each of which whoever decides waits for.

use std::sync::Mutex;

use diesel::connection::{InstrumentationEvent, set_default_instrumentation};

use crate::common::{Backend, TestApp};

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

/// The database that is listened to, by its URL, and the statements asked of it. Other tests have theirs at the same time.
static ASKED: Mutex<Option<(String, Vec<String>)>> = Mutex::new(None);

/// Has the connections that are made from here on tell what they ask, where it is listened to.
fn listen() {
    let listening = set_default_instrumentation(|| {
        let mut of = String::new();
        Some(Box::new(move |event: InstrumentationEvent<'_>| match event {
            // What the service adds to the URL says how long it waits.
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                url.split('?').next().unwrap_or_default().clone_into(&mut of);
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                if let Some((wanted, asked)) = ASKED.lock().unwrap().as_mut()
                    && *wanted == of
                {
                    let text = query.to_string();
                    asked.push(text.split(" -- binds").next().unwrap_or_default().to_owned());
                }
            }
            _ => {}
        }))
    });
    listening.unwrap();
}

/// The fewest statements of several acceptances: the service asks something by itself now and then.
fn fewest(app: &TestApp, act: &mut dyn FnMut(usize)) -> Vec<String> {
    let mut fewest: Option<Vec<String>> = None;
    for n in 0..ACCEPTANCES {
        *ASKED.lock().unwrap() = Some((app.settings.database_url.clone(), Vec::new()));
        act(n);
        let (_, asked) = ASKED.lock().unwrap().take().unwrap();
        if fewest.as_ref().is_none_or(|fewest| asked.len() < fewest.len()) {
            fewest = Some(asked);
        }
    }
    fewest.unwrap()
}

#[test]
fn a_decision_asks_postgresql_few_times() {
    listen();
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
        (13, 26),
        "{by_canal:#?}\n{by_wscn:#?}"
    );
}
