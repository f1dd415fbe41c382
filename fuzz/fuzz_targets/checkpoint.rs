//! What a log shows to whoever watches it: a note is refused, or its key signed it; and what names keys and tiles is read in one
//! form only.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use notess::tlog::{Checkpoint, LogKey, Tile, VerifierKey};

/// The key of the recorded checkpoints.
static KEY: LazyLock<VerifierKey> =
    LazyLock::new(|| include_str!("../../fixtures/transparencia.vkey").parse().unwrap());

fuzz_target!(|octets: &[u8]| {
    if let Ok(signed) = KEY.open(octets) {
        assert_eq!(signed.note().as_bytes(), octets);
        assert_eq!(signed.checkpoint().origin, KEY.origin());
    }
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Some(tile) = Tile::parse(text) {
        assert_eq!(tile.path(), text);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        let written = key.to_string();
        assert_eq!(written.parse::<VerifierKey>().unwrap(), key);
    }
    let head = text.split_inclusive('\n').take(3).collect::<String>();
    let Ok(checkpoint) = Checkpoint::parse(&head) else {
        return;
    };
    assert_eq!(checkpoint.text(), head);
    // As if its log had signed it.
    let Ok(key) = LogKey::generate(&checkpoint.origin) else {
        return;
    };
    let signed = key.sign(checkpoint.size, checkpoint.root).unwrap();
    assert_eq!(key.verifier().open(signed.note().as_bytes()).unwrap(), signed);
});
