//! One clause of E-20 a test: an answer that holds, and the same spoilt.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use super::authority::granted;
use super::tst_info::written;
use super::*;
use crate::cms::write::{sequence, unsigned};
use crate::cms::{CmsError, Sealing, TST_INFO, assembled};
use crate::trust::der::{element, tag};
use crate::trust::testing::crl::List;
use crate::trust::testing::{Issuing, KeyKind, Leaf, at, dating};
use crate::trust::{TrustError, TsaFault, TsaTrust};

const STAMPING: &str = "1.3.6.1.5.5.7.3.8";
const POLICY: &str = "2.999.3161.1";
const CHECKPOINT: &[u8] = b"notess.example/log\n42\nQUJD\n";
const NONCE: [u8; 8] = [0x80, 1, 2, 3, 4, 5, 6, 7];

/// An authority and whoever believes it.
struct World {
    root: Issuing,
    trust: TsaTrust,
    certificate: X509,
    key: PKey<Private>,
}

impl World {
    fn new() -> Self {
        Self::with(&dating(true, &[STAMPING]))
    }

    fn with(leaf: &Leaf) -> Self {
        Self::below(Issuing::root("RAIZ TSA"), leaf, &[])
    }

    fn below(root: Issuing, leaf: &Leaf, lists: &[PathBuf]) -> Self {
        let tsa = root.sub(leaf);
        Self {
            trust: TsaTrust::load(root.der(), lists).unwrap(),
            certificate: X509::from_der(tsa.der()).unwrap(),
            key: tsa.key().clone(),
            root,
        }
    }

    fn sealing(&self) -> Sealing<'_> {
        Sealing {
            certificate: &self.certificate,
            key: &self.key,
            chain: &[],
        }
    }

    /// A token over a TSTInfo.
    fn token(&self, info: &[u8]) -> Vec<u8> {
        let named = self.certificate.to_der().unwrap();
        assembled(TST_INFO, info, &self.sealing(), &named, true).unwrap()
    }

    /// What is answered to our question as if it were that one.
    fn answer_to(&self, other: &Query, policy: &str, when: DateTime<Utc>) -> Result<Stamp, TspError> {
        self.check(&granted(
            &self.token(&written(other, policy, &[7], when).unwrap()),
        ))
    }

    fn check(&self, answer: &[u8]) -> Result<Stamp, TspError> {
        check(
            answer,
            &Asking {
                query: &query(),
                trust: &self.trust,
                asked: at(0),
                answered: at(0) + TimeDelta::seconds(1),
                most: TimeDelta::seconds(30),
            },
        )
    }
}

fn query() -> Query {
    Query::of(CHECKPOINT, NONCE, Some(POLICY))
}

fn good_info() -> Vec<u8> {
    written(&query(), POLICY, &[7], at(0)).unwrap()
}

#[test]
fn an_answer_that_holds_is_a_stamp() {
    for key in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa2048] {
        let world = World::with(&dating(true, &[STAMPING]).key(key));
        let authority = Authority {
            sealing: world.sealing(),
        };
        let asked = query().to_der().unwrap();
        let answer = authority
            .answer(&asked, &[9], at(0) + TimeDelta::milliseconds(250))
            .unwrap();
        let stamp = world.check(&answer).unwrap();
        assert_eq!(stamp.instante, at(0) + TimeDelta::milliseconds(250));
        assert_eq!(stamp.desfase, TimeDelta::zero());
        assert_eq!(stamp.certificado, world.certificate.to_der().unwrap());
        assert!(answer.ends_with(&stamp.token));
    }
}

#[test]
fn a_token_in_ber_is_read_by_openssl_first() {
    let world = World::new();
    let token = world.token(&good_info());
    let content = &token[4..];
    assert_eq!(token[..2], [0x30, 0x82]);
    let in_ber = [&[0x30, 0x80], content, &[0, 0]].concat();
    let status = sequence(&[unsigned(&[0])]);
    for answer in [
        element(tag::SEQUENCE, &[status.clone(), in_ber.clone()].concat()),
        [&[0x30, 0x80][..], &status, &in_ber, &[0, 0]].concat(),
    ] {
        assert_eq!(world.check(&answer).unwrap().token, token);
    }
}

#[test]
fn what_is_not_granted_is_told_with_its_status() {
    let world = World::new();
    let authority = Authority {
        sealing: world.sealing(),
    };
    let other_policy = Query::of(CHECKPOINT, NONCE, Some("2.999.1")).to_der().unwrap();
    let refused = |question: &[u8]| world.check(&authority.answer(question, &[1], at(0)).unwrap());
    let status = |failure| {
        Err(TspError::Status {
            status: 2,
            failure: Some(failure),
        })
    };
    assert_eq!(refused(b"nothing"), status("badRequest"));
    assert_eq!(refused(&other_policy), status("unacceptedPolicy"));
    let with_mods = sequence(&[sequence(&[unsigned(&[1])]), world.token(&good_info())]);
    assert!(world.check(&with_mods).is_ok());
    let nothing = sequence(&[sequence(&[unsigned(&[0])])]);
    assert_eq!(world.check(&nothing), Err(TspError::NoToken));
}

#[test]
fn what_is_cut_short_or_has_more_behind_it_is_refused() {
    let world = World::new();
    let answer = granted(&world.token(&good_info()));
    for length in 0..answer.len() {
        assert!(world.check(&answer[..length]).is_err(), "{length}");
    }
    assert_eq!(
        world.check(&[&answer[..], &[0]].concat()),
        Err(TspError::Unreadable)
    );
    assert_eq!(world.check(b"<html>"), Err(TspError::Unreadable));
}

#[test]
fn any_octet_of_a_token_that_is_changed_is_found() {
    let world = World::new();
    let answer = granted(&world.token(&good_info()));
    let good = world.check(&answer).unwrap();
    for at in 0..answer.len() {
        let mut spoilt = answer.clone();
        spoilt[at] ^= 1;
        // Some octets say nothing, such as the version of a structure; what is read from the rest is what was signed.
        if let Ok(stamp) = world.check(&spoilt) {
            assert_eq!(
                (stamp.instante, stamp.certificado),
                (good.instante, good.certificado.clone())
            );
        }
    }
}

#[test]
fn who_answers_another_question_is_found() {
    let world = World::new();
    let imprint = Query::of(b"something else", NONCE, Some(POLICY));
    assert_eq!(world.answer_to(&imprint, POLICY, at(0)), Err(TspError::Imprint));
    let mut sha512 = query();
    "2.16.840.1.101.3.4.2.3".clone_into(&mut sha512.algorithm);
    assert_eq!(
        world.answer_to(&sha512, POLICY, at(0)),
        Err(TspError::ImprintAlgorithm {
            oid: sha512.algorithm.clone()
        })
    );
    let mut nonce = Query::of(CHECKPOINT, [1; 8], Some(POLICY));
    assert_eq!(world.answer_to(&nonce, POLICY, at(0)), Err(TspError::Nonce));
    nonce.nonce = None;
    assert_eq!(world.answer_to(&nonce, POLICY, at(0)), Err(TspError::Nonce));
    let oid = "2.999.2".to_owned();
    assert_eq!(
        world.answer_to(&query(), &oid, at(0)),
        Err(TspError::Policy { oid: oid.clone() })
    );
}

#[test]
fn something_else_than_a_time_is_refused_however_well_it_is_signed() {
    let world = World::new();
    let named = world.certificate.to_der().unwrap();
    let data = "1.2.840.113549.1.7.1";
    let token = assembled(data, &good_info(), &world.sealing(), &named, true).unwrap();
    let oid = data.to_owned();
    assert_eq!(world.check(&granted(&token)), Err(TspError::Content { oid }));
    assert_eq!(
        world.check(&granted(&world.token(b"\x30\x00"))),
        Err(TspError::TstInfo)
    );
}

#[test]
fn the_certificate_that_the_signer_names_is_his_and_comes_with_it() {
    let world = World::new();
    let other = world.root.issue(&dating(true, &[STAMPING]));
    let by_other = assembled(TST_INFO, &good_info(), &world.sealing(), &other, true).unwrap();
    assert_eq!(
        world.check(&granted(&by_other)),
        Err(TspError::Token(CmsError::OtherCertificate))
    );
    let named = world.certificate.to_der().unwrap();
    let without = assembled(TST_INFO, &good_info(), &world.sealing(), &named, false).unwrap();
    assert_eq!(
        world.check(&granted(&without)),
        Err(TspError::Token(CmsError::NoCertificate))
    );
}

#[test]
fn digest_and_signature_are_checked_each_by_itself() {
    let world = World::new();
    let info = good_info();
    let token = world.token(&info);
    let replaced = |from: &[u8], to: &[u8]| {
        let at = token.windows(from.len()).position(|part| part == from).unwrap();
        let mut spoilt = token.clone();
        spoilt[at..at + to.len()].copy_from_slice(to);
        world.check(&granted(&spoilt))
    };
    // The time of the content is another one second later.
    let later = written(&query(), POLICY, &[7], at(0) + TimeDelta::seconds(1)).unwrap();
    assert_eq!(replaced(&info, &later), Err(TspError::Token(CmsError::Digest)));
    let digest = openssl::sha::sha256(&info);
    let with_digest = |spoilt: &[u8]| replaced(&digest, spoilt);
    assert_eq!(with_digest(&[0; 32]), Err(TspError::Token(CmsError::Digest)));
    let mut stranger = World::new();
    stranger.certificate = world.certificate.clone();
    let named = world.certificate.to_der().unwrap();
    let signed_by_other = assembled(TST_INFO, &info, &stranger.sealing(), &named, true).unwrap();
    assert_eq!(
        world.check(&granted(&signed_by_other)),
        Err(TspError::Token(CmsError::Signature))
    );
}

#[test]
fn whoever_may_not_date_is_not_believed() {
    let refused = |world: &World| match world.check(&granted(&world.token(&good_info()))) {
        Err(TspError::Signer(fault)) => fault,
        other => panic!("{other:?}"),
    };
    let with = |leaf: &Leaf| refused(&World::with(leaf));
    assert_eq!(with(&dating(false, &[STAMPING])), TsaFault::NotCritical);
    assert_eq!(
        with(&dating(true, &["1.3.6.1.5.5.7.3.4"])),
        TsaFault::NotForTimeStamping
    );
    assert_eq!(with(&Leaf::persona()), TsaFault::NotForTimeStamping);
    assert!(matches!(
        with(&dating(true, &[STAMPING, "1.3.6.1.5.5.7.3.4"])),
        TsaFault::OtherPurposes { .. }
    ));
    let expired = dating(true, &[STAMPING]).days(-10, -1);
    assert!(matches!(
        with(&expired),
        TsaFault::Untrusted(TrustError::Expired { .. })
    ));
    let mut elsewhere = World::new();
    elsewhere.trust = TsaTrust::load(Issuing::root("OTRA").der(), &[]).unwrap();
    assert!(matches!(
        refused(&elsewhere),
        TsaFault::Untrusted(TrustError::NotAdmitted { .. })
    ));
}

#[test]
fn whoever_is_revoked_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("tsa.crl");
    let root = Issuing::root("RAIZ TSA");
    std::fs::write(&place, root.list(&List::of(-1, 10).revoking(77, -1))).unwrap();
    let leaf = dating(true, &[STAMPING]).serial(77);
    let world = World::below(root, &leaf, &[place]);
    let since = at(-1);
    assert_eq!(
        world.check(&granted(&world.token(&good_info()))),
        Err(TspError::Signer(TsaFault::Untrusted(TrustError::Revoked {
            since
        })))
    );
}

#[test]
fn a_time_that_is_not_ours_is_told_with_the_difference_if_all_else_holds() {
    let world = World::new();
    let told = |seconds: i64| world.answer_to(&query(), POLICY, at(0) + TimeDelta::seconds(seconds));
    let desfase = |seconds: i64| told(seconds).unwrap().desfase.num_seconds();
    // A whole second is worth all of it, and asking took one.
    assert_eq!([-31, -1, 0, 1, 31].map(desfase), [30, 0, 0, 0, -30]);
    for (seconds, difference) in [(-32, 31), (32, -31), (86_400, -86_399)] {
        let difference = TimeDelta::seconds(difference);
        assert_eq!(told(seconds), Err(TspError::Time { difference }), "{seconds}");
    }
}

#[test]
fn a_question_is_read_as_it_was_written() {
    for policy in [None, Some(POLICY)] {
        for nonce in [NONCE, [0, 0, 0, 0, 0, 0, 0, 1], [0x7f; 8], [0; 8]] {
            let query = Query::of(CHECKPOINT, nonce, policy);
            assert_eq!(Query::read(&query.to_der().unwrap()), Ok(query));
        }
    }
    assert_eq!(Query::read(&[0x30, 0]), Err(TspError::Unreadable));
}

#[test]
fn what_openssl_s_authority_answers_is_read() {
    let trust = TsaTrust::load(include_bytes!("../../fixtures/tsp/raiz.der"), &[]).unwrap();
    let check_as = |answer: &[u8], question: &[u8]| {
        let at = DateTime::from_timestamp(1_830_000_000, 0).unwrap();
        check(
            answer,
            &Asking {
                query: &Query::read(question).unwrap(),
                trust: &trust,
                asked: at,
                answered: at,
                most: TimeDelta::days(3653),
            },
        )
    };
    let asked = include_bytes!("../../fixtures/tsp/peticion.tsq");
    for answer in [
        &include_bytes!("../../fixtures/tsp/rsa.tsr")[..],
        include_bytes!("../../fixtures/tsp/ec.tsr"),
    ] {
        let stamp = check_as(answer, asked).unwrap();
        assert!(answer.ends_with(&stamp.token));
    }
    let without = include_bytes!("../../fixtures/tsp/sin-certificado.tsq");
    assert_eq!(
        check_as(include_bytes!("../../fixtures/tsp/sin-certificado.tsr"), without),
        Err(TspError::Token(CmsError::NoCertificate))
    );
    let rejected = TspError::Status {
        status: 2,
        failure: Some("badAlg"),
    };
    assert_eq!(
        check_as(include_bytes!("../../fixtures/tsp/rechazada.tsr"), asked),
        Err(rejected)
    );
}
