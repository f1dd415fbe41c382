//! Authorities that lie, each in its own way: each is refused by name, and the next one is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use openssl::sha::sha256;

use super::tsa::{CHECKPOINT, Done, POLICY, Root, Signer, Wanted, answer, serve, url};

/// A question in which some octets stand in the place of others.
fn replaced(octets: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = octets.windows(from.len()).position(|part| part == from).unwrap();
    [&octets[..at], to, &octets[at + from.len()..]].concat()
}

/// Answers as a signer would, after the question was changed by somebody.
fn answering(signer: Signer, change: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Lie {
    Box::new(move |question| Done::Answer(answer(&signer, &change(question), Utc::now())))
}

type Lie = Box<dyn Fn(&[u8]) -> Done + Send + Sync>;

/// A lie, and the name under which it is to be refused.
type Named = (&'static str, Lie);

/// Lies about what is signed.
fn of_content(root: &Root) -> Vec<Named> {
    let good = || root.issue(Wanted::GOOD);
    let at = |seconds: i64| -> Lie {
        let signer = good();
        Box::new(move |question| {
            let when = Utc::now() + TimeDelta::seconds(seconds);
            Done::Answer(answer(&signer, question, when))
        })
    };
    let nonce = |question: &[u8]| {
        // The last element but for certReq, of eight octets or nine.
        let mut other = question.to_vec();
        let last = other.len() - 4;
        other[last] ^= 1;
        other
    };
    let imprint = |question: &[u8]| replaced(question, &sha256(CHECKPOINT), &sha256(b"something else"));
    let policy = |question: &[u8]| {
        // 2.999.3161.2, which was asked for, and 2.999.3161.1.
        let [asked, given] = [2, 1].map(|last| [0x88, 0x37, 0x98, 0x59, last]);
        replaced(question, &asked, &given)
    };
    vec![
        ("nonce", answering(good(), nonce)),
        ("huella", answering(good(), imprint)),
        ("politica", answering(good(), policy)),
        ("hora", at(3600)),
        ("hora", at(-45)),
    ]
}

/// Lies about who signs.
fn of_certificates(root: &Root) -> Vec<Named> {
    let wanted = Wanted::GOOD;
    let with = |wanted: Wanted| answering(root.issue(wanted), <[u8]>::to_vec);
    // Two certificates of one key, serial number and length: one is named in what is signed, the other comes with it.
    let named = root.issue(wanted);
    let other = Wanted {
        name: "TSA B",
        ..wanted
    };
    let other = root.certify(other, named.key.clone());
    let exchanged = move |question: &[u8]| {
        let [from, to] = [&named, &other].map(|one| one.certificate.to_der().unwrap());
        Done::Answer(replaced(&answer(&named, question, Utc::now()), &from, &to))
    };
    let purpose = |purpose| with(Wanted { purpose, ..wanted });
    vec![
        ("caducada", with(Wanted { until: -1, ..wanted })),
        ("revocada", with(Wanted { serial: 99, ..wanted })),
        ("uso", purpose(None)),
        ("uso_no_critico", purpose(Some(false))),
        (
            "no_admitida",
            answering(Root::new().issue(wanted), <[u8]>::to_vec),
        ),
        ("certificado_de_otro", Box::new(exchanged)),
    ]
}

/// Answers that are none.
fn of_the_line(root: &Root) -> Vec<Named> {
    let raw = |head: &'static str| -> Lie { Box::new(|_| Done::Raw(head.as_bytes().to_vec())) };
    let whole = root.issue(Wanted::GOOD);
    let cut = move |question: &[u8]| {
        let whole = answer(&whole, question, Utc::now());
        Done::Answer(whole[..whole.len() / 2].to_vec())
    };
    vec![
        ("ilegible", Box::new(cut)),
        ("ilegible", Box::new(|_| Done::Answer(b"<html>".to_vec()))),
        ("estado_http", raw("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n")),
        ("conexion", raw("not HTTP at all\r\n\r\n")),
        (
            "conexion",
            raw("HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n0"),
        ),
        ("demasiado_largo", Box::new(|_| Done::Answer(vec![0x30; 70_000]))),
    ]
}

#[test]
fn each_lie_is_refused_by_its_name_and_the_next_authority_is_asked() {
    let root = Root::new();
    root.revoke(&[99]);
    let policy = |name: &str| {
        if name == "politica" {
            "2.999.3161.2"
        } else {
            POLICY
        }
    };
    let honest = root.issue(Wanted::GOOD);
    let honest = url(serve(move |question| {
        Done::Answer(answer(&honest, question, Utc::now()))
    }));
    let lies = [of_content(&root), of_certificates(&root), of_the_line(&root)];
    for (name, lie) in lies.into_iter().flatten() {
        let liar = url(serve(lie));
        let asked = root
            .authorities(&[liar.clone(), honest.clone()], policy(name))
            .stamp(CHECKPOINT, &Utc::now);
        let refused: Vec<(&str, &str)> = asked
            .refused
            .iter()
            .map(|one| (one.url.as_str(), one.why.code()))
            .collect();
        if name == "politica" {
            // Whom the honest one would refuse.
            assert_eq!(refused, [(&*liar, name), (&*honest, "denegado")]);
        } else {
            assert_eq!(refused, [(&*liar, name)], "{name}: {:?}", asked.refused);
            assert_eq!(asked.stamp.map(|(_, url)| url), Some(honest.clone()), "{name}");
        }
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let root = Root::new();
    let asked_there = Arc::new(AtomicU32::new(0));
    let (count, signer) = (Arc::clone(&asked_there), root.issue(Wanted::GOOD));
    let there = url(serve(move |question| {
        count.fetch_add(1, Ordering::Relaxed);
        Done::Answer(answer(&signer, question, Utc::now()))
    }));
    for status in [301, 302, 307, 308] {
        let head = format!("HTTP/1.1 {status} Go\r\nlocation: {there}\r\ncontent-length: 0\r\n\r\n");
        let here = url(serve(move |_| Done::Raw(head.clone().into_bytes())));
        let asked = root.authorities(&[here], POLICY).stamp(CHECKPOINT, &Utc::now);
        assert!(asked.stamp.is_none());
        assert_eq!(asked.refused[0].why.code(), "redireccion", "{status}");
    }
    assert_eq!(asked_there.load(Ordering::Relaxed), 0);
}

#[test]
fn who_never_answers_is_given_ten_seconds() {
    let root = Root::new();
    let silent = url(serve(|_| Done::Silence));
    let began = Instant::now();
    let asked = root.authorities(&[silent], POLICY).stamp(CHECKPOINT, &Utc::now);
    assert_eq!(asked.refused[0].why.code(), "sin_respuesta");
    let took = began.elapsed();
    assert!(
        (Duration::from_secs(9)..Duration::from_secs(20)).contains(&took),
        "{took:?}"
    );
}
