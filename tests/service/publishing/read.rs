//! What others read of the log.

use std::convert::Infallible;
use std::path::Path;
use std::process::{Command, Output};

use notess::tlog::{
    Entry, Layer, ProofFile, SignedCheckpoint, Tile, TileTree, consistency, root, verify_consistency,
};

use super::{Log, ORIGIN, decide, entries_of, octets, operate, said};
use crate::common::{Backend, TestApp};
use crate::process::{path, text};

over_both_databases!(
    what_is_published_is_verified_by_other_people_s_programs_and_goes_on,
    a_proof_leads_from_the_journal_to_what_was_signed,
    without_its_section_nothing_is_published,
);

fn what_is_published_is_verified_by_other_people_s_programs_and_goes_on(backend: Backend) {
    let log = Log::new();
    let app = TestApp::start_with(backend, log.publish());
    let first = log.beyond(&app, 0);
    let state = log.folder.path().join("estado");
    let url = app.url("/transparencia");
    let watch = || {
        let arguments = ["transparencia", "vigilar", &url, "--estado", path(&state)];
        said(
            &Command::new(env!("CARGO_BIN_EXE_notess"))
                .args(arguments)
                .output()
                .unwrap(),
        )
    };
    assert!(watch().contains("nothing was known"));
    decide(&app, 0);
    let second = log.beyond(&app, first.checkpoint().size);
    assert!(watch().contains("which begin with"));
    its_tiles_make_what_was_signed(&app, &first, &second);
    its_entries_are_those_of_its_hashes(&app, second.checkpoint().size);
    nothing_else_is_there(&app, second.checkpoint().size);
    openssl_verifies_its_note(&app, &log, &second);
    other_people_s_code_reads_it(&app, &log, &first, &second);
}

fn its_tiles_make_what_was_signed(app: &TestApp, first: &SignedCheckpoint, second: &SignedCheckpoint) {
    let head = |signed: &SignedCheckpoint| (signed.checkpoint().size, signed.checkpoint().root);
    let (before, after) = (head(first), head(second));
    let mut tree = TileTree::new(after.0, |tile: Tile| {
        let (status, cached, octets) = octets(app, &tile.path());
        assert_eq!(
            (status, cached.contains("immutable")),
            (200, true),
            "{}",
            tile.path()
        );
        Ok::<_, Infallible>(octets)
    });
    assert_eq!(root(&mut tree, after.0).unwrap(), after.1);
    let between = consistency(&mut tree, before.0, after.0).unwrap();
    assert_eq!(verify_consistency(before, after, &between), Ok(()));
}

fn its_entries_are_those_of_its_hashes(app: &TestApp, size: u64) {
    let width = u16::try_from(size.min(256)).unwrap();
    let of = |layer| octets(app, &Tile::new(layer, 0, width).unwrap().path()).2;
    let (hashes, entries) = (of(Layer::Hashes(0)), of(Layer::Entries));
    assert_eq!(entries.len(), usize::from(width) * 35);
    for (entry, hash) in entries.chunks(35).zip(hashes.chunks(32)) {
        assert_eq!(entry[..2], [0, 33]);
        let entry = Entry::new(entry[2], entry[3..].try_into().unwrap());
        assert_eq!(entry.hash().octets().as_slice(), hash);
    }
}

/// What is beyond, and what is no tile.
fn nothing_else_is_there(app: &TestApp, size: u64) {
    // More may have been signed meanwhile, but not so much.
    let far = Tile::new(Layer::Hashes(0), size / 256 + 40, 1).unwrap().path();
    for missing in [
        far.as_str(),
        "tile/0/0",
        "tile/7/000.p/1",
        "tile/entries/999",
        "tile",
        "otro",
    ] {
        assert_eq!(octets(app, missing).0, 404, "{missing}");
    }
    let (status, cached, _) = octets(app, "checkpoint");
    assert_eq!((status, cached.as_str()), (200, "public, max-age=5"));
    let (_, metrics) = app.get("/metrics");
    for name in [
        "notess_log_leaves",
        "notess_log_pending_leaves",
        "notess_log_checkpoint_age_seconds",
    ] {
        assert!(metrics.contains(name), "{name}");
    }
}

/// With the key that the log says.
fn openssl_verifies_its_note(app: &TestApp, log: &Log, signed: &SignedCheckpoint) {
    let told = String::from_utf8(octets(app, "clave").2).unwrap();
    let (vkey, pem) = told.split_once("\n\n").unwrap();
    assert_eq!(vkey, log.key.to_string());
    let within = |name: &str, octets: &[u8]| {
        let file = log.folder.path().join(name);
        std::fs::write(&file, octets).unwrap();
        file
    };
    let (said, signature) = signed.note().split_once("\n\n").unwrap();
    let signature = openssl::base64::decode_block(signature.trim().rsplit(' ').next().unwrap()).unwrap();
    let public = within("publica.pem", pem.as_bytes());
    let said = within("texto", format!("{said}\n").as_bytes());
    let signature = within("firma", &signature[4..]);
    let verified = Command::new("openssl")
        .args(["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey", path(&public)])
        .args(["-in", path(&said), "-sigfile", path(&signature)])
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", text(&verified.stderr));
}

/// Another implementation of the same texts reads all of it, and a proof that it makes is one to us.
fn other_people_s_code_reads_it(
    app: &TestApp,
    log: &Log,
    first: &SignedCheckpoint,
    second: &SignedCheckpoint,
) {
    let (before, size) = (first.checkpoint(), second.checkpoint().size);
    let file = log.folder.path().join("suya.tlog-proof");
    let read = said(&python(
        "registro_tlog.py",
        &[
            &app.url("/transparencia"),
            &log.key.to_string(),
            &before.size.to_string(),
            &before.root.to_string(),
            &(size - 1).to_string(),
            path(&file),
        ],
    ));
    assert!(read.contains("leaves verified"), "{read}");
    let entry = entries_of(app, size)[usize::try_from(size - 1).unwrap()];
    let theirs = ProofFile::read(&std::fs::read(&file).unwrap()).unwrap();
    assert!(theirs.verify(entry, &log.key).is_ok());
}

fn a_proof_leads_from_the_journal_to_what_was_signed(backend: Backend) {
    let log = Log::new();
    let app = TestApp::start_with(backend, log.publish());
    let signed = log.beyond(&app, 0);
    let folder = log.folder.path().join("pruebas");
    std::fs::create_dir(&folder).unwrap();
    let prove = |leaf: u64| {
        let leaf = leaf.to_string();
        let arguments = [
            "transparencia",
            "prueba",
            "--hoja",
            &leaf,
            "--carpeta",
            path(&folder),
        ];
        operate(&app, &log, ORIGIN, &arguments)
    };
    let last = signed.checkpoint().size - 1;
    let file = said(&prove(last)).trim().to_owned();
    let proof = ProofFile::read(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(proof.index, last);
    let entries = entries_of(&app, signed.checkpoint().size);
    let proven = proof
        .verify(entries[usize::try_from(last).unwrap()], &log.key)
        .unwrap();
    assert_eq!(proven.index, last);
    let rows = "select count(*) as n from auditoria where operacion = 'probarHojas'";
    assert_eq!(app.count(rows), 1);
    let beyond = prove(1_000_000);
    assert_eq!(beyond.status.code(), Some(1));
    assert!(
        text(&beyond.stderr).contains("is not among"),
        "{}",
        text(&beyond.stderr)
    );
    let none = operate(
        &app,
        &log,
        "example.es/otro",
        &["transparencia", "prueba", "--hoja", "0"],
    );
    assert!(
        text(&none.stderr).contains("nothing was signed"),
        "{}",
        text(&none.stderr)
    );
}

fn without_its_section_nothing_is_published(backend: Backend) {
    let app = TestApp::start(backend);
    decide(&app, 0);
    for path in ["checkpoint", "clave", "tile/0/000.p/1", "tile/entries/000.p/1"] {
        assert_eq!(octets(&app, path).0, 404, "{path}");
    }
    assert_eq!(app.count("select count(*) as n from puntos"), 0);
}

fn python(script: &str, arguments: &[&str]) -> Output {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
    Command::new(project.join(".venv/bin/python"))
        .arg(project.join(script))
        .args(arguments)
        .output()
        .unwrap()
}
