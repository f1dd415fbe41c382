//! What strangers can have written to the log.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::signature::{Freshness, SigningKey, seal_envelope};
use notess::xml::soap::SoapVersion;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey};
use openssl::sign::Signer;

use crate::common::caller::payload_of;
use crate::common::headers::piece;
use crate::common::{Backend, Scenario};
use crate::served::Served;

/// What is no HTTP.
const GARBAGE: &[u8] = b"\x16\x03\x01 nada\r\n\r\n";

#[test]
fn malformed_requests_of_strangers_are_not_in_the_log() {
    let database = Backend::Sqlite.fresh_database();
    let folder = Backend::Sqlite.world().folder();
    let served = Served::start_logging(folder, &database, "debug");
    for _ in 0..20 {
        assert!(served.send(GARBAGE).contains(" 400 "));
    }
    // A line of ours comes after all of theirs.
    served.send(b"POST /canal/v1 HTTP/1.0\r\nContent-Length: 1\r\nContent-Type: text/xml\r\n\r\nx");
    served.awaited("somebody not identified");
    assert_eq!(served.logged("actix_http"), Vec::<String>::new());
}

#[test]
fn an_operator_who_asks_for_malformed_requests_sees_them() {
    let database = Backend::Sqlite.fresh_database();
    let folder = Backend::Sqlite.world().folder();
    let served = Served::start_logging(folder, &database, "info,actix_http=error");
    assert!(served.send(GARBAGE).contains(" 400 "));
    served.awaited("actix_http::h1::dispatcher");
}

/// A message as old programs sign it, of somebody with an RSA key.
fn signed_with_sha1(scenario: &Scenario) -> String {
    let read = |path| std::fs::read(path).unwrap();
    let is_rsa = |pem: &[u8]| PKey::private_key_from_pem(pem).unwrap().id() == Id::RSA;
    let titular = scenario
        .titulares
        .iter()
        .find(|titular| titular.estado_certificado == "vigente" && is_rsa(&read(&titular.clave)))
        .unwrap();
    let private = PKey::private_key_from_pem(&read(&titular.clave)).unwrap();
    let certificate = openssl::x509::X509::from_pem(&read(&titular.certificado)).unwrap();
    let created = chrono::Utc::now();
    let freshness = Freshness {
        created,
        expires: created + chrono::TimeDelta::minutes(2),
        tag: "1",
    };
    let payload = payload_of("<consultarPoderdantes xmlns=\"urn:notess:canal:1\"></consultarPoderdantes>");
    let key = SigningKey::new(private.clone(), certificate).unwrap();
    let sealed = seal_envelope(SoapVersion::V11, &key, freshness, payload).unwrap();
    let message = String::from_utf8(sealed.into_octets()).unwrap().replace(
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    );
    let info = piece(&message, "<ds:SignedInfo", "</ds:SignedInfo>");
    let mut signer = Signer::new(MessageDigest::sha1(), &private).unwrap();
    let value = STANDARD.encode(signer.sign_oneshot_to_vec(info.as_bytes()).unwrap());
    let former = piece(&message, "<ds:SignatureValue>", "</ds:SignatureValue>");
    message.replace(
        &former,
        &format!("<ds:SignatureValue>{value}</ds:SignatureValue>"),
    )
}

#[test]
fn what_is_written_while_a_request_is_carried_out_names_it() {
    let database = Backend::Sqlite.fresh_database();
    let world = Backend::Sqlite.world();
    let mut command = Served::command(
        Command::new(env!("CARGO_BIN_EXE_notess")),
        world.folder(),
        &database,
    );
    let served = Served::run(command.env("NOTESS_FIRMA__SHA1", "true"));
    let message = signed_with_sha1(&world.scenario);
    let head = "POST /canal/v1 HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length:";
    let answer = served.send(format!("{head} {}\r\n\r\n{message}", message.len()).as_bytes());
    assert!(answer.contains(" 200 "), "{answer}");
    let read = |line: String| serde_json::from_str::<serde_json::Value>(&line).unwrap();
    let within = read(served.awaited("signs with SHA-1"));
    let after = read(served.awaited("\"message\":\"request\""));
    assert!(after["peticion"].is_string(), "{after}");
    assert_eq!(within["span"]["peticion"], after["peticion"], "{within}");
    assert_eq!(within["span"]["contrato"], "canal");
    assert_eq!(after["operation"], "consultarPoderdantes");
    assert_eq!(after["code"], "OK");
}
