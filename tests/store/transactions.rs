//! Transactions: all or nothing, whatever happens to the one who asked for them or to the connection.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use notess::domain::notificacion::{Notificacion, Sentido, Situacion};
use notess::store::journal::Entry;
use notess::store::listing::{ListFilter, list};
use notess::store::{Durability, Store, StoreError, admitted, decisions, mensajes, notificaciones};

use crate::site::{Site, codigo, codigos, day, decide, nif, pending, publish, write};

on_both!(
    what_fails_leaves_nothing_behind,
    a_failure_that_was_passed_over_still_undoes_the_transaction,
    a_panic_leaves_nothing_behind_and_the_next_one_can_write,
    a_reader_sees_one_state_while_others_write,
    writers_take_turns,
    whoever_cannot_get_a_turn_is_told_that_the_store_is_busy,
    what_was_written_relaxed_is_there_with_the_next_full_one,
);

fn see(store: &Store, mark: u8) -> bool {
    store
        .write(Durability::Full, |conn| mensajes::see(conn, &[mark; 32], day(1)))
        .unwrap()
}

fn what_fails_leaves_nothing_behind(site: &Site) {
    let store = site.store();
    let failed = store.write(Durability::Full, |conn| {
        mensajes::see(conn, &[1; 32], day(1))?;
        Err::<(), _>(StoreError::Conflict)
    });
    assert!(matches!(failed, Err(StoreError::Conflict)));
    assert!(see(&store, 1));
}

/// PostgreSQL would answer the COMMIT with success, having rolled back.
fn a_failure_that_was_passed_over_still_undoes_the_transaction(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    let passed_over = store.write(Durability::Full, |conn| {
        mensajes::see(conn, &[1; 32], day(1))?;
        let again = [pending(1, nif(2), day(0))];
        assert!(notificaciones::insert_notificaciones(conn, &again).is_err());
        Ok::<_, StoreError>(())
    });
    assert!(matches!(passed_over, Err(StoreError::Undone)), "{passed_over:?}");
    assert!(see(&store, 1));
}

fn a_panic_leaves_nothing_behind_and_the_next_one_can_write(site: &Site) {
    let store = site.store();
    for _ in 0..3 {
        let panicked = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                store.write(Durability::Full, |conn| -> Result<(), StoreError> {
                    mensajes::see(conn, &[1; 32], day(1))?;
                    panic!("on purpose");
                })
            });
            writer.join()
        });
        assert!(panicked.is_err());
    }
    assert!(see(&store, 1));
}

fn a_reader_sees_one_state_while_others_write(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    let asked = [nif(2)];
    let filter = ListFilter {
        poderdantes: &asked,
        after: None,
        estados: &[],
        entidades: &[],
        desde: None,
        hasta: None,
        fin_antes_de: None,
        published_from: None,
        at: day(1),
        limit: 10,
    };
    store
        .read(|conn| {
            assert_eq!(list(conn, &filter)?.len(), 1);
            publish(&store, &[pending(2, nif(2), day(0))]);
            assert_eq!(list(conn, &filter)?.len(), 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.read(|conn| list(conn, &filter)).unwrap().len(), 2);
}

fn writers_take_turns(site: &Site) {
    let store = site.store();
    let marked: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..32_u8)
            .map(|n| {
                let store = &store;
                scope.spawn(move || (0..8_u8).filter(|m| see(store, n * 8 + m)).count())
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(marked, 256);
}

fn whoever_cannot_get_a_turn_is_told_that_the_store_is_busy(site: &Site) {
    // One connection in all, so that both databases have a single turn to write.
    drop(site.store());
    let store = Store::open(site.url(), 1).unwrap();
    let (held, done) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            store.write(Durability::Full, |_| {
                held.wait();
                done.wait();
                Ok::<_, StoreError>(())
            })
        });
        held.wait();
        let asked = Instant::now();
        let refused = store.write(Durability::Full, |conn| mensajes::see(conn, &[1; 32], day(1)));
        done.wait();
        assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
        assert!(asked.elapsed() < Duration::from_mins(1), "{:?}", asked.elapsed());
    });
    assert!(see(&store, 1));
}

fn what_was_written_relaxed_is_there_with_the_next_full_one(site: &Site) {
    let store = site.store();
    let relaxed = |mark: u8| {
        store
            .write(Durability::Relaxed, |conn| {
                mensajes::see(conn, &[mark; 32], day(1))
            })
            .unwrap()
    };
    assert!(relaxed(1));
    assert!(see(&store, 2));
    assert!(relaxed(3));
    let other = Store::open(site.url(), 1).unwrap();
    for mark in 1..=3 {
        assert!(!see(&other, mark));
    }
}

/// What is asked first of a connection.
type First = fn(&Store) -> Result<(), StoreError>;

#[test]
fn connections_that_the_server_dropped_are_replaced() {
    let site = Site::postgresql();
    let store = site.store();
    let firsts: [First; 4] = [
        |store| store.ping(),
        |store| store.ask(admitted::generation).map(drop),
        |store| store.read(admitted::list).map(drop),
        |store| store.forget_marks(day(0)).map(drop),
    ];
    for first in firsts {
        // Prepared before, so that it is the prepared statement that finds the connection gone.
        first(&store).unwrap();
        site.sql(
            "select pg_terminate_backend(pid) from pg_stat_activity \
             where application_name = 'notess' and datname = current_database()",
        );
        std::thread::sleep(Duration::from_millis(100));
        first(&store).unwrap();
    }
}

/// Two transactions that want the same two rows in opposite order: the one that the server gives up is run again.
#[test]
fn a_deadlock_is_run_again() {
    let site = Site::postgresql();
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0)), pending(2, nif(2), day(0))]);
    let both_have_one = Barrier::new(2);
    let tries = std::thread::scope(|scope| {
        let lock = |first: i32, second: i32| {
            let mut tries = 0;
            let (store, both_have_one) = (&store, &both_have_one);
            move || {
                store
                    .write(Durability::Full, |conn| {
                        tries += 1;
                        decisions::record_lapsed(conn, &[codigo(first)])?;
                        if tries == 1 {
                            both_have_one.wait();
                        }
                        decisions::record_lapsed(conn, &[codigo(second)])
                    })
                    .unwrap();
                tries
            }
        };
        let (one, other) = (scope.spawn(lock(1, 2)), scope.spawn(lock(2, 1)));
        one.join().unwrap() + other.join().unwrap()
    });
    assert!(tries > 2, "{tries}");
}

/// D-6, D-31: who decides asks the clock and weighs titles after this, so that it must be the last to be waited for.
#[test]
fn whoever_holds_a_notification_has_it_to_itself_and_nothing_else() {
    let site = Site::postgresql();
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0)), pending(2, nif(2), day(0))]);
    let (held, over) = (Barrier::new(2), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            write(&store, |conn| {
                decisions::hold(conn, nif(2), &[codigo(1)])?;
                // Of another notification nobody waits, be it that the journal is added to.
                write(&store, |elsewhere| {
                    let (_, held) = decisions::hold(elsewhere, nif(2), &[codigo(2)])?;
                    held.append(elsewhere, &entry()).map(drop)
                });
                held.wait();
                // Who records lapses asks for no journal: the notification itself is held.
                let lapsed = write(&store, |elsewhere| decisions::lapse_due(elsewhere, day(30), 1));
                assert_ne!(lapsed, [codigo(1)]);
                std::thread::sleep(Duration::from_millis(200));
                over.store(true, Ordering::SeqCst);
                Ok(())
            });
        });
        held.wait();
        write(&store, |conn| {
            decisions::hold(conn, nif(2), &[codigo(1)])?;
            assert!(over.load(Ordering::SeqCst));
            Ok(())
        });
    });
}

/// D-6, D-31: what is weighed is how a notification stands when the wait is over, not how it stood when that began.
#[test]
fn what_was_waited_for_is_given_as_it_stands_then() {
    let site = Site::postgresql();
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0)), pending(2, nif(2), day(0))]);
    let both = [codigo(1), codigo(2)];
    let held = Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            write(&store, |conn| {
                let decided = decide(conn, nif(2), &[codigo(2)], Sentido::Aceptacion, day(1));
                held.wait();
                // Long enough for the other to be waiting.
                std::thread::sleep(Duration::from_millis(300));
                decided.map(drop)
            });
        });
        held.wait();
        let found = write(&store, |conn| {
            let (taken, _) = decisions::hold(conn, nif(2), &both)?;
            taken.read(conn)
        });
        let decided = found.iter().map(|one| one.open_at(day(1)).is_err());
        assert_eq!(decided.collect::<Vec<_>>(), [false, true]);
    });
}

fn entry() -> Entry {
    Entry {
        instante: day(1),
        peticion: uuid::Uuid::now_v7(),
        operacion: "prueba".to_owned(),
        persona: None,
        entidad: None,
        emisor: "servicio".to_owned(),
        serie: String::new(),
        poderdante: None,
        resultado: "hecho".to_owned(),
        detalle: serde_json::Value::Null,
        evidencia: None,
    }
}

/// A transaction that lapses a notification while another decides on it: one of the two ends it, never both.
#[test]
fn lapse_and_decision_do_not_both_win() {
    let site = Site::postgresql();
    let store = site.store();
    let all: Vec<Notificacion> = (1..=20).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &all);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=20 {
                let decide = |conn: &mut _| {
                    crate::site::decide(
                        conn,
                        nif(2),
                        &[codigo(number)],
                        notess::domain::notificacion::Sentido::Aceptacion,
                        day(1),
                    )
                };
                store.write(Durability::Full, decide).unwrap();
            }
        });
        scope.spawn(|| {
            for _ in 0..40 {
                store
                    .write(Durability::Full, |conn| decisions::lapse_due(conn, day(30), 1))
                    .unwrap();
            }
        });
    });
    let found = store
        .read(|conn| notificaciones::find(conn, nif(2), &codigos(1..=20)))
        .unwrap();
    let acuses = store
        .read(|conn| notess::store::acuses::acuses_of(conn, nif(2), &codigos(1..=20)))
        .unwrap();
    for notificacion in found {
        let decided = matches!(notificacion.situacion, Situacion::Decidida { .. });
        assert!(decided || notificacion.situacion == Situacion::Caducada);
        assert_eq!(
            acuses.iter().any(|acuse| acuse.codigo == notificacion.codigo),
            decided
        );
    }
}
