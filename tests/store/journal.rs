//! The audit chain: complete, and each kind of break is found where it is.

use std::collections::BTreeSet;

use notess::domain::notificacion::Sentido;
use notess::store::audit::{Fault, Finding, Progress, Summary, verify};
use notess::store::journal::{Entry, Head, append, detalle};
use notess::store::{Durability, Store, StoreError, octets};
use uuid::Uuid;

use crate::site::{Site, day, nif};

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
    a_changed_head_is_found,
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
    store
}

/// The detail of an act of which every code was denied.
fn decided_nothing() -> serde_json::Value {
    let none = BTreeSet::new();
    detalle::decididas(Sentido::Aceptacion, &none, &none, &none)
}

fn audit(store: &Store) -> (Summary, Vec<Finding>) {
    let mut found = Vec::new();
    let summary = store.read::<_, StoreError, _>(|conn| verify(conn, |_| (), |finding| found.push(finding)));
    (summary.unwrap(), found)
}

/// All that is wrong with the journal, row by row.
fn broken(store: &Store) -> Vec<(i64, Fault)> {
    let (_, found) = audit(store);
    found
        .into_iter()
        .map(|finding| {
            assert_eq!(
                (finding.table, finding.column),
                ("auditoria", None),
                "{finding:?}"
            );
            (finding.key.parse().unwrap(), finding.fault)
        })
        .collect()
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
    let sixth = store
        .write(Durability::Full, |conn| append(conn, &entry(6)))
        .unwrap();
    assert_eq!(sixth, 6);
    let (rows, head) = whole(&store);
    assert_eq!((rows, head.secuencia), (6, 6));
}

fn concurrent_entries_form_one_chain(site: &Site) {
    let store = site.store();
    std::thread::scope(|scope| {
        for n in 0..32 {
            let store = &store;
            scope.spawn(move || {
                store
                    .write(Durability::Full, |conn| append(conn, &entry(n)))
                    .unwrap();
            });
        }
    });
    assert_eq!(whole(&store).0, 32);
}

fn an_entry_of_a_transaction_that_failed_leaves_no_gap(site: &Site) {
    let store = filled(site, 2);
    let failed = store.write(Durability::Full, |conn| {
        append(conn, &entry(3))?;
        Err::<(), _>(StoreError::Conflict)
    });
    assert!(failed.is_err());
    assert_eq!(
        store
            .write(Durability::Full, |conn| append(conn, &entry(4)))
            .unwrap(),
        3
    );
    assert_eq!(whole(&store).0, 3);
}

fn the_journal_can_be_neither_changed_nor_removed(site: &Site) {
    let store = filled(site, 3);
    for attempt in [
        "update auditoria set resultado = 'ok'",
        "delete from auditoria where secuencia = 3",
    ] {
        let refused = site.try_sql(attempt).unwrap_err();
        assert!(
            refused.contains("auditoria is append-only"),
            "{attempt}: {refused}"
        );
    }
    assert_eq!(whole(&store).0, 3);
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
        site.sql("create table kept as select * from auditoria where secuencia = 4");
        site.tamper(
            "auditoria",
            &format!("update auditoria set {column} = {altered} where secuencia = 4"),
        );
        let more = match column {
            // All are of one instant.
            "instante" => vec![(5, Fault::Backwards)],
            // Nothing else of the row says what was decided.
            "evidencia" => vec![(4, Fault::Unreadable)],
            "hash" => vec![(5, Fault::Unlinked)],
            _ => vec![],
        };
        assert_eq!(
            broken(&store),
            [vec![(4, Fault::Altered)], more].concat(),
            "{column} = {altered}"
        );
        site.tamper(
            "auditoria",
            "delete from auditoria where secuencia = 4; insert into auditoria select * from kept; drop table kept",
        );
    }
    // The link to the row before is part of the contents.
    site.tamper(
        "auditoria",
        "update auditoria set anterior = (select anterior from auditoria where secuencia = 2) where secuencia = 4",
    );
    assert_eq!(broken(&store), [(4, Fault::Altered)]);
}

fn a_removed_row_is_found(site: &Site) {
    let store = filled(site, 5);
    site.tamper("auditoria", "delete from auditoria where secuencia = 2");
    assert_eq!(broken(&store), [(2, Fault::Missing)]);
    site.tamper("auditoria", "delete from auditoria where secuencia = 1");
    assert_eq!(broken(&store), [(1, Fault::Missing), (2, Fault::Missing)]);
}

fn swapped_rows_are_found(site: &Site) {
    let store = filled(site, 5);
    site.tamper(
        "auditoria",
        "update auditoria set secuencia = 99 where secuencia = 2; \
         update auditoria set secuencia = 2 where secuencia = 3; \
         update auditoria set secuencia = 3 where secuencia = 99",
    );
    // The number is part of the contents.
    assert_eq!(
        broken(&store),
        [(2, Fault::Altered), (3, Fault::Altered), (4, Fault::Unlinked)]
    );
}

/// Somebody who knows how hashes are made, and makes one, still cannot make the next row follow.
fn a_row_made_anew_with_a_right_hash_is_found_at_the_next_one(site: &Site) {
    let store = filled(site, 3);
    let elsewhere = Site::sqlite();
    let copy = elsewhere.store();
    copy.write(Durability::Full, |conn| {
        append(conn, &entry(1))?;
        let forged = Entry {
            persona: None,
            poderdante: None,
            resultado: "denied".to_owned(),
            ..entry(2)
        };
        append(conn, &forged)
    })
    .unwrap();
    let forged = whole(&copy).1.hash;
    site.tamper(
        "auditoria",
        &format!(
            "update auditoria set resultado = 'denied', hash = {} where secuencia = 2",
            site.either(&format!("x'{forged}'"), &format!("'\\x{forged}'::bytea"))
        ),
    );
    assert_eq!(broken(&store), [(3, Fault::Unlinked)]);
}

fn a_cut_tail_is_found(site: &Site) {
    let store = filled(site, 5);
    site.tamper("auditoria", "delete from auditoria where secuencia > 3");
    assert_eq!(broken(&store), [(4, Fault::Cut)]);
    site.tamper("auditoria", "delete from auditoria");
    assert_eq!(broken(&store), [(1, Fault::Cut)]);
}

fn a_row_behind_the_head_is_found(site: &Site) {
    let store = filled(site, 5);
    site.sql(
        "update auditoria_cabeza set secuencia = 4, hash = (select hash from auditoria where secuencia = 4)",
    );
    assert_eq!(broken(&store), [(5, Fault::BeyondHead)]);
}

fn a_changed_head_is_found(site: &Site) {
    let store = filled(site, 5);
    site.sql("update auditoria_cabeza set hash = (select hash from auditoria where secuencia = 1)");
    assert_eq!(broken(&store), [(5, Fault::HeadDiffers)]);
    site.sql("delete from auditoria_cabeza");
    assert_eq!(broken(&store), [(5, Fault::NoHead)]);
    let refused = store.write(Durability::Full, |conn| append(conn, &entry(6)));
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
    let summary =
        store.read::<_, StoreError, _>(|conn| verify(conn, |at| told.push(at), |found| panic!("{found:?}")));
    assert_eq!(summary.unwrap().rows, 2500);
    assert_eq!(told[..3], [1000, 2000, 2500].map(Progress::Rows));
}
