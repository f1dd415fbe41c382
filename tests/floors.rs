//! The floors of the house: a file imports from its own floor and from lower ones only.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test program")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which floors each may name. Floors of one height do not know each other.
fn may_import() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("domain", &[][..]),
        ("remembered", &["domain"]),
        ("xml", &[]),
        ("signature", &["xml"]),
        ("trust", &["domain"]),
        ("store", &["domain", "remembered"]),
        ("soap", &["xml", "signature"]),
        (
            "contract",
            &["domain", "remembered", "xml", "signature", "trust", "soap"],
        ),
        ("usecase", &["domain", "signature", "trust", "store"]),
        ("config", &[]),
        ("client", &["domain", "xml", "signature", "contract"]),
        ("demo", &["domain", "signature", "store", "contract"]),
        ("importar", &["domain", "store"]),
        (
            "channel",
            &[
                "domain",
                "xml",
                "signature",
                "trust",
                "store",
                "soap",
                "contract",
                "usecase",
                "config",
            ],
        ),
        (
            "http",
            &[
                "xml",
                "signature",
                "soap",
                "contract",
                "usecase",
                "config",
                "channel",
            ],
        ),
        (
            "cli",
            &[
                "domain",
                "signature",
                "trust",
                "store",
                "contract",
                "config",
                "client",
                "demo",
                "importar",
                "channel",
                "http",
            ],
        ),
    ])
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files
        .into_iter()
        .filter_map(|path| {
            let inside = path.strip_prefix(&src).unwrap().to_owned();
            let floor = inside
                .iter()
                .next()
                .unwrap()
                .to_str()
                .unwrap()
                .trim_end_matches(".rs")
                .to_owned();
            let text = fs::read_to_string(&path).unwrap();
            (floor != "lib" && floor != "main").then_some((floor, inside, text))
        })
        .collect()
}

#[test]
fn a_floor_imports_only_from_lower_floors() {
    let allowed = may_import();
    let mut wrong = Vec::new();
    for (floor, file, text) in sources() {
        let lower = allowed
            .get(floor.as_str())
            .unwrap_or_else(|| panic!("{floor} has no place in this list"));
        for (at, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for named in line.split("crate::").skip(1) {
                let named: String = named
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                    .collect();
                if !named.is_empty() && named != floor && !lower.contains(&named.as_str()) {
                    wrong.push(format!("{}:{}: {floor} names {named}", file.display(), at + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_is_in_the_ffi_file_alone_and_every_block_has_its_reason() {
    for (_, file, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if !code.contains("unsafe {") && !code.contains("unsafe fn") && !code.contains("unsafe impl") {
                continue;
            }
            assert!(
                file.starts_with("signature") && file.to_string_lossy().contains("ffi"),
                "{}",
                file.display()
            );
            let before = lines[at.saturating_sub(8)..at].iter();
            let reasoned = before.clone().any(|l| l.contains("SAFETY"))
                || before.clone().any(|l| l.contains("# Safety"));
            assert!(reasoned, "{}:{}: no reason given", file.display(), at + 1);
        }
    }
}

#[test]
fn domain_reads_no_clock() {
    for (floor, file, text) in sources() {
        if [
            "domain",
            "xml",
            "signature",
            "trust",
            "store",
            "soap",
            "contract",
            "usecase",
        ]
        .contains(&floor.as_str())
        {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for clock in ["Utc::now()", "SystemTime::now()", "Local::now()"] {
                assert!(!code.contains(clock), "{}: {clock}", file.display());
            }
        }
    }
}
