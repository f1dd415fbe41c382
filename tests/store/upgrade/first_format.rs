//! The journal as an earlier version wrote it: its rows in the first format, made here by hand.

use notess::domain::notificacion::Huella;
use notess::store::audit::{Fault, Finding, Summary, verify};
use notess::store::journal::{Fila, Search, number, search};
use notess::store::{Store, StoreError};
use openssl::sha::sha256;

use crate::site::Site;

/// Every row that has a number.
pub(super) fn rows(store: &Store) -> Vec<Fila> {
    number(store).unwrap();
    let all = Search::default();
    let found = store.read::<_, StoreError, _>(|conn| search(conn, &all, 1000));
    let rows = found.unwrap().filas;
    assert!(rows.iter().all(|row| row.secuencia.is_some() && row.intacta));
    rows
}

/// Puts rows in place of those that the journal has, in the first format; gives the hash of the last.
pub(super) fn write_first(site: &Site, rows: &[Fila]) -> Huella {
    site.tamper("auditoria", "delete from auditoria");
    let mut before = Huella([0; 32]);
    for (row, secuencia) in rows.iter().zip(1..) {
        let hash = first_format(row, before, secuencia);
        let blob = |huella: &Huella| {
            site.either(&format!("x'{huella}'"), &format!("'\\x{huella}'::bytea"))
                .to_owned()
        };
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let nullable = |value: &Option<String>| value.as_deref().map_or("null".to_owned(), text);
        let instante = row.instante.unwrap();
        let instante = site
            .either(
                &instante.timestamp_micros().to_string(),
                &format!("'{}'", instante.to_rfc3339()),
            )
            .to_owned();
        site.sql(&format!(
            "insert into auditoria (secuencia, instante, peticion, operacion, persona, entidad, emisor, serie, poderdante, \
             resultado, detalle, evidencia, anterior, hash) values ({secuencia}, {instante}, '{}', {}, {}, {}, {}, {}, {}, {}, \
             {}, {}, {}, {})",
            row.peticion.unwrap(),
            nullable(&row.operacion),
            nullable(&row.persona),
            nullable(&row.entidad),
            nullable(&row.emisor),
            nullable(&row.serie),
            nullable(&row.poderdante),
            nullable(&row.resultado),
            text(&row.detalle.as_ref().unwrap().to_string()),
            row.evidencia.as_ref().map_or("null".to_owned(), blob),
            blob(&before),
            blob(&hash),
        ));
        site.sql(&format!(
            "update auditoria_cabeza set secuencia = {secuencia}, hash = {}",
            blob(&hash)
        ));
        before = hash;
    }
    before
}

/// As the first format is documented.
fn first_format(row: &Fila, before: Huella, secuencia: i64) -> Huella {
    let mut octets = b"notess auditoria 1\n".to_vec();
    octets.extend(before.0);
    let mut column = |value: Option<&[u8]>| match value {
        None => octets.push(0),
        Some(value) => {
            octets.push(1);
            octets.extend((value.len() as u64).to_be_bytes());
            octets.extend(value);
        }
    };
    column(Some(&secuencia.to_be_bytes()));
    column(Some(&row.instante.unwrap().timestamp_micros().to_be_bytes()));
    column(Some(row.peticion.unwrap().as_bytes()));
    for text in [
        &row.operacion,
        &row.persona,
        &row.entidad,
        &row.emisor,
        &row.serie,
    ] {
        column(text.as_ref().map(String::as_bytes));
    }
    for text in [&row.poderdante, &row.resultado] {
        column(text.as_ref().map(String::as_bytes));
    }
    column(Some(row.detalle.as_ref().unwrap().to_string().as_bytes()));
    column(row.evidencia.as_ref().map(|huella| huella.0.as_slice()));
    Huella(sha256(&octets))
}

fn audited(store: &Store) -> (Summary, Vec<Finding>) {
    let mut found = Vec::new();
    let summary = store.read::<_, StoreError, _>(|conn| verify(conn, None, |_| (), |one| found.push(one)));
    (summary.unwrap(), found)
}

/// After the upgrade it has the same rows, under the same numbers, and ends where was noted before; what is altered is found.
pub(super) fn holds(site: &Site, store: &Store, before: &[Fila], noted: Huella) {
    let (summary, found) = audited(store);
    assert_eq!(found, []);
    assert_eq!((summary.rows, summary.head.hash), (before.len() as u64, noted));
    assert_eq!(rows(store), before);
    assert_eq!(
        site.number("select hojas as n from auditoria_cabeza"),
        i64::try_from(before.len()).unwrap()
    );
    let zeros = site.either("zeroblob(32)", "decode(repeat('00', 32), 'hex')");
    for (table, key, set, column, fault) in [
        (
            "auditoria",
            "id",
            "serie = 'another'".to_owned(),
            None,
            Fault::Altered,
        ),
        ("auditoria", "id", "formato = 2".to_owned(), None, Fault::Altered),
        ("auditoria", "id", format!("hash = {zeros}"), None, Fault::Altered),
        (
            "cadena",
            "secuencia",
            format!("hash = {zeros}"),
            None,
            Fault::Altered,
        ),
        (
            "cadena",
            "secuencia",
            format!("anterior = {zeros}"),
            Some("anterior"),
            Fault::Altered,
        ),
    ] {
        site.sql(&format!(
            "create table kept as select * from {table} where {key} = 2"
        ));
        site.tamper(table, &format!("update {table} set {set} where {key} = 2"));
        let told: Vec<_> = audited(store)
            .1
            .into_iter()
            .map(|one| (one.table, one.key, one.column, one.fault))
            .collect();
        assert_eq!(told, [(table, "2".to_owned(), column, fault)], "{table}: {set}");
        site.tamper(
            table,
            &format!(
                "delete from {table} where {key} = 2; insert into {table} select * from kept; drop table kept"
            ),
        );
    }
    assert_eq!(audited(store).1, []);
}

/// What is added later follows.
pub(super) fn goes_on(store: &Store, before: usize) {
    assert!(rows(store).len() > before);
    assert_eq!(audited(store).1, []);
}
