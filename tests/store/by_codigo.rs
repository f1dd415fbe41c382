//! Notifications by their code alone.

use notess::domain::nif::Nif;
use notess::domain::notificacion::{Notificacion, Situacion};
use notess::store::by_codigo::{self, FromCodigo};
use notess::store::{Store, StoreError};

use crate::site::{Site, codigo, copy, day, nif, pending, publish};

on_both!(
    a_listing_goes_by_code_whoever_s_they_are,
    what_is_finished_is_listed_for_so_long_and_what_is_open_always,
    whose_a_notification_is_can_be_found_by_its_code,
);

fn list(store: &Store, poderdantes: &[Nif], desde: i32, limit: usize, published_from: i64) -> Vec<i32> {
    let filter = FromCodigo {
        poderdantes,
        desde,
        published_from: Some(day(published_from)),
        at: day(1),
        limit,
    };
    let found = store
        .read::<_, StoreError, _>(|conn| by_codigo::list(conn, &filter))
        .unwrap();
    found
        .iter()
        .map(|notificacion| notificacion.codigo.number())
        .collect()
}

fn a_listing_goes_by_code_whoever_s_they_are(site: &Site) {
    let store = site.store();
    let owners = [2, 8, 5].into_iter().cycle();
    let rows: Vec<Notificacion> = (1..=9)
        .zip(owners)
        .map(|(number, owner)| pending(number, nif(owner), day(0)))
        .collect();
    publish(&store, &rows);
    assert_eq!(list(&store, &[], -1, 10, 0), Vec::<i32>::new());
    assert_eq!(list(&store, &[nif(5)], -1, 10, 0), [3, 6, 9]);
    assert_eq!(list(&store, &[nif(5)], 6, 10, 0), [6, 9]);
    assert_eq!(list(&store, &[nif(5)], i32::MAX, 10, 0), Vec::<i32>::new());
    assert_eq!(
        list(&store, &[nif(2), nif(5)], i32::MIN, 10, 0),
        [1, 3, 4, 6, 7, 9]
    );
    assert_eq!(list(&store, &[nif(2), nif(5)], 4, 3, 0), [4, 6, 7]);
}

/// D-16.
fn what_is_finished_is_listed_for_so_long_and_what_is_open_always(site: &Site) {
    let store = site.store();
    let copy = copy(pending(3, nif(2), day(-100)));
    let lapsed = Notificacion {
        situacion: Situacion::Caducada,
        ..pending(1, nif(2), day(-100))
    };
    publish(
        &store,
        &[
            lapsed,
            pending(2, nif(2), day(-100)),
            copy,
            pending(4, nif(2), day(0)),
        ],
    );
    assert_eq!(list(&store, &[nif(2)], 0, 10, -99), [3, 4]);
    assert_eq!(list(&store, &[nif(2), nif(3)], 0, 10, -99), [3, 4]);
    assert_eq!(list(&store, &[nif(2)], 0, 10, -100), [1, 2, 3, 4]);
}

fn whose_a_notification_is_can_be_found_by_its_code(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    let of = |number| {
        store
            .read(|conn| by_codigo::sujeto_of(conn, codigo(number)))
            .unwrap()
    };
    assert_eq!((of(1), of(2)), (Some(nif(2)), None));
}
