//! Proofs in files.

use std::fs;
use std::path::Path;

use super::*;

/// The key of the recorded fixtures.
const RECORDED: &str = include_str!("../../../fixtures/transparencia.vkey");

/// A log of so many leaves, and its key.
fn log(size: u64) -> (Known, LogKey) {
    (Known::of(size), LogKey::generate(ORIGIN).unwrap())
}

fn proof(known: &mut Known, key: &LogKey, index: u64, size: u64) -> ProofFile {
    let signed = key.sign(size, known.root(size)).unwrap();
    ProofFile {
        extra: None,
        index,
        path: inclusion(known, index, size).unwrap(),
        note: signed.note().to_owned(),
    }
}

#[test]
fn a_proof_is_read_as_it_was_written_and_proves_its_document_alone() {
    let (mut known, key) = log(700);
    for (index, size) in [(0, 1), (0, 700), (511, 512), (512, 700), (699, 700)] {
        let proof = proof(&mut known, &key, index, size);
        let read = ProofFile::read(proof.write().as_bytes()).unwrap();
        assert_eq!(read, proof);
        let proven = read.verify(entry(index), key.verifier()).unwrap();
        assert_eq!((proven.index, proven.checkpoint.size), (index, size));
        let refused = read.verify(entry(index + 1), key.verifier());
        assert_eq!(refused, Err(ProofError::Inclusion(InclusionError::OtherRoot)));
        let document = format!("document {index}");
        let huella = openssl::sha::sha256(document.as_bytes());
        let (class, of_document) = read.verify_document(&huella, key.verifier()).unwrap();
        assert_eq!((class, of_document), (Clase::Decision, proven));
        assert!(read.verify_document(&[0; 32], key.verifier()).is_err());
        let other = LogKey::generate(ORIGIN).unwrap();
        let refused = read.verify(entry(index), other.verifier());
        assert_eq!(refused, Err(ProofError::Note(NoteError::OtherKey)));
    }
}

/// A root does not bear the size of its tree, nor the path the index: what binds them to it is that the file's checkpoint is
/// signed and its path goes one way.
#[test]
fn every_changed_bit_of_a_proof_or_of_its_leaf_is_refused() {
    let (mut known, key) = log(12);
    for (index, size) in [(0, 1), (0, 7), (4, 7), (6, 7), (7, 8), (10, 12)] {
        let file = proof(&mut known, &key, index, size).write();
        let verified = |octets: &[u8], entry| {
            let read = ProofFile::read(octets).ok()?;
            read.verify(entry, key.verifier()).ok()
        };
        assert!(verified(file.as_bytes(), entry(index)).is_some());
        for changed in with_each_bit_changed(file.as_bytes()) {
            let said = String::from_utf8_lossy(&changed).into_owned();
            assert_eq!(verified(&changed, entry(index)), None, "{said}");
        }
        for changed in with_each_bit_changed(entry(index).octets()) {
            let leaf = Entry::new(changed[0], changed[1..].try_into().unwrap());
            assert_eq!(verified(file.as_bytes(), leaf), None);
        }
    }
}

#[test]
fn what_a_writer_says_besides_is_kept_and_vouched_for_by_nobody() {
    let (mut known, key) = log(3);
    let proof = ProofFile {
        extra: Some(b"besides".to_vec()),
        ..proof(&mut known, &key, 2, 3)
    };
    let file = proof.write();
    assert!(file.starts_with("c2sp.org/tlog-proof@v1\nextra YmVzaWRlcw==\nindex 2\n"));
    let read = ProofFile::read(file.as_bytes()).unwrap();
    assert_eq!(read, proof);
    assert!(read.verify(entry(2), key.verifier()).is_ok());
}

#[test]
fn a_file_that_is_no_proof_is_refused_by_what_it_lacks() {
    let hash = format!("{}\n", entry(0).hash());
    let head = "c2sp.org/tlog-proof@v1\n";
    for (file, error) in [
        (String::new(), UnreadableProof::Format),
        ("c2sp.org/tlog-proof@v2\n".to_owned(), UnreadableProof::Format),
        (format!("{head}extra"), UnreadableProof::Index),
        (format!("{head}extra \n"), UnreadableProof::Index),
        (format!("{head}extra A\nindex 0\n\n"), UnreadableProof::Extra),
        (format!("{head}{hash}\n"), UnreadableProof::Index),
        (format!("{head}index 00\n\n"), UnreadableProof::Index),
        (format!("{head}index -1\n\n"), UnreadableProof::Index),
        (
            format!("{head}index 18446744073709551616\n\n"),
            UnreadableProof::Index,
        ),
        (format!("{head}index 0\n{hash}"), UnreadableProof::Endless),
        (
            format!("{head}index 0\n{}\n", hash.repeat(65)),
            UnreadableProof::Endless,
        ),
        (
            format!("{head}index 0\n{hash}AAAA\n\n"),
            UnreadableProof::Path { line: 2 },
        ),
        (format!("{head}index 0\r\n\r\n"), UnreadableProof::Index),
        (
            format!("{head}{}", "x".repeat(2 * MAX_NOTE)),
            UnreadableProof::TooLong {
                octets: 2 * MAX_NOTE + head.len(),
            },
        ),
    ] {
        assert_eq!(ProofFile::read(file.as_bytes()), Err(error), "{file:.80}");
    }
    assert_eq!(ProofFile::read(b"\xFF"), Err(UnreadableProof::NotText));
}

/// The seeds of the fuzz targets, and proofs that stay readable for as long as they may be needed.
#[test]
fn the_recorded_proofs_and_checkpoints_are_verified() {
    let key: VerifierKey = RECORDED.parse().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = |folder| {
        fs::read_dir(fixtures.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let (mut proofs, mut checkpoints) = (0, 0);
    for file in files("proof") {
        let proof = ProofFile::read(&fs::read(&file).unwrap()).unwrap();
        let proven = proof.verify(entry(proof.index), &key);
        assert!(proven.is_ok(), "{}: {proven:?}", file.display());
        proofs += 1;
    }
    for file in files("checkpoint") {
        let opened = key.open(&fs::read(&file).unwrap());
        assert!(opened.is_ok(), "{}: {opened:?}", file.display());
        checkpoints += 1;
    }
    assert!(proofs > 3 && checkpoints > 1, "{proofs} {checkpoints}");
}
