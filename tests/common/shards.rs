//! Where each table would lie on a distributed PostgreSQL, and which statements may go to several shards, as `docs/scale.md` says.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Mutex, OnceLock};

/// What the document says.
pub struct Shards {
    /// Tables, each with how it lies.
    pub tables: BTreeMap<String, String>,
    /// Distributed tables, with the columns one of which is the key.
    keys: BTreeMap<String, String>,
    /// What statements have in common that may go to several shards.
    crossing: Vec<String>,
    /// What was found of statements.
    known: Mutex<HashMap<String, bool>>,
}

impl Shards {
    pub fn documented() -> &'static Self {
        static READ: OnceLock<Shards> = OnceLock::new();
        READ.get_or_init(|| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale.md");
            Self::read(&std::fs::read_to_string(path).unwrap())
        })
    }

    /// Reads the document's two tables: that of tables has three columns, that of statements two.
    fn read(document: &str) -> Self {
        let (mut tables, mut keys, mut crossing) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for line in document.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            match cells[..] {
                [names, lies, key] => {
                    for name in quoted(names) {
                        if lies == "distributed" {
                            keys.insert(name.to_owned(), quoted(key).next().unwrap().to_owned());
                        }
                        assert!(
                            tables.insert(name.to_owned(), lies.to_owned()).is_none(),
                            "{name}"
                        );
                    }
                }
                [statement, _] => crossing.extend(quoted(statement).map(str::to_owned)),
                _ => panic!("{line}"),
            }
        }
        assert!(!keys.is_empty() && !crossing.is_empty());
        Self {
            tables,
            keys,
            crossing,
            known: Mutex::default(),
        }
    }

    /// Whether a statement goes to one shard, or may go to several.
    pub fn allow(&self, text: &str) -> bool {
        if let Some(known) = self.known.lock().unwrap().get(text) {
            return *known;
        }
        // A script of a migration begins with what it is for.
        let allowed = text.starts_with("--") || self.goes_to_one(text) || self.is_listed(text);
        self.known.lock().unwrap().insert(text.to_owned(), allowed);
        allowed
    }

    /// Whether it is on the list of those that may.
    pub fn is_listed(&self, text: &str) -> bool {
        let plain = plain(text);
        self.crossing.iter().any(|part| plain.contains(part))
    }

    /// Whether it names the key of each distributed table that it names: in a condition, or among the columns that it adds.
    pub fn goes_to_one(&self, text: &str) -> bool {
        let plain = plain(text);
        let words: BTreeSet<&str> = plain.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let mut named = self
            .keys
            .iter()
            .filter(|(table, _)| words.contains(table.as_str()));
        named.all(|(table, key)| is_added(&plain, table, key) || is_condition(&plain, key))
    }
}

/// Lower case, without quotation marks, each blank one.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace('"', "");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_added(plain: &str, table: &str, key: &str) -> bool {
    let columns = plain
        .split_once(&format!("insert into {table} ("))
        .map(|(_, rest)| rest);
    columns.is_some_and(|rest| {
        rest.split(')')
            .next()
            .unwrap_or_default()
            .split(", ")
            .any(|one| one == key)
    })
}

fn is_condition(plain: &str, key: &str) -> bool {
    let conditions = [" where ", " on ", " on ("]
        .iter()
        .filter_map(|word| plain.find(word))
        .min();
    conditions.is_some_and(|from| {
        let rest = &plain[from..];
        rest.match_indices(&format!("{key} = ")).any(|(at, _)| {
            // Not the end of another column's name.
            !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    })
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}
