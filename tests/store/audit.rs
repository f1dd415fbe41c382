//! The audit: what the journal says was decided, acuses, states and kept octets are held against each other, and each
//! change made behind the service's back is named by table, key and column.

use std::collections::BTreeSet;

use notess::contract::canal::acuse_columns::unlike;
use notess::contract::canal::acuse_document::huella;
use notess::domain::nif::Nif;
use notess::domain::notificacion::{Huella, Sentido};
use notess::domain::rol::Rol;
use notess::store::audit::{Fault, Finding, Papers, verify};
use notess::store::journal::{self, Clase, Entry, Hoja, append, detalle, hold, number};
use notess::store::{Durability, Store, StoreError, acuses, decisions, notificaciones, octets};
use uuid::Uuid;

use crate::site::{Site, acuse, codigos, day, nif, pdf_hash, pending, publish, write};

/// How acuses are made and read.
const PAPERS: Papers<'static> = Papers {
    made: &huella,
    unlike: &unlike,
};

on_both!(
    what_was_recorded_is_whole,
    each_change_behind_the_back_is_named,
    what_the_journal_does_not_hold_of_a_decision_the_log_does,
    every_fault_is_told_and_not_the_first_alone,
    a_decision_that_the_journal_says_twice_is_found,
    rows_must_go_with_time,
    an_acuse_is_vouched_for_only_as_the_journal_has_it,
);

const NADIE: BTreeSet<i32> = BTreeSet::new();

fn subject() -> Nif {
    nif(5)
}

/// Six published: 1 and 2 accepted in a request of canal, 3 rejected through WSCN, the rest pending.
fn world(site: &Site) -> Store {
    let store = site.store();
    let new: Vec<_> = (1..=6).map(|n| pending(n, subject(), day(0))).collect();
    publish(&store, &new);
    act(&store, &[1, 2], Sentido::Aceptacion, 1, |codes| {
        detalle::decididas(Sentido::Aceptacion, &codes, &NADIE, &NADIE)
    });
    act(&store, &[3], Sentido::Rechazo, 2, |_| {
        let codigo = codigos([3])[0];
        detalle::devuelto(codigo, Rol::Propio, Uuid::now_v7(), Some(Sentido::Rechazo))
    });
    store
}

/// Decides as a request does, with its row in the journal.
fn act(
    store: &Store,
    numbers: &[i32],
    sentido: Sentido,
    on: i64,
    detalle: impl Fn(BTreeSet<i32>) -> serde_json::Value,
) {
    let peticion = Uuid::now_v7();
    write(store, |conn| {
        let codigos = codigos(numbers.iter().copied());
        decisions::hold(conn, subject(), &codigos)?;
        let decided: Vec<_> = notificaciones::find(conn, subject(), &codigos)?
            .into_iter()
            .map(|pending| pending.decide(sentido, day(on)).unwrap())
            .collect();
        let evidencia = octets::keep_evidencia(conn, format!("request of day {on}").as_bytes(), day(on))?;
        let acuses: Vec<_> = decided
            .iter()
            .map(|decided| notess::domain::acuse::Acuse {
                peticion,
                ..acuse(decided, evidencia)
            })
            .collect();
        decisions::record_decisions(conn, &decided, &acuses)?;
        let leaves: Vec<_> = acuses
            .iter()
            .zip(&decided)
            .map(|(acuse, decided)| Hoja {
                clase: Clase::Decision,
                referencia: acuse.codigo.to_string(),
                huella: huella(acuse, decided),
            })
            .collect();
        let detalle = detalle(numbers.iter().copied().collect());
        let entry = row(peticion, on, Some(evidencia), detalle);
        hold(conn)?.append_with(conn, &entry, &leaves).map(drop)
    });
    number(store).unwrap();
}

fn row(peticion: Uuid, on: i64, evidencia: Option<Huella>, detalle: serde_json::Value) -> Entry {
    Entry {
        instante: day(on),
        peticion,
        operacion: "firmarNotificaciones".to_owned(),
        persona: Some(subject()),
        entidad: None,
        emisor: "CN=AC de pruebas".to_owned(),
        serie: "1".to_owned(),
        poderdante: Some(subject()),
        resultado: "hecho".to_owned(),
        detalle,
        evidencia,
    }
}

fn found(store: &Store) -> Vec<Finding> {
    let mut found = Vec::new();
    let audited = store
        .read::<_, StoreError, _>(|conn| verify(conn, Some(PAPERS), |_| (), |finding| found.push(finding)));
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

fn what_was_recorded_is_whole(site: &Site) {
    let store = world(site);
    assert_eq!(found(&store), []);
    let summary = store
        .read::<_, StoreError, _>(|conn| verify(conn, Some(PAPERS), |_| (), |_| ()))
        .unwrap();
    assert_eq!(
        (
            summary.rows,
            summary.decided,
            summary.evidencias,
            summary.documentos
        ),
        (2, 3, 2, 1)
    );
}

/// Where a change is made, and what is found of it.
struct Change {
    table: &'static str,
    /// The row, as SQL.
    whose: String,
    set: String,
    found: Vec<Finding>,
}

/// A text as the octets of a column, as this database writes them; likewise the other two.
fn octets(site: &Site, text: &str) -> String {
    if site.is_sqlite() {
        format!("cast('{text}' as blob)")
    } else {
        format!("'{text}'::bytea")
    }
}

/// Octets given in hexadecimal.
fn blob(site: &Site, hex: &str) -> String {
    if site.is_sqlite() {
        format!("x'{hex}'")
    } else {
        format!("'\\x{hex}'::bytea")
    }
}

/// An instant a microsecond after that of a column.
fn later(site: &Site, column: &str) -> String {
    if site.is_sqlite() {
        format!("{column} + 1")
    } else {
        format!("{column} + interval '1 microsecond'")
    }
}

fn changes(site: &Site) -> Vec<Change> {
    let [octets, blob, later] = [octets as fn(&Site, &str) -> String, blob, later]
        .map(|written| move |text: &str| written(site, text));
    let change = |table, set: &str, found| Change {
        table,
        whose: "codigo = 2".to_owned(),
        set: set.to_owned(),
        found,
    };
    let acuse = |set: &str, found| change("acuses", set, found);
    let notificacion = |set: &str, found| change("notificaciones", set, found);
    let unlike_journal = |column| of("acuses", "2", column, Fault::DiffersFromJournal);
    let unlike_acuse = |column| of("notificaciones", "2", column, Fault::DiffersFromAcuse);
    let evidencia = Huella(openssl::sha::sha256(b"request of day 1")).to_string();
    vec![
        acuse(
            "sentido = 'rechazo'",
            vec![unlike_journal("sentido"), unlike_acuse("estado")],
        ),
        acuse(
            &format!("instante = {}", later("instante")),
            vec![unlike_journal("instante"), unlike_acuse("decidida")],
        ),
        acuse("persona_nif = '00000006Y'", vec![unlike_journal("persona_nif")]),
        acuse(
            "sujeto_nif = '00000006Y'",
            vec![unlike_journal("sujeto_nif"), unlike_acuse("sujeto_nif")],
        ),
        acuse(
            "peticion = '00000000-0000-0000-0000-000000000000'",
            vec![unlike_journal("peticion")],
        ),
        acuse(
            "evidencia_huella = documento_huella",
            // That it is no evidence either is told by the same column, once.
            vec![unlike_journal("evidencia_huella")],
        ),
        acuse(
            "documento_huella = evidencia_huella",
            vec![unlike_acuse("documento_huella")],
        ),
        acuse("rol = 9", vec![of("acuses", "2", "", Fault::Unreadable)]),
        notificacion("estado = 3", vec![unlike_acuse("estado")]),
        notificacion("estado = 1, decidida = null", vec![unlike_acuse("estado")]),
        notificacion(
            &format!("decidida = {}", later("decidida")),
            vec![unlike_acuse("decidida")],
        ),
        notificacion(
            "documento_tamano = 41",
            vec![of("notificaciones", "2", "documento_tamano", Fault::WrongLength)],
        ),
        Change {
            table: "documentos",
            whose: format!("huella = {}", blob(&pdf_hash().to_string())),
            // As long as the right one.
            set: format!("contenido = {}", octets(&"x".repeat(40))),
            found: vec![of("documentos", &pdf_hash().to_string(), "", Fault::WrongHash)],
        },
        Change {
            table: "evidencias",
            whose: format!("huella = {}", blob(&evidencia)),
            set: format!("octetos = {}", octets("altered evidence")),
            found: vec![of("evidencias", &evidencia, "", Fault::WrongHash)],
        },
    ]
}

/// Each with the triggers out of the way; and whole again when it is put back.
fn each_change_behind_the_back_is_named(site: &Site) {
    let store = world(site);
    for Change {
        table,
        whose,
        set,
        found: expected,
    } in changes(site)
    {
        site.sql(&format!(
            "create table kept as select * from {table} where {whose}"
        ));
        site.unchecked(table, &format!("update {table} set {set} where {whose}"));
        assert_eq!(found(&store), expected, "{table}: {set}");
        let put_back = format!(
            "delete from {table} where {whose}; insert into {table} select * from kept; drop table kept"
        );
        site.unchecked(table, &put_back);
        assert_eq!(found(&store), [], "put back: {table}: {set}");
    }
}

/// What is in the acuse and in no row of the journal.
fn what_the_journal_does_not_hold_of_a_decision_the_log_does(site: &Site) {
    let store = world(site);
    if site.is_sqlite() {
        site.sql("drop trigger notificaciones_asunto_no_update");
    }
    for (table, set) in [
        ("acuses", "persona_nombre = 'OTRA PERSONA'"),
        ("acuses", "identificador = '00000000-0000-0000-0000-000000000007'"),
        ("acuses", "motivo = 'otro'"),
        ("acuses", "rol = 3"),
        ("acuses", "autorizacion = 7"),
        ("notificaciones", "denominacion = 'OTRA EMPRESA SL'"),
        ("notificaciones", "asunto = 'Otro asunto'"),
        ("notificaciones", "destinatario = '00000006Y'"),
    ] {
        site.sql(&format!(
            "create table kept as select * from {table} where codigo = 2"
        ));
        site.unchecked(table, &format!("update {table} set {set} where codigo = 2"));
        assert_eq!(
            found(&store),
            [of("acuses", "2", "", Fault::UnlikeLeaf)],
            "{table}: {set}"
        );
        site.unchecked(
            table,
            &format!("delete from {table} where codigo = 2; insert into {table} select * from kept; drop table kept"),
        );
    }
    assert_eq!(found(&store), []);
    // A leaf that names another.
    site.unchecked(
        "hojas",
        "update hojas set referencia = '5' where referencia = '2'",
    );
    assert_eq!(found(&store), [of("hojas", "1/2", "referencia", Fault::Dangling)]);
}

fn every_fault_is_told_and_not_the_first_alone(site: &Site) {
    let store = world(site);
    site.unchecked("acuses", "delete from acuses where codigo = 1");
    site.unchecked("auditoria", "delete from auditoria where id = 2");
    site.unchecked("evidencias", "delete from evidencias");
    let told = found(&store);
    let of_request = |codigo: &str| of("acuses", codigo, "evidencia_huella", Fault::Dangling);
    assert_eq!(
        told,
        [
            of("auditoria", "2", "", Fault::Missing),
            of("acuses", "1", "", Fault::NotOnRecord),
            of("acuses", "3", "", Fault::NotInJournal),
            of_request("2"),
            of_request("3"),
            of("notificaciones", "1", "estado", Fault::NoAcuse),
        ]
    );
}

fn a_decision_that_the_journal_says_twice_is_found(site: &Site) {
    let store = world(site);
    write(&store, |conn| {
        let evidencia = octets::keep_evidencia(conn, b"request of day 1", day(1))?;
        let detalle = detalle::decididas(Sentido::Aceptacion, &BTreeSet::from([2]), &NADIE, &NADIE);
        append(conn, &row(Uuid::now_v7(), 3, Some(evidencia), detalle)).map(drop)
    });
    number(&store).unwrap();
    assert_eq!(
        found(&store),
        [
            of("acuses", "2", "peticion", Fault::DiffersFromJournal),
            of("acuses", "2", "", Fault::DecidedTwice),
        ]
    );
}

fn rows_must_go_with_time(site: &Site) {
    let store = world(site);
    write(&store, |conn| {
        append(conn, &row(Uuid::now_v7(), 1, None, serde_json::Value::Null)).map(drop)
    });
    number(&store).unwrap();
    assert_eq!(found(&store), [of("auditoria", "3", "", Fault::Backwards)]);
}

fn an_acuse_is_vouched_for_only_as_the_journal_has_it(site: &Site) {
    let store = world(site);
    let vouched = || {
        store.read::<_, StoreError, _>(|conn| {
            let acuses = acuses::acuses_of(conn, subject(), &codigos([1, 2, 3]))?;
            journal::vouch(conn, &acuses)
        })
    };
    vouched().unwrap();
    site.unchecked(
        "acuses",
        "update acuses set sentido = 'aceptacion' where codigo = 3",
    );
    assert!(matches!(vouched(), Err(StoreError::Unvouched { codigo: 3 })));
    site.unchecked("acuses", "update acuses set sentido = 'rechazo' where codigo = 3");
    vouched().unwrap();
    // A row that does not bear its own hash vouches for nothing, whatever it says.
    site.unchecked("auditoria", "update auditoria set serie = '2' where id = 2");
    assert!(matches!(vouched(), Err(StoreError::Unvouched { codigo: 3 })));
    let refused = store.write(Durability::Full, |conn| {
        let acuses = acuses::acuses_of(conn, subject(), &codigos([1]))?;
        journal::vouch(conn, &acuses)
    });
    refused.unwrap();
}
