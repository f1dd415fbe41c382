//! The admitted list and its generation, and the marks of messages seen.

use chrono::TimeDelta;
use notess::store::admitted::{self, Admitted, AdmittedRow};
use notess::store::{DatabaseUrl, Durability, Store, mensajes};

use crate::site::{Site, day, write};

/// By how much a mark outlives its message.
const MARGIN: TimeDelta = TimeDelta::minutes(15);

on_both!(
    each_change_to_the_admitted_list_moves_its_generation,
    of_two_ends_of_an_admission_the_earlier_one_stays,
    a_message_is_new_once,
    a_message_stays_taken_for_an_instance_whose_clock_is_a_quarter_of_an_hour_behind,
    a_message_that_reads_is_new_once_and_stays_so_once_saved,
    a_mark_that_is_taken_back_was_never_there,
    of_many_who_take_a_reading_message_at_once_exactly_one_is_the_first,
    of_many_who_see_a_message_at_once_exactly_one_is_the_first,
);

fn issuer() -> Admitted {
    Admitted {
        nombre: "AC Raíz de pruebas".to_owned(),
        certificado: vec![0x30, 0x00, 0xff],
        desde: day(0),
        hasta: None,
        politicas: vec!["2.16.724.1.2.2.2".to_owned(), "0.4.0.2042.1.2".to_owned()],
        revocacion: "crl".to_owned(),
        crl: Some("/var/lib/notess/ca.crl".to_owned()),
        sellos: true,
        rsa_minimo: None,
    }
}

fn of_two_ends_of_an_admission_the_earlier_one_stays(site: &Site) {
    let store = site.store();
    let id = write(&store, |conn| admitted::insert(conn, &issuer()));
    for (told, ends) in [(9, 9), (20, 9), (5, 5), (5, 5), (6, 5)] {
        let retired = write(&store, |conn| admitted::retire(conn, id, day(told)));
        assert_eq!(retired, Some(day(ends)), "told {told}");
        let rows = store.read(admitted::list).unwrap();
        assert_eq!(rows[0].admitted.hasta, Some(day(ends)), "told {told}");
    }
}

fn each_change_to_the_admitted_list_moves_its_generation(site: &Site) {
    let store = site.store();
    let generation = || store.read(admitted::generation).unwrap();
    let new = issuer();
    let bare = Admitted {
        politicas: Vec::new(),
        crl: None,
        sellos: false,
        hasta: Some(day(5)),
        ..new.clone()
    };
    let start = generation();
    let first = write(&store, |conn| admitted::insert(conn, &new));
    let second = write(&store, |conn| admitted::insert(conn, &bare));
    assert_eq!(generation(), start + 2);
    let retire = |id, hasta| write(&store, |conn| admitted::retire(conn, id, hasta));
    assert_eq!(retire(first, day(9)), Some(day(9)));
    assert_eq!(generation(), start + 3);
    assert_eq!(retire(second + 1, day(9)), None);
    let retired = Admitted {
        hasta: Some(day(9)),
        ..new
    };
    let rows = store.read(admitted::list).unwrap();
    assert_eq!(
        rows,
        [
            AdmittedRow {
                id: first,
                admitted: retired
            },
            AdmittedRow {
                id: second,
                admitted: bare
            }
        ]
    );
    let before = generation();
    site.sql(&format!("delete from certificados_admitidos where id = {second}"));
    assert!(generation() > before);
}

fn a_message_is_new_once(site: &Site) {
    let store = site.store();
    let see = |mark: u8, until| {
        store
            .write(Durability::Relaxed, |conn| {
                mensajes::see(conn, &[mark; 32], until)
            })
            .unwrap()
    };
    assert!(see(1, day(1)));
    assert!(!see(1, day(2)));
    assert!(see(2, day(2)));
    assert_eq!(store.forget_marks(day(1) + MARGIN).unwrap(), 1);
    assert!(see(1, day(3)));
    assert!(!see(2, day(3)));
}

fn a_message_stays_taken_for_an_instance_whose_clock_is_a_quarter_of_an_hour_behind(site: &Site) {
    let store = site.store();
    let see = |until| write(&store, |conn| mensajes::see(conn, &[1; 32], until));
    let read = || store.take_reading(&[2; 32], day(1)).unwrap();
    assert!(see(day(1)));
    assert!(read());
    store.save_marks().unwrap();
    let just_before = day(1) + MARGIN - TimeDelta::microseconds(1);
    assert_eq!(store.forget_marks(just_before).unwrap(), 0);
    assert!(!see(day(1)));
    assert!(!read());
    assert_eq!(store.forget_marks(day(1) + MARGIN).unwrap(), 2);
    assert!(see(day(1)));
    assert!(read());
}

fn of_many_who_see_a_message_at_once_exactly_one_is_the_first(site: &Site) {
    let store = site.store();
    let first = std::thread::scope(|scope| {
        let seers: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    store
                        .write(Durability::Relaxed, |conn| mensajes::see(conn, &[9; 32], day(1)))
                        .unwrap()
                })
            })
            .collect();
        seers
            .into_iter()
            .filter_map(|seer| seer.join().ok())
            .filter(|first| *first)
            .count()
    });
    assert_eq!(first, 1);
}

fn a_message_that_reads_is_new_once_and_stays_so_once_saved(site: &Site) {
    let store = site.store();
    let take = |store: &Store, mark: u8| store.take_reading(&[mark; 32], day(i64::from(mark))).unwrap();
    assert!(take(&store, 1));
    assert!(!take(&store, 1));
    assert!(take(&store, 2));
    store.save_marks().unwrap();
    // As after a restart.
    let other = Store::open(site.url(), 1).unwrap();
    assert!(!take(&other, 1));
    assert!(!take(&other, 2));
    assert!(take(&other, 3));
    assert_eq!(other.forget_marks(day(1) + MARGIN).unwrap(), 1);
    assert!(take(&other, 1));
    assert!(!take(&other, 2));
    assert!(!take(&other, 3));
}

fn a_mark_that_is_taken_back_was_never_there(site: &Site) {
    let store = site.store();
    let take = || store.take_reading(&[1; 32], day(1)).unwrap();
    assert!(take());
    assert!(store.give_back_reading(&[1; 32]).unwrap());
    assert!(!store.give_back_reading(&[1; 32]).unwrap());
    assert!(take());
    store.save_marks().unwrap();
    assert!(!take());
    // Where the database is of one service, what is in its file stays there.
    let is_shared = matches!(site.url(), DatabaseUrl::Postgres(_));
    assert_eq!(store.give_back_reading(&[1; 32]).unwrap(), is_shared);
    assert_eq!(take(), is_shared);
    // One that a transaction made, of which the service learns.
    assert!(write(&store, |conn| mensajes::see(conn, &[2; 32], day(1))));
    store.know_reading(&[2; 32], day(1));
    assert!(!store.take_reading(&[2; 32], day(1)).unwrap());
}

fn of_many_who_take_a_reading_message_at_once_exactly_one_is_the_first(site: &Site) {
    let store = site.store();
    let firsts: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let store = &store;
                scope.spawn(move || {
                    (0..32_u8)
                        .filter(|mark| {
                            let first = store.take_reading(&[*mark; 32], day(1)).unwrap();
                            store.save_marks().unwrap();
                            first
                        })
                        .count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(firsts, 32);
}
