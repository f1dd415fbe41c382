//! D-69, one certificate per combination.

use super::*;
use crate::trust::oid::purpose;
use crate::trust::testing::der::{boolean, seq};
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
        assert_eq!(with(&[bad]), Some(TrustError::ExtendedKeyUsage), "{bad}");
    }
    assert_eq!(
        with(&[SERVER_AUTH, TIME_STAMPING]),
        Some(TrustError::ExtendedKeyUsage)
    );
}

#[test]
fn keys_are_rsa_of_2048_bits_or_on_p256_or_p384() {
    let with = |key| outcome(&Leaf::persona().key(key));
    for good in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        assert_eq!(with(good), None, "{good:?}");
    }
    for weak in [KeyKind::Rsa1024, KeyKind::P521, KeyKind::Ed25519] {
        assert_eq!(with(weak), Some(TrustError::WeakKey), "{weak:?}");
    }
}
