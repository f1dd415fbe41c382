//! The list itself, and what is kept of it.

use chrono::TimeDelta;

use super::*;
use crate::trust::testing::Leaf;
use crate::trust::{Readiness, Sellos};

#[test]
fn the_holder_of_a_good_certificate_is_told_with_what_identifies_it() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona());
    let holder = validator(vec![root.admitted()]).validate_at(&der, at(0)).unwrap();
    assert_eq!(holder.firmante().titular().as_str(), "99999901H");
    assert_eq!(holder.emisor(), "CN=RAIZ, C=ES");
    assert_eq!(holder.serie(), "8001");
    assert_eq!(holder.huella(), openssl::sha::sha256(&der));
    assert_eq!(holder.vigente_hasta(), at(300));
    let x509 = openssl::x509::X509::from_der(&der).unwrap();
    assert!(holder.key().public_eq(&x509.public_key().unwrap()));
}

#[test]
fn an_empty_list_admits_nobody() {
    let der = Issuing::root("RAIZ").issue(&Leaf::persona());
    let validator = Validator::new().unwrap();
    assert_eq!(validator.readiness_at(at(0)), Readiness::default());
    assert_eq!(
        fault(validator.validate_at(&der, at(0))),
        Some(TrustError::NotAdmitted {
            emisor: "CN=RAIZ, C=ES".to_owned()
        })
    );
}

#[test]
fn an_issuer_is_admitted_from_its_first_instant_until_just_before_its_end() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona());
    let entry = AdmittedIssuer {
        desde: at(-10),
        hasta: Some(at(10)),
        ..root.admitted()
    };
    let nanosecond = TimeDelta::nanoseconds(1);
    let admission = |instant| by_at(vec![entry.clone()], &der, instant);
    assert_eq!(
        admission(at(-10) - nanosecond),
        Some(TrustError::IssuerNotYetAdmitted { desde: at(-10) })
    );
    assert_eq!(admission(at(-10)), None);
    assert_eq!(admission(at(10) - nanosecond), None);
    assert_eq!(
        admission(at(10)),
        Some(TrustError::IssuerNoLongerAdmitted { hasta: at(10) })
    );
    let validator = validator(vec![entry]);
    let usable = |day| validator.readiness_at(at(day)).usable;
    assert_eq!([-11, 0, 10].map(usable), [0, 1, 0]);
}

#[test]
fn of_two_entries_of_one_authority_the_one_that_holds_decides() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona());
    let retired = AdmittedIssuer {
        hasta: Some(at(-1)),
        ..root.admitted()
    };
    assert_eq!(by(vec![retired.clone(), root.admitted()], &der), None);
    let other_policy = AdmittedIssuer {
        politicas: vec!["1.2.3".to_owned()],
        ..root.admitted()
    };
    // The one that the certificate got furthest with is told.
    assert_eq!(
        by(vec![other_policy, retired], &der),
        Some(TrustError::Policy {
            politicas: Vec::new()
        })
    );
}

#[test]
fn a_certificate_kept_is_refused_as_soon_as_the_list_no_longer_has_its_issuer() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona());
    let validator = validator(vec![root.admitted()]);
    let first = validator.validate_at(&der, at(0)).unwrap();
    let again = validator.validate_at(&der, at(0)).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    validator.replace(vec![Issuing::root("OTRA").admitted()]).unwrap();
    assert!(matches!(
        validator.validate_at(&der, at(0)),
        Err(TrustError::NotAdmitted { .. })
    ));
}

#[test]
fn a_certificate_kept_does_not_outlast_itself_its_issuer_nor_its_admission() {
    let leaf_ends = |root: &Issuing, entry: AdmittedIssuer, leaf: &Leaf, day: i64| {
        let der = root.issue(leaf);
        let validator = validator(vec![entry]);
        assert!(validator.validate_at(&der, at(0)).is_ok());
        fault(validator.validate_at(&der, at(day)))
    };
    let root = Issuing::root("RAIZ");
    let leaf = Leaf::persona();
    assert_eq!(
        leaf_ends(&root, root.admitted(), &leaf, 301),
        Some(TrustError::Expired { hasta: at(300) })
    );
    assert_eq!(
        leaf_ends(&root, root.admitted(), &leaf, -101),
        Some(TrustError::NotYetValid { desde: at(-100) })
    );
    let retiring = AdmittedIssuer {
        hasta: Some(at(5)),
        ..root.admitted()
    };
    assert_eq!(
        leaf_ends(&root, retiring, &leaf, 5),
        Some(TrustError::IssuerNoLongerAdmitted { hasta: at(5) })
    );
    let short = Issuing::self_signed(&Leaf::authority("BREVE", None).days(-200, 50));
    assert_eq!(
        leaf_ends(&short, short.admitted(), &leaf, 51),
        Some(TrustError::IssuerOutOfValidity {
            desde: at(-200),
            hasta: at(50)
        })
    );
}

#[test]
fn a_seal_is_taken_by_the_word_of_its_own_issuer_only() {
    let seal = Leaf::of(crate::trust::testing::name::name(&[
        ("2.5.4.10", "TALLERES PISUERGA SA"),
        ("2.5.4.97", "VATES-A99999013"),
    ]));
    let root = Issuing::root("RAIZ");
    let sub = root.sub(&Leaf::authority("SUB", None));
    let admitting = |issuing: &Issuing, sellos| AdmittedIssuer {
        sellos,
        ..issuing.admitted()
    };
    let der = sub.issue(&seal);
    let with = |of_root, of_sub| by(vec![admitting(&root, of_root), admitting(&sub, of_sub)], &der);
    assert_eq!(with(Sellos::Rechazar, Sellos::Admitir), None);
    assert_eq!(
        with(Sellos::Admitir, Sellos::Rechazar),
        Some(TrustError::SealNotAdmitted {
            entidad: crate::trust::FieldRead {
                campo: "organizationIdentifier".to_owned(),
                valor: "VATES-A99999013".to_owned()
            }
        })
    );
}

#[test]
fn many_threads_share_one_validator_while_its_list_changes() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona());
    let validator = validator(vec![root.admitted()]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert!(validator.validate_at(&der, at(0)).is_ok());
                }
            });
        }
        for _ in 0..20 {
            validator.replace(vec![root.admitted()]).unwrap();
        }
    });
}
