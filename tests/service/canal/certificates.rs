//! Certificates of every bad kind, and the allowed list as it changes under a running service.

use chrono::{NaiveDateTime, Utc};
use chrono_tz::Europe::Madrid;

use notess::client::calls::{self, AnswerError};
use notess::client::connection::CallError;
use notess::store::admitted::{self, Admitted};
use notess::store::{Durability, StoreError};
use openssl::x509::X509;

use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};

over_both_databases!(
    a_certificate_of_each_bad_kind_has_its_own_refusal,
    the_end_of_a_certificate_is_told_with_its_zone_in_both_contracts,
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

/// By the clocks of Spain, and how far these are from UTC: an instant without its zone may be taken for another one.
fn the_end_of_a_certificate_is_told_with_its_zone_in_both_contracts(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().with_certificate("caducado");
    let pem = std::fs::read(&titular.certificado).unwrap();
    let end = X509::from_pem(&pem).unwrap().not_after().to_string();
    let end = NaiveDateTime::parse_from_str(&end, "%b %e %H:%M:%S %Y GMT").unwrap();
    let end = end
        .and_utc()
        .with_timezone(&Madrid)
        .format("%d-%m-%Y %H:%M:%S %:z");
    let told = format!("{end} (hora peninsular)");
    match calls::poderdantes(&app.as_(titular).connection) {
        Err(AnswerError::Call(CallError::Fault { descripcion, .. })) => {
            assert!(descripcion.contains(&told), "{descripcion}: not {told}");
        }
        other => panic!("not a fault: {other:?}"),
    }
    let answer = app.wscn_as(titular).poderdantes();
    let descripcion = answer.text_of("descripcion").unwrap();
    assert!(descripcion.contains(&told), "{descripcion}: not {told}");
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
