//! Pages of listings: they neither miss nor repeat.

use std::collections::BTreeSet;

use notess::domain::notificacion::Notificacion;
use notess::domain::operation::Cursor;
use notess::store::listing::{ListFilter, list};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::listing::{everything, listed};
use crate::site::{Site, codigos, day, nif, pending, publish};

on_both!(
    pages_are_stable_while_notifications_arrive,
    any_page_size_and_arrival_order_lists_each_notification_once,
    a_thousand_poderdantes_are_listed_in_pages,
);

fn cursor(notificacion: &Notificacion) -> Cursor {
    Cursor {
        poderdante: notificacion.sujeto,
        codigo: notificacion.codigo,
    }
}

fn pages_are_stable_while_notifications_arrive(site: &Site) {
    let store = site.store();
    let asked = [nif(3), nif(5)];
    publish(&store, &[1, 2, 3].map(|number| pending(number, nif(3), day(0))));
    publish(&store, &[4, 5].map(|number| pending(number, nif(5), day(0))));
    let page = |after| {
        let filter = ListFilter {
            after,
            limit: 2,
            ..everything(&asked)
        };
        store.read(|conn| list(conn, &filter)).unwrap()
    };
    let first = page(None);
    publish(&store, &[pending(6, nif(3), day(0)), pending(7, nif(5), day(0))]);
    let second = page(first.last().map(cursor));
    let third = page(second.last().map(cursor));
    publish(&store, &[pending(8, nif(3), day(0)), pending(9, nif(5), day(0))]);
    let fourth = page(third.last().map(cursor));
    assert_eq!(page(fourth.last().map(cursor)), []);
    let seen: Vec<_> = [first, second, third, fourth]
        .concat()
        .iter()
        .map(|n| n.codigo)
        .collect();
    // 8 came where the reader had been; nothing that was there is missed or comes twice.
    assert_eq!(seen, codigos([1, 2, 3, 6, 4, 5, 7, 9]));
    assert_eq!(
        listed(&store, &everything(&asked)),
        codigos([1, 2, 3, 6, 8, 4, 5, 7, 9])
    );
}

fn any_page_size_and_arrival_order_lists_each_notification_once(site: &Site) {
    let store = site.store();
    let mut sujetos = 0..;
    let mut numbers = 1..;
    // Each case has poderdantes of its own, so that one database serves them all.
    let arrivals = prop::collection::vec(0..12_u32, 1..60);
    let strategy = (arrivals, 1..9_usize, 0..60_usize);
    let cases = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(cases, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (sujetos, numbers) = (
        std::cell::RefCell::new(&mut sujetos),
        std::cell::RefCell::new(&mut numbers),
    );
    runner
        .run(&strategy, |(arrivals, page_size, before)| {
            let base = sujetos.borrow_mut().next().unwrap_or(0) * 100 + 1000;
            let asked: Vec<_> = (0..12).map(|n| nif(base + n)).collect();
            let new: Vec<_> = arrivals
                .iter()
                .map(|n| pending(numbers.borrow_mut().next().unwrap_or(0), nif(base + n), day(0)))
                .collect();
            // Some are there before the first page is asked for, the rest come between the pages.
            let (early, late) = new.split_at(before.min(new.len()));
            publish(&store, early);
            let mut late = late.chunks(3);
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let filter = ListFilter {
                    after,
                    limit: page_size,
                    ..everything(&asked)
                };
                let page = store.read(|conn| list(conn, &filter)).unwrap();
                let full = page.len() == page_size;
                after = page.last().map(cursor).or(after);
                seen.extend(page);
                if let Some(arrived) = late.next() {
                    publish(&store, arrived);
                } else if !full {
                    break;
                }
            }
            let once: BTreeSet<_> = seen.iter().map(|n| n.codigo).collect();
            prop_assert_eq!(once.len(), seen.len(), "one came twice");
            let early_all_seen = early.iter().all(|n| once.contains(&n.codigo));
            prop_assert!(early_all_seen, "one that was there was missed");
            let again = listed(&store, &everything(&asked));
            prop_assert_eq!(again.len(), new.len());
            Ok(())
        })
        .unwrap();
}

fn a_thousand_poderdantes_are_listed_in_pages(site: &Site) {
    let store = site.store();
    let asked: Vec<_> = (0..1000).map(|n| nif(50_000 + n * 7)).collect();
    let mut expected = Vec::new();
    let mut new = Vec::new();
    for (at, sujeto) in asked.iter().enumerate() {
        for n in 0..at % 4 {
            let number = i32::try_from(at * 4 + n + 1).unwrap();
            new.push(pending(number, *sujeto, day(0)));
            expected.push(number);
        }
    }
    publish(&store, &new);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let filter = ListFilter {
            after,
            limit: 170,
            ..everything(&asked)
        };
        let page = store.read(|conn| list(conn, &filter)).unwrap();
        seen.extend(page.iter().map(|n| n.codigo));
        let Some(last) = page.last().filter(|_| page.len() == 170) else {
            break;
        };
        after = Some(cursor(last));
    }
    assert_eq!(seen, codigos(expected));
}
