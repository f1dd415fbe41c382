//! The links of the chain, the head, and the leaves that rows bind: each column that is altered is found where it is.

use notess::domain::notificacion::Huella;
use notess::store::audit::Fault;
use notess::store::journal::{Clase, Hoja, hold, number};
use notess::store::{Durability, Store};

use super::{add, altering, broken, entry, filled, of, whole};
use crate::site::Site;

on_both!(
    an_altered_link_is_found_whichever_its_column_is,
    a_number_with_a_high_bit_changed_is_told_to_its_end,
    a_head_that_counts_what_cannot_be_is_a_fault_and_no_error,
    leaves_are_those_that_their_row_binds,
);

fn zeros(site: &Site) -> &'static str {
    site.either("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
}

fn an_altered_link_is_found_whichever_its_column_is(site: &Site) {
    let store = filled(site, 5);
    let zeros = zeros(site);
    // In the middle and at the end.
    for secuencia in [3, 5] {
        for (set, column, fault) in [
            (format!("anterior = {zeros}"), "anterior", Fault::Altered),
            (format!("hash = {zeros}"), "", Fault::Altered),
            // By one bit, to a count that no other link has.
            ("hojas = hojas + 1048576".to_owned(), "hojas", Fault::WrongCount),
        ] {
            altering(site, "cadena", &format!("secuencia = {secuencia}"), &set, || {
                let expected = of("cadena", &secuencia, column, fault);
                assert_eq!(broken(&store), [expected], "{secuencia}: {set}");
            });
        }
    }
    for (set, column) in [
        ("secuencia = secuencia + 1".to_owned(), "secuencia"),
        (format!("hash = {zeros}"), "hash"),
        (
            site.either("instante = instante + 1", "instante = instante + interval '1 s'")
                .to_owned(),
            "instante",
        ),
        ("hojas = hojas + 1".to_owned(), "hojas"),
    ] {
        altering(site, "auditoria_cabeza", "unica = 1", &set, || {
            let expected = of("auditoria_cabeza", &1, column, Fault::HeadDiffers);
            assert_eq!(broken(&store), [expected], "{set}");
        });
    }
    whole(&store);
}

/// What is before it is missing, in numbers that nobody could be told.
fn a_number_with_a_high_bit_changed_is_told_to_its_end(site: &Site) {
    let store = filled(site, 5);
    site.tamper(
        "cadena",
        "update cadena set secuencia = secuencia + 1099511627776 where secuencia = 5",
    );
    let broken = broken(&store);
    assert_eq!(
        broken[..2],
        [5, 6].map(|missing| of("cadena", &missing, "", Fault::Missing))
    );
    assert!(broken.len() < 2000, "{}", broken.len());
    let last = broken.last().unwrap();
    assert_eq!(last, &of("auditoria_cabeza", &1, "secuencia", Fault::HeadDiffers));
}

fn a_head_that_counts_what_cannot_be_is_a_fault_and_no_error(site: &Site) {
    let store = filled(site, 3);
    let unchecked = site.either(
        "pragma ignore_check_constraints = on",
        "alter table auditoria_cabeza drop constraint auditoria_cabeza_hojas_check",
    );
    site.sql(&format!("{unchecked}; update auditoria_cabeza set hojas = -1"));
    let expected = of("auditoria_cabeza", &1, "hojas", Fault::HeadDiffers);
    assert_eq!(broken(&store), [expected]);
}

/// Adds a row with three leaves.
pub(super) fn add_with_leaves(store: &Store) {
    let leaves = [2, 3, 4].map(|n| Hoja {
        clase: Clase::Decision,
        referencia: n.to_string(),
        huella: Huella([n; 32]),
    });
    store
        .write(Durability::Full, |conn| {
            hold(conn)?.append_with(conn, &entry(9), &leaves)
        })
        .unwrap();
    number(store).unwrap();
}

fn leaves_are_those_that_their_row_binds(site: &Site) {
    let store = filled(site, 2);
    add_with_leaves(&store);
    add(&store, &entry(4)).unwrap();
    whole(&store);
    let leaf = |orden: i32, fault| of("hojas", &format!("3/{orden}"), "", fault);
    for (set, expected) in [
        ("clase = 4", leaf(1, Fault::Unbound)),
        (
            site.either(
                "huella = zeroblob(32)",
                "huella = decode(repeat('00', 32), 'hex')",
            ),
            leaf(1, Fault::Unbound),
        ),
    ] {
        altering(site, "hojas", "asiento = 3 and orden = 2", set, || {
            assert_eq!(broken(&store), [expected], "{set}");
        });
    }
    site.tamper("hojas", "delete from hojas where orden = 2");
    assert_eq!(broken(&store), [leaf(2, Fault::Missing)]);
    let add = |asiento: i64, orden: i32| {
        site.sql(&format!(
            "insert into hojas (asiento, orden, clase, referencia, huella) values ({asiento}, {orden}, 3, '3', {})",
            zeros(site)
        ));
    };
    add(3, 4);
    add(1, 1);
    add(77, 1);
    assert_eq!(
        broken(&store),
        [
            of("hojas", &"1/1", "", Fault::Unbound),
            leaf(2, Fault::Missing),
            leaf(4, Fault::Unbound),
            of("hojas", &"77/1", "", Fault::Dangling),
        ]
    );
}
