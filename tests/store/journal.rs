//! The audit chain and the leaves that it binds: complete, and each kind of break is found where it is.

use std::collections::BTreeSet;

use notess::domain::notificacion::{Huella, Sentido};
use notess::store::audit::{Fault, Finding, Progress, Summary, verify};
use notess::store::journal::{Entry, Head, append, detalle, number};
use notess::store::{Durability, Store, StoreError, octets};
use uuid::Uuid;

use crate::site::{Site, day, nif};

#[path = "journal/links.rs"]
mod links;

on_both!(
    an_empty_journal_is_whole,
    a_journal_is_whole_and_numbered_without_gaps,
    concurrent_entries_form_one_chain,
    an_entry_of_a_transaction_that_failed_leaves_no_gap,
    the_journal_can_be_neither_changed_nor_removed,
    an_altered_column_is_found_whichever_it_is,
    a_removed_row_is_found,
    swapped_rows_are_found,
    a_row_made_anew_with_a_right_hash_is_found_at_the_next_one,
    a_cut_tail_is_found,
    a_row_behind_the_head_is_found,
    a_lost_head_is_found_and_nothing_added_without_it,
    entries_cross_pages,
);

fn entry(n: u128) -> Entry {
    Entry {
        instante: day(0),
        peticion: Uuid::from_u128(n),
        operacion: "firmarNotificaciones".to_owned(),
        persona: Some(nif(5)),
        entidad: "B99999120".parse().ok(),
        emisor: "CN=AC de pruebas, C=ES".to_owned(),
        serie: format!("{n:x}"),
        poderdante: Some(nif(7)),
        resultado: "ok".to_owned(),
        detalle: serde_json::json!({ "codigos": [n.to_string()], "rol": 3, "texto": "ñ\u{0}\"" }),
        evidencia: None,
    }
}

fn filled(site: &Site, rows: u128) -> Store {
    let store = site.store();
    store
        .write(Durability::Full, |conn| {
            let evidencia = octets::keep_evidencia(conn, b"evidence", day(0))?;
            for n in 1..=rows {
                let entry = match n {
                    2 => Entry {
                        persona: None,
                        poderdante: None,
                        ..entry(n)
                    },
                    3 => Entry {
                        entidad: None,
                        evidencia: Some(evidencia),
                        detalle: decided_nothing(),
                        ..entry(n)
                    },
                    _ => entry(n),
                };
                append(conn, &entry)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    number(&store).unwrap();
    store
}

/// Adds a row, which gets its number.
fn add(store: &Store, entry: &Entry) -> Result<i64, StoreError> {
    let id = store.write(Durability::Full, |conn| append(conn, entry))?;
    number(store).map(|_| id)
}

/// The detail of an act of which every code was denied.
fn decided_nothing() -> serde_json::Value {
    let none = BTreeSet::new();
    detalle::decididas(Sentido::Aceptacion, &none, &none, &none)
}

fn audit(store: &Store) -> (Summary, Vec<Finding>) {
    let mut found = Vec::new();
    let summary =
        store.read::<_, StoreError, _>(|conn| verify(conn, None, |_| (), |finding| found.push(finding)));
    (summary.unwrap(), found)
}

/// All that is wrong: table, key, column, and what it is.
type Broken = (&'static str, String, Option<&'static str>, Fault);

fn broken(store: &Store) -> Vec<Broken> {
    let (_, found) = audit(store);
    found
        .into_iter()
        .map(|found| (found.table, found.key, found.column, found.fault))
        .collect()
}

fn of(table: &'static str, key: &impl ToString, column: &'static str, fault: Fault) -> Broken {
    let column = (!column.is_empty()).then_some(column);
    (table, key.to_string(), column, fault)
}

fn row(id: i64, fault: Fault) -> Broken {
    of("auditoria", &id, "", fault)
}

fn link(secuencia: i64, fault: Fault) -> Broken {
    of("cadena", &secuencia, "", fault)
}

fn whole(store: &Store) -> (u64, Head) {
    let (summary, found) = audit(store);
    assert_eq!(found, []);
    (summary.rows, summary.head)
}

fn an_empty_journal_is_whole(site: &Site) {
    let (rows, head) = whole(&site.store());
    assert_eq!((rows, head.secuencia), (0, 0));
}

fn a_journal_is_whole_and_numbered_without_gaps(site: &Site) {
    let store = filled(site, 5);
    assert_eq!(whole(&store).1.secuencia, 5);
    add(&store, &entry(6)).unwrap();
    let (rows, head) = whole(&store);
    assert_eq!((rows, head.secuencia), (6, 6));
}

fn concurrent_entries_form_one_chain(site: &Site) {
    let store = site.store();
    std::thread::scope(|scope| {
        for n in 0..32 {
            let store = &store;
            scope.spawn(move || add(store, &entry(n)).unwrap());
        }
    });
    // Whoever came while another numbered left it to that one, which may have looked before.
    number(&store).unwrap();
    let (rows, head) = whole(&store);
    assert_eq!((rows, head.secuencia), (32, 32));
}

fn an_entry_of_a_transaction_that_failed_leaves_no_gap(site: &Site) {
    let store = filled(site, 2);
    let failed = store.write(Durability::Full, |conn| {
        append(conn, &entry(3))?;
        Err::<(), _>(StoreError::Conflict)
    });
    assert!(failed.is_err());
    add(&store, &entry(4)).unwrap();
    let (rows, head) = whole(&store);
    assert_eq!((rows, head.secuencia), (3, 3));
}

fn the_journal_can_be_neither_changed_nor_removed(site: &Site) {
    let store = filled(site, 3);
    links::add_with_leaves(&store);
    for (table, attempt) in [
        ("auditoria", "update auditoria set resultado = 'ok'"),
        ("auditoria", "delete from auditoria where id = 3"),
        ("cadena", "update cadena set hojas = hojas + 1"),
        ("cadena", "delete from cadena where secuencia = 3"),
        ("hojas", "update hojas set clase = 4"),
        ("hojas", "delete from hojas"),
    ] {
        let refused = site.try_sql(attempt).unwrap_err();
        assert!(
            refused.contains(&format!("{table} is append-only")),
            "{attempt}: {refused}"
        );
    }
    assert_eq!(whole(&store).0, 4);
}

fn an_altered_column_is_found_whichever_it_is(site: &Site) {
    let store = filled(site, 5);
    for (column, sqlite, postgresql) in [
        ("instante", "instante + 1", "instante + interval '1 microsecond'"),
        (
            "peticion",
            "'00000000-0000-0000-0000-00000000ffff'",
            "'00000000-0000-0000-0000-00000000ffff'",
        ),
        (
            "operacion",
            "'rechazarNotificaciones'",
            "'rechazarNotificaciones'",
        ),
        ("persona", "null", "null"),
        ("persona", "'12345678A'", "'12345678A'"),
        ("entidad", "null", "null"),
        ("emisor", "emisor || ' '", "emisor || ' '"),
        ("serie", "'0' || serie", "'0' || serie"),
        ("poderdante", "'00000002W'", "'00000002W'"),
        ("resultado", "''", "''"),
        ("detalle", "'{}'", "'{}'"),
        (
            "evidencia",
            "(select huella from evidencias)",
            "(select huella from evidencias)",
        ),
        ("hash", "zeroblob(32)", "decode(repeat('00', 32), 'hex')"),
    ] {
        let altered = site.either(sqlite, postgresql);
        let more = match column {
            // Nothing else of the row says what was decided.
            "evidencia" => vec![row(4, Fault::Unreadable)],
            _ => vec![],
        };
        let expected = [vec![row(4, Fault::Altered)], more].concat();
        altering(
            site,
            "auditoria",
            "id = 4",
            &format!("{column} = {altered}"),
            || {
                assert_eq!(broken(&store), expected, "{column} = {altered}");
            },
        );
    }
}

/// Does something while rows of a table are altered.
fn altering(site: &Site, table: &str, whose: &str, set: &str, work: impl FnOnce()) {
    site.sql(&format!(
        "create table kept as select * from {table} where {whose}"
    ));
    site.tamper(table, &format!("update {table} set {set} where {whose}"));
    work();
    site.tamper(
        table,
        &format!(
            "delete from {table} where {whose}; insert into {table} select * from kept; drop table kept"
        ),
    );
}

fn a_removed_row_is_found(site: &Site) {
    let store = filled(site, 5);
    site.tamper("auditoria", "delete from auditoria where id = 2");
    assert_eq!(broken(&store), [row(2, Fault::Missing)]);
    site.tamper("auditoria", "delete from auditoria where id = 1");
    assert_eq!(broken(&store), [row(1, Fault::Missing), row(2, Fault::Missing)]);
    site.tamper("cadena", "delete from cadena where secuencia = 4");
    assert_eq!(
        broken(&store),
        [
            row(1, Fault::Missing),
            row(2, Fault::Missing),
            link(4, Fault::Missing),
            row(4, Fault::Unnumbered),
        ]
    );
}

fn swapped_rows_are_found(site: &Site) {
    let store = filled(site, 5);
    site.tamper(
        "auditoria",
        "update auditoria set id = 99 where id = 2; \
         update auditoria set id = 2 where id = 3; \
         update auditoria set id = 3 where id = 99",
    );
    // The chain binds what is under each number.
    assert_eq!(broken(&store), [link(2, Fault::Altered), link(3, Fault::Altered)]);
}

/// Somebody who knows how hashes are made, and makes those of a row and of its link, still cannot make the next one follow.
fn a_row_made_anew_with_a_right_hash_is_found_at_the_next_one(site: &Site) {
    let store = filled(site, 3);
    let elsewhere = Site::sqlite();
    let copy = filled(&elsewhere, 1);
    let forged = Entry {
        persona: None,
        poderdante: None,
        resultado: "denied".to_owned(),
        ..entry(2)
    };
    add(&copy, &forged).unwrap();
    let forged = whole(&copy).1.hash;
    // The hash of its content alone, which is in the columns of that copy.
    let content = elsewhere.octets("select hash as octets from auditoria where id = 2");
    let as_sql = |hash: &Huella| {
        site.either(&format!("x'{hash}'"), &format!("'\\x{hash}'::bytea"))
            .to_owned()
    };
    site.tamper(
        "auditoria",
        &format!(
            "update auditoria set resultado = 'denied', hash = {} where id = 2",
            as_sql(&content)
        ),
    );
    assert_eq!(broken(&store), [link(2, Fault::Altered)]);
    site.tamper(
        "cadena",
        &format!("update cadena set hash = {} where secuencia = 2", as_sql(&forged)),
    );
    assert_eq!(broken(&store), [link(3, Fault::Unlinked)]);
}

fn a_cut_tail_is_found(site: &Site) {
    let store = filled(site, 5);
    site.tamper("auditoria", "delete from auditoria where id > 3");
    assert_eq!(broken(&store), [row(4, Fault::Missing), row(5, Fault::Missing)]);
    site.tamper("cadena", "delete from cadena where secuencia > 3");
    assert_eq!(broken(&store), [link(4, Fault::Cut)]);
    site.tamper("auditoria", "delete from auditoria");
    site.tamper("cadena", "delete from cadena");
    assert_eq!(broken(&store), [link(1, Fault::Cut)]);
}

fn a_row_behind_the_head_is_found(site: &Site) {
    let store = filled(site, 5);
    site.sql(
        "update auditoria_cabeza set secuencia = 4, hash = (select hash from cadena where secuencia = 4)",
    );
    assert_eq!(broken(&store), [link(5, Fault::BeyondHead)]);
}

fn a_lost_head_is_found_and_nothing_added_without_it(site: &Site) {
    let store = filled(site, 5);
    site.sql("delete from auditoria_cabeza");
    assert_eq!(broken(&store), [of("auditoria_cabeza", &1, "", Fault::NoHead)]);
    let refused = add(&store, &entry(6));
    assert!(
        matches!(
            refused,
            Err(StoreError::Corrupt {
                table: "auditoria_cabeza",
                ..
            })
        ),
        "{refused:?}"
    );
}

fn entries_cross_pages(site: &Site) {
    let store = filled(site, 2500);
    let mut told = Vec::new();
    let summary = store
        .read::<_, StoreError, _>(|conn| verify(conn, None, |at| told.push(at), |found| panic!("{found:?}")));
    assert_eq!(summary.unwrap().rows, 2500);
    assert_eq!(told[..3], [1000, 2000, 2500].map(Progress::Rows));
}
