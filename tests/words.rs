//! The languages in which the program speaks: what clients read is in Spanish, what operators read in English, and no
//! sentence is in two.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test program")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Words of which a sentence in English has some, and that are none in Spanish.
const ENGLISH: &[&str] = &[
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "been",
    "by",
    "cannot",
    "for",
    "from",
    "has",
    "have",
    "in",
    "is",
    "it",
    "its",
    "must",
    "not",
    "of",
    "on",
    "or",
    "than",
    "that",
    "the",
    "these",
    "this",
    "to",
    "was",
    "were",
    "where",
    "which",
    "with",
    "without",
    "print",
    "usage",
    "options",
    "default",
    "required",
    "unexpected",
    "invalid",
];
/// Words of which a sentence in Spanish has some, and that are none in English.
const SPANISH: &[&str] = &[
    "al", "con", "cuando", "de", "debe", "del", "desde", "el", "en", "es", "está", "falta", "hasta", "hay",
    "la", "las", "lo", "los", "más", "ni", "para", "por", "que", "se", "sin", "son", "su", "sus", "un",
    "una", "y", "ya",
];

/// Which of these words a text has, but for what it quotes: «…», `…`, "…", and what is put in place of {…}.
fn words<'a>(text: &str, known: &[&'a str]) -> BTreeSet<&'a str> {
    let mut plain = String::new();
    let mut until = None;
    for c in text.chars() {
        match until {
            Some(end) if c == end => until = None,
            Some(_) => {}
            None => match c {
                '«' => until = Some('»'),
                '`' => until = Some('`'),
                '"' => until = Some('"'),
                '{' => until = Some('}'),
                c => plain.extend(c.to_lowercase()),
            },
        }
    }
    let said: BTreeSet<&str> = plain
        .split(|c: char| !(c.is_alphanumeric() || "-_./:()%".contains(c)))
        .map(|word| word.trim_matches(['.', '-', '/', ':', '(', ')']))
        .collect();
    known.iter().copied().filter(|word| said.contains(word)).collect()
}

/// The texts between quotes in a source, without its comments and its tests, each with its line.
fn texts(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = code.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '/' if code[at..].starts_with("//") => while rest.next_if(|(_, c)| *c != '\n').is_some() {},
            '\'' if code[at..].starts_with("'\"'") => {
                rest.nth(1);
            }
            '"' => {
                let raw = code[..at].ends_with("r#") || code[..at].ends_with('r');
                let mut text = String::new();
                while let Some((_, c)) = rest.next_if(|(_, c)| *c != '"') {
                    match c {
                        '\\' if !raw => match rest.next() {
                            // A text goes on after the blanks of the next line.
                            Some((_, '\n')) => while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                            Some((_, 'n')) => text.push('\n'),
                            Some((_, other)) => text.push(other),
                            None => {}
                        },
                        c => text.push(c),
                    }
                }
                rest.next();
                found.push((code[..at].lines().count(), text));
            }
            _ => {}
        }
    }
    found
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "tests" | "testing") {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// What is wrong with the texts of the sources under these folders.
fn wrong(folders: &[&str], but: &[&str], is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for folder in folders {
        rust_files(&src.join(folder), &mut files);
    }
    let left_out = |path: &PathBuf| but.iter().any(|but| path.starts_with(src.join(but)));
    let mut wrong = Vec::new();
    for path in files.iter().filter(|path| !left_out(path)) {
        for (line, text) in texts(&fs::read_to_string(path).unwrap()) {
            if text.contains(' ') && is_wrong(&text) {
                wrong.push(format!("{}:{line}: {text:?}", path.display()));
            }
        }
    }
    wrong
}

#[test]
fn no_text_is_in_two_languages() {
    let mixed = wrong(&["."], &[], |text| {
        text.split(['\n', ';'])
            .any(|sentence| !words(sentence, ENGLISH).is_empty() && !words(sentence, SPANISH).is_empty())
    });
    assert!(mixed.is_empty(), "{}", mixed.join("\n"));
}

#[test]
fn no_text_has_the_blanks_of_a_line_that_was_joined_to_another() {
    let joined = wrong(&["."], &[], |text| {
        !text.contains('\n') && text.trim().contains("    ")
    });
    assert!(joined.is_empty(), "{}", joined.join("\n"));
}

#[test]
fn the_bundled_client_speaks_spanish_and_operators_commands_english() {
    let english = wrong(&["client", "cli/cliente"], &[], |text| {
        !words(text, ENGLISH).is_empty()
    });
    assert!(english.is_empty(), "{}", english.join("\n"));
    let spanish = wrong(
        &["cli", "importar", "config"],
        &["cli/cliente", "cli/explicar/texto.rs"],
        |text| !words(text, SPANISH).is_empty(),
    );
    assert!(spanish.is_empty(), "{}", spanish.join("\n"));
}

/// What they say is for logs; clients are told of them in the words of `contract::words`. What a domain of Spanish law has by
/// name is no text of a programmer's.
#[test]
fn the_floors_below_the_contracts_speak_english() {
    let floors = ["domain", "xml", "signature", "trust", "store", "soap", "usecase"];
    let names = [
        "domain/materia.rs",
        "domain/notificacion",
        "domain/advertencia.rs",
        "domain/emitido.rs",
    ];
    let spanish = wrong(&floors, &names, |text| {
        let accented = text.contains(['á', 'é', 'í', 'ó', 'ú', 'ñ']);
        !words(text, SPANISH).is_empty() || accented && words(text, ENGLISH).is_empty()
    });
    assert!(spanish.is_empty(), "{}", spanish.join("\n"));
}

fn notess(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(arguments)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(told).unwrap())
}

#[test]
fn the_help_of_the_bundled_client_is_in_spanish() {
    for operation in [
        "",
        "poderdantes",
        "consultar",
        "firmar",
        "rechazar",
        "documento",
        "acuse",
    ] {
        let arguments = ["cliente", operation, "--help"];
        let (status, help) = notess(
            &arguments
                .into_iter()
                .filter(|one| !one.is_empty())
                .collect::<Vec<_>>(),
        );
        assert_eq!(status, Some(0), "{help}");
        assert!(help.contains("Uso: notess cliente"), "{help}");
        let english = words(&help, ENGLISH);
        assert!(english.is_empty(), "{operation}: {english:?} in {help}");
    }
}

#[test]
fn what_is_wrong_with_the_arguments_of_the_bundled_client_is_told_in_spanish() {
    let base = [
        "cliente",
        "firmar",
        "--p12",
        "x",
        "--servicio",
        "x",
        "--contrasena",
        "x",
        "--advertencia",
        "x",
    ];
    for (more, said) in [
        (&["--todas"][..], "falta --poderdante <NIF>"),
        (
            &["--poderdante", "12345678A", "1"],
            "«12345678A» no vale para --poderdante <NIF>: su carácter de control",
        ),
        (
            &["--poderdante", "12345678Z", "0"],
            "«0» no vale para [CODIGO]...: un código es un número",
        ),
        (
            &["--poderdante", "12345678Z", "--rol", "4", "1"],
            "«4» no vale para --rol <N>: un rol es",
        ),
        (
            &["--poderdante", "12345678Z", "--rol"],
            "--rol <N> necesita un valor",
        ),
        (&["--poderdante", "12345678Z"], "falta <--todas|CODIGO>"),
        (&["--poderdante", "12345678Z", "--todas", "1"], "no puede ir con"),
        (
            &["--poderdantes", "12345678Z", "1"],
            "no se conoce --poderdantes; ¿quizá --poderdante?",
        ),
    ] {
        let (status, told) = notess(&[&base[..], more].concat());
        assert_eq!(status, Some(2), "{told}");
        assert!(
            told.contains(said) && words(&told, ENGLISH).is_empty(),
            "{more:?}: {told}"
        );
    }
    let (status, told) = notess(&["cliente", "firma"]);
    assert_eq!(
        (status, told.contains("no hay ninguna operación «firma»")),
        (Some(2), true),
        "{told}"
    );
    let (status, told) = notess(&[&base[..], &["--poderdante", "12345678Z", "1"]].concat());
    assert_eq!((status, told.as_str()), (Some(1), "notess: x: no existe\n"));
}

#[test]
fn words_are_told_apart_but_for_those_that_are_quoted() {
    let both = |text: &str| (words(text, ENGLISH).len(), words(text, SPANISH).len());
    assert_eq!(both("the answer is not signed: falta la firma"), (3, 2));
    assert_eq!(both("save it as «CSV UTF-8 (delimitado por comas)»"), (2, 0));
    assert_eq!(both("el fichero {the} no existe"), (0, 1));
    assert_eq!(
        texts("f(\"a b\"); // \"c\"\n g('\"', \"d \\\n   e\")\n#[cfg(test)]\n\"f\""),
        [(1, "a b".to_owned()), (2, "d e".to_owned())]
    );
}
