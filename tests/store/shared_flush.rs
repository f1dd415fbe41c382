//! Many who write at the same time: on SQLite they share a flush, and what comes of each is its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use notess::domain::notificacion::{Notificacion, Sentido};
use notess::store::{
    DatabaseUrl, Durability, Limits, Store, StoreError, Trouble, Writer, acuses, mensajes, notificaciones,
    octets,
};

use crate::disk::SmallDisk;
use crate::site::{Site, codigo, codigos, day, decide, nif, pending, publish};

on_both!(
    of_sixty_four_at_once_exactly_what_succeeded_is_there,
    whoever_waits_too_long_leaves_nothing_and_holds_up_nobody,
);

const THREADS: i32 = 64;
const ROUNDS: i32 = 4;

/// What becomes of a decision on a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Done,
    Fails,
    Undone,
    Panics,
}

fn way_of(number: i32) -> Way {
    match number % 8 {
        2 => Way::Fails,
        4 => Way::Undone,
        7 => Way::Panics,
        _ => Way::Done,
    }
}

/// Decides on a notification, and then does as it goes.
fn act(store: &Store, number: i32) -> Way {
    let ended = catch_unwind(AssertUnwindSafe(|| {
        store.write_act(1, |conn| {
            decide(conn, nif(2), &[codigo(number)], Sentido::Aceptacion, day(1))?;
            match way_of(number) {
                Way::Done => Ok(()),
                Way::Fails => Err(StoreError::Conflict),
                Way::Undone => {
                    let again = [pending(number, nif(2), day(0))];
                    assert!(notificaciones::insert_notificaciones(conn, &again).is_err());
                    Ok(())
                }
                Way::Panics => panic!("on purpose"),
            }
        })
    }));
    match ended {
        Ok(Ok(())) => Way::Done,
        Ok(Err(StoreError::Conflict)) => Way::Fails,
        Ok(Err(StoreError::Undone)) => Way::Undone,
        Ok(Err(error)) => panic!("{number}: {error:?}"),
        Err(_) => Way::Panics,
    }
}

fn of_sixty_four_at_once_exactly_what_succeeded_is_there(site: &Site) {
    let store = site.store();
    let all: Vec<Notificacion> = (1..=THREADS * ROUNDS)
        .map(|number| pending(number, nif(2), day(0)))
        .collect();
    publish(&store, &all);
    let start = Barrier::new(THREADS as usize);
    std::thread::scope(|scope| {
        for thread in 1..=THREADS {
            let (store, start) = (&store, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..ROUNDS {
                    let number = round * THREADS + thread;
                    assert_eq!(act(store, number), way_of(number), "{number}");
                }
            });
        }
    });
    let done: Vec<i32> = (1..=THREADS * ROUNDS)
        .filter(|number| way_of(*number) == Way::Done)
        .collect();
    let there = store
        .read(|conn| acuses::acuses_of(conn, nif(2), &codigos(1..=THREADS * ROUNDS)))
        .unwrap();
    let mut there: Vec<i32> = there.iter().map(|acuse| acuse.codigo.number()).collect();
    there.sort_unstable();
    assert_eq!(there, done);
    let flushes = store.flushes();
    assert_eq!(flushes.acts, done.len() as u64);
    if site.is_sqlite() {
        assert!(flushes.commits * 2 < flushes.acts, "{flushes:?}");
    }
}

fn whoever_waits_too_long_leaves_nothing_and_holds_up_nobody(site: &Site) {
    drop(site.store());
    let limits = Limits {
        turn: Duration::from_millis(300),
        ..Limits::default()
    };
    let store = Store::open_within(site.url(), 1, limits).unwrap();
    let see = |mark: u8| store.write_act(1, |conn| mensajes::see(conn, &[mark; 32], day(1)));
    let (held, done) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            store.write_act(1, |conn| {
                let first = mensajes::see(conn, &[1; 32], day(1))?;
                held.wait();
                done.wait();
                Ok::<_, StoreError>(first)
            })
        });
        held.wait();
        let late: Vec<_> = (2..10).map(|mark| scope.spawn(move || see(mark))).collect();
        let asked = Instant::now();
        for one in late {
            let refused = one.join().unwrap();
            assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
        }
        assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
        done.wait();
    });
    for mark in 2..10 {
        assert!(see(mark).unwrap());
    }
    assert!(!see(1).unwrap());
}

/// What eight at once write, of which the first one waits for the others to come; and what became of each.
fn together(
    store: &Store,
    act: impl Fn(&mut Writer, u8) -> Result<bool, StoreError> + Sync,
) -> Vec<Result<bool, StoreError>> {
    let (held, done) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u8)
            .map(|nth| {
                let (act, held, done) = (&act, &held, &done);
                let thread = scope.spawn(move || {
                    store.write_act(1, |conn| {
                        let came = act(conn, nth)?;
                        if nth == 0 {
                            held.wait();
                            done.wait();
                        }
                        Ok(came)
                    })
                });
                if nth == 0 {
                    held.wait();
                }
                thread
            })
            .collect();
        std::thread::sleep(Duration::from_millis(200));
        done.wait();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn of_a_file_that_was_removed_all_who_share_its_last_flush_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(&folder.path().join("notess.db")).unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    let log = folder.path().join("notess.db-wal");
    let ended = together(&store, |conn, nth| {
        drop(std::fs::remove_file(&log));
        mensajes::see(conn, &[nth; 32], day(1))
    });
    for one in ended {
        assert!(matches!(one, Err(StoreError::Moved)), "{one:?}");
    }
}

#[test]
fn of_a_disk_that_is_full_at_the_commit_all_who_share_it_are_told_and_nothing_of_theirs_is_there() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let url = DatabaseUrl::sqlite(&disk.path().join("notess.db")).unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    disk.fill();
    let mut ended = Vec::new();
    // What the log has room for is written still.
    for round in 0..16_u8 {
        let came = together(&store, |conn, nth| {
            let mark = round * 8 + nth;
            octets::keep_evidencia(conn, &vec![mark; 100_000], day(1))?;
            mensajes::see(conn, &[mark; 32], day(1))
        });
        ended.extend(came);
        if ended.iter().any(Result::is_err) {
            break;
        }
    }
    assert!(ended.iter().any(Result::is_err));
    disk.make_room();
    for (mark, one) in (0..).zip(ended) {
        let first = store.write_act(1, |conn| mensajes::see(conn, &[mark; 32], day(1)));
        match one {
            Ok(_) => assert!(!first.unwrap(), "{mark} is lost"),
            Err(error) => {
                assert_eq!(error.trouble(), Some(Trouble::Full), "{mark}: {error:?}");
                assert!(first.unwrap(), "{mark} is there");
            }
        }
    }
}

/// What asks for no flush does not share with those who wait for one.
#[test]
fn what_is_written_without_a_flush_shares_with_nobody() {
    let site = Site::sqlite();
    let store = site.store();
    std::thread::scope(|scope| {
        for thread in 0..8_u8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..8_u8 {
                    let mark = [thread * 8 + n; 32];
                    let first = if thread % 2 == 0 {
                        store.write(Durability::Relaxed, |conn| mensajes::see(conn, &mark, day(1)))
                    } else {
                        store.write_act(1, |conn| mensajes::see(conn, &mark, day(1)))
                    };
                    assert!(first.unwrap());
                }
            });
        }
    });
    assert_eq!(store.flushes().acts, 32);
    let other = Store::open(site.url(), 1).unwrap();
    for n in 0..64_u8 {
        let again = other.write(Durability::Full, |conn| mensajes::see(conn, &[n; 32], day(1)));
        assert!(!again.unwrap());
    }
}
