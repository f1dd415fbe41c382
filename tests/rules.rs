//! The rule book, `docs/rules.md`: it has an entry for every rule that the project names, and each of its entries is
//! still true of the tree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test program")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BOOK: &str = "docs/rules.md";

/// Where rules may be named, beside the files of the root.
const FOLDERS: [&str; 8] = [
    "src",
    "tests",
    "benches",
    "fuzz",
    "docs",
    "migrations",
    "wsdl",
    "schemas",
];

/// What builds and clients leave in those folders.
const NOT_OURS: [&str; 4] = ["target", "node_modules", "corpus", "artifacts"];

/// What integrators and operators read: an article of law may be named there, not the number of a rule.
const FOR_OTHERS: [&str; 5] = [
    "README.md",
    "notess.example.toml",
    "docs/guia-integrador.md",
    "wsdl/",
    "schemas/",
];

/// The number of a rule: its series and its place in it.
type Number = (char, u32);

/// An entry of the book.
#[derive(Debug, Default)]
struct Entry {
    /// Where in the book, for whoever has to mend it.
    line: usize,
    has_source: bool,
    carried_out_by: Vec<String>,
    /// Each a file and a function in it, with `::` between.
    shown_by: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Every text of the project but this one, which speaks of rules that there are not: its path from the root, and itself.
fn texts() -> BTreeMap<String, String> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    for folder in FOLDERS {
        files_below(&root().join(folder), &mut paths);
    }
    let named = paths.into_iter().map(|path| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        (name, path)
    });
    named
        .filter(|(name, _)| name != "tests/rules.rs")
        // What is not UTF-8 is no text.
        .filter_map(|(name, path)| Some((name, fs::read_to_string(path).ok()?)))
        .collect()
}

/// The numbers in a text, as whole words, with where each begins and ends.
fn spans(text: &str) -> Vec<(Number, usize, usize)> {
    let octets = text.as_bytes();
    let in_word = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-');
    let mut found = Vec::new();
    for (at, pair) in octets.windows(2).enumerate() {
        let series = match pair {
            b"D-" => 'D',
            b"E-" => 'E',
            _ => continue,
        };
        if at > 0 && octets.get(at - 1).is_some_and(in_word) {
            continue;
        }
        let figures: String = text[at + 2..].chars().take_while(char::is_ascii_digit).collect();
        let end = at + 2 + figures.len();
        if !octets.get(end).is_some_and(in_word)
            && let Ok(number) = figures.parse()
        {
            found.push(((series, number), at, end));
        }
    }
    found
}

/// The rules that a text names; «D-2 to D-4» names three.
fn named_in(text: &str) -> BTreeSet<Number> {
    let spans = spans(text);
    let mut named: BTreeSet<Number> = spans.iter().map(|(number, ..)| *number).collect();
    for pair in spans.windows(2) {
        if let [((series, first), _, end), ((_, last), start, _)] = pair
            && &text[*end..*start] == " to "
        {
            named.extend((*first..*last).map(|number| (*series, number)));
        }
    }
    named
}

/// The rules that names of tests have in them: `the_examples_of_d77_are_taken`.
fn named_by_tests(text: &str) -> BTreeSet<Number> {
    let functions = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("fn "));
    let words = functions
        .filter_map(|line| line.split_once('('))
        .flat_map(|(name, _)| name.split('_'));
    words
        .filter_map(|word| Some(('D', word.strip_prefix('d')?.parse().ok()?)))
        .collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The entries of the book: each a heading of the third level, and a list that says source, files and tests.
fn entries(book: &str) -> BTreeMap<Number, Entry> {
    let mut entries = BTreeMap::<Number, Entry>::new();
    let mut current = None;
    let mut item = String::new();
    for (at, line) in book.lines().chain(std::iter::once("")).enumerate() {
        if line.starts_with("  ") {
            item.push_str(line);
            continue;
        }
        if let Some(entry) = current.and_then(|number| entries.get_mut(&number)) {
            close(entry, &std::mem::take(&mut item));
        }
        if let Some(heading) = line.strip_prefix("### ") {
            let (number, title) = heading
                .split_once(" · ")
                .unwrap_or_else(|| panic!("{BOOK}:{}: no number and title", at + 1));
            let (number, ..) = *spans(number)
                .first()
                .unwrap_or_else(|| panic!("{BOOK}:{}: no number", at + 1));
            assert!(!title.trim().is_empty(), "{BOOK}:{}: no title", at + 1);
            let entry = Entry {
                line: at + 1,
                ..Entry::default()
            };
            assert!(
                entries.insert(number, entry).is_none(),
                "{BOOK}:{}: {number:?} has two entries",
                at + 1
            );
            current = Some(number);
        } else if line.starts_with('#') {
            current = None;
        } else {
            line.clone_into(&mut item);
        }
    }
    entries
}

/// Puts an item of an entry's list in its place.
fn close(entry: &mut Entry, item: &str) {
    if let Some(source) = item.strip_prefix("- Source: ") {
        entry.has_source |= !source.trim().is_empty();
    } else if let Some(files) = item.strip_prefix("- Carried out by: ") {
        entry.carried_out_by.extend(quoted(files));
    } else if let Some(tests) = item.strip_prefix("- Shown by: ") {
        entry.shown_by.extend(quoted(tests));
    }
}

/// Whether a name that stands at a place of a text is the whole of a word there.
fn is_word_at(text: &str, at: usize, word: &str) -> bool {
    let in_word = |octet: Option<&u8>| octet.is_some_and(|o| o.is_ascii_alphanumeric() || *o == b'_');
    let (before, after) = (at.checked_sub(1), at + word.len());
    let octets = text.as_bytes();
    !in_word(before.and_then(|before| octets.get(before))) && !in_word(octets.get(after))
}

/// Whether a file has that function as a test: with the attribute, or in the list of a macro that makes tests of it.
fn is_test(text: &str, function: &str) -> bool {
    let definition = format!("fn {function}");
    let lines: Vec<&str> = text.lines().collect();
    let defined = lines.iter().position(|line| {
        let line = line.trim_start();
        line.starts_with(&definition) && is_word_at(line, 3, function)
    });
    let Some(defined) = defined else { return false };
    let above = lines[..defined].iter().rev().map(|line| line.trim());
    let attributed = above
        .take_while(|line| line.starts_with("#[") || line.starts_with("///"))
        .any(|line| line == "#[test]");
    let listed = || {
        text.match_indices(function)
            .filter(|(at, _)| is_word_at(text, *at, function) && !text[..*at].ends_with("fn "))
            .any(|(at, _)| text[at + function.len()..].trim_start().starts_with([',', ')']))
    };
    attributed || listed()
}

/// The code of a line of Rust, without its comment.
fn code_of(line: &str) -> &str {
    let comment = line
        .match_indices("//")
        // An address has two strokes too.
        .find(|(at, _)| !line[..*at].ends_with(':'));
    comment.map_or(line, |(at, _)| &line[..at])
}

#[test]
fn every_rule_that_is_named_has_an_entry_and_every_entry_is_named() {
    let entries = entries(&fs::read_to_string(root().join(BOOK)).unwrap());
    let mut wrong = Vec::new();
    let mut all_named = BTreeSet::new();
    for (name, text) in texts() {
        let named: BTreeSet<Number> = named_in(&text).union(&named_by_tests(&text)).copied().collect();
        for (series, number) in &named {
            if !entries.contains_key(&(*series, *number)) {
                wrong.push(format!("{name} names {series}-{number}, which has no entry"));
            }
        }
        if name != BOOK {
            all_named.extend(named);
        }
    }
    for ((series, number), entry) in &entries {
        if !all_named.contains(&(*series, *number)) {
            let line = entry.line;
            wrong.push(format!("{BOOK}:{line}: nothing names {series}-{number}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_entry_has_its_source_and_the_files_and_tests_that_it_says() {
    let mut wrong = Vec::new();
    for ((series, number), entry) in entries(&fs::read_to_string(root().join(BOOK)).unwrap()) {
        let mut say = |what: String| wrong.push(format!("{BOOK}:{}: {series}-{number}: {what}", entry.line));
        if !entry.has_source {
            say("no source".to_owned());
        }
        if entry.carried_out_by.is_empty() {
            say("no file carries it out".to_owned());
        }
        if entry.shown_by.is_empty() {
            say("no test shows it".to_owned());
        }
        for file in &entry.carried_out_by {
            if !root().join(file).is_file() {
                say(format!("there is no {file}"));
            }
        }
        for shown in &entry.shown_by {
            let found = shown.split_once("::").is_some_and(|(file, function)| {
                fs::read_to_string(root().join(file)).is_ok_and(|text| is_test(&text, function))
            });
            if !found {
                say(format!("there is no test {shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_integrators_and_operators_read_names_no_rule_by_its_number() {
    let mut wrong = Vec::new();
    for (name, text) in texts() {
        let for_others = FOR_OTHERS.iter().any(|one| name.starts_with(one));
        // The texts of faults, of the log and of the terminal are in the code of the program, not in its tests.
        let program = name.starts_with("src/") && !name.contains("/tests");
        let text = match text.rsplit_once("#[cfg(test)]") {
            Some((before, _)) if program => before,
            _ => &text,
        };
        for (at, line) in text.lines().enumerate() {
            let said = if program { code_of(line) } else { line };
            if (program || for_others) && !spans(said).is_empty() {
                wrong.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The help of a command, and of those under it.
fn help(command: &[&str], told: &mut Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let listed = ["\nCommands:\n", "\nOperaciones:\n"];
    let commands = listed.into_iter().find_map(|head| text.split(head).nth(1));
    let commands = commands.unwrap_or_default();
    let names = commands
        .lines()
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    for name in names {
        help(&[command, &[name]].concat(), told);
    }
    told.push(text);
}

#[test]
fn the_help_of_the_program_names_no_rule_by_its_number() {
    let mut told = Vec::new();
    help(&[], &mut told);
    assert!(told.len() > 5, "{told:?}");
    for text in told {
        assert!(named_in(&text).is_empty(), "{text}");
    }
}

#[test]
fn numbers_are_read_as_whole_words_and_stretches_of_them() {
    let named = |text| named_in(text).into_iter().collect::<Vec<_>>();
    assert_eq!(named("(D-14; D-2 to D-4)."), [2, 3, 4, 14].map(|n| ('D', n)));
    assert_eq!(named("E-1, «D-29 b»"), [('D', 29), ('E', 1)]);
    assert_eq!(named("AD-1 D-x D-1a SHA-D-1 D- D_1 D-1-2"), []);
    let tests = "    fn the_examples_of_d77_are_taken() {\nfn of_d(d12: u8) {}\nlet x_d3_ = 1;";
    assert_eq!(named_by_tests(tests), BTreeSet::from([('D', 77)]));
}

#[test]
fn an_entry_says_its_source_its_files_and_its_tests() {
    let book = "## Group\n\n### D-1 · Title\n\nWords of `code`.\n\n- Source: chosen.\n- Carried out by: `a`,\n  `b`\n- Shown \
                by: `c::d`\n\n### D-2 · Other\n";
    let entries = entries(book);
    let one = &entries[&('D', 1)];
    assert!(one.has_source);
    assert_eq!(
        (one.line, one.carried_out_by.as_slice()),
        (3, ["a", "b"].map(String::from).as_slice())
    );
    assert_eq!(one.shown_by, ["c::d"]);
    let other = &entries[&('D', 2)];
    assert!(!other.has_source && other.carried_out_by.is_empty() && other.shown_by.is_empty());
}

#[test]
fn only_a_function_that_is_run_as_a_test_is_one() {
    let text = "on_both!(\n    listed,\n);\n/// Words.\n#[test]\n#[ignore]\nfn marked() {}\nfn listed(site: &Site) {}\nfn \
                helper() { listed_not(); helper(); }\nfn listed_not() {}\n";
    assert!(is_test(text, "marked") && is_test(text, "listed"));
    for not in ["helper", "listed_not", "gone", "mark"] {
        assert!(!is_test(text, not), "{not}");
    }
}

#[test]
fn a_comment_is_not_what_a_program_says() {
    assert_eq!(code_of("say(\"x\"); // D-1"), "say(\"x\"); ");
    assert_eq!(code_of("/// D-1"), "");
    assert_eq!(code_of("say(\"http://x D-1\");"), "say(\"http://x D-1\");");
}
