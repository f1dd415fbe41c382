//! Decisions and lapse: exactly one end for each notification.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use notess::domain::notificacion::{Estado, Sentido, Situacion};
use notess::store::{Durability, Store, StoreError, acuses, decisions, notificaciones, octets};

use crate::site::{Site, acuse, codigo, codigos, copy, day, decide, nif, pending, publish};

on_both!(
    of_sixty_four_concurrent_decisions_exactly_one_wins,
    concurrent_batches_that_overlap_decide_each_notification_once,
    a_batch_with_one_that_was_decided_meanwhile_records_nothing,
    the_last_microsecond_of_the_term_is_recorded_and_the_next_is_not,
    a_decision_without_its_acuse_is_refused,
    five_hundred_decisions_are_one_transaction,
    lapse_takes_what_is_due_the_oldest_first_and_nothing_else,
    concurrent_lapse_tasks_take_each_notification_once,
    acuses_and_evidence_can_be_neither_changed_nor_removed,
);

fn estado(store: &Store, number: i32) -> Situacion {
    let found = store
        .read(|conn| notificaciones::find(conn, nif(2), &[codigo(number)]))
        .unwrap();
    found[0].situacion
}

/// D-22: the notification has been read as pending by everybody before anybody decides.
fn of_sixty_four_concurrent_decisions_exactly_one_wins(site: &Site) {
    let store = site.store();
    let new = pending(1, nif(2), day(0));
    publish(&store, std::slice::from_ref(&new));
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let deciders: Vec<_> = (0..64_i64)
            .map(|n| {
                let (store, new) = (&store, new.clone());
                let sentido = if n % 2 == 0 {
                    Sentido::Aceptacion
                } else {
                    Sentido::Rechazo
                };
                scope.spawn(move || {
                    let decided = new.decide(sentido, day(1) + TimeDelta::microseconds(n)).unwrap();
                    store.write(Durability::Full, |conn| {
                        let evidencia = octets::keep_evidencia(conn, &n.to_be_bytes(), day(1))?;
                        let acuse = acuse(&decided, evidencia);
                        let decided = std::slice::from_ref(&decided);
                        decisions::record_decisions(conn, decided, std::slice::from_ref(&acuse))?;
                        Ok::<_, StoreError>(acuse)
                    })
                })
            })
            .collect();
        deciders
            .into_iter()
            .map(|decider| decider.join().unwrap())
            .collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert!(
        lost.iter().all(|lost| matches!(lost, Err(StoreError::Conflict))),
        "{lost:?}"
    );
    let won: Vec<_> = won.into_iter().flatten().collect();
    assert_eq!(won.len(), 1);
    assert_eq!(
        store
            .read(|conn| acuses::acuses_of(conn, nif(2), &[codigo(1)]))
            .unwrap(),
        won
    );
    let (sentido, instante) = (won[0].sentido, won[0].instante);
    assert_eq!(estado(&store, 1), Situacion::Decidida { sentido, instante });
    // The evidence of those who lost went with their transactions.
    let kept = (0..64_i64).filter(|n| {
        let huella = notess::domain::notificacion::Huella(openssl::sha::sha256(&n.to_be_bytes()));
        store
            .read(|conn| octets::evidencia(conn, huella))
            .unwrap()
            .is_some()
    });
    assert_eq!(kept.count(), 1);
}

fn concurrent_batches_that_overlap_decide_each_notification_once(site: &Site) {
    let store = site.store();
    let new: Vec<_> = (1..=60).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &new);
    let decided: usize = std::thread::scope(|scope| {
        let deciders: Vec<_> = (0..12)
            .map(|n| {
                let store = &store;
                scope.spawn(move || {
                    // Each in an order of its own: rows must be locked in one order all the same.
                    let mut wanted = codigos(1 + n * 3..=27 + n * 3);
                    if n % 2 == 0 {
                        wanted.reverse();
                    }
                    let decide = |conn: &mut _| decide(conn, nif(2), &wanted, Sentido::Aceptacion, day(1));
                    store.write(Durability::Full, decide).unwrap()
                })
            })
            .collect();
        deciders.into_iter().map(|decider| decider.join().unwrap()).sum()
    });
    assert_eq!(decided, 60);
    let all = codigos(1..=60);
    assert_eq!(
        store
            .read(|conn| acuses::acuses_of(conn, nif(2), &all))
            .unwrap()
            .len(),
        60
    );
}

fn a_batch_with_one_that_was_decided_meanwhile_records_nothing(site: &Site) {
    let store = site.store();
    let new: Vec<_> = (1..=3).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &new);
    store
        .write(Durability::Full, |conn| {
            decide(conn, nif(2), &[codigo(2)], Sentido::Rechazo, day(1))
        })
        .unwrap();
    let refused = store.write(Durability::Full, |conn| {
        let evidencia = octets::keep_evidencia(conn, b"late", day(2))?;
        let decided: Vec<_> = new
            .iter()
            .map(|new| new.clone().decide(Sentido::Aceptacion, day(2)).unwrap())
            .collect();
        let acuses: Vec<_> = decided.iter().map(|decided| acuse(decided, evidencia)).collect();
        decisions::record_decisions(conn, &decided, &acuses)
    });
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(estado(&store, 1), new[0].situacion);
    let rejected = Situacion::Decidida {
        sentido: Sentido::Rechazo,
        instante: day(1),
    };
    assert_eq!(estado(&store, 2), rejected);
}

/// D-24: what the database checks does not depend on what the domain checked before.
fn the_last_microsecond_of_the_term_is_recorded_and_the_next_is_not(site: &Site) {
    let store = site.store();
    let new: Vec<_> = (1..=2).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &new);
    let end = new[0].caduca.unwrap();
    let record = |number: usize, instante| {
        let mut decided = new[number].clone();
        decided.situacion = Situacion::Decidida {
            sentido: Sentido::Aceptacion,
            instante,
        };
        store.write(Durability::Full, |conn| {
            let evidencia = octets::keep_evidencia(conn, b"in time?", instante)?;
            let acuse = acuse(&decided, evidencia);
            decisions::record_decisions(conn, std::slice::from_ref(&decided), &[acuse])
        })
    };
    assert!(matches!(record(0, end), Err(StoreError::Conflict)));
    assert!(record(1, end - TimeDelta::microseconds(1)).is_ok());
}

fn a_decision_without_its_acuse_is_refused(site: &Site) {
    let store = site.store();
    let new = pending(1, nif(2), day(0));
    publish(&store, std::slice::from_ref(&new));
    let decided = [new.decide(Sentido::Aceptacion, day(1)).unwrap()];
    let refused = store.write(Durability::Full, |conn| {
        decisions::record_decisions(conn, &decided, &[])
    });
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(
        estado(&store, 1),
        Situacion::Pendiente {
            acuse_solicitado: false
        }
    );
}

fn five_hundred_decisions_are_one_transaction(site: &Site) {
    let store = site.store();
    let new: Vec<_> = (1..=500).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &new);
    let all = codigos(1..=500);
    let decided = store.write(Durability::Full, |conn| {
        decide(conn, nif(2), &all, Sentido::Aceptacion, day(1))
    });
    assert_eq!(decided.unwrap(), 500);
    assert_eq!(
        store
            .read(|conn| acuses::acuses_of(conn, nif(2), &all))
            .unwrap()
            .len(),
        500
    );
}

fn lapse_takes_what_is_due_the_oldest_first_and_nothing_else(site: &Site) {
    let store = site.store();
    let copy = copy(pending(1, nif(2), day(0)));
    let asked = {
        let mut asked = pending(5, nif(2), day(0));
        asked.situacion = Situacion::Pendiente {
            acuse_solicitado: true,
        };
        asked
    };
    publish(
        &store,
        &[
            copy,
            pending(2, nif(2), day(9)),
            pending(3, nif(2), day(1)),
            pending(4, nif(2), day(0)),
            asked,
        ],
    );
    store
        .write(Durability::Full, |conn| {
            decide(conn, nif(2), &[codigo(4)], Sentido::Rechazo, day(1))
        })
        .unwrap();
    let at = pending(3, nif(2), day(1)).caduca.unwrap();
    let lapse = |at, limit| {
        store
            .write(Durability::Full, |conn| decisions::lapse_due(conn, at, limit))
            .unwrap()
    };
    assert_eq!(lapse(at - TimeDelta::microseconds(1), 10), codigos([5]));
    assert_eq!(lapse(at, 10), codigos([3]));
    assert_eq!(lapse(at, 10), []);
    assert_eq!(estado(&store, 3), Situacion::Caducada);
    assert_eq!(lapse(day(400), 10), codigos([2]));
    let still_open = store
        .read(|conn| notificaciones::find(conn, nif(2), &[codigo(1)]))
        .unwrap();
    assert_eq!(still_open[0].estado_at(day(400)), Estado::SinAcuse);
}

fn concurrent_lapse_tasks_take_each_notification_once(site: &Site) {
    let store = site.store();
    let new: Vec<_> = (1..=200).map(|number| pending(number, nif(2), day(0))).collect();
    publish(&store, &new);
    let left = AtomicI64::new(200);
    let taken: Vec<_> = std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut taken = Vec::new();
                    // One that finds others busy with all that is due gets nothing, and comes again.
                    while left.load(Ordering::SeqCst) > 0 {
                        let lapse = |conn: &mut _| decisions::lapse_due(conn, day(30), 7);
                        let some = store.write(Durability::Full, lapse).unwrap();
                        left.fetch_sub(i64::try_from(some.len()).unwrap(), Ordering::SeqCst);
                        taken.extend(some);
                    }
                    taken
                })
            })
            .collect();
        tasks.into_iter().flat_map(|task| task.join().unwrap()).collect()
    });
    assert_eq!(taken.len(), 200);
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>().len(), 200);
}

fn acuses_and_evidence_can_be_neither_changed_nor_removed(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    store
        .write(Durability::Full, |conn| {
            decide(conn, nif(2), &[codigo(1)], Sentido::Rechazo, day(1))
        })
        .unwrap();
    for (table, column) in [("acuses", "sentido"), ("evidencias", "recibida")] {
        for attempt in [
            format!("update {table} set {column} = {column}"),
            format!("delete from {table}"),
        ] {
            let refused = site.try_sql(&attempt).unwrap_err();
            assert!(
                refused.contains(&format!("{table} is append-only")),
                "{attempt}: {refused}"
            );
        }
    }
}
