//! Checkpoints, notes and keys.

use super::*;

/// Key and note of the documentation of Go's `sumdb/note`.
const THEIR_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const THEIR_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn key() -> LogKey {
    LogKey::generate(ORIGIN).unwrap()
}

#[test]
fn a_note_that_another_program_signed_is_verified() {
    let key: VerifierKey = THEIR_KEY.parse().unwrap();
    assert_eq!(key.to_string(), THEIR_KEY);
    // Its signature holds; what it says is no checkpoint.
    let opened = key.open(THEIR_NOTE.as_bytes());
    assert_eq!(opened, Err(NoteError::Checkpoint(CheckpointError::Lines)));
    let altered = THEIR_NOTE.replace("think", "thank");
    assert_eq!(key.open(altered.as_bytes()), Err(NoteError::Signature));
}

#[test]
fn a_checkpoint_has_three_lines_and_is_signed_by_the_log_s_key() {
    let key = key();
    let root = entry(0).hash();
    let signed = key.sign(1, root).unwrap();
    assert!(
        signed
            .note()
            .starts_with(&format!("{ORIGIN}\n1\n{root}\n\n\u{2014} {ORIGIN} "))
    );
    let opened = key.verifier().open(signed.note().as_bytes()).unwrap();
    assert_eq!(opened, signed);
    let again = LogKey::from_pem(&key.to_pem().unwrap(), ORIGIN).unwrap();
    assert_eq!(again.verifier(), key.verifier());
    assert_eq!(again.sign(1, root).unwrap(), signed);
}

#[test]
fn every_changed_bit_of_a_note_is_refused() {
    let key = key();
    let signed = key.sign(73_894, entry(0).hash()).unwrap();
    for changed in with_each_bit_changed(signed.note().as_bytes()) {
        let opened = key.verifier().open(&changed);
        assert!(opened.is_err(), "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn signatures_of_others_say_nothing_and_one_of_the_key_that_does_not_hold_refuses_the_note() {
    let (key, other) = (key(), LogKey::generate("testigo.example").unwrap());
    let signed = key.sign(1, entry(0).hash()).unwrap();
    let beside = other.sign(1, entry(0).hash()).unwrap();
    let line = |of: &SignedCheckpoint| of.note().lines().last().unwrap().to_owned() + "\n";
    let both = signed.note().to_owned() + &line(&beside);
    let opened = key.verifier().open(both.as_bytes()).unwrap();
    assert_eq!(opened.note(), both);
    assert_eq!(opened.checkpoint(), signed.checkpoint());
    let verifier = other.verifier();
    assert_eq!(verifier.open(signed.note().as_bytes()), Err(NoteError::OtherKey));
    // A good one of a second text, beside the good one.
    let second = key.sign(2, entry(0).hash()).unwrap();
    let doubled = signed.note().to_owned() + &line(&second);
    assert_eq!(key.verifier().open(doubled.as_bytes()), Err(NoteError::Signature));
    // The other's key under the log's name has another id.
    let namesake = LogKey::generate(ORIGIN).unwrap();
    assert_eq!(
        namesake.verifier().open(signed.note().as_bytes()),
        Err(NoteError::OtherKey)
    );
}

#[test]
fn a_note_that_is_none_is_refused_by_what_it_lacks() {
    let key = key();
    let note = key.sign(1, entry(0).hash()).unwrap().note().to_owned();
    let (text, line) = note.split_once("\n\n").unwrap();
    let opened = |note: String| key.verifier().open(note.as_bytes()).unwrap_err();
    for (note, error) in [
        (String::new(), NoteError::Unsigned),
        (text.to_owned(), NoteError::Unsigned),
        (format!("{text}\n\n"), NoteError::Unsigned),
        (note.trim_end().to_owned(), NoteError::Unsigned),
        (format!("{note}\n"), NoteError::Unsigned),
        (format!("{note}x\n"), NoteError::SignatureLine { line: 2 }),
        (
            note.replace('\u{2014}', "-"),
            NoteError::SignatureLine { line: 1 },
        ),
        (note.replace('\n', "\r\n"), NoteError::NotText),
        (
            format!("{text}\n\n{}", line.repeat(65)),
            NoteError::TooManySignatures,
        ),
        (
            "a".repeat(MAX_NOTE + 1),
            NoteError::TooLong { octets: MAX_NOTE + 1 },
        ),
    ] {
        assert_eq!(opened(note.clone()), error, "{note}");
    }
    let not_utf8 = key.verifier().open(b"\xFF\n\n");
    assert_eq!(not_utf8, Err(NoteError::NotText));
}

#[test]
fn a_text_that_is_no_checkpoint_is_refused_by_its_line() {
    let root = entry(0).hash().to_string();
    for (text, error) in [
        (String::new(), CheckpointError::Lines),
        (format!("\n1\n{root}\n"), CheckpointError::Lines),
        (format!("a\n1\n{root}"), CheckpointError::Lines),
        (format!("a\n1\n{root}\nextension\n"), CheckpointError::Lines),
        (format!("a\n01\n{root}\n"), CheckpointError::Size),
        (format!("a\n+1\n{root}\n"), CheckpointError::Size),
        (
            format!("a\n18446744073709551616\n{root}\n"),
            CheckpointError::Size,
        ),
        ("a\n1\nAAAA\n".to_owned(), CheckpointError::Root),
        (
            format!("a\n1\n{}\n", root.trim_end_matches('=')),
            CheckpointError::Root,
        ),
    ] {
        assert_eq!(Checkpoint::parse(&text), Err(error), "{text}");
    }
    let most = format!("a b\n18446744073709551615\n{root}\n");
    assert_eq!(Checkpoint::parse(&most).unwrap().text(), most);
}

#[test]
fn a_key_is_read_in_one_form_and_belongs_to_its_name() {
    let key = key().verifier().to_string();
    let (name, rest) = key.split_once('+').unwrap();
    let told = |text: &str| text.parse::<VerifierKey>().unwrap_err().to_string();
    for (text, said) in [
        ("", "name+id+key"),
        (name, "name+id+key"),
        (&format!("{name}+00000000"), "name+id+key"),
        (&format!("{name}+zz{}", &rest[2..]), "name+id+key"),
        (&key[..key.len() - 4], "name+id+key"),
        (&format!("otro.example+{rest}"), "its id"),
        (&format!("dos palabras+{rest}"), "neither spaces nor a plus"),
        (&format!("+{rest}"), "neither spaces nor a plus"),
        // An algorithm of another number: a witness's key.
        (&format!("{name}+{}+BA{}", &rest[..8], &rest[11..]), "no Ed25519"),
    ] {
        assert!(told(text).contains(said), "{text}: {}", told(text));
    }
    assert!(matches!(LogKey::generate("con espacio"), Err(KeyError::Name)));
    assert!(matches!(LogKey::generate(&"a".repeat(256)), Err(KeyError::Name)));
}

#[test]
fn a_private_key_of_another_kind_or_encrypted_is_refused_and_nobody_is_asked_for_a_password() {
    use openssl::pkey::PKey;
    use openssl::rsa::Rsa;
    use openssl::symm::Cipher;

    let rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let read = |pem: &[u8]| LogKey::from_pem(pem, ORIGIN).unwrap_err();
    let pem = rsa.private_key_to_pem_pkcs8().unwrap();
    assert!(matches!(read(&pem), KeyError::NotEd25519));
    let own = PKey::generate_ed25519().unwrap();
    let encrypted = own.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"secreto");
    assert!(matches!(read(&encrypted.unwrap()), KeyError::Unreadable(_)));
    assert!(matches!(read(b"-----BEGIN"), KeyError::Unreadable(_)));
}
