//! A proof of anybody: it is read in one form only, and whatever it says proves no document that is not in the log of a key.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use notess::tlog::{
    Checkpoint, Entry, ProofFile, TreeHash, VerifierKey, verify_consistency, verify_inclusion,
};

/// The key of the recorded proofs.
static KEY: LazyLock<VerifierKey> =
    LazyLock::new(|| include_str!("../../fixtures/transparencia.vkey").parse().unwrap());

fuzz_target!(|octets: &[u8]| {
    let Ok(proof) = ProofFile::read(octets) else {
        return;
    };
    assert_eq!(proof.write().as_bytes(), octets);
    // No leaf of theirs is of a class 0.
    let entry = Entry::new(0, &[0; TreeHash::LENGTH]);
    assert!(proof.verify(entry, &KEY).is_err());
    let text = proof.note.split_inclusive('\n').take(3).collect::<String>();
    let Ok(Checkpoint { size, root, .. }) = Checkpoint::parse(&text) else {
        return;
    };
    assert!(verify_inclusion(entry.hash(), proof.index, size, &proof.path, root).is_err());
    let older = (proof.index, entry.hash());
    let _ = verify_consistency(older, (size, root), &proof.path);
});
