//! The process is killed under load: whatever a client saw confirmed is there afterwards, and nothing twice.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use notess::contract::canal::request;
use notess::domain::operation::Request;
use notess::store::{Store, StoreError, acuses};

use crate::common::caller::{codigos, nif};
use crate::common::slow_flush::SlowFlush;
use crate::common::{Backend, Database};
use crate::served::Served;

over_both_databases!(
    what_was_confirmed_survives_a_kill_and_nothing_is_decided_twice,
    a_question_that_was_answered_is_not_taken_again_after_a_restart,
);

/// How many times the process is killed.
const KILLS: u64 = 4;
/// How many accept meanwhile.
const CALLERS: usize = 16;
/// What each flush takes longer than the disk does, so that they gather on SQLite.
const LONGER: Duration = Duration::from_millis(10);

fn what_was_confirmed_survives_a_kill_and_nothing_is_decided_twice(backend: Backend) {
    let world = backend.world();
    let database = backend.fresh_database();
    let titular = world.scenario.all_roles();
    let confirmed: Mutex<BTreeMap<i32, String>> = Mutex::new(BTreeMap::new());
    let mut left: Vec<(String, i32)> = (1..=3)
        .flat_map(|rol| titular.by_role(rol).pendientes.iter().map(move |c| (rol, *c)))
        .map(|(rol, c)| (titular.by_role(rol).nif.clone(), c))
        .collect();
    let all = left.clone();
    let slow = SlowFlush::by(LONGER);
    let (mut acts, mut commits) = (0, 0);

    for kill in 0..KILLS {
        let mut served = Served::start_slowly(world.folder(), &database, &slow);
        let stop = AtomicBool::new(false);
        let (work, _) = left.split_at(left.len() / 2);
        thread::scope(|scope| {
            for half in work.chunks(work.len().div_ceil(CALLERS).max(1)) {
                let (caller, confirmed, stop) = (served.caller(&world.scenario), &confirmed, &stop);
                scope.spawn(move || {
                    for (poderdante, codigo) in half {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        // An answer that does not come says nothing: only what is confirmed must be found again.
                        if let Ok(results) = caller.accept(poderdante, &[*codigo])
                            && let Some(acuse) = &results[0].acuse
                        {
                            confirmed
                                .lock()
                                .unwrap()
                                .insert(*codigo, acuse.identificador.clone());
                        }
                    }
                });
            }
            thread::sleep(Duration::from_millis(60 + 45 * kill));
            let seen = served.flushes();
            (acts, commits) = (acts + seen.0, commits + seen.1);
            // SIGKILL: nothing in the process gets to run any more.
            served.child.kill().unwrap();
            served.child.wait().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        let done = confirmed.lock().unwrap();
        left.retain(|(_, codigo)| !done.contains_key(codigo));
    }
    let confirmed = confirmed.into_inner().unwrap();
    assert!(
        !confirmed.is_empty() && !left.is_empty(),
        "{} confirmed, {} left",
        confirmed.len(),
        left.len()
    );

    if matches!(backend, Backend::Sqlite) {
        assert!(
            commits < acts,
            "none shared a flush: {acts} acts, {commits} commits"
        );
    }

    confirmed_is_on_record(&database, &all, &confirmed);
    // By asking again, too: the same acuse for what was confirmed, no error for the rest.
    let mut served = Served::start(world.folder(), &database);
    let caller = served.caller(&world.scenario);
    for (poderdante, codigo) in &all {
        let again = caller.accept(poderdante, &[*codigo]).unwrap().remove(0);
        let acuse = again
            .acuse
            .unwrap_or_else(|| panic!("{codigo}: {:?}", again.error));
        if let Some(expected) = confirmed.get(codigo) {
            assert!(again.repetida);
            assert_eq!(&acuse.identificador, expected);
        }
    }
    served.child.kill().unwrap();
    served.child.wait().unwrap();
}

/// Whether what was confirmed is on record, by the store itself, and once.
fn confirmed_is_on_record(database: &Database, all: &[(String, i32)], confirmed: &BTreeMap<i32, String>) {
    let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
    for (poderdante, codigo) in all {
        let found = store
            .read::<_, StoreError, _>(|conn| acuses::acuses_of(conn, nif(poderdante), &codigos(&[*codigo])))
            .unwrap();
        if let Some(expected) = confirmed.get(codigo) {
            assert_eq!(found.len(), 1, "{codigo}");
            assert_eq!(&found[0].identificador.to_string(), expected);
        }
    }
    crate::common::verify_journal(&store);
}

fn a_question_that_was_answered_is_not_taken_again_after_a_restart(backend: Backend) {
    let (world, database) = (backend.world(), backend.fresh_database());
    let mut served = Served::start(world.folder(), &database);
    let connection = served.caller(&world.scenario).connection;
    let message = connection.sign(&request::encode(&Request::Poderdantes)).unwrap();
    connection.send(&message).unwrap();
    served.tell_to_stop();
    assert!(served.child.wait().unwrap().success());

    let mut served = Served::start(world.folder(), &database);
    let refused = served
        .caller(&world.scenario)
        .connection
        .send(&message)
        .unwrap_err();
    assert!(refused.to_string().contains("MENSAJE_REPETIDO"), "{refused}");
    served.child.kill().unwrap();
    served.child.wait().unwrap();
}
