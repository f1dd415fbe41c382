//! Certificates of every bad kind, and the allowed list as it changes under a running service.

use chrono::Utc;
use notess::client::calls;
use notess::store::admitted::{self, Admitted};
use notess::store::{Durability, StoreError};

use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};

over_both_databases!(
    a_certificate_of_each_bad_kind_has_its_own_refusal,
    retiring_an_issuer_acts_on_the_next_request,
    a_revocation_list_that_changes_on_disk_acts_on_the_next_request,
);

fn a_certificate_of_each_bad_kind_has_its_own_refusal(backend: Backend) {
    let app = TestApp::start(backend);
    for (state, code) in [
        ("caducado", "CERTIFICADO_CADUCADO"),
        ("revocado", "CERTIFICADO_REVOCADO"),
        ("no_admitido", "CERTIFICADO_NO_ADMITIDO"),
    ] {
        let caller = app.as_(app.scenario().with_certificate(state));
        assert_eq!(code_of(calls::poderdantes(&caller.connection)), code);
    }
}

fn retiring_an_issuer_acts_on_the_next_request(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.as_(app.scenario().all_roles());
    assert!(calls::poderdantes(&caller.connection).is_ok());
    let store = app.store();
    let rows = store.read::<_, StoreError, _>(admitted::list).unwrap();
    for row in &rows {
        store
            .write::<_, StoreError, _>(Durability::Full, |conn| {
                admitted::retire(conn, row.id, Utc::now())
            })
            .unwrap();
    }
    assert_eq!(
        code_of(calls::poderdantes(&caller.connection)),
        "CERTIFICADO_NO_ADMITIDO",
        "D-64"
    );
    assert_eq!(app.get("/health/ready").0, 503);
}

fn a_revocation_list_that_changes_on_disk_acts_on_the_next_request(backend: Backend) {
    let app = TestApp::start(backend);
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("crl.pem");
    std::fs::copy(&app.scenario().ca_admitida.crl, &crl).unwrap();
    let store = app.store();
    let row = store.read::<_, StoreError, _>(admitted::list).unwrap().remove(0);
    store
        .write::<_, StoreError, _>(Durability::Full, |conn| {
            admitted::retire(conn, row.id, row.admitted.desde)?;
            let copy = Admitted {
                crl: Some(crl.to_string_lossy().into_owned()),
                ..row.admitted.clone()
            };
            admitted::insert(conn, &copy)
        })
        .unwrap();
    let caller = app.as_(app.scenario().all_roles());
    assert!(calls::poderdantes(&caller.connection).is_ok());
    let good = std::fs::read(&crl).unwrap();
    std::fs::write(&crl, "no es una lista").unwrap();
    assert_eq!(
        code_of(calls::poderdantes(&caller.connection)),
        "CERTIFICADO_ESTADO_DESCONOCIDO",
        "D-71"
    );
    std::fs::write(&crl, good).unwrap();
    assert!(calls::poderdantes(&caller.connection).is_ok());
}
