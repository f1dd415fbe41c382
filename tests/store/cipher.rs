//! What lies encrypted: documents and asuntos of acts of a special category, of which the database holds no word (D-57).

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Binary;
use diesel::{PgConnection, sql_query};
use notess::domain::notificacion::{Categoria, Documento, Huella, Notificacion, Sentido};
use notess::store::audit;
use notess::store::cipher::rows::{self, Done};
use notess::store::cipher::{KeyId, Keys, Without};
use notess::store::listing::list;
use notess::store::{Durability, Store, StoreError, notificaciones, octets};

use crate::listing::everything;
use crate::site::{Site, altered, codigo, day, decide, nif, pending, write};

on_both!(
    what_is_published_with_a_key_leaves_no_word_in_files_or_log,
    what_was_published_before_is_encrypted_later_and_leaves_no_word_once_written_anew,
    what_is_encrypted_opens_in_its_own_place_only,
    a_document_that_acts_of_both_kinds_have_is_encrypted,
    what_is_encrypted_never_lies_open_again,
);

pub(crate) const WORD: &str = "Embarazo";
pub(crate) const ORDINARY: &str = "Reclamaciones";

pub(crate) fn document(number: i32) -> Vec<u8> {
    format!("%PDF-1.7 {WORD} de riesgo {number}\n%%EOF").into_bytes()
}

pub(crate) fn hash(octets: &[u8]) -> Huella {
    Huella(openssl::sha::sha256(octets))
}

/// A notification of a special category, with its document.
pub(crate) fn special(number: i32) -> (Notificacion, Vec<u8>) {
    let contenido = document(number);
    let special = altered(pending(number, nif(5), day(0)), |publicada| {
        publicada.categoria = Categoria::Especial;
        publicada.asunto = format!("{WORD}, expediente {number}");
        publicada.documento = Documento {
            huella: hash(&contenido),
            tamano: u32::try_from(contenido.len()).unwrap(),
        };
    });
    (special, contenido)
}

pub(crate) fn try_publish(store: &Store, numbers: impl IntoIterator<Item = i32>) -> Result<(), StoreError> {
    let all: Vec<_> = numbers.into_iter().map(special).collect();
    let documents: Vec<_> = all
        .iter()
        .map(|(one, contenido)| (one.documento.huella, contenido.as_slice()))
        .collect();
    let rows: Vec<Notificacion> = all.iter().map(|(one, _)| one.clone()).collect();
    store.write(Durability::Full, |conn| {
        octets::insert_documentos_especiales(conn, &documents)?;
        notificaciones::insert_notificaciones(conn, &rows)
    })
}

/// One of no special category, whose words the database holds: so that a test that finds none of the others can fail.
pub(crate) fn publish_ordinary(store: &Store, number: i32) {
    let contenido = format!("%PDF-1.7 {ORDINARY} {number}").into_bytes();
    let ordinary = altered(pending(number, nif(5), day(0)), |publicada| {
        publicada.asunto = format!("{ORDINARY} del mes");
        publicada.documento = Documento {
            huella: hash(&contenido),
            tamano: u32::try_from(contenido.len()).unwrap(),
        };
    });
    write(store, |conn| {
        octets::insert_documentos(conn, &[(hash(&contenido), &contenido)])?;
        notificaciones::insert_notificaciones(conn, std::slice::from_ref(&ordinary))
    });
}

fn id(text: &str) -> KeyId {
    text.parse().unwrap()
}

/// Keys of ids, each with an octet of its own, of which the last one encrypts.
pub(crate) fn keys(of: &[(&str, u8)], without: Without) -> Keys {
    let all: BTreeMap<_, _> = of
        .iter()
        .map(|(name, octet)| {
            (
                id(name),
                format!("ff{}", format!("{octet:02x}").repeat(31))
                    .parse()
                    .unwrap(),
            )
        })
        .collect();
    Keys::new(all, of.last().map(|(name, _)| id(name)), without).unwrap()
}

pub(crate) fn with_keys(site: &Site, of: &[(&str, u8)]) -> Store {
    let store = site.store();
    let wrong = store.use_keys(keys(of, Without::Refuse), day(0)).unwrap();
    assert_eq!(wrong, []);
    store
}

pub(crate) fn all_batches(
    store: &Store,
    batch: fn(&mut notess::store::Writer) -> Result<Done, StoreError>,
) -> Done {
    let mut total = Done::default();
    loop {
        let done = write(store, batch);
        if done.is_nothing() {
            return total;
        }
        total += done;
    }
}

#[derive(QueryableByName)]
struct Octets {
    #[diesel(sql_type = Binary)]
    octets: Vec<u8>,
}

/// All octets of the files in which the database keeps the two tables: of SQLite with its log, of PostgreSQL as they are
/// after a checkpoint, with what it keeps apart of long values.
fn files(site: &Site) -> Vec<u8> {
    if site.is_sqlite() {
        let path = site.url().to_string();
        let path = path.strip_prefix("sqlite:").unwrap();
        let mut octets = std::fs::read(path).unwrap();
        octets.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
        return octets;
    }
    let mut conn = PgConnection::establish(&site.postgres_url()).unwrap();
    sql_query("checkpoint").execute(&mut conn).unwrap();
    let of_all = "select coalesce(pg_read_binary_file(pg_relation_filepath(oid)), '') as octets from pg_class \
                  where oid in (select unnest(array[c.oid, c.reltoastrelid]) from pg_class c \
                  where c.relname in ('notificaciones', 'documentos')) and relfilenode <> 0";
    let rows: Vec<Octets> = sql_query(of_all).load(&mut conn).unwrap();
    rows.into_iter().flat_map(|row| row.octets).collect()
}

fn holds(octets: &[u8], word: &str) -> bool {
    octets.windows(word.len()).any(|window| window == word.as_bytes())
}

/// PostgreSQL keeps what a transaction might still see, and takes whoever connects to the server at that moment, here
/// another test, for one that might: an operator stops services first.
fn write_anew(site: &Site, store: &Store) {
    for _ in 0..20 {
        store.write_anew().unwrap();
        if site.is_sqlite() || !holds(&files(site), WORD) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[track_caller]
fn assert_no_word(site: &Site) {
    let files = files(site);
    assert!(holds(&files, ORDINARY), "what is not special lies there");
    assert!(!holds(&files, WORD));
}

/// What listings, whoever decides, and whoever is given the document have of it.
#[track_caller]
pub(crate) fn assert_as_published(store: &Store, numbers: impl IntoIterator<Item = i32>) {
    let sujetos = [nif(5)];
    let listed = store.read(|conn| list(conn, &everything(&sujetos))).unwrap();
    for number in numbers {
        let (published, contenido) = special(number);
        assert!(listed.contains(&published), "{number}");
        let found = store.read(|conn| notificaciones::find(conn, nif(5), &[codigo(number)]));
        assert_eq!(found.unwrap(), std::slice::from_ref(&published));
        let given = store.read(|conn| octets::documento(conn, published.documento.huella));
        assert_eq!(given.unwrap(), Some(contenido));
    }
}

fn what_is_published_with_a_key_leaves_no_word_in_files_or_log(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    publish_ordinary(&store, 1);
    try_publish(&store, 2..=9).unwrap();
    assert_no_word(site);
    assert_as_published(&store, 2..=9);
    // What is decided of it is of the plain text.
    write(&store, |conn| {
        decide(conn, nif(5), &[codigo(2)], Sentido::Aceptacion, day(1))
    });
    let faults = faults(&store);
    // The decision of a test has no row in the journal.
    assert!(
        faults.iter().all(|fault| fault.starts_with("acuses")),
        "{faults:?}"
    );
    assert_no_word(site);
}

pub(crate) fn faults(store: &Store) -> Vec<String> {
    let mut faults = Vec::new();
    store
        .read::<_, StoreError, _>(|conn| {
            audit::verify(
                conn,
                None,
                |_| {},
                |finding| faults.push(format!("{} {}", finding.table, finding.fault)),
            )
        })
        .unwrap();
    faults
}

fn what_was_published_before_is_encrypted_later_and_leaves_no_word_once_written_anew(site: &Site) {
    let store = site.store();
    publish_ordinary(&store, 1);
    try_publish(&store, 2..=100).unwrap();
    assert!(holds(&files(site), WORD), "it lay open");
    assert_as_published(&store, 2..=100);
    drop(store);

    let store = with_keys(site, &[("a", 1)]);
    assert_as_published(&store, 2..=100);
    let first = write(&store, rows::encrypt_due);
    assert!((1..99).contains(&first.asuntos), "{first:?}");
    drop(store);
    let store = with_keys(site, &[("a", 1)]);
    let rest = all_batches(&store, rows::encrypt_due);
    assert_eq!(first.asuntos + rest.asuntos, 99);
    assert_eq!(first.documentos + rest.documentos, 99);
    write_anew(site, &store);
    assert_no_word(site);
    assert_as_published(&store, 2..=100);
    assert_eq!(faults(&store), Vec::<String>::new());
}

fn what_is_encrypted_opens_in_its_own_place_only(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    try_publish(&store, 1..=4).unwrap();
    site.sql(
        "update notificaciones set asunto = (select o.asunto from notificaciones o where o.codigo = 2) where codigo = 1",
    );
    let [one, two, three] = [1, 2, 3].map(|number| hash(&document(number)));
    let hex = |huella: Huella| site.either("x'", "'\\x").to_owned() + &huella.to_string() + "'";
    site.sql(&format!(
        "update documentos set contenido = (select o.contenido from documentos o where o.huella = {}) where huella = {}",
        hex(two),
        hex(one)
    ));
    // A bit of the last octet, which is of the tag.
    let flipped = site.either(
        "cast(substr(contenido, 1, length(contenido) - 1) || \
         case when substr(contenido, -1) = x'00' then x'01' else x'00' end as blob)",
        "set_byte(contenido, length(contenido) - 1, get_byte(contenido, length(contenido) - 1) # 1)",
    );
    site.sql(&format!(
        "update documentos set contenido = {flipped} where huella = {}",
        hex(three)
    ));
    let is_corrupt = |table: &str, key: String, error: StoreError| {
        let told = error.to_string();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{told}");
        assert!(told.contains(table) && told.contains(&key), "{told}");
    };
    let found = store.read(|conn| notificaciones::find(conn, nif(5), &[codigo(1)]));
    is_corrupt("notificaciones", "1".to_owned(), found.unwrap_err());
    for huella in [one, three] {
        let given = store.read(|conn| octets::documento(conn, huella));
        is_corrupt("documentos", huella.to_string(), given.unwrap_err());
    }
    let given = store.read(|conn| octets::documento(conn, two));
    assert_eq!(given.unwrap(), Some(document(2)));
    let faults = faults(&store);
    assert_eq!(faults, ["documentos the octets do not have their hash"; 2]);
    // What is damaged keeps nothing else from getting another key.
    let store = with_keys(site, &[("a", 1), ("b", 2)]);
    let done = all_batches(&store, rows::rewrap_due);
    assert_eq!(
        (done.asuntos, done.documentos),
        (3, 3),
        "a tag is not looked at, data keys are"
    );
}

fn a_document_that_acts_of_both_kinds_have_is_encrypted(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    publish_ordinary(&store, 1);
    let contenido = document(2);
    let ordinary = altered(pending(3, nif(5), day(0)), |publicada| {
        publicada.documento = special(2).0.documento;
    });
    write(&store, |conn| {
        octets::insert_documentos(conn, &[(hash(&contenido), &contenido)])?;
        notificaciones::insert_notificaciones(conn, std::slice::from_ref(&ordinary))
    });
    try_publish(&store, [2]).unwrap();
    assert_as_published(&store, [2]);
    write_anew(site, &store);
    assert_no_word(site);
    // And the other way round: what lies encrypted is left so.
    let again = altered(ordinary, |publicada| publicada.codigo = codigo(4));
    write(&store, |conn| {
        octets::insert_documentos(conn, &[(hash(&contenido), &contenido)])?;
        notificaciones::insert_notificaciones(conn, std::slice::from_ref(&again))
    });
    assert_as_published(&store, [2]);
    assert_no_word(site);
}

fn what_is_encrypted_never_lies_open_again(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    publish_ordinary(&store, 1);
    try_publish(&store, [2]).unwrap();
    for sql in [
        "update notificaciones set asunto = 'x', asunto_clave = null where codigo = 2",
        "update notificaciones set asunto = 'x' where codigo = 1",
        "update notificaciones set asunto_clave = 'a' where codigo = 1",
    ] {
        let refused = site.try_sql(sql).unwrap_err();
        assert!(
            refused.contains("what was published does not change"),
            "{sql}: {refused}"
        );
    }
}

/// PostgreSQL takes no such octets for a text.
#[test]
fn an_asunto_that_is_no_text_keeps_nothing_else_from_being_encrypted() {
    let site = Site::sqlite();
    let store = site.store();
    try_publish(&store, 1..=3).unwrap();
    site.sql(
        "drop trigger notificaciones_asunto_no_update; \
         update notificaciones set asunto = cast(x'ff' as text) where codigo = 1",
    );
    drop(store);
    let store = with_keys(&site, &[("a", 1)]);
    let done = all_batches(&store, rows::encrypt_due);
    assert_eq!((done.asuntos, done.documentos), (2, 3));
    site.sql("update notificaciones set asunto = cast(x'ff' as text) where codigo = 2");
    let store = with_keys(&site, &[("a", 1), ("b", 2)]);
    let done = all_batches(&store, rows::rewrap_due);
    assert_eq!((done.asuntos, done.documentos), (1, 3));
}
