//! Names of options, and which is meant by one that there is not.

use std::collections::BTreeSet;

use figment::Provider as _;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};

use super::mistake::variable;

/// Every option, but for those that only the environment should have.
const EXAMPLE: &str = include_str!("../../notess.example.toml");
/// How alike two names must be, from 0 to 1, for the one to be taken for a slip of the other.
const ALIKE: f64 = 0.7;
/// What a name is worth that is right, but stands in the wrong table.
const ELSEWHERE: f64 = 0.9;

/// What is said of an option that there is not, beside `siblings`, which there are.
pub(super) fn unknown(option: &str, siblings: &[&str]) -> String {
    let table = option.rsplit_once('.').map(|(table, _)| table);
    let beside = |name: &&str| table.map_or_else(|| (*name).to_owned(), |table| format!("{table}.{name}"));
    let mut known = all();
    known.extend(siblings.iter().map(beside));
    let nearest = known
        .iter()
        .map(|name| (likeness(option, name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    match nearest {
        Some((_, name)) => format!(
            "there is no such option; `{name}` ({}) is the nearest",
            variable(name)
        ),
        None => format!("there is no such option; there are {}", siblings.join(", ")),
    }
}

fn likeness(option: &str, name: &str) -> f64 {
    let own = |full: &str| full.rsplit('.').next().unwrap_or_default().to_owned();
    let whole = strsim::normalized_damerau_levenshtein(option, name);
    let last = strsim::normalized_damerau_levenshtein(&own(option), &own(name));
    whole.max(last * ELSEWHERE)
}

/// All options, and the tables in which they stand.
pub(super) fn all() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let text: String = EXAMPLE
        .lines()
        .map(|line| line.strip_prefix("#: ").unwrap_or(line))
        .fold(String::new(), |all, line| all + line + "\n");
    // A test reads it, so that it can be read here.
    for dict in Toml::string(&text).data().unwrap_or_default().values() {
        collect("", dict, &mut names);
    }
    names
}

fn collect(table: &str, dict: &Dict, names: &mut BTreeSet<String>) {
    for (name, value) in dict {
        let dot = if table.is_empty() { "" } else { "." };
        let full = format!("{table}{dot}{name}");
        if let Value::Dict(_, inner) = value {
            collect(&full, inner, names);
        }
        names.insert(full);
    }
}
