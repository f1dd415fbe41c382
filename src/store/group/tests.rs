use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread::ScopedJoinHandle;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::store::{DatabaseUrl, mensajes};

/// What becomes of one's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Done,
    Fails,
    /// A statement of it fails, and it goes on nonetheless.
    PassesOver,
    Panics,
}

/// One of those who write at the same time.
#[derive(Debug, Clone)]
struct One {
    marks: Vec<u8>,
    way: Way,
    /// How many decisions it takes; nothing for one that shares with nobody.
    decisions: Option<usize>,
}

/// How one ended, and which of its marks it found to be the first; nothing of how where it panicked.
type Ended = (Option<Result<(), String>>, Vec<bool>);

fn fresh() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(&folder.path().join("notess.db")).unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    (folder, store)
}

fn until() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_130_500, 0).unwrap()
}

fn see(conn: &mut Writer, mark: u8) -> Result<bool, StoreError> {
    mensajes::see(conn, &[mark; 32], until())
}

/// Which marks are in the file.
fn found(store: &Store) -> BTreeSet<u8> {
    let mut found = BTreeSet::new();
    let none = store.write::<(), _, _>(Durability::Full, |conn| {
        for mark in 0..=u8::MAX {
            if !see(conn, mark)? {
                found.insert(mark);
            }
        }
        Err(StoreError::Conflict)
    });
    assert!(none.is_err());
    found
}

fn acts(store: &Store, one: &One, seen: &Mutex<Vec<bool>>) -> Result<(), StoreError> {
    let work = |conn: &mut Writer| {
        for &mark in &one.marks {
            let first = see(conn, mark)?;
            seen.lock().unwrap().push(first);
        }
        match one.way {
            Way::Done => Ok(()),
            Way::Fails => Err(StoreError::Conflict),
            Way::PassesOver => {
                assert!(conn.batch("insert into nowhere values (1)").is_err());
                Ok(())
            }
            Way::Panics => panic!("on purpose"),
        }
    };
    match one.decisions {
        Some(decisions) => store.write_act(decisions, work),
        None => store.write(Durability::Full, work),
    }
}

/// Has all of them wait while somebody writes, in this order, lets them go, and gives how each ended.
fn at_once<T: Send>(store: &Store, all: &[impl Fn() -> T + Sync]) -> Vec<std::thread::Result<T>> {
    let (held, done) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let held = store.write::<_, StoreError, _>(Durability::Full, |_| {
                held.wait();
                done.wait();
                Ok(())
            });
            held.unwrap();
        });
        held.wait();
        let began = Instant::now();
        let mut threads: Vec<ScopedJoinHandle<'_, T>> = Vec::new();
        for one in all {
            threads.push(scope.spawn(one));
            while store.connections().lined_up() < threads.len() {
                assert!(began.elapsed() < Duration::from_mins(1));
                std::thread::sleep(Duration::from_micros(200));
            }
        }
        done.wait();
        threads.into_iter().map(ScopedJoinHandle::join).collect()
    })
}

fn all_at_once(store: &Store, all: &[One]) -> Vec<Ended> {
    let seen: Vec<Mutex<Vec<bool>>> = all.iter().map(|_| Mutex::default()).collect();
    let works: Vec<_> = all
        .iter()
        .zip(&seen)
        .map(|(one, seen)| move || acts(store, one, seen).map_err(|error| format!("{error:?}")))
        .collect();
    let ended = at_once(store, &works);
    ended
        .into_iter()
        .zip(seen)
        .map(|(ended, seen)| {
            (
                ended.ok(),
                seen.into_inner().unwrap_or_else(PoisonError::into_inner),
            )
        })
        .collect()
}

/// The same, one after another, each in a transaction of its own.
fn one_by_one(marks: &mut BTreeSet<u8>, all: &[One]) -> Vec<Ended> {
    all.iter()
        .map(|one| {
            let mut then = marks.clone();
            let seen = one.marks.iter().map(|mark| then.insert(*mark)).collect();
            let ended = match one.way {
                Way::Done => {
                    *marks = then;
                    Some(Ok(()))
                }
                Way::Fails => Some(Err("Conflict".to_owned())),
                Way::PassesOver => Some(Err("Undone".to_owned())),
                Way::Panics => None,
            };
            (ended, seen)
        })
        .collect()
}

fn ones() -> impl Strategy<Value = Vec<One>> {
    let way = prop_oneof![
        5 => Just(Way::Done),
        2 => Just(Way::Fails),
        1 => Just(Way::PassesOver),
        1 => Just(Way::Panics),
    ];
    let decisions = prop_oneof![
        8 => (0..=4_usize).prop_map(Some),
        1 => (MOST - 2..MOST * 2).prop_map(Some),
        1 => Just(None),
    ];
    let one = (proptest::collection::vec(0..12_u8, 0..4), way, decisions);
    let one = one.prop_map(|(marks, way, decisions)| One {
        marks,
        way,
        decisions,
    });
    proptest::collection::vec(one, 1..14)
}

/// Whoever shares a transaction finds and leaves what he would have found and left alone, in the order in which they came.
#[test]
fn those_who_share_a_transaction_end_as_if_each_had_one_of_its_own() {
    let (_folder, store) = fresh();
    let config = ProptestConfig {
        cases: 64,
        ..ProptestConfig::default()
    };
    proptest!(config, |(all in ones())| {
        store.write::<_, StoreError, _>(Durability::Full, |conn| conn.batch("delete from mensajes_vistos")).unwrap();
        let mut marks = BTreeSet::new();
        let before = store.flushes();
        let expected = one_by_one(&mut marks, &all);
        prop_assert_eq!(all_at_once(&store, &all), expected);
        prop_assert_eq!(found(&store), marks);
        let after = store.flushes();
        let done = |one: &&One| one.way == Way::Done && one.decisions.is_some();
        prop_assert_eq!(after.acts - before.acts, all.iter().filter(done).count() as u64);
        prop_assert!(after.commits - before.commits <= all.len() as u64);
    });
}

fn done(mark: u8) -> One {
    One {
        marks: vec![mark],
        way: Way::Done,
        decisions: Some(1),
    }
}

#[test]
fn those_who_wait_for_one_another_share_a_flush_but_for_whoever_takes_long() {
    let (_folder, store) = fresh();
    let long = One {
        decisions: Some(MOST),
        ..done(40)
    };
    let alone = One {
        decisions: None,
        ..done(41)
    };
    let all: Vec<One> = [done(1), done(2), long, done(3), done(4), alone, done(5), done(6)].into();
    // A machine that does other things meanwhile lets fewer gather.
    let shared = (0..20).any(|_| {
        let before = store.flushes();
        assert!(
            all_at_once(&store, &all)
                .iter()
                .all(|(ended, _)| *ended == Some(Ok(())))
        );
        let after = store.flushes();
        assert_eq!(after.acts - before.acts, 7);
        after.commits - before.commits == 4
    });
    assert!(shared);
    let before = store.flushes();
    acts(&store, &done(7), &Mutex::default()).unwrap();
    let after = store.flushes();
    assert_eq!((after.acts - before.acts, after.commits - before.commits), (1, 1));
}

/// Nor does one that decides nothing, for which there would always be room.
#[test]
fn after_a_panic_nobody_joins() {
    let (_folder, store) = fresh();
    let panics = One {
        way: Way::Panics,
        ..done(2)
    };
    let of_none = One {
        decisions: Some(0),
        ..done(3)
    };
    let before = store.flushes();
    let ended = all_at_once(&store, &[done(1), panics, of_none]);
    let ended: Vec<_> = ended.into_iter().map(|(ended, _)| ended).collect();
    assert_eq!(ended, [Some(Ok(())), None, Some(Ok(()))]);
    let after = store.flushes();
    assert_eq!((after.acts - before.acts, after.commits - before.commits), (2, 2));
    assert_eq!(found(&store), [1, 3].into());
}

/// What the work of one does to the connection that all of them share.
fn spoilt(sql: &'static str) -> impl Fn(&mut Writer) -> Result<(), StoreError> {
    move |conn| {
        see(conn, 9)?;
        conn.batch(sql)
    }
}

/// Of four, the third of which is `third` and the fourth fails, how each ended.
fn with_third(store: &Store, third: impl Fn(&mut Writer) -> Result<(), StoreError> + Sync) -> Vec<String> {
    type Work<'a> = Box<dyn Fn() -> String + Sync + 'a>;
    let told = |ended: Result<(), StoreError>| {
        ended.map_or_else(|error| format!("{error:?}"), |()| "done".to_owned())
    };
    let of = |one: One| -> Work<'_> { Box::new(move || told(acts(store, &one, &Mutex::default()))) };
    let fails = One {
        way: Way::Fails,
        ..done(3)
    };
    let all = [
        of(done(1)),
        of(done(2)),
        Box::new(|| told(store.write_act(1, &third))),
        of(fails),
    ];
    at_once(store, &all).into_iter().map(Result::unwrap).collect()
}

#[test]
fn a_commit_that_fails_is_told_to_all_who_share_it_and_to_those_who_had_failed() {
    let (_folder, store) = fresh();
    let table = "create table late (mark blob references mensajes_vistos deferrable initially deferred)";
    store
        .write::<_, StoreError, _>(Durability::Full, |conn| conn.batch(table))
        .unwrap();
    // The first two may have been committed before the third came, on a machine that does other things.
    let all_told = (0..20).any(|_| {
        let ended = with_third(&store, spoilt("insert into late values (x'00')"));
        assert!(ended[2].starts_with("Dangling"), "{ended:?}");
        let all = ended.iter().all(|one| one.starts_with("Dangling"));
        assert!(!all || found(&store).is_empty());
        store
            .write::<_, StoreError, _>(Durability::Full, |conn| conn.batch("delete from mensajes_vistos"))
            .unwrap();
        all
    });
    assert!(all_told);
    acts(&store, &done(7), &Mutex::default()).unwrap();
    assert_eq!(found(&store), [7].into());
}

#[test]
fn whoever_finds_no_space_is_undone_alone() {
    let (_folder, store) = fresh();
    let ended = with_third(
        &store,
        spoilt("pragma max_page_count = 1; create table large as select zeroblob(1000000)"),
    );
    assert!(ended[2].starts_with("Full"), "{ended:?}");
    assert_eq!(
        (ended[0].as_str(), ended[1].as_str(), ended[3].as_str()),
        ("done", "done", "Conflict")
    );
    assert_eq!(found(&store), [1, 2].into());
}

/// As SQLite does by itself upon some failures of the disk.
#[test]
fn where_the_whole_transaction_is_undone_for_one_all_are_told() {
    let (_folder, store) = fresh();
    let all_told = (0..20).any(|_| {
        let ended = with_third(&store, spoilt("rollback; insert into nowhere values (1)"));
        assert!(ended[2].contains("no such savepoint"), "{ended:?}");
        assert_eq!(ended[3], "Conflict");
        let all = ended[..2].iter().all(|one| one.contains("no such savepoint"));
        assert!(!all || found(&store).is_empty());
        store
            .write::<_, StoreError, _>(Durability::Full, |conn| conn.batch("delete from mensajes_vistos"))
            .unwrap();
        all
    });
    assert!(all_told);
    acts(&store, &done(7), &Mutex::default()).unwrap();
    assert_eq!(found(&store), [7].into());
}
