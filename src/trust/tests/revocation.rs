//! D-71, and RFC 5280 §6.3.

#![expect(
    clippy::unnecessary_wraps,
    reason = "an expectation has the type of what it is compared with"
)]

mod scope;

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::trust::testing::crl::List;
use crate::trust::testing::der::{extension, integer, oid, seq, tlv};
use crate::trust::testing::name::name;
use crate::trust::testing::{Digest, KeyKind, Leaf};
use crate::trust::{CrlFault, ListaConsultada, Revocacion};

pub(super) const SERIAL: u64 = 0x8001;
/// A reason code that takes an entry back (RFC 5280 §5.3.1).
const REMOVE_FROM_CRL: u8 = 8;

/// An authority whose revocation list is a file.
pub(super) struct World {
    pub(super) root: Issuing,
    pub(super) validator: Validator,
    pub(super) path: PathBuf,
    _folder: tempfile::TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("raiz.crl");
        let root = Issuing::root("RAIZ");
        Self {
            validator: validator(vec![seen_in(&root, &path)]),
            root,
            path,
            _folder: folder,
        }
    }

    /// With a list on disk.
    pub(super) fn with(list: &List) -> Self {
        let world = Self::new();
        world.publish(list);
        world
    }

    pub(super) fn publish(&self, list: &List) {
        self.write(&self.root.list(list));
    }

    /// Puts a new file in place of the old one, as whoever renews lists should.
    pub(super) fn write(&self, octets: &[u8]) {
        let new = self.path.with_extension("new");
        std::fs::write(&new, octets).unwrap();
        std::fs::rename(&new, &self.path).unwrap();
    }

    pub(super) fn person(&self) -> Vec<u8> {
        self.root.issue(&Leaf::persona())
    }

    fn outcome(&self) -> Option<TrustError> {
        fault(self.validator.validate_at(&self.person(), at(0)))
    }
}

pub(super) fn seen_in(issuing: &Issuing, path: &Path) -> AdmittedIssuer {
    AdmittedIssuer {
        revocacion: Revocacion::Crl(path.to_owned()),
        ..issuing.admitted()
    }
}

pub(super) fn unknown(reason: CrlFault) -> Option<TrustError> {
    Some(TrustError::RevocationUnknown {
        emisor: "CN=RAIZ, C=ES".to_owned(),
        reason,
    })
}

fn with(list: &List) -> Option<TrustError> {
    World::with(list).outcome()
}

pub(super) fn pem(der: &[u8]) -> Vec<u8> {
    openssl::x509::X509Crl::from_der(der).unwrap().to_pem().unwrap()
}

/// issuingDistributionPoint with these fields.
fn scope(fields: &[Vec<u8>]) -> List {
    List::of(-1, 1).extension("2.5.29.28", true, &seq(fields))
}

/// A `DistributionPointName` with one address.
pub(super) fn point(address: &str) -> Vec<u8> {
    tlv(0xa0, &tlv(0xa0, &tlv(0x86, address.as_bytes())))
}

#[test]
fn a_certificate_that_the_list_does_not_name_is_taken() {
    assert_eq!(with(&List::of(-1, 1)), None);
    assert_eq!(
        with(&List::of(-1, 1).revoking(7, -5).revoking(SERIAL + 1, -5)),
        None
    );
}

/// D-71: what was known of it is told with it.
#[test]
fn who_is_taken_is_taken_with_the_list_that_was_consulted() {
    let world = World::new();
    let list = world.root.list(&List::of(-1, 1));
    world.write(&list);
    let holder = world.validator.validate_at(&world.person(), at(0)).unwrap();
    let consulted = ListaConsultada {
        huella: openssl::sha::sha256(&list),
        actualizada: at(-1),
    };
    assert_eq!(holder.listas(), [consulted]);
    let unlisted = validator(vec![world.root.admitted()]);
    assert_eq!(unlisted.validate_at(&world.person(), at(0)).unwrap().listas(), []);
}

#[test]
fn a_revoked_certificate_is_refused_with_its_date() {
    let list = List::of(-1, 1)
        .revoking(3, -9)
        .revoking(SERIAL, -5)
        .revoking(1 << 40, -7);
    assert_eq!(with(&list), Some(TrustError::Revoked { since: at(-5) }));
}

#[test]
fn an_entry_that_was_taken_back_revokes_nobody() {
    let reason = |code| extension("2.5.29.21", false, &tlv(0x0a, &[code]));
    let list = |code| List::of(-1, 1).entry(SERIAL, -5, &[reason(code)]);
    assert_eq!(with(&list(REMOVE_FROM_CRL)), None);
    assert_eq!(with(&list(6)), Some(TrustError::Revoked { since: at(-5) }));
    let again = list(REMOVE_FROM_CRL).revoking(SERIAL, -3);
    assert_eq!(with(&again), Some(TrustError::Revoked { since: at(-3) }));
}

#[test]
fn a_missing_list_refuses() {
    assert_eq!(World::new().outcome(), unknown(CrlFault::Missing));
    let world = World::with(&List::of(-1, 1));
    assert_eq!(world.outcome(), None);
    std::fs::remove_file(&world.path).unwrap();
    assert_eq!(world.outcome(), unknown(CrlFault::Missing));
}

#[test]
fn a_file_that_holds_something_else_refuses() {
    let world = World::new();
    let list = world.root.list(&List::of(-1, 1));
    let cut = list.get(..list.len() - 1).unwrap();
    let trailing = [list.as_slice(), &[0]].concat();
    for octets in [
        &[][..],
        b"not a list",
        cut,
        &trailing,
        world.root.der(),
        b"-----BEGIN X509 CRL-----",
    ] {
        world.write(octets);
        assert_eq!(world.outcome(), unknown(CrlFault::Unreadable));
    }
    std::fs::remove_file(&world.path).unwrap();
    std::fs::create_dir(&world.path).unwrap();
    assert_eq!(world.outcome(), unknown(CrlFault::Unreadable));
}

#[test]
fn a_list_holds_from_its_date_to_that_of_the_next() {
    let world = World::with(&List::of(-1, 1));
    let der = world.person();
    let second = TimeDelta::seconds(1);
    let on = |instant| fault(world.validator.validate_at(&der, instant));
    assert_eq!(on(at(-1) - second), unknown(CrlFault::NotYetInForce(at(-1))));
    assert_eq!(on(at(-1)), None);
    assert_eq!(on(at(1)), None);
    assert_eq!(on(at(1) + second), unknown(CrlFault::Stale(at(1))));
}

#[test]
fn a_list_out_of_date_still_tells_who_is_revoked() {
    let list = List::of(-9, -8).revoking(SERIAL, -10);
    assert_eq!(with(&list), Some(TrustError::Revoked { since: at(-10) }));
}

#[test]
fn a_list_without_the_date_of_the_next_refuses() {
    assert_eq!(
        with(&List::of(-1, 1).without_next_update()),
        unknown(CrlFault::NoNextUpdate)
    );
}

#[test]
fn the_list_of_another_issuer_refuses() {
    let world = World::new();
    world.write(&Issuing::root("OTRA").list(&List::of(-1, 1)));
    assert_eq!(world.outcome(), unknown(CrlFault::OtherIssuer));
    world.write(&Issuing::root("RAIZ").list(&List::of(-1, 1)));
    assert_eq!(world.outcome(), unknown(CrlFault::BadSignature));
}

#[test]
fn a_list_that_was_changed_refuses() {
    let world = World::new();
    let mut list = world.root.list(&List::of(-1, 1));
    *list.last_mut().unwrap() ^= 1;
    world.write(&list);
    assert_eq!(world.outcome(), unknown(CrlFault::BadSignature));
}

#[test]
fn an_authority_that_may_not_sign_lists_has_none() {
    let world = World::new();
    let leaf = Leaf::authority("RAIZ", None).usage(Some(crate::trust::testing::key_usage(&[5])));
    let root = Issuing::self_signed(&leaf);
    world.write(&root.list(&List::of(-1, 1)));
    let entry = seen_in(&root, &world.path);
    assert_eq!(
        by(vec![entry], &root.issue(&Leaf::persona())),
        unknown(CrlFault::BadSignature)
    );
}

#[test]
fn a_list_with_a_weak_signature_refuses() {
    let world = World::new();
    let root = Issuing::self_signed(&Leaf::authority("RAIZ", None).key(KeyKind::Rsa2048));
    world.write(&root.list(&List::of(-1, 1).digest(Digest::Sha1)));
    let outcome = by(vec![seen_in(&root, &world.path)], &root.issue(&Leaf::persona()));
    assert_eq!(outcome, unknown(CrlFault::WeakSignature));
}

#[test]
fn a_new_list_on_disk_acts_on_the_next_validation_of_a_certificate_that_is_kept() {
    let world = World::with(&List::of(-1, 1));
    let der = world.person();
    let now = || fault(world.validator.validate_at(&der, at(0)));
    assert_eq!([now(), now()], [None, None]);
    world.publish(&List::of(-1, 1).revoking(SERIAL, -1));
    assert_eq!(now(), Some(TrustError::Revoked { since: at(-1) }));
    world.publish(&List::of(-1, 1));
    assert_eq!(now(), None);
    std::fs::remove_file(&world.path).unwrap();
    assert_eq!(now(), unknown(CrlFault::Missing));
}

#[test]
fn a_list_written_over_in_place_is_read_again() {
    let world = World::with(&List::of(-1, 1).revoking(SERIAL, -5));
    assert!(world.outcome().is_some());
    std::fs::write(&world.path, world.root.list(&List::of(-1, 1))).unwrap();
    assert_eq!(world.outcome(), None);
}

#[test]
fn a_certificate_kept_does_not_outlast_the_list_that_vouched_for_it() {
    let world = World::with(&List::of(-1, 1));
    let der = world.person();
    assert!(world.validator.validate_at(&der, at(0)).is_ok());
    assert_eq!(
        fault(world.validator.validate_at(&der, at(2))),
        unknown(CrlFault::Stale(at(1)))
    );
    assert!(world.validator.validate_at(&der, at(0)).is_ok());
    assert_eq!(
        fault(world.validator.validate_at(&der, at(-2))),
        unknown(CrlFault::NotYetInForce(at(-1)))
    );
}

#[test]
fn an_authority_revoked_by_the_one_above_takes_its_certificates_with_it() {
    let world = World::with(&List::of(-1, 1));
    let sub = world.root.sub(&Leaf::authority("SUB", None).serial(77));
    let der = sub.issue(&Leaf::persona());
    world
        .validator
        .replace(vec![sub.admitted(), seen_in(&world.root, &world.path)])
        .unwrap();
    let now = || fault(world.validator.validate_at(&der, at(0)));
    assert_eq!(now(), None);
    world.publish(&List::of(-1, 1).revoking(77, -2));
    assert_eq!(now(), Some(TrustError::Revoked { since: at(-2) }));
    // Numbers are each issuer's own: the holder's is not looked for in the list of the root.
    world.publish(&List::of(-1, 1).revoking(SERIAL, -2));
    assert_eq!(now(), None);
}

#[test]
fn a_failed_status_is_retryable_and_a_revocation_is_not() {
    let stale = with(&List::of(-9, -8));
    assert_eq!(stale.map(|e| e.is_retryable()), Some(true));
    let revoked = with(&List::of(-1, 1).revoking(SERIAL, -5));
    assert_eq!(revoked.map(|e| e.is_retryable()), Some(false));
}

proptest! {
    #[test]
    fn a_list_with_any_octet_changed_refuses(at in 0_usize..4096, change in 1_u8..) {
        let world = World::new();
        let mut list = world.root.list(&List::of(-1, 1).revoking(7, -5));
        let at = at % list.len();
        list[at] ^= change;
        world.write(&list);
        let outcome = world.outcome();
        prop_assert!(matches!(outcome, Some(TrustError::RevocationUnknown { .. })), "{outcome:?}");
    }
}
