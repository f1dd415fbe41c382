//! What is kept of those who have documents verified.

use chrono::TimeDelta;
use notess::domain::notificacion::Huella;
use notess::store::cea::{Fallos, Quien, fail, failures, forget, in_turn, key, use_once};
use notess::store::{Durability, Store, StoreError};

use crate::site::{Site, day, write};

on_both!(
    the_key_is_that_of_whoever_came_first,
    of_many_who_use_one_at_once_one_is_the_first,
    wrong_answers_are_counted_by_document_and_by_origin_and_forgotten,
    of_many_who_answer_at_once_none_is_one_too_many,
);

const QUIEN: Quien = Quien {
    documento: Huella([1; 32]),
    origen: Huella([2; 32]),
};

fn the_key_is_that_of_whoever_came_first(site: &Site) {
    let store = site.store();
    let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
        let asking: Vec<_> = (1..=8)
            .map(|n| {
                let store = &store;
                scope.spawn(move || write(store, |conn| key(conn, [n; 32], day(0))))
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| key == &keys[0]), "{keys:?}");
    assert_eq!(write(&store, |conn| key(conn, [9; 32], day(1))), keys[0]);
}

fn of_many_who_use_one_at_once_one_is_the_first(site: &Site) {
    let store = site.store();
    let first: usize = std::thread::scope(|scope| {
        let using: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| write(&store, |conn| use_once(conn, Huella([7; 32]), day(1)))))
            .collect();
        using
            .into_iter()
            .map(|one| usize::from(one.join().unwrap()))
            .sum()
    });
    assert_eq!(first, 1);
}

fn wrong_answers_are_counted_by_document_and_by_origin_and_forgotten(site: &Site) {
    let store = site.store();
    let counted = |quien: Quien, since| {
        store
            .read::<_, StoreError, _>(|conn| failures(conn, &quien, since))
            .unwrap()
    };
    let Quien { documento, origen } = QUIEN;
    for (marca, of, at) in [
        (1, Some(documento), day(0)),
        (2, None, day(1)),
        (3, Some(documento), day(2)),
    ] {
        write(&store, |conn| fail(conn, Huella([marca; 32]), (of, origen), at));
    }
    write(&store, |conn| use_once(conn, Huella([1; 32]), day(1)).map(drop));
    let is = |documento, origen| Fallos { documento, origen };
    assert_eq!(counted(QUIEN, day(-1)), is(2, 3));
    assert_eq!(counted(QUIEN, day(0)), is(1, 2), "the instant itself is over");
    let other = Quien {
        documento: origen,
        origen: documento,
    };
    assert_eq!(counted(other, day(-1)), is(0, 0));

    let margin = TimeDelta::minutes(15);
    write(&store, |conn| forget(conn, day(1), day(0)));
    assert_eq!(counted(QUIEN, day(-1)), is(2, 3), "for whose clock is behind");
    write(&store, |conn| forget(conn, day(1) + margin, day(1) + margin));
    assert_eq!(counted(QUIEN, day(-1)), is(1, 1));
    assert!(write(&store, |conn| use_once(conn, Huella([1; 32]), day(3))));
}

/// Whoever counts before he answers, in his turn, sees all that were wrong.
fn of_many_who_answer_at_once_none_is_one_too_many(site: &Site) {
    let store = site.store();
    let answer = |store: &Store, marca: u8| {
        store.write::<_, StoreError, _>(Durability::Relaxed, |conn| {
            in_turn(conn, &QUIEN)?;
            let before = failures(conn, &QUIEN, day(-1))?.documento;
            if before < 5 {
                let Quien { documento, origen } = QUIEN;
                fail(conn, Huella([marca; 32]), (Some(documento), origen), day(0))?;
            }
            Ok(before < 5)
        })
    };
    let taken: usize = std::thread::scope(|scope| {
        let answering: Vec<_> = (0..16)
            .map(|marca| {
                let (store, answer) = (&store, &answer);
                scope.spawn(move || answer(store, marca).unwrap())
            })
            .collect();
        answering
            .into_iter()
            .map(|one| usize::from(one.join().unwrap()))
            .sum()
    });
    assert_eq!(taken, 5);
}
