//! D-71: where lists are, and how they are read again.

use super::revocation::{SERIAL, World, pem, point, seen_in, unknown};
use super::*;
use crate::trust::CrlFault;
use crate::trust::crl_file::FileLists;
use crate::trust::renewal::Pace;
use crate::trust::testing::Leaf;
use crate::trust::testing::crl::List;
use crate::trust::testing::der::seq;

/// Lists in a folder, whose parts are of different places.
struct Folder {
    root: Issuing,
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self {
            root: Issuing::root("RAIZ"),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn address(part: usize) -> String {
        format!("http://raiz.es/{part}")
    }

    fn publish(&self, part: usize, list: List) {
        let scoped = list.extension("2.5.29.28", true, &seq(&[point(&Self::address(part))]));
        self.write(&format!("{part}.crl"), &self.root.list(&scoped));
    }

    fn write(&self, name: &str, octets: &[u8]) {
        let path = self.folder.path().join(name);
        let new = path.with_extension("crl.new");
        std::fs::write(&new, octets).unwrap();
        std::fs::rename(&new, &path).unwrap();
    }

    fn validator(&self, place: &str) -> Validator {
        let validator = validator(vec![seen_in(&self.root, &self.folder.path().join(place))]);
        validator.read_lists();
        validator
    }

    fn person(&self, part: usize) -> Vec<u8> {
        let place = seq(&[seq(&[point(&Self::address(part))])]);
        self.root
            .issue(&Leaf::persona().extension("2.5.29.31", false, &place))
    }
}

/// Waits until something holds that the thread of the lists brings about.
fn awaited(holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(30),
            "it did not come"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn an_entry_may_name_a_folder_or_a_pattern_of_lists() {
    let world = Folder::new();
    for part in 0..3 {
        world.publish(part, List::of(-1, 1));
    }
    world.publish(1, List::of(-1, 1).revoking(SERIAL, -5));
    for place in ["", "*.crl", "?.crl"] {
        let validator = world.validator(place);
        let now = |part| fault(validator.validate_at(&world.person(part), at(0)));
        assert_eq!(now(0), None, "{place}");
        assert_eq!(now(1), Some(TrustError::Revoked { since: at(-5) }));
        assert_eq!(now(7), unknown(CrlFault::OutOfScope));
        // Kept, and still told when its file is another one, or gone.
        let kept = world.person(2);
        assert!(validator.validate_at(&kept, at(0)).is_ok());
        world.publish(2, List::of(-1, 1).revoking(SERIAL, -2));
        let revoked = Some(TrustError::Revoked { since: at(-2) });
        awaited(|| fault(validator.validate_at(&kept, at(0))) == revoked);
        std::fs::remove_file(world.folder.path().join("2.crl")).unwrap();
        awaited(|| fault(validator.validate_at(&kept, at(0))) == unknown(CrlFault::OutOfScope));
        world.publish(2, List::of(-1, 1));
        awaited(|| validator.validate_at(&kept, at(0)).is_ok());
    }
    assert_eq!(
        fault(world.validator("*.pem").validate_at(&world.person(0), at(0))),
        unknown(CrlFault::Unreadable)
    );
    assert_eq!(
        fault(world.validator("none/*.crl").validate_at(&world.person(0), at(0))),
        unknown(CrlFault::Missing)
    );
}

#[test]
fn in_a_folder_a_bad_file_spoils_its_own_certificates_only_and_is_told() {
    let world = Folder::new();
    world.publish(0, List::of(-1, 1));
    world.publish(1, List::of(-9, -8));
    world.write("2.crl", b"not a list");
    world.write("other.crl", &Issuing::root("OTRA").list(&List::of(-1, 1)));
    let validator = world.validator("");
    let now = |part| fault(validator.validate_at(&world.person(part), at(0)));
    assert_eq!(now(0), None);
    assert_eq!(now(1), unknown(CrlFault::Stale(at(-8))));
    assert_eq!(now(2), unknown(CrlFault::OutOfScope));
    let readiness = validator.readiness_at(at(0));
    assert_eq!(readiness.usable, 1);
    let told: Vec<_> = readiness
        .partly
        .iter()
        .map(|one| (one.files, one.reason))
        .collect();
    assert_eq!(told, [(2, CrlFault::Unreadable)]);
}

/// More files than a request looks at, and a file that takes longer than a request should.
#[test]
fn many_or_large_lists_are_read_aside_and_what_there_was_holds_meanwhile() {
    let world = Folder::new();
    for part in 0..40 {
        world.publish(part, List::of(-1, 1));
    }
    let validator = world.validator("*.crl");
    let kept = world.person(33);
    assert!(validator.validate_at(&kept, at(0)).is_ok());
    world.publish(33, List::of(-1, 1).revoking(SERIAL, -2));
    let revoked = Some(TrustError::Revoked { since: at(-2) });
    awaited(|| fault(validator.validate_at(&kept, at(0))) == revoked);

    let large = (1..20_000).fold(List::of(-1, 1), |list, n| list.revoking(0x10000 + n, -5));
    let file = World::with(&large);
    file.validator.read_lists();
    let der = file.person();
    assert!(file.validator.validate_at(&der, at(0)).is_ok());
    file.publish(&large.revoking(SERIAL, -2));
    awaited(|| fault(file.validator.validate_at(&der, at(0))) == revoked);
}

/// What was read once is not read again because the list of issuers changed, nor because a file has more lists now.
#[test]
fn only_the_lists_that_changed_are_verified_again() {
    let world = World::new();
    let lists: Vec<Vec<u8>> = (0..3)
        .map(|n| world.root.list(&List::of(-1, 1).revoking(n + 1, -5)))
        .collect();
    let ca = crate::trust::CaCertificate::inspect(world.root.der()).unwrap();
    let read =
        |known: Option<&FileLists>| FileLists::read(&world.path, &ca, known, &mut Pace::unhurried()).unwrap();
    world.write(&[pem(&lists[0]), pem(&lists[1])].concat());
    let first = read(None);
    world.write(&[pem(&lists[1]), pem(&lists[2])].concat());
    let second = read(Some(&first));
    let (first, second) = (first.lists.unwrap(), second.lists.unwrap());
    assert!(Arc::ptr_eq(&first[1], &second[0]));
    assert!(!Arc::ptr_eq(&first[0], &second[1]));
}

#[test]
fn a_start_waits_for_many_lists_only_so_long_and_who_needs_none_of_them_is_taken_at_once() {
    let world = Folder::new();
    for part in 0..60 {
        world.publish(part, List::of(-1, 1));
    }
    let other = Issuing::root("OTRA");
    let own_list = tempfile::tempdir().unwrap();
    let crl = own_list.path().join("otra.crl");
    std::fs::write(&crl, other.list(&List::of(-1, 1))).unwrap();
    let entries = || vec![seen_in(&world.root, world.folder.path()), seen_in(&other, &crl)];
    let (person, another) = (world.person(59), other.issue(&Leaf::persona()));

    let impatient = validator(entries());
    impatient.read_lists_within(std::time::Duration::ZERO);
    assert!(impatient.validate_at(&another, at(0)).is_ok());
    awaited(|| impatient.validate_at(&person, at(0)).is_ok());

    let patient = validator(entries());
    patient.read_lists_within(std::time::Duration::from_secs(30));
    assert!(patient.validate_at(&person, at(0)).is_ok());
    // Of an issuer without lists nothing is waited for.
    let none = validator(vec![other.admitted()]);
    none.read_lists_within(std::time::Duration::from_secs(30));
}

/// How long validations of another issuer take, in microseconds: the median, the 99th of a hundred, and the longest.
fn felt_by_another(validator: &Validator, der: &[u8], until: impl Fn() -> bool) -> (usize, [u128; 3]) {
    let mut took = Vec::new();
    while !until() {
        let begun = std::time::Instant::now();
        assert!(validator.validate_at(der, at(0)).is_ok());
        took.push(begun.elapsed().as_micros());
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    took.sort_unstable();
    let place = |hundredths: usize| took[(took.len() - 1) * hundredths / 100];
    (took.len(), [place(50), place(99), place(100)])
}

/// `cargo test --release -- --ignored --nocapture thousands_of_lists`.
#[test]
#[ignore = "it measures, and takes some minutes"]
fn the_renewal_of_thousands_of_lists_is_not_felt_by_other_issuers() {
    let count: usize = std::env::var("LISTS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(50_000);
    let world = Folder::new();
    let publish = |serial: u64| {
        for part in 0..count {
            let list = (0..100).fold(List::of(-1, 1), |list, n| list.revoking(0x10_0000 + n, -5));
            world.publish(part, list.revoking(serial, -2));
        }
    };
    publish(1);
    let other = Issuing::root("OTRA");
    let own_list = tempfile::tempdir().unwrap();
    let crl = own_list.path().join("otra.crl");
    std::fs::write(&crl, other.list(&List::of(-1, 1))).unwrap();
    let validator = validator(vec![
        seen_in(&world.root, world.folder.path()),
        seen_in(&other, &crl),
    ]);
    let begun = std::time::Instant::now();
    validator.read_lists();
    println!("{count} lists read at the start in {:?}", begun.elapsed());
    let (kept, another) = (world.person(count - 1), other.issue(&Leaf::persona()));
    assert!(validator.validate_at(&kept, at(0)).is_ok());

    let begun = std::time::Instant::now();
    let quiet = felt_by_another(&validator, &another, || begun.elapsed().as_secs() >= 5);
    println!("at rest: validations, and p50, p99, longest in µs: {quiet:?}");
    publish(SERIAL);
    let begun = std::time::Instant::now();
    let revoked = || fault(validator.validate_at(&kept, at(0))).is_some();
    let renewed = felt_by_another(&validator, &another, revoked);
    println!("while {count} are renewed, in {:?}: {renewed:?}", begun.elapsed());
}
