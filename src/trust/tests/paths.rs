//! RFC 5280 §6.

#![expect(
    clippy::unnecessary_wraps,
    reason = "an expectation has the type of what it is compared with"
)]

use proptest::prelude::*;

use super::*;
use crate::trust::PathFault;
use crate::trust::testing::der::{extension, seq, tlv};
use crate::trust::testing::name::name;
use crate::trust::testing::{Digest, KeyKind, Leaf, key_usage};

fn bad_path(fault: PathFault) -> Option<TrustError> {
    Some(TrustError::BadPath(fault))
}

#[test]
fn a_certificate_issued_by_an_admitted_issuer_is_taken() {
    let root = Issuing::root("RAIZ");
    assert_eq!(under(&root, &root.issue(&Leaf::persona())), None);
}

#[test]
fn an_issuer_of_an_admitted_name_with_another_key_is_not_admitted() {
    let (root, impostor) = (Issuing::root("RAIZ"), Issuing::root("RAIZ"));
    assert_eq!(
        under(&root, &impostor.issue(&Leaf::persona())),
        Some(TrustError::NotSignedByIssuer {
            emisor: "CN=RAIZ, C=ES".to_owned()
        })
    );
}

#[test]
fn a_certificate_with_its_signature_changed_is_refused() {
    let root = Issuing::root("RAIZ");
    let mut der = root.issue(&Leaf::persona());
    *der.last_mut().unwrap() ^= 1;
    assert!(matches!(
        under(&root, &der),
        Some(TrustError::NotSignedByIssuer { .. })
    ));
}

#[test]
fn a_certificate_of_nobody_admitted_tells_its_issuer_but_not_its_holder() {
    let root = Issuing::root("RAIZ");
    let der = Issuing::root("OTRA").issue(&Leaf::persona());
    assert_eq!(
        under(&root, &der),
        Some(TrustError::NotAdmitted {
            emisor: "CN=OTRA, C=ES".to_owned()
        })
    );
    let own = Issuing::self_signed(&Leaf::persona());
    assert_eq!(under(&root, own.der()), Some(TrustError::SelfSigned));
}

#[test]
fn octets_that_are_not_one_certificate_are_unreadable() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona());
    let trailing = [der.as_slice(), &[0]].concat();
    let large = vec![0x30; 70_000];
    for octets in [
        &[][..],
        &der[..der.len() - 1],
        &trailing,
        &large,
        b"-----BEGIN CERTIFICATE-----",
    ] {
        assert_eq!(under(&root, octets), Some(TrustError::Unreadable));
    }
}

#[test]
fn the_path_goes_up_through_every_entry_that_the_list_knows() {
    let root = Issuing::root("RAIZ");
    let sub = root.sub(&Leaf::authority("SUB", Some(0)));
    let der = sub.issue(&Leaf::persona());
    assert_eq!(by(vec![sub.admitted(), root.admitted()], &der), None);
    // D-64: the issuing authority itself must be admitted; above it the list may end.
    assert_eq!(under(&sub, &der), None);
    assert!(matches!(under(&root, &der), Some(TrustError::NotAdmitted { .. })));
}

#[test]
fn whoever_retires_an_authority_retires_what_hangs_from_it() {
    let root = Issuing::root("RAIZ");
    let sub = root.sub(&Leaf::authority("SUB", None));
    let der = sub.issue(&Leaf::persona());
    let retired = AdmittedIssuer {
        hasta: Some(at(-1)),
        ..root.admitted()
    };
    assert_eq!(
        by(vec![sub.admitted(), retired], &der),
        Some(TrustError::IssuerNoLongerAdmitted { hasta: at(-1) })
    );
}

#[test]
fn another_authority_of_the_name_above_is_no_part_of_the_path() {
    let (root, impostor) = (Issuing::root("RAIZ"), Issuing::root("RAIZ"));
    let sub = root.sub(&Leaf::authority("SUB", None));
    let der = sub.issue(&Leaf::persona());
    let retired = AdmittedIssuer {
        hasta: Some(at(-1)),
        ..impostor.admitted()
    };
    assert_eq!(by(vec![sub.admitted(), retired], &der), None);
}

#[test]
fn authorities_that_certify_each_other_do_not_make_a_path_without_end() {
    let one = Issuing::root("UNA");
    let other = Issuing::root("OTRA");
    let one_by_other = other.cross(&one, &Leaf::authority("UNA", None));
    let other_by_one = one.cross(&other, &Leaf::authority("OTRA", None));
    let der = one.issue(&Leaf::persona());
    assert_eq!(
        by(vec![one_by_other.admitted(), other_by_one.admitted()], &der),
        None
    );
}

#[test]
fn more_authorities_than_a_path_length_allows_are_refused() {
    let sub_of = |length| {
        let root = Issuing::self_signed(&Leaf::authority("RAIZ", length));
        let sub = root.sub(&Leaf::authority("SUB", None));
        let der = sub.issue(&Leaf::persona());
        by(vec![sub.admitted(), root.admitted()], &der)
    };
    assert_eq!(sub_of(Some(1)), None);
    assert_eq!(sub_of(Some(0)), bad_path(PathFault::PathLength));
}

#[test]
fn what_a_person_issues_is_issued_by_nobody_admitted() {
    let root = Issuing::root("RAIZ");
    let person = root.sub(&Leaf::persona());
    let der = person.issue(&Leaf::of(name(&[("2.5.4.5", "IDCES-99999912Y")])));
    assert!(matches!(under(&root, &der), Some(TrustError::NotAdmitted { .. })));
}

#[test]
fn unknown_extensions_are_refused_if_critical() {
    let root = Issuing::root("RAIZ");
    let with = |critical| {
        under(
            &root,
            &root.issue(&Leaf::persona().extension("1.2.3.4", critical, &[5, 0])),
        )
    };
    assert_eq!(with(false), None);
    assert_eq!(with(true), bad_path(PathFault::CriticalExtension));
}

#[test]
fn names_outside_of_what_an_issuer_may_name_are_refused() {
    let only = |country| {
        let subtree = seq(&[tlv(0xa4, &name(&[("2.5.4.6", country)]))]);
        let constraints = seq(&[tlv(0xa0, &subtree)]);
        let root = Issuing::root("RAIZ");
        let sub = root.sub(&Leaf::authority("SUB", None).extension("2.5.29.30", true, &constraints));
        let der = sub.issue(&Leaf::persona());
        by(vec![sub.admitted(), root.admitted()], &der)
    };
    assert_eq!(only("ES"), None);
    assert_eq!(only("PT"), bad_path(PathFault::NameConstraint));
}

#[test]
fn below_an_issuer_that_requires_explicit_policies_nobody_is_taken() {
    // policyConstraints: requireExplicitPolicy, or inhibitPolicyMapping only (RFC 5280 §4.2.1.11).
    let constrained = |field| {
        let root = Issuing::root("RAIZ");
        let sub = Leaf::authority("SUB", None).policies(&["1.2.3.1"]).extension(
            "2.5.29.36",
            true,
            &seq(&[tlv(field, &[0])]),
        );
        let sub = root.sub(&sub);
        let der = sub.issue(&Leaf::persona().policies(&["1.2.3.1"]));
        by(vec![sub.admitted(), root.admitted()], &der)
    };
    assert_eq!(constrained(0x81), None);
    assert_eq!(constrained(0x80), bad_path(PathFault::PolicyConstraint));
}

#[test]
fn validity_is_inclusive_at_both_ends() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona().days(-10, 10));
    let second = chrono::TimeDelta::seconds(1);
    let on = |instant| by_at(vec![root.admitted()], &der, instant);
    assert_eq!(
        on(at(-10) - second),
        Some(TrustError::NotYetValid { desde: at(-10) })
    );
    assert_eq!(on(at(-10)), None);
    assert_eq!(on(at(10)), None);
    assert_eq!(on(at(10) + second), Some(TrustError::Expired { hasta: at(10) }));
}

#[test]
fn an_expired_issuer_issues_nothing_good() {
    let root = Issuing::self_signed(&Leaf::authority("RAIZ", None).days(-400, -1));
    let der = root.issue(&Leaf::persona());
    assert_eq!(
        under(&root, &der),
        Some(TrustError::IssuerOutOfValidity {
            desde: at(-400),
            hasta: at(-1)
        })
    );
}

#[test]
fn weak_signatures_are_refused_where_they_are_relied_upon() {
    let rsa = |leaf: Leaf| leaf.key(KeyKind::Rsa2048);
    let weak = Some(TrustError::WeakSignature {
        algoritmo: "1.2.840.113549.1.1.5".to_owned(),
    });
    let root = Issuing::self_signed(&rsa(Leaf::authority("RAIZ", None)).digest(Digest::Sha1));
    // The root's signature upon itself proves nothing, so it may be weak.
    assert_eq!(under(&root, &root.issue(&Leaf::persona())), None);
    assert_eq!(
        under(&root, &root.issue(&Leaf::persona().digest(Digest::Sha1))),
        weak
    );
    let sub = root.sub(&Leaf::authority("SUB", None).digest(Digest::Sha1));
    let der = sub.issue(&Leaf::persona());
    assert_eq!(by(vec![sub.admitted(), root.admitted()], &der), weak);
    let ecdsa = Issuing::root("EC");
    assert_eq!(
        under(&ecdsa, &ecdsa.issue(&Leaf::persona().digest(Digest::Sha1))),
        Some(TrustError::WeakSignature {
            algoritmo: "1.2.840.10045.4.1".to_owned()
        })
    );
}

#[test]
fn an_issuer_whose_key_identifier_differs_is_another_issuer() {
    let root =
        Issuing::self_signed(&Leaf::authority("RAIZ", None).extension("2.5.29.14", false, &tlv(4, &[1; 20])));
    let naming = |id: u8| {
        let key_id = seq(&[tlv(0x80, &[id; 20])]);
        under(
            &root,
            &root.issue(&Leaf::persona().extension("2.5.29.35", false, &key_id)),
        )
    };
    assert_eq!(naming(1), None);
    assert!(matches!(naming(2), Some(TrustError::NotAdmitted { .. })));
}

#[test]
fn a_policy_of_the_entry_is_enough_and_no_other_is() {
    let root = Issuing::root("RAIZ");
    let entry = AdmittedIssuer {
        politicas: vec!["1.3.6.1.4.1.5734.3.10.1".to_owned(), "1.2.3.4".to_owned()],
        ..root.admitted()
    };
    let with = |policies: &[&str]| {
        by(
            vec![entry.clone()],
            &root.issue(&Leaf::persona().policies(policies)),
        )
    };
    let refused = |policies: &[&str]| {
        let politicas = policies.iter().map(|&policy| policy.to_owned()).collect();
        Some(TrustError::Policy { politicas })
    };
    assert_eq!(with(&["0.4.0.194112.1.0", "1.3.6.1.4.1.5734.3.10.1"]), None);
    assert_eq!(
        with(&["1.3.6.1.4.1.5734.3.10.2"]),
        refused(&["1.3.6.1.4.1.5734.3.10.2"])
    );
    assert_eq!(with(&["2.5.29.32.0"]), refused(&["2.5.29.32.0"]));
    assert_eq!(
        by(vec![entry.clone()], &root.issue(&Leaf::persona())),
        refused(&[])
    );
}

#[test]
fn helper_extensions_are_as_openssl_writes_them() {
    let usage = extension("2.5.29.15", true, &key_usage(&[0]));
    let expected = [
        0x30, 0x0e, 6, 3, 0x55, 0x1d, 0x0f, 1, 1, 0xff, 4, 4, 3, 2, 0, 0x80,
    ];
    assert_eq!(usage, expected);
}

proptest! {
    #[test]
    fn a_certificate_with_any_octet_changed_is_refused(at in 0_usize..4096, change in 1_u8..) {
        let root = Issuing::root("RAIZ");
        let mut der = root.issue(&Leaf::persona());
        let at = at % der.len();
        der[at] ^= change;
        prop_assert!(under(&root, &der).is_some());
    }
}

/// RFC 5280 §4.1.2.5: in UTC, to the second, with Z at its end. What is not is told so, and for good.
#[test]
fn dates_of_another_form_are_told_and_not_that_the_certificate_cannot_be_read() {
    let root = Issuing::root("RAIZ");
    let good = || tlv(0x17, b"300101000000Z");
    let with = |tag, text: &str| {
        let der = root.issue(&Leaf::persona().dates(seq(&[tlv(tag, text.as_bytes()), good()])));
        under(&root, &der)
    };
    assert_eq!(with(0x17, "260101000000Z"), None);
    assert_eq!(with(0x18, "20260101000000Z"), None);
    for (tag, text) in [
        (0x17, "260101000000"),
        (0x17, "260101000000+0100"),
        (0x17, "2601010000Z"),
        (0x17, "261301000000Z"),
        (0x18, "20260101000000"),
        (0x18, "20260101000000+0100"),
        (0x18, "20260101000000.5Z"),
        (0x18, "2026010100Z"),
        (0x18, ""),
    ] {
        let told = with(tag, text);
        let fechas = text.to_owned();
        assert_eq!(told, Some(TrustError::Dates { fechas }), "{text}");
        assert!(told.is_some_and(|error| !error.is_retryable()));
        let ca = Leaf::authority("SUB", None).dates(seq(&[tlv(tag, text.as_bytes()), good()]));
        assert_eq!(
            crate::trust::CaCertificate::inspect(&root.issue(&ca)).err(),
            Some(crate::trust::CaError::Dates(text.to_owned()))
        );
    }
}
