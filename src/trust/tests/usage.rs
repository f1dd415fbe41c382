//! D-69, one certificate per combination.

#![expect(
    clippy::unnecessary_wraps,
    reason = "an expectation has the type of what it is compared with"
)]

use super::*;
use crate::trust::CaCertificate;
use crate::trust::KeyFault;
use crate::trust::oid::purpose;
use crate::trust::testing::der::{bit_string, boolean, integer, oid, seq, tlv};
use crate::trust::testing::{KeyKind, Leaf, key_usage};

const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

fn outcome(leaf: &Leaf) -> Option<TrustError> {
    let root = Issuing::root("RAIZ");
    under(&root, &root.issue(leaf))
}

#[test]
fn a_key_for_signature_or_for_non_repudiation_is_enough() {
    let with = |bits: &[u8]| outcome(&Leaf::persona().usage(Some(key_usage(bits))));
    assert_eq!(with(&[0]), None);
    assert_eq!(with(&[1]), None);
    assert_eq!(with(&[0, 1, 2]), None);
    assert_eq!(with(&[2]), Some(TrustError::KeyUsage));
    assert_eq!(with(&[3, 4]), Some(TrustError::KeyUsage));
    // RFC 5280 §4.2.1.3: at least one bit is set.
    assert_eq!(with(&[]), Some(TrustError::Unreadable));
    assert_eq!(outcome(&Leaf::persona().usage(None)), Some(TrustError::KeyUsage));
}

#[test]
fn an_authority_signs_for_nobody() {
    let constrained = |ca| {
        let value = if ca { seq(&[boolean(true)]) } else { seq(&[]) };
        Leaf::persona().extension("2.5.29.19", true, &value)
    };
    assert_eq!(outcome(&constrained(false)), None);
    let both = constrained(true).usage(Some(key_usage(&[0, 5])));
    assert_eq!(outcome(&both), Some(TrustError::IsCa));
    assert_eq!(outcome(&constrained(true)), Some(TrustError::IsCa));
    let by_usage = Leaf::persona().usage(Some(key_usage(&[0, 5])));
    assert_eq!(outcome(&by_usage), Some(TrustError::IsCa));
}

#[test]
fn extended_key_usage_must_hold_one_purpose_that_fits_if_there_is_any() {
    let with = |purposes: &[&str]| outcome(&Leaf::persona().purposes(purposes));
    for good in [purpose::CLIENT_AUTH, purpose::EMAIL_PROTECTION, purpose::ANY] {
        assert_eq!(with(&[good]), None, "{good}");
        assert_eq!(with(&[SERVER_AUTH, good]), None, "{good}");
    }
    for bad in [SERVER_AUTH, TIME_STAMPING, "1.3.6.1.5.5.7.3.9"] {
        assert_eq!(with(&[bad]), for_others(&[bad]), "{bad}");
    }
    let both = [SERVER_AUTH, TIME_STAMPING];
    assert_eq!(with(&both), for_others(&both));
}

fn for_others(usos: &[&str]) -> Option<TrustError> {
    let usos = usos.iter().map(|&uso| uso.to_owned()).collect();
    Some(TrustError::ExtendedKeyUsage { usos })
}

/// RFC 9336: what is for signing documents signs acuses and nothing else, also once it is known.
#[test]
fn a_certificate_for_signing_documents_is_good_for_the_acuse_only() {
    for uso in [purpose::DOCUMENT_SIGNING, purpose::MICROSOFT_DOCUMENT_SIGNING] {
        let root = Issuing::root("RAIZ");
        let der = root.issue(&Leaf::persona().purposes(&[uso, SERVER_AUTH]));
        let validator = validator(vec![root.admitted()]);
        let of_message = || fault(validator.validate_at(&der, at(0)));
        let of_acuse = || fault(validator.validate_signer_at(&der, at(0)));
        assert_eq!(of_message(), for_others(&[uso, SERVER_AUTH]));
        assert_eq!(of_acuse(), None);
        assert_eq!(of_message(), for_others(&[uso, SERVER_AUTH]));
        assert_eq!(of_acuse(), None);
    }
    let root = Issuing::root("RAIZ");
    let validator = validator(vec![root.admitted()]);
    let der = root.issue(&Leaf::persona());
    assert_eq!(fault(validator.validate_at(&der, at(0))), None);
    assert_eq!(fault(validator.validate_signer_at(&der, at(0))), None);
    let der = root.issue(&Leaf::persona().purposes(&[TIME_STAMPING]));
    assert_eq!(
        fault(validator.validate_signer_at(&der, at(0))),
        for_others(&[TIME_STAMPING])
    );
}

#[test]
fn keys_are_rsa_of_2048_bits_with_a_usual_exponent_or_on_p256_or_p384() {
    let with = |key| outcome(&Leaf::persona().key(key));
    for good in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        assert_eq!(with(good), None, "{good:?}");
    }
    for (weak, expected) in [
        (
            KeyKind::Rsa1024,
            KeyFault::RsaShort {
                bits: 1024,
                minimo: 2048,
            },
        ),
        (
            KeyKind::P521,
            KeyFault::Curve {
                curva: "secp521r1".to_owned(),
            },
        ),
        (KeyKind::Ed25519, KeyFault::Kind),
        (KeyKind::P256Explicit, KeyFault::ExplicitCurve),
        (KeyKind::RsaExponent1, exponent("1")),
        (KeyKind::RsaExponent3, exponent("3")),
    ] {
        let told = with(weak);
        assert_eq!(told, Some(TrustError::WeakKey(expected)), "{weak:?}");
        assert!(told.is_some_and(|error| !error.is_retryable()));
    }
}

fn exponent(exponente: &str) -> KeyFault {
    KeyFault::RsaExponent {
        exponente: exponente.to_owned(),
    }
}

/// Whatever is wrong with a key, it will be tomorrow.
#[test]
fn a_key_that_cannot_be_read_is_refused_for_good() {
    let root = Issuing::root("RAIZ");
    // A curve of parameters that are no known one's; an algorithm that nobody knows; a key that is none.
    let prime = [3; 32];
    let custom = seq(&[
        integer(1),
        seq(&[oid("1.2.840.10045.1.1"), tlv(2, &prime)]),
        seq(&[tlv(4, &[1; 32]), tlv(4, &[2; 32])]),
        tlv(4, &[4; 65]),
        tlv(2, &prime),
    ]);
    let ec = |parameters: Vec<u8>| seq(&[seq(&[oid("1.2.840.10045.2.1"), parameters]), bit_string(&[4; 65])]);
    let rsa = seq(&[
        seq(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]),
        bit_string(&[1, 2, 3]),
    ]);
    let unknown = seq(&[seq(&[oid("1.2.3.4")]), bit_string(&[1, 2, 3])]);
    for (info, expected) in [
        (ec(custom), KeyFault::ExplicitCurve),
        (ec(vec![5, 0]), KeyFault::ExplicitCurve),
        (ec(Vec::new()), KeyFault::ExplicitCurve),
        (ec(oid("1.2.840.10045.3.1.7")), KeyFault::Unreadable),
        (ec(oid("1.2.3")), KeyFault::Unreadable),
        (rsa, KeyFault::Unreadable),
        (unknown, KeyFault::Unreadable),
    ] {
        let der = root.issue(&Leaf::persona().info(info));
        let told = under(&root, &der);
        assert_eq!(told, Some(TrustError::WeakKey(expected)));
        assert!(told.is_some_and(|error| !error.is_retryable()));
    }
}

/// D-69, A4: the minimum is the entry's, for the keys that it certifies, and begins with its day.
#[test]
fn the_least_bits_of_an_rsa_key_are_its_issuer_s_to_say_and_dated() {
    let root = Issuing::root("RAIZ");
    let der = root.issue(&Leaf::persona().key(KeyKind::Rsa2048));
    let asking = |text: &str| AdmittedIssuer {
        rsa_minimo: text.parse().unwrap(),
        ..root.admitted()
    };
    let short = |minimo| Some(TrustError::WeakKey(KeyFault::RsaShort { bits: 2048, minimo }));
    assert_eq!(by(vec![asking("2048")], &der), None);
    assert_eq!(by(vec![asking("3072")], &der), short(3072));
    // Day 10 is 11 June; it begins at ten at night of the day before, in UTC.
    let dated = validator(vec![asking("2026-06-11=3072")]);
    let begins = at(10) - chrono::TimeDelta::hours(2);
    assert_eq!(
        fault(dated.validate_at(&der, begins - chrono::TimeDelta::seconds(1))),
        None
    );
    assert_eq!(fault(dated.validate_at(&der, begins)), short(3072));
    // Other kinds of keys have no such bits.
    assert_eq!(by(vec![asking("3072")], &root.issue(&Leaf::persona())), None);
}

#[test]
fn the_keys_of_issuers_are_held_to_the_rule_and_those_below_another_to_its_minimum() {
    let weak_root = |kind| {
        let root = Issuing::self_signed(&Leaf::authority("DEBIL", None).key(kind));
        let entry = AdmittedIssuer {
            certificado: CaCertificate::admitted(root.der()).unwrap(),
            ..Issuing::root("OTRA").admitted()
        };
        let good = Issuing::root("BUENA");
        let validator = validator(vec![entry, good.admitted()]);
        // The others of the list go on.
        assert_eq!(
            fault(validator.validate_at(&good.issue(&Leaf::persona()), at(0))),
            None
        );
        let readiness = validator.readiness_at(at(0));
        assert_eq!((readiness.usable, readiness.unusable.len()), (1, 1));
        fault(validator.validate_at(&root.issue(&Leaf::persona()), at(0)))
    };
    for (kind, fault) in [
        (
            KeyKind::Rsa1024,
            KeyFault::RsaShort {
                bits: 1024,
                minimo: 2048,
            },
        ),
        (KeyKind::RsaExponent3, exponent("3")),
        (KeyKind::P256Explicit, KeyFault::ExplicitCurve),
    ] {
        let emisor = "CN=DEBIL, C=ES".to_owned();
        assert_eq!(weak_root(kind), Some(TrustError::WeakIssuerKey { emisor, fault }));
    }

    let root = Issuing::root("RAIZ");
    let sub = root.sub(&Leaf::authority("SUB", None).key(KeyKind::Rsa2048));
    let der = sub.issue(&Leaf::persona());
    let asking = AdmittedIssuer {
        rsa_minimo: "3072".parse().unwrap(),
        ..root.admitted()
    };
    assert_eq!(by(vec![sub.admitted(), root.admitted()], &der), None);
    assert_eq!(
        by(vec![sub.admitted(), asking], &der),
        Some(TrustError::WeakIssuerKey {
            emisor: "CN=SUB, C=ES".to_owned(),
            fault: KeyFault::RsaShort {
                bits: 2048,
                minimo: 3072
            }
        })
    );
}

/// ACCV's authorities of 2023.
#[test]
fn paths_go_through_issuers_on_p521() {
    let root = Issuing::self_signed(&Leaf::authority("RAIZ", None).key(KeyKind::P521));
    let sub = root.sub(&Leaf::authority("SUB", None).key(KeyKind::P521));
    let der = sub.issue(&Leaf::persona());
    assert_eq!(by(vec![sub.admitted(), root.admitted()], &der), None);
    let rsa = sub.issue(&Leaf::persona().key(KeyKind::Rsa2048));
    assert_eq!(under(&sub, &rsa), None);
    // Messages are still not signed on it.
    let own = sub.issue(&Leaf::persona().key(KeyKind::P521));
    assert!(matches!(under(&sub, &own), Some(TrustError::WeakKey(_))));
}
