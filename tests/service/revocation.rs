//! What the operator learns of revocation lists that tell of nobody, and what strangers do.

use std::path::Path;

use notess::client::calls;
use notess::store::admitted::{self, Admitted};
use notess::store::{Durability, Store, StoreError};

use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};
use crate::served::Served;

over_both_databases!(
    a_service_whose_only_issuer_has_no_revocation_list_is_not_ready,
    a_service_is_ready_while_one_issuer_can_be_used,
    a_revocation_list_that_is_missing_is_told_once_and_with_each_refusal_that_is_logged,
);

/// Has the admitted issuer's revocation list read from another file.
fn move_list(store: &Store, crl: &Path) {
    let row = store.read::<_, StoreError, _>(admitted::list).unwrap().remove(0);
    store
        .write::<_, StoreError, _>(Durability::Full, |conn| {
            admitted::retire(conn, row.id, row.admitted.desde)?;
            let elsewhere = Admitted {
                nombre: "AC de la prueba".to_owned(),
                crl: Some(crl.to_string_lossy().into_owned()),
                ..row.admitted.clone()
            };
            admitted::insert(conn, &elsewhere)
        })
        .unwrap();
}

fn a_service_whose_only_issuer_has_no_revocation_list_is_not_ready(backend: Backend) {
    let app = TestApp::start(backend);
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("crl.pem");
    move_list(&app.store(), &crl);
    let (status, body) = app.get("/health/ready");
    assert_eq!(status, 503);
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    let told = json["comprobaciones"]["certificados_admitidos"].as_str().unwrap();
    assert!(told.contains("listas de revocación"), "{body}");
    assert!(
        !body.contains("crl.pem") && !body.contains("AC de la prueba"),
        "{body}"
    );
    assert_eq!(json["comprobaciones"]["almacen"], "bien", "{body}");

    std::fs::copy(&app.scenario().ca_admitida.crl, &crl).unwrap();
    assert_eq!(app.get("/health/ready").0, 200);
    std::fs::write(&crl, "no es una lista").unwrap();
    assert_eq!(app.get("/health/ready").0, 503);
    std::fs::copy(&app.scenario().ca_admitida.crl, &crl).unwrap();
    app.move_clock(chrono::TimeDelta::days(365 * 11));
    let (_, body) = app.get("/health/ready");
    assert!(body.contains("listas de revocación"), "out of date: {body}");
}

fn a_service_is_ready_while_one_issuer_can_be_used(backend: Backend) {
    let app = TestApp::start(backend);
    let row = app
        .store()
        .read::<_, StoreError, _>(admitted::list)
        .unwrap()
        .remove(0);
    let without = Admitted {
        crl: Some("/no/such.crl".to_owned()),
        ..row.admitted
    };
    app.store()
        .write::<_, StoreError, _>(Durability::Full, |conn| admitted::insert(conn, &without))
        .unwrap();
    let (status, body) = app.get("/health/ready");
    assert_eq!(status, 200, "{body}");
}

fn a_revocation_list_that_is_missing_is_told_once_and_with_each_refusal_that_is_logged(backend: Backend) {
    let (world, database) = (backend.world(), backend.fresh_database());
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("crl.pem");
    {
        let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
        move_list(&store, &crl);
    }
    let served = Served::start(world.folder(), &database);
    // From the start on, though nobody asks.
    let line = served.awaited("all certificates of an admitted issuer are refused");
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(json["level"], "WARN");
    assert_eq!(json["emisor"], "AC de la prueba");
    assert_eq!(json["crl"], crl.to_str().unwrap());
    assert!(json["reason"].as_str().unwrap().contains("is missing"), "{line}");

    let caller = served.caller(&world.scenario);
    for _ in 0..2 {
        assert!(served.get("/health/ready").contains(" 503 "));
        let refused = code_of(calls::poderdantes(&caller.connection));
        assert_eq!(refused, "CERTIFICADO_ESTADO_DESCONOCIDO");
    }
    let refusal = served.awaited("CERTIFICADO_ESTADO_DESCONOCIDO");
    let json: serde_json::Value = serde_json::from_str(&refusal).unwrap();
    let reason = json["reason"].as_str().unwrap();
    assert!(
        reason.contains("is missing") && reason.contains("CN="),
        "{refusal}"
    );

    std::fs::copy(&world.scenario.ca_admitida.crl, &crl).unwrap();
    assert!(calls::poderdantes(&caller.connection).is_ok());
    assert!(served.get("/health/ready").contains(" 200 "));
    served.awaited("no longer has all certificates of an issuer refused");
    assert_eq!(served.logged("of an admitted issuer are refused").len(), 1);
}
