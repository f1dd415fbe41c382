//! Which entries of the list can be used.

use std::path::Path;

use super::*;
use crate::trust::testing::Leaf;
use crate::trust::testing::crl::List;
use crate::trust::{CrlFault, Readiness, Revocacion, Unusable, check_crl};

fn seen_in(issuing: &Issuing, crl: &Path) -> AdmittedIssuer {
    AdmittedIssuer {
        revocacion: Revocacion::Crl(crl.to_owned()),
        ..issuing.admitted()
    }
}

/// What is said on day 0 of a list of these entries.
fn of(list: Vec<AdmittedIssuer>) -> Readiness {
    validator(list).readiness_at(at(0))
}

fn only(unusable: &Readiness) -> &Unusable {
    let [one] = unusable.unusable.as_slice() else {
        panic!("{unusable:?}");
    };
    one
}

fn unknown(reason: CrlFault) -> TrustError {
    TrustError::RevocationUnknown {
        emisor: "CN=RAIZ, C=ES".to_owned(),
        reason,
    }
}

#[test]
fn an_issuer_cannot_be_used_while_its_revocation_list_tells_of_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("raiz.crl");
    let root = Issuing::root("RAIZ");
    let now = || of(vec![seen_in(&root, &crl)]);
    let list = |from, to| root.list(&List::of(from, to));
    for (octets, fault) in [
        (None, CrlFault::Missing),
        (Some(b"no list".to_vec()), CrlFault::Unreadable),
        (
            Some(Issuing::root("OTRA").list(&List::of(-1, 1))),
            CrlFault::OtherIssuer,
        ),
        (Some(list(-9, -8)), CrlFault::Stale(at(-8))),
        (Some(list(1, 2)), CrlFault::NotYetInForce(at(1))),
    ] {
        if let Some(octets) = octets {
            std::fs::write(&crl, octets).unwrap();
        }
        let said = now();
        assert_eq!(said.usable, 0);
        assert_eq!(
            only(&said),
            &Unusable {
                id: 1,
                nombre: "de prueba".to_owned(),
                crl: crl.clone(),
                reason: unknown(fault)
            }
        );
    }
    std::fs::write(&crl, list(-1, 1)).unwrap();
    assert_eq!((now().usable, now().unusable), (1, Vec::new()));
}

#[test]
fn of_several_lists_in_a_file_one_in_force_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("raiz.crl");
    let root = Issuing::root("RAIZ");
    let pem = |from, to| {
        let der = root.list(&List::of(from, to));
        openssl::x509::X509Crl::from_der(&der).unwrap().to_pem().unwrap()
    };
    std::fs::write(&crl, [pem(-9, -8), pem(-1, 1)].concat()).unwrap();
    assert_eq!(of(vec![seen_in(&root, &crl)]).usable, 1);
}

#[test]
fn an_issuer_cannot_be_used_without_the_word_of_those_above_it() {
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("raiz.crl");
    let root = Issuing::root("RAIZ");
    let sub = root.sub(&Leaf::authority("SUB", None).serial(77));
    let other = Issuing::root("OTRA").admitted();
    let below = AdmittedIssuer {
        id: 2,
        ..sub.admitted()
    };
    let now = || of(vec![seen_in(&root, &crl), below.clone(), other.clone()]);
    let ids = |said: &Readiness| said.unusable.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!((now().usable, ids(&now())), (1, vec![1, 2]));
    std::fs::write(&crl, root.list(&List::of(-1, 1).revoking(77, -2))).unwrap();
    assert_eq!(now().usable, 2);
    let said = now();
    assert_eq!(only(&said).reason, TrustError::Revoked { since: at(-2) });
    std::fs::write(&crl, root.list(&List::of(-1, 1))).unwrap();
    assert_eq!((now().usable, ids(&now())), (3, Vec::new()));
}

#[test]
fn an_entry_that_is_not_admitted_at_that_instant_is_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let retired = AdmittedIssuer {
        hasta: Some(at(0)),
        ..seen_in(&Issuing::root("RAIZ"), &folder.path().join("none"))
    };
    assert_eq!(of(vec![retired]), Readiness::default());
}

#[test]
fn a_file_of_revocation_lists_can_be_checked_before_its_issuer_is_admitted() {
    let folder = tempfile::tempdir().unwrap();
    let crl = folder.path().join("raiz.crl");
    let root = Issuing::root("RAIZ");
    let ca = root.admitted().certificado;
    let check = |octets: &[u8]| {
        std::fs::write(&crl, octets).unwrap();
        check_crl(&crl, &ca, at(0))
    };
    assert_eq!(check(&root.list(&List::of(-1, 1))), Ok(None));
    assert_eq!(check(&root.list(&List::of(-9, -8))), Err(CrlFault::Stale(at(-8))));
    assert_eq!(check(root.der()), Err(CrlFault::Unreadable));
    let other = Issuing::root("OTRA").list(&List::of(-1, 1));
    assert_eq!(check(&other), Err(CrlFault::OtherIssuer));
}
