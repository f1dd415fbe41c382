//! The published log is dated, and whoever asks is given what he needs to see it.

use std::fs;

use chrono::Utc;
use notess::config::Transparencia;
use notess::tlog::LogKey;

use super::kept::{accept_one, dated_by, until};
use super::openssl::verified_over;
use super::tsa::{Done, Root, Wanted, answer, serve, url};
use crate::common::{Backend, TestApp};

over_both_databases!(the_published_log_is_dated_and_whoever_asks_is_given_token_and_checkpoint);

const ORIGIN: &str = "example.es/registro";

fn given(app: &TestApp, path: &str) -> (u16, Vec<u8>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let url = app.url(&format!("/transparencia/sellos/{path}"));
    let mut response = agent.get(url).call().unwrap();
    let status = response.status().as_u16();
    (status, response.body_mut().read_to_vec().unwrap())
}

fn the_published_log_is_dated_and_whoever_asks_is_given_token_and_checkpoint(backend: Backend) {
    let root = Root::new();
    let signer = root.issue(Wanted::GOOD);
    fs::write(root.path("tsa.pem"), signer.certificate.to_pem().unwrap()).unwrap();
    let honest = url(serve(move |question| {
        Done::Answer(answer(&signer, question, Utc::now()))
    }));
    let key = LogKey::generate(ORIGIN).unwrap();
    let clave = root.path("log.pem");
    notess::whole_file::write_new(&clave, &key.to_pem().unwrap(), notess::whole_file::OWNER).unwrap();
    let ancla = root.path("ancla");
    let app = TestApp::start_with(backend, |settings| {
        dated_by(settings, &root, &[honest]);
        settings.transparencia = Some(Transparencia {
            origen: ORIGIN.to_owned(),
            clave,
            ancla,
            cada_segundos: 1,
        });
    });
    accept_one(&app, 0);
    let number = |octets: Vec<u8>| String::from_utf8(octets).unwrap().trim().parse::<i64>().unwrap();
    let last = || {
        let (status, octets) = given(&app, "ultimo");
        (status == 200).then(|| number(octets))
    };
    // At rest: neither a stamp nor the checkpoint that has it as a leaf calls for another one.
    let size = until("it was not dated, or never rests", || {
        let size = last()?;
        std::thread::sleep(std::time::Duration::from_secs(4));
        (last() == Some(size)).then_some(size)
    });
    let (status, note) = given(&app, &format!("{size}.txt"));
    assert_eq!(status, 200);
    let opened = key.verifier().open(&note).unwrap();
    assert_eq!(i64::try_from(opened.checkpoint().size).unwrap(), size);
    let (status, token) = given(&app, &format!("{size}.tst"));
    assert_eq!(status, 200);
    verified_over(&root, &note, &token);
    for none in [
        &format!("{}.tst", size + 1),
        "0.tst",
        "x.tst",
        "-1.tst",
        "ultimo.tst",
        "tst",
    ] {
        assert_eq!(given(&app, none).0, 404, "{none}");
    }
    // The stamp is a leaf of what is signed next.
    let leaves = app.count("select count(*) as n from hojas where clase = 7");
    assert!(leaves >= 1, "{leaves}");
    accept_one(&app, 1);
    let next = until("it was not dated again", || last().filter(|next| *next > size));
    // Beyond what telling of the stamp has added.
    assert!(next > size + 2, "{size} {next}");
}
