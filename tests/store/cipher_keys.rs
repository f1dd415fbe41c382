//! Keys of what lies encrypted: missing, wrong, changed for another, or none (D-57).

use notess::domain::notificacion::Documento;
use notess::store::cipher::lying::{self, Lying};
use notess::store::cipher::{NoKey, Without, rows};
use notess::store::listing::list;
use notess::store::{Durability, StoreError, notificaciones, octets};

use crate::cipher::{
    ORDINARY, WORD, all_batches, assert_as_published, document, faults, hash, keys, publish_ordinary,
    special, try_publish, with_keys,
};
use crate::listing::everything;
use crate::site::{Site, altered, codigo, day, nif, write};

on_both!(
    a_key_that_is_missing_or_wrong_keeps_back_documents_and_nothing_else,
    all_is_brought_under_another_key_in_batches_by_whoever_goes_on,
    without_a_key_nothing_special_is_published_where_it_must_not_lie_open,
    a_batch_of_great_documents_is_of_few_of_them,
    while_somebody_reads_what_was_before_the_log_is_not_said_to_be_cut,
);

fn a_key_that_is_missing_or_wrong_keeps_back_documents_and_nothing_else(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    publish_ordinary(&store, 1);
    try_publish(&store, [2, 3]).unwrap();
    drop(store);
    for (named, why) in [
        (keys(&[], Without::Refuse), NoKey::Unnamed),
        (keys(&[("b", 1)], Without::Refuse), NoKey::Unnamed),
        (keys(&[("a", 2)], Without::Refuse), NoKey::Another),
    ] {
        let store = site.store();
        let wrong = store.use_keys(named, day(1)).unwrap();
        assert_eq!(wrong.is_empty(), why == NoKey::Unnamed);
        let missing = store.read::<_, StoreError, _>(lying::missing).unwrap();
        assert_eq!(missing, [("a".to_owned(), why)]);
        let of_special = hash(&document(2));
        let given = store.read(|conn| octets::documento(conn, of_special));
        assert!(
            matches!(&given, Err(StoreError::NoKey { clave, why: told }) if clave == "a" && *told == why),
            "{given:?}"
        );
        let all: Vec<_> = store
            .read(|conn| notificaciones::find(conn, nif(5), &[1, 2, 3].map(codigo)))
            .unwrap();
        let closed = store.read(|conn| lying::closed(conn, &all.iter().collect::<Vec<_>>()));
        assert_eq!(closed.unwrap(), [2, 3].map(|one| hash(&document(one))).into());
        // Both listings and decisions go on: neither needs the words.
        let sujetos = [nif(5)];
        let listed = store.read(|conn| list(conn, &everything(&sujetos))).unwrap();
        assert_eq!(listed.len(), 3);
        assert!(!listed[1].asunto.contains(WORD), "{}", listed[1].asunto);
        assert_eq!(listed[1].asunto_visible(), special(2).0.asunto_visible());
        let ordinary = hash(format!("%PDF-1.7 {ORDINARY} 1").as_bytes());
        assert!(
            store
                .read(|conn| octets::documento(conn, ordinary))
                .unwrap()
                .is_some()
        );
        assert!(write(&store, rows::rewrap_due).is_nothing());
        assert_eq!(
            faults(&store).len(),
            2,
            "of two documents it cannot be said whether they are right"
        );
        if why == NoKey::Another {
            let refused = try_publish(&store, [4]).unwrap_err();
            assert!(matches!(refused, StoreError::NoKey { .. }), "{refused}");
        }
    }
    assert_as_published(&with_keys(site, &[("a", 1)]), [2, 3]);
}

fn all_is_brought_under_another_key_in_batches_by_whoever_goes_on(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    try_publish(&store, 1..=600).unwrap();
    drop(store);
    let store = with_keys(site, &[("a", 1), ("b", 2)]);
    try_publish(&store, [601]).unwrap();
    let first = write(&store, rows::rewrap_due);
    assert!((1..600).contains(&first.asuntos), "{first:?}");
    assert!((1..600).contains(&first.documentos), "{first:?}");
    assert_as_published(&store, [1, 599, 600, 601]);
    drop(store);
    let store = with_keys(site, &[("a", 1), ("b", 2)]);
    let rest = all_batches(&store, rows::rewrap_due);
    assert_eq!(first.asuntos + rest.asuntos, 600);
    assert_eq!(first.documentos + rest.documentos, 600);
    let lying = store.read::<_, StoreError, _>(lying::lying).unwrap();
    let lies = |clave: Option<&str>, rows: i64| Lying {
        clave: clave.map(str::to_owned),
        asuntos: rows,
        documentos: rows,
        trouble: None,
    };
    assert_eq!(lying, [lies(None, 0), lies(Some("a"), 0), lies(Some("b"), 601)]);
    drop(store);
    // The former key is needed no more.
    let store = with_keys(site, &[("b", 2)]);
    assert_as_published(&store, [1, 600, 601]);
    assert_eq!(store.read::<_, StoreError, _>(lying::missing).unwrap(), []);
    assert_eq!(faults(&store), Vec::<String>::new());
}

fn without_a_key_nothing_special_is_published_where_it_must_not_lie_open(site: &Site) {
    let store = site.store();
    store.use_keys(keys(&[], Without::Refuse), day(0)).unwrap();
    publish_ordinary(&store, 1);
    let refused = try_publish(&store, [2]).unwrap_err();
    assert!(matches!(refused, StoreError::Keyless), "{refused}");
    // Whoever leaves out what is said of its document is refused as well.
    let (notificacion, contenido) = special(3);
    let refused = store.write::<_, StoreError, _>(Durability::Full, |conn| {
        octets::insert_documentos(conn, &[(hash(&contenido), &contenido)])?;
        notificaciones::insert_notificaciones(conn, std::slice::from_ref(&notificacion))
    });
    assert!(matches!(refused, Err(StoreError::Keyless)), "{refused:?}");
    store.use_keys(keys(&[], Without::Plain), day(0)).unwrap();
    try_publish(&store, [2]).unwrap();
    assert_as_published(&store, [2]);
    let lying = store.read::<_, StoreError, _>(lying::lying).unwrap();
    assert_eq!((lying[0].clave.as_deref(), lying[0].asuntos), (None, 1));
}

fn a_batch_of_great_documents_is_of_few_of_them(site: &Site) {
    let store = site.store();
    for number in 1..=3 {
        let (notificacion, _) = special(number);
        let contenido = vec![u8::try_from(number).unwrap(); 3 << 20];
        let notificacion = altered(notificacion, |publicada| {
            publicada.documento = Documento {
                huella: hash(&contenido),
                tamano: 3 << 20,
            };
        });
        write(&store, |conn| {
            octets::insert_documentos_especiales(conn, &[(hash(&contenido), &contenido)])?;
            notificaciones::insert_notificaciones(conn, std::slice::from_ref(&notificacion))
        });
    }
    drop(store);
    for (of, batch) in [
        (&[("a", 1)][..], rows::encrypt_due as fn(&mut _) -> _),
        (&[("a", 1), ("b", 2)], rows::rewrap_due),
    ] {
        let store = with_keys(site, of);
        assert_eq!(write(&store, batch).documentos, 2);
        assert_eq!(write(&store, batch).documentos, 1);
    }
    assert_eq!(faults(&with_keys(site, &[("b", 2)])), Vec::<String>::new());
}

fn while_somebody_reads_what_was_before_the_log_is_not_said_to_be_cut(site: &Site) {
    let store = with_keys(site, &[("a", 1)]);
    store
        .read::<_, StoreError, _>(|conn| {
            lying::lying(conn)?;
            try_publish(&store, [1])?;
            assert_eq!(store.fold_log()?, !site.is_sqlite());
            Ok(())
        })
        .unwrap();
    assert!(store.fold_log().unwrap());
}
