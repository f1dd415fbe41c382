//! What was signed of the log and the roots of its tiles, held against the leaves: each change behind the back is named.

use std::ops::RangeInclusive;

use notess::store::audit::{Fault, Finding, verify};
use notess::store::journal::{Entry, append, number};
use notess::store::{Store, StoreError};
use notess::tlog::LogKey;
use notess::usecase::publish::Publisher;
use uuid::Uuid;

use crate::site::{Site, day, nif, write};

on_both!(
    what_was_signed_is_whole,
    each_changed_column_of_what_was_signed_is_named,
    a_tile_in_another_place_is_missing_and_one_too_many,
);

/// Rows of the journal, each of which has a leaf: more than two full tiles have.
const ROWS: i64 = 600;

/// A journal of which a log was signed twice.
fn world(site: &Site) -> (Store, tempfile::TempDir) {
    let store = site.store();
    let folder = tempfile::tempdir().unwrap();
    let key = LogKey::generate("example.es/registro").unwrap();
    let publisher = Publisher::new(key, folder.path().join("ancla"));
    for rows in [1..=300, 301..=ROWS] {
        add(&store, rows);
        publisher.publish(&store).unwrap();
    }
    (store, folder)
}

/// Adds rows, each of which gets its number.
pub(super) fn add(store: &Store, rows: RangeInclusive<i64>) {
    write(store, |conn| {
        for nth in rows.clone() {
            append(conn, &row(nth))?;
        }
        Ok(())
    });
    number(store).unwrap();
}

fn row(nth: i64) -> Entry {
    Entry {
        instante: day(1),
        peticion: Uuid::now_v7(),
        operacion: "consultarNotificaciones".to_owned(),
        persona: Some(nif(5)),
        entidad: None,
        emisor: "CN=AC de pruebas".to_owned(),
        serie: nth.to_string(),
        poderdante: None,
        resultado: "hecho".to_owned(),
        detalle: serde_json::json!({}),
        evidencia: None,
    }
}

fn found(store: &Store) -> Vec<Finding> {
    let mut found = Vec::new();
    let audited =
        store.read::<_, StoreError, _>(|conn| verify(conn, None, |_| (), |finding| found.push(finding)));
    audited.unwrap();
    found
}

fn of(table: &'static str, key: &str, column: &'static str, fault: Fault) -> Finding {
    Finding {
        table,
        key: key.to_owned(),
        column: (!column.is_empty()).then_some(column),
        fault,
    }
}

fn what_was_signed_is_whole(site: &Site) {
    let (store, _folder) = world(site);
    assert_eq!(found(&store), []);
    assert_eq!(site.number("select count(*) as n from puntos"), 2);
    assert_eq!(site.number("select count(*) as n from teselas"), 2);
}

fn each_changed_column_of_what_was_signed_is_named(site: &Site) {
    let (store, _folder) = world(site);
    let other = site.either("zeroblob(32)", "decode(repeat('00', 32), 'hex')");
    let root = format!("raiz = {other}");
    for (table, whose, set, expected) in [
        (
            "puntos",
            "orden = 2",
            root.as_str(),
            of("puntos", "2", "raiz", Fault::OtherLeaves),
        ),
        (
            "puntos",
            "orden = 2",
            "orden = 3",
            of("puntos", "2", "", Fault::Missing),
        ),
        (
            "puntos",
            "orden = 2",
            "tamano = 599",
            of("puntos", "2", "tamano", Fault::Unsigned),
        ),
        (
            "puntos",
            "orden = 2",
            "tamano = 601",
            of("puntos", "2", "tamano", Fault::Unsigned),
        ),
        (
            "puntos",
            "orden = 1",
            "origen = 'example.es/otro'",
            of("puntos", "1", "origen", Fault::Unsigned),
        ),
        (
            "puntos",
            "orden = 1",
            "nota = replace(nota, 'example', 'exemple')",
            of("puntos", "1", "origen", Fault::Unsigned),
        ),
        (
            "puntos",
            "orden = 1",
            "nota = 'x' || nota",
            of("puntos", "1", "origen", Fault::Unsigned),
        ),
        (
            "puntos",
            "orden = 1",
            "nota = replace(nota, '/registro', '')",
            of("puntos", "1", "origen", Fault::Unsigned),
        ),
        (
            "puntos",
            "orden = 1",
            "nota = 'otra'",
            of("puntos", "1", "nota", Fault::Unreadable),
        ),
        (
            "teselas",
            "numero = 1",
            root.as_str(),
            of("teselas", "0/1", "raiz", Fault::OtherLeaves),
        ),
    ] {
        let column = set.split(' ').next().unwrap();
        let was = format!("create table antes as select {column} as v from {table} where {whose}");
        site.sql(&was);
        site.tamper(table, &format!("update {table} set {set} where {whose}"));
        let told = found(&store);
        assert_eq!(told, [expected], "{set}");
        let whose = if column == "orden" { "orden = 3" } else { whose };
        site.tamper(
            table,
            &format!("update {table} set {column} = (select v from antes) where {whose}; drop table antes"),
        );
        assert_eq!(found(&store), [], "{set}");
    }
}

fn a_tile_in_another_place_is_missing_and_one_too_many(site: &Site) {
    let (store, _folder) = world(site);
    site.tamper("teselas", "update teselas set numero = 7 where numero = 1");
    let gone = of("teselas", "0/1", "", Fault::Missing);
    let more = of("teselas", "0/7", "", Fault::Unsigned);
    assert_eq!(found(&store), [more, gone]);
}
