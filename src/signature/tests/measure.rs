//! What each step costs: `cargo test --release --lib measure -- --ignored --nocapture`.

use crate::xml::soap::SoapVersion;
use std::hint::black_box;

use chrono::TimeDelta;
use openssl::hash::MessageDigest;
use openssl::sign::{Signer, Verifier};

use super::client::{Message, P256, RSA};
use super::*;
use crate::xml::write::{Canonical, Ns, Writer};

/// Nanoseconds that this thread has run; the clock on the wall counts other programs too.
fn ran() -> f64 {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    statistics.split_whitespace().next().unwrap().parse().unwrap()
}

/// The mean in microseconds of CPU over some tenths of a second: the kernel counts in ticks of milliseconds.
fn micros<T>(what: &str, mut step: impl FnMut() -> T) {
    step();
    let (start, mut times, mut spent) = (ran(), 0_u32, 0.0);
    while spent < 400_000_000.0 {
        for _ in 0..50 {
            black_box(step());
        }
        times += 50;
        spent = ran() - start;
    }
    println!("{what:40} {:9.1} µs", spent / 1000.0 / f64::from(times));
}

fn listing(rows: usize) -> Canonical {
    const C: Ns<'static> = Ns::new("c", "urn:notess:canal:1");
    let mut writer = Writer::with_capacity(400_000);
    writer.start(C.name("consultarNotificacionesResponse"));
    for _ in 0..rows {
        writer.start(C.name("notificacion"));
        for field in [
            "codigo",
            "poderdante",
            "rol",
            "entidad",
            "procedimiento",
            "materia",
            "asunto",
            "destinatario",
            "estado",
            "puestaADisposicion",
            "finDisponibilidad",
            "diasRestantes",
            "categoriaEspecial",
            "huella",
            "tamano",
        ] {
            writer.element(C.name(field), "un valor de veinte o");
        }
        writer.end();
    }
    writer.end();
    writer.finish().unwrap()
}

#[test]
#[ignore = "a measurement, for a release build"]
fn measure_message() {
    let mut message = Message::new(&RSA);
    message.body = format!(
        "<c:consultar>{}</c:consultar>",
        "<c:poderdante>99999901H</c:poderdante>".repeat(10)
    );
    let message = message.sign(&RSA);
    let key = RSA.certificate.public_key().unwrap();
    let key = openssl::pkey::PKey::public_key_from_der(&key.public_key_to_der().unwrap()).unwrap();
    let canal = Policy::canal();
    println!("envelope of {} octets", message.len());

    let octets = message.as_bytes();
    let screened = screen(octets, &Limits::MESSAGE).unwrap();
    let inspected = inspect(&screened, &canal).unwrap();
    let ids: Vec<String> = inspected.ids().map(str::to_owned).collect();
    micros("screen", || screen(octets, &Limits::MESSAGE));
    micros("inspect", || inspect(&screened, &canal));
    micros("engine", || XmlSec.verify(octets, 0, &key, &ids, &canal));
    micros("verify (engine and the rest)", || {
        verify(&XmlSec, &inspected, &key, now(), &canal)
    });
    let signature = RSA.signing_key().sign_octets(octets).unwrap();
    micros("RSA-2048 verification alone", || {
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        verifier.verify_oneshot(&signature, octets).unwrap()
    });
}

#[test]
#[ignore = "a measurement, for a release build"]
fn measure_listing() {
    let canal = Policy::canal();
    let payload = listing(500);
    println!("payload of {} octets", payload.octets().len());
    micros("write 500 rows", || listing(500));
    micros("SHA-256 of it alone", || openssl::sha::sha256(payload.octets()));
    for (name, holder) in [("EC", &P256), ("RSA", &RSA)] {
        let signing = holder.signing_key();
        let freshness = Freshness {
            created: now(),
            expires: now() + TimeDelta::minutes(5),
            tag: "x",
        };
        micros(&format!("seal, {name}"), || {
            seal_envelope(SoapVersion::V11, &signing, freshness, &payload)
        });
        micros(&format!("signature alone, {name}"), || {
            let mut signer = Signer::new(MessageDigest::sha256(), &holder.key).unwrap();
            signer.sign_oneshot_to_vec(b"x").unwrap()
        });
    }
    let large = seal_envelope(
        SoapVersion::V11,
        &P256.signing_key(),
        Freshness {
            created: now(),
            expires: now() + TimeDelta::minutes(5),
            tag: "x",
        },
        &payload,
    );
    let large = large.unwrap();
    micros("screen, sealed listing", || screen(&large, &Limits::MESSAGE));
    micros("screen to verify, sealed listing", || taken(&large, &canal));
}

#[test]
#[ignore = "a measurement, for a release build"]
fn measure_hostile() {
    let declarations = |e: usize, n: usize| {
        (0..n)
            .map(|i| format!(" xmlns:p{e}x{i}='urn:u{i}'"))
            .collect::<Vec<_>>()
            .concat()
    };
    // Each just within the limit on lookups.
    for (nodes, spaces, depth) in [(500, 60, 1), (6_000, 2, 50), (45_000, 0, 1)] {
        let mut message = Message::new(&RSA);
        message.c14n = format!(
            r#"<ds:CanonicalizationMethod Algorithm="{}"/>"#,
            C14n::Inclusive.uri()
        );
        message.references = vec![super::client::reference("id-1", &[C14n::Inclusive.uri()])];
        message.body_attributes.push_str(&declarations(1, spaces / 2));
        message.body = format!(
            "<x{}>{}{}{}</x>",
            declarations(2, spaces / 2),
            "<y>".repeat(depth),
            "<z/>".repeat(nodes),
            "</y>".repeat(depth)
        );
        let message = message
            .unsigned()
            .replace("<ds:SignatureValue></", "<ds:SignatureValue>AAAA</")
            .replace(
                "<ds:DigestValue></",
                "<ds:DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</",
            );
        let screened = screen(message.as_bytes(), &Limits::MESSAGE).unwrap();
        let start = ran();
        let inspected = inspect(&screened, &Policy::wscn()).unwrap();
        let inspect_time = ran() - start;
        let ids: Vec<String> = inspected.ids().map(str::to_owned).collect();
        let key = RSA.certificate.public_key().unwrap();
        let start = ran();
        let r = XmlSec
            .verify(message.as_bytes(), 0, &key, &ids, &Policy::wscn())
            .unwrap_err();
        println!(
            "{nodes} {spaces} {depth}: inspect {:.1} ms, engine {:.1} ms, {r}",
            inspect_time / 1e6,
            (ran() - start) / 1e6
        );
    }
}
