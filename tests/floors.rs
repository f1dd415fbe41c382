//! The floors of the house: a file imports from its own floor and from lower ones only.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test program")]

#[path = "floors/imports.rs"]
mod imports;
#[path = "floors/sources.rs"]
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sources::{rust_files, sources};

/// What whoever steers a demonstration may name.
const OF_THE_SANDBOX: &[&str] = &[
    "chain", "domain", "store", "contract", "importar", "channel", "http",
];

/// What whoever sees a whole request may name.
const OF_THE_CHANNEL: &[&str] = &[
    "chain",
    "domain",
    "xml",
    "signature",
    "tlog",
    "trust",
    "store",
    "soap",
    "contract",
    "usecase",
    "config",
    "stamping",
    "tsp",
];

/// Which floors each may name, all of which it does. Floors of one height do not know each other.
fn may_import() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("chain", &[][..]),
        ("domain", &[]),
        ("papel", &[]),
        ("recibo", &["domain", "papel"]),
        ("remembered", &["domain"]),
        ("tlog", &[]),
        ("whole_file", &[]),
        ("xml", &[]),
        ("signature", &["xml"]),
        ("trust", &["domain"]),
        ("cms", &["trust"]),
        ("tsp", &["cms", "trust"]),
        ("pades", &["cms", "trust", "tsp"]),
        ("store", &["chain", "domain", "remembered", "tlog"]),
        ("soap", &["xml"]),
        (
            "contract",
            &["domain", "remembered", "xml", "signature", "trust", "soap"],
        ),
        (
            "usecase",
            &["domain", "tlog", "whole_file", "signature", "trust", "store"],
        ),
        ("config", &[]),
        ("stamping", &["trust", "tsp"]),
        ("client", &["domain", "xml", "signature", "contract"]),
        (
            "demo",
            &[
                "whole_file",
                "domain",
                "signature",
                "store",
                "contract",
                "usecase",
            ],
        ),
        ("importar", &["chain", "domain", "store"]),
        ("channel", OF_THE_CHANNEL),
        (
            "http",
            &[
                "chain",
                "cms",
                "tsp",
                "tlog",
                "xml",
                "signature",
                "soap",
                "contract",
                "usecase",
                "config",
                "channel",
            ],
        ),
        ("sandbox", OF_THE_SANDBOX),
        (
            "cli",
            &[
                "chain",
                "domain",
                "tlog",
                "whole_file",
                "signature",
                "trust",
                "store",
                "contract",
                "usecase",
                "config",
                "client",
                "demo",
                "importar",
                "channel",
                "http",
                "sandbox",
            ],
        ),
    ])
}

/// The floors that a text names, with the lines in which it does.
fn named(text: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for after in line.split("crate::").skip(1) {
            let floor: String = after
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect();
            if !floor.is_empty() {
                named.push((at + 1, floor));
            }
        }
    }
    named
}

/// What of a file is not a test; nothing of one that is all tests.
fn without_tests<'t>(file: &Path, text: &'t str) -> &'t str {
    let is_of_tests = |part: &Path| {
        ["tests", "tests.rs", "testing"]
            .iter()
            .any(|one| part == Path::new(one))
    };
    if file.iter().any(|part| is_of_tests(Path::new(part))) {
        return "";
    }
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn a_floor_imports_only_from_lower_floors() {
    let allowed = may_import();
    let mut wrong = Vec::new();
    for (floor, file, text) in sources() {
        let lower = allowed
            .get(floor.as_str())
            .unwrap_or_else(|| panic!("{floor} has no place in this list"));
        for (line, named) in named(&text) {
            if named != floor && !lower.contains(&named.as_str()) {
                wrong.push(format!("{}:{line}: {floor} names {named}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_floor_may_import_from_no_other_than_it_does() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (floor, file, text) in sources() {
        let named = named(without_tests(&file, &text))
            .into_iter()
            .map(|(_, named)| named);
        used.entry(floor.clone())
            .or_default()
            .extend(named.filter(|named| *named != floor));
    }
    for (floor, allowed) in may_import() {
        let allowed: BTreeSet<String> = allowed.iter().map(|&one| one.to_owned()).collect();
        assert_eq!(used.remove(floor).as_ref(), Some(&allowed), "{floor}");
    }
}

/// The rooms that are too large to be kept free of circles by eye.
const WITHOUT_CIRCLES: [&str; 2] = ["channel", "http"];

#[test]
fn no_file_of_a_room_needs_one_that_needs_it() {
    for room in WITHOUT_CIRCLES {
        let uses = uses_within(room);
        assert!(
            uses.values().any(|used| !used.is_empty()),
            "{room}: nothing was read"
        );
        for file in uses.keys() {
            let mut way = vec![file.clone()];
            assert!(!leads_back(&uses, &mut way), "{}", way.join(" -> "));
        }
    }
}

/// Each file of a room, by its module's path, with those whose names it imports.
fn uses_within(room: &str) -> BTreeMap<String, BTreeSet<String>> {
    let files: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|(floor, ..)| floor == room)
        .map(|(_, file, text)| {
            let code = without_tests(&file, &text).to_owned();
            let path = file.with_extension("");
            let mut module: Vec<&str> = path.iter().map(|part| part.to_str().unwrap()).collect();
            if module.last() == Some(&"mod") {
                module.pop();
            }
            (module.join("::"), code)
        })
        .collect();
    let modules: BTreeSet<String> = files.iter().map(|(module, _)| module.clone()).collect();
    let resolve = |module: &String, code: &str| {
        imports::imported(code)
            .iter()
            .filter_map(|path| file_of(&modules, module, path))
            .filter(|used| used != module)
            .collect()
    };
    files
        .iter()
        .map(|(module, code)| (module.clone(), resolve(module, code)))
        .collect()
}

/// The file of the room in which an imported name is, as it is named: a name that a folder passes on is the folder's.
fn file_of(modules: &BTreeSet<String>, module: &str, path: &str) -> Option<String> {
    let mut from: Vec<&str> = module.split("::").collect();
    let mut parts = path.split("::").peekable();
    match parts.peek() {
        Some(&"crate") => {
            parts.next();
            from.clear();
        }
        Some(&"self") => drop(parts.next()),
        Some(&"super") => {
            while parts.next_if_eq(&"super").is_some() {
                from.pop();
            }
        }
        // In a folder's own file a path may begin with one of its modules; else it is a library's.
        _ => {}
    }
    from.extend(parts);
    while !from.is_empty() {
        let found = from.join("::");
        if modules.contains(&found) {
            return Some(found);
        }
        from.pop();
    }
    None
}

/// Whether what the last of a way needs leads to its first again; the way is then a circle.
fn leads_back(uses: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>) -> bool {
    for used in &uses[way.last().unwrap()] {
        let closes = *used == way[0];
        if !closes && way.contains(used) {
            continue;
        }
        way.push(used.clone());
        if closes || leads_back(uses, way) {
            return true;
        }
        way.pop();
    }
    false
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

/// Where an error is shown, `chain::Chain` puts its cause behind it: whoever says it in his own text has it said twice.
#[test]
fn no_error_repeats_its_source() {
    let mut wrong = Vec::new();
    // The bundled client says all in one sentence in Spanish, and shows no cause, which would be a library's English.
    let others = sources().into_iter().filter(|(floor, ..)| floor != "client");
    for (_, file, text) in others {
        let text = text.split("#[cfg(test)]").next().unwrap();
        for (at, _) in text.match_indices("#[error(") {
            let rest = &text[at + 8..];
            let Some((said, rest)) = rest.split_once(")]\n") else {
                continue;
            };
            // One variant, or the fields of a struct.
            let end = rest.find("#[error(").unwrap_or(rest.len());
            let body = &rest[..end];
            for (marked, _) in body
                .match_indices("#[source]")
                .chain(body.match_indices("#[from]"))
            {
                let behind = body[marked..]
                    .split_once(']')
                    .map_or("", |(_, behind)| behind)
                    .trim_start();
                let name: String = behind
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let named = behind[name.len()..].starts_with(':');
                let quoted = if named { name } else { "0".to_owned() };
                if said.contains(&format!("{{{quoted}}}")) || said.contains(&format!("{{{quoted}:")) {
                    wrong.push(format!("{}: {said}", file.display()));
                }
            }
            if said.contains("{source}") {
                wrong.push(format!("{}: {said}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever opens a file is to see what it is for; one that grows beyond this has two reasons to exist.
const MOST_LINES: usize = 400;

#[test]
fn no_file_has_more_lines_than_a_reader_takes_in() {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "fuzz/fuzz_targets"] {
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    assert!(files.len() > 400, "only {} files were found", files.len());
    let long: Vec<String> = files
        .iter()
        .map(|file| (file, fs::read_to_string(file).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "over {MOST_LINES} lines:\n{}", long.join("\n"));
}
