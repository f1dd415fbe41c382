//! The log's key, its proofs and whoever watches it, as people use them at a terminal.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use notess::tlog::{Clase, Entry, Layer, LogKey, ProofFile, Tile, TileTree, inclusion, root};

use crate::process::{notess, path, text};

const ORIGIN: &str = "example.es/registro";

/// A log as files, which somebody else serves.
struct Published {
    entries: Vec<Entry>,
    key: LogKey,
}

impl Published {
    /// Of so many leaves; a second one differs from a first of the same key in one leaf.
    fn of(size: u64, key: LogKey, differs_at: Option<u64>) -> Self {
        let document = |index: u64| match differs_at {
            Some(other) if other == index => "another document".to_owned(),
            _ => document(index),
        };
        let entries = (0..size).map(|index| Entry::of(Clase::Decision, document(index).as_bytes()));
        Self {
            entries: entries.collect(),
            key,
        }
    }

    /// The hashes of a tile, all of leaves: there are fewer than a full tile has.
    fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let first = usize::try_from(tile.first()).unwrap();
        let leaves = self.entries.get(first..first + usize::from(tile.width()))?;
        let of_leaves = tile.layer() == Layer::Hashes(0);
        of_leaves.then(|| leaves.iter().flat_map(|leaf| *leaf.hash().octets()).collect())
    }

    fn tree(&self, size: u64) -> TileTree<impl FnMut(Tile) -> Result<Vec<u8>, Infallible>> {
        TileTree::new(size, |tile| Ok(self.tile(tile).unwrap()))
    }

    fn note(&self, size: u64) -> String {
        let root = root(&mut self.tree(size), size).unwrap();
        self.key.sign(size, root).unwrap().note().to_owned()
    }

    fn proof(&self, index: u64, size: u64) -> ProofFile {
        ProofFile {
            extra: None,
            index,
            path: inclusion(&mut self.tree(size), index, size).unwrap(),
            note: self.note(size),
        }
    }
}

fn document(index: u64) -> String {
    format!("document {index}")
}

fn key_file(folder: &Path) -> (PathBuf, String) {
    let file = folder.join("registro.key.pem");
    let made = notess(&["transparencia", "clave", path(&file), "--origen", ORIGIN], "");
    assert!(made.status.success(), "{}", text(&made.stderr));
    (file, text(&made.stdout).trim().to_owned())
}

fn log_key(file: &Path) -> LogKey {
    LogKey::from_pem(&fs::read(file).unwrap(), ORIGIN).unwrap()
}

#[test]
fn a_key_is_made_for_its_owner_alone_and_openssl_verifies_what_it_signs() {
    let folder = tempfile::tempdir().unwrap();
    let (file, vkey) = key_file(folder.path());
    assert!(vkey.starts_with(&format!("{ORIGIN}+")), "{vkey}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let octets = fs::read(&file).unwrap();
    // A key that is there is shown, and stays.
    assert_eq!(key_file(folder.path()).1, vkey);
    assert_eq!(fs::read(&file).unwrap(), octets);
    let bad = notess(&["transparencia", "clave", path(&file), "--origen", "a b"], "");
    assert_eq!(bad.status.code(), Some(1));
    fs::write(&file, "no key").unwrap();
    let bad = notess(&["transparencia", "clave", path(&file), "--origen", ORIGIN], "");
    assert_eq!(bad.status.code(), Some(1));
    assert_eq!(fs::read(&file).unwrap(), b"no key");

    fs::write(&file, octets).unwrap();
    let key = log_key(&file);
    let published = Published::of(3, log_key(&file), None);
    let note = published.note(3);
    let (signed, signature) = note.split_once("\n\n").unwrap();
    let within = |name: &str, octets: &[u8]| {
        let file = folder.path().join(name);
        fs::write(&file, octets).unwrap();
        file
    };
    let public = within("public.pem", &key.verifier().to_pem().unwrap());
    let signature = openssl::base64::decode_block(signature.trim().rsplit(' ').next().unwrap()).unwrap();
    // The first four octets are the key's id.
    let signature = within("signature", &signature[4..]);
    let verified = |name: &str, signed: &str| {
        let signed = within(name, signed.as_bytes());
        let arguments = ["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey", path(&public)];
        let files = ["-in", path(&signed), "-sigfile", path(&signature)];
        let run = Command::new("openssl").args(arguments).args(files).output();
        run.unwrap().status.success()
    };
    assert!(verified("signed", &format!("{signed}\n")));
    assert!(!verified(
        "altered",
        &format!("{}\n", signed.replace("\n3\n", "\n4\n"))
    ));
}

#[test]
fn a_proof_is_verified_off_line_and_whatever_is_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (file, vkey) = key_file(folder.path());
    let published = Published::of(200, log_key(&file), None);
    let within = |name: &str, octets: &str| {
        let file = folder.path().join(name);
        fs::write(&file, octets).unwrap();
        file
    };
    let proof = within("one.tlog-proof", &published.proof(17, 200).write());
    let right = within("document", &document(17));
    let verify = |proof: &Path, document: &Path, vkey: &str| {
        let arguments = [
            "transparencia",
            "verificar",
            path(proof),
            "--documento",
            path(document),
        ];
        notess(&[&arguments[..], &["--clave", vkey]].concat(), "")
    };
    let proven = verify(&proof, &right, &vkey);
    let said = text(&proven.stdout);
    assert!(proven.status.success(), "{}", text(&proven.stderr));
    for part in ["17 (decision)", ORIGIN, "200 leaves"] {
        assert!(said.contains(part), "{said}");
    }
    let refused = |output: Output, said: &str| {
        assert_eq!(output.status.code(), Some(1));
        let told = text(&output.stderr);
        assert!(told.contains(said) && output.stdout.is_empty(), "{told}");
    };
    let wrong = within("other document", &document(18));
    refused(verify(&proof, &wrong, &vkey), "NOT PROVEN: this document");
    let written = published.proof(17, 200).write();
    let other_index = within("index", &written.replace("index 17", "index 18"));
    refused(verify(&other_index, &right, &vkey), "NOT PROVEN: this document");
    let other_size = within("size", &written.replace("\n200\n", "\n201\n"));
    refused(verify(&other_size, &right, &vkey), "its signature does not hold");
    let other_key = LogKey::generate(ORIGIN).unwrap().verifier().to_string();
    refused(verify(&proof, &right, &other_key), "not signed with the key");
    refused(
        verify(&right, &right, &vkey),
        "does not begin with c2sp.org/tlog-proof@v1",
    );
    refused(verify(&proof, &folder.path().join("none"), &vkey), "none");
    assert_eq!(verify(&proof, &right, "no key").status.code(), Some(2));
}

type Files = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Serves files, and nothing else.
fn serve(files: &Files) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let files = Arc::clone(files);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut octet = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut octet).is_ok_and(|read| read > 0) {
                head.push(octet[0]);
            }
            let head = text(&head);
            let asked = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let (status, body) = match files.lock().unwrap().get(&asked) {
                Some(body) => ("200 OK", body.clone()),
                None => ("404 Not Found", Vec::new()),
            };
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            // Who asks may have gone.
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    format!("http://{address}/transparencia")
}

/// Puts a log of so many leaves in the place of what is served.
fn publish(files: &Files, published: &Published, size: u64) {
    let mut files = files.lock().unwrap();
    files.clear();
    let key = format!("{}\n", published.key.verifier());
    files.insert("/transparencia/clave".to_owned(), key.into_bytes());
    files.insert(
        "/transparencia/checkpoint".to_owned(),
        published.note(size).into_bytes(),
    );
    for width in 1..=size {
        let tile = Tile::new(Layer::Hashes(0), 0, u16::try_from(width).unwrap()).unwrap();
        let octets = published.tile(tile).unwrap();
        files.insert(format!("/transparencia/{}", tile.path()), octets);
    }
}

#[test]
fn whoever_watches_a_log_sees_it_grow_and_finds_its_fork() {
    let folder = tempfile::tempdir().unwrap();
    let (file, vkey) = key_file(folder.path());
    let honest = Published::of(200, log_key(&file), None);
    let forked = Published::of(200, log_key(&file), Some(3));
    let files = Files::default();
    let url = serve(&files);
    let state = folder.path().join("estado");
    let look_as = |more: &[&str]| {
        let arguments = ["transparencia", "vigilar", &url, "--estado", path(&state)];
        let looked = notess(&[&arguments[..], more].concat(), "");
        (looked.status.code(), text(&looked.stdout) + &text(&looked.stderr))
    };
    let look = || look_as(&[]);
    let ends = |(code, told): (Option<i32>, String), expected: i32, said: &str| {
        assert_eq!(code, Some(expected), "{told}");
        assert!(told.contains(said), "{told}");
    };
    publish(&files, &honest, 50);
    ends(look(), 0, &vkey);
    publish(&files, &honest, 120);
    ends(look(), 0, "120 leaves, which begin with the 50");
    ends(look_as(&["--clave", &vkey]), 0, "120 leaves, as before");
    let known = fs::read(&state).unwrap();

    let other = LogKey::generate(ORIGIN).unwrap().verifier().to_string();
    ends(look_as(&["--clave", &other]), 3, "the log of another key");
    publish(
        &files,
        &Published::of(200, LogKey::generate(ORIGIN).unwrap(), None),
        130,
    );
    ends(look(), 3, "not signed with the key");
    files.lock().unwrap().clear();
    ends(look(), 3, "HTTP 404");
    // A cache that shows an old one is no fault of the log's.
    publish(&files, &honest, 120);
    let old = honest.note(60).into_bytes();
    files
        .lock()
        .unwrap()
        .insert("/transparencia/checkpoint".to_owned(), old);
    ends(look(), 0, "somebody in between");
    assert_eq!(fs::read(&state).unwrap(), known);

    publish(&files, &honest, 60);
    ends(look(), 1, "it goes back");
    let beside = folder.path().join("estado.bifurcacion");
    fs::remove_file(&beside).unwrap();
    publish(&files, &forked, 150);
    ends(look(), 1, "a fork");
    assert_eq!(fs::read_to_string(&beside).unwrap(), forked.note(150));
    // The first contradiction stays, and so does what was known.
    publish(&files, &forked, 160);
    ends(look(), 1, "a fork");
    assert_eq!(fs::read_to_string(&beside).unwrap(), forked.note(150));
    assert_eq!(fs::read(&state).unwrap(), known);
    fs::write(&state, "anything").unwrap();
    ends(look(), 3, "was not written by");
}
