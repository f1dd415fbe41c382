//! What is never signed of the log, nor begun.

use std::fs;

use notess::store::{Desk, Operador};
use notess::tlog::LogKey;
use notess::usecase::publish::{Anchor, AnewError, Hindrance, Publisher, begin_anew};
use uuid::Uuid;

use crate::signed::add;
use crate::site::{Site, day};

on_both!(
    what_lacks_a_leaf_is_not_signed_however_often_it_is_tried,
    no_log_begins_under_a_name_that_has_signed,
);

/// The other leaves must not be taken for those before them.
fn what_lacks_a_leaf_is_not_signed_however_often_it_is_tried(site: &Site) {
    let store = site.store();
    let folder = tempfile::tempdir().unwrap();
    let key = LogKey::generate("example.es/registro").unwrap();
    let publisher = Publisher::new(key, folder.path().join("ancla"));
    add(&store, 1..=300);
    publisher.publish(&store).unwrap();
    add(&store, 301..=310);
    site.tamper("auditoria", "delete from auditoria where id = 301");
    for _ in 0..3 {
        let outcome = publisher.publish(&store);
        assert!(matches!(outcome, Err(Hindrance::Fork(_))), "{outcome:?}");
    }
    assert_eq!(site.number("select max(tamano) as n from puntos"), 300);
}

fn no_log_begins_under_a_name_that_has_signed(site: &Site) {
    let store = site.store();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ancla");
    let pem = LogKey::generate("example.es/uno").unwrap().to_pem().unwrap();
    let key = |name: &str| LogKey::from_pem(&pem, name).unwrap();
    let publish = |name| Publisher::new(key(name), path.clone()).publish(&store);
    let operador = Operador {
        nombre: "ana".to_owned(),
        cuenta: None,
    };
    let clock = || day(1);
    let desk = Desk::new(store.clone(), operador, Uuid::now_v7(), &clock);
    let begin = |name: &str| begin_anew(&desk, &key(name), &Anchor::at(path.clone()));
    let refused = |name: &str| {
        let (anchor, signed) = (fs::read(&path).unwrap(), "select count(*) as n from puntos");
        let before = site.number(signed);
        let outcome = begin(name);
        assert!(
            matches!(&outcome, Err(AnewError::UsedOrigin(of)) if of == name),
            "{outcome:?}"
        );
        assert_eq!((fs::read(&path).unwrap(), site.number(signed)), (anchor, before));
    };
    add(&store, 1..=3);
    publish("example.es/uno").unwrap();
    begin("example.es/dos").unwrap();
    publish("example.es/dos").unwrap();
    refused("example.es/uno");
    // A database that was put back from a copy does not know what the anchor does.
    site.tamper("puntos", "delete from puntos where origen = 'example.es/dos'");
    refused("example.es/dos");
    // Whoever was stopped half way may say it again.
    let anchor = fs::read(&path).unwrap();
    begin("example.es/tres").unwrap();
    fs::write(&path, anchor).unwrap();
    begin("example.es/tres").unwrap();
    publish("example.es/tres").unwrap();
}
