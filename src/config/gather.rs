//! From a file and the environment to settings, with everything that is wrong with them.

use std::collections::BTreeMap;
use std::path::Path;

use figment::error::{Error, Kind};
use figment::providers::{Format, Toml};
use figment::value::{Dict, Tag, Value};
use figment::{Profile, Provider as _};

use super::mistake::{Mistake, PREFIX, SettingsError};
use super::{NOT_SETTINGS, Settings};

/// What stands for a value that is missing, until all else is looked at.
const MISSING: &str = "?";
/// Tables that must be there: what is missing is what they hold.
const TABLES: [&str; 1] = ["firma"];
/// Options that are taken as they are written, whatever they look like.
const AS_WRITTEN: [&str; 2] = ["firma.contrasena", "tls.contrasena"];

/// Options by their names, as they were written.
type Variables = BTreeMap<Vec<String>, String>;

/// Reads the settings, and gives them with a default, or a text that means nothing, in the place of whatever is wrong.
pub(super) fn gather(file: Option<&Path>) -> Result<(Option<Settings>, Vec<Mistake>), SettingsError> {
    let mut dict = file.map(read).transpose()?.unwrap_or_default();
    let variables = variables();
    for (path, text) in &variables {
        let value = if AS_WRITTEN.contains(&path.join(".").as_str()) {
            Value::from(text.as_str())
        } else {
            // Whatever it looks like: a number, a text, a list.
            text.parse().unwrap_or_else(|_| Value::from(text.as_str()))
        };
        put(&mut dict, path, value);
    }
    Ok(mended(with_tables(dict), variables))
}

/// Reads the settings of a file alone.
pub(super) fn alone(file: &Path) -> Result<(Option<Settings>, Vec<Mistake>), SettingsError> {
    Ok(mended(with_tables(read(file)?), Variables::new()))
}

fn with_tables(mut dict: Dict) -> Dict {
    for table in TABLES {
        dict.entry(table.to_owned())
            .or_insert_with(|| Value::from(Dict::new()));
    }
    dict
}

fn read(file: &Path) -> Result<Dict, SettingsError> {
    if !file.is_file() {
        return Err(SettingsError::NoFile(file.to_owned()));
    }
    let unreadable = |error: Error| SettingsError::Unreadable {
        file: file.to_owned(),
        reason: unquoted(&error.kind.to_string()),
    };
    let mut profiles = Toml::file_exact(file).data().map_err(unreadable)?;
    Ok(profiles.remove(&Profile::Default).unwrap_or_default())
}

/// What is wrong with a file and where, without the line itself, which the parser shows between bars: it may hold a password or
/// a key.
fn unquoted(told: &str) -> String {
    let shown = |line: &&str| {
        !line
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
            .starts_with('|')
    };
    told.lines().filter(shown).collect::<Vec<_>>().join("; ")
}

/// `NOTESS_FIRMA__CLAVE` is `firma.clave`.
fn variables() -> Variables {
    let mut variables = Variables::new();
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy().to_uppercase();
        let Some(option) = name.strip_prefix(PREFIX).map(str::to_lowercase) else {
            continue;
        };
        if !option.is_empty() && !NOT_SETTINGS.contains(&option.as_str()) {
            let path = option.split("__").map(str::to_owned).collect();
            variables.insert(path, value.to_string_lossy().into_owned());
        }
    }
    variables
}

/// Deserializes again and again, each time without what was found wrong the time before.
fn mended(mut dict: Dict, mut variables: Variables) -> (Option<Settings>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    loop {
        let error = match Value::Dict(Tag::Default, dict.clone()).deserialize() {
            Ok(settings) => return (Some(settings), mistakes),
            Err(error) => error,
        };
        let mut path = error.path.clone();
        if let Kind::MissingField(name) = &error.kind {
            path.push(name.to_string());
            let mistake = Mistake::found(path.join("."), &error.kind);
            // What was wrong and is gone therefore was not missing.
            if mistakes
                .iter()
                .all(|earlier: &Mistake| earlier.option != mistake.option)
            {
                mistakes.push(mistake);
            }
            if !put(&mut dict, &path, Value::from(MISSING)) {
                return (None, mistakes);
            }
            continue;
        }
        // A text of the environment that looks like something else.
        if let (Kind::InvalidType(..), Some(text)) = (&error.kind, variables.remove(&path))
            && matches!(&error.kind, Kind::InvalidType(_, expected) if expected.contains("string"))
        {
            put(&mut dict, &path, Value::from(text));
            continue;
        }
        mistakes.push(Mistake::found(path.join("."), &error.kind));
        if !remove(&mut dict, &path) {
            return (None, mistakes);
        }
    }
}

/// Puts a value in its place, and tells whether it was not there before.
fn put(dict: &mut Dict, path: &[String], value: Value) -> bool {
    match path {
        [] => false,
        [name] => dict.insert(name.clone(), value).is_none(),
        [table, inner @ ..] => {
            let entry = dict.entry(table.clone());
            let table = entry.or_insert_with(|| Value::from(Dict::new()));
            if !matches!(table, Value::Dict(..)) {
                *table = Value::from(Dict::new());
            }
            match table {
                Value::Dict(_, dict) => put(dict, inner, value),
                _ => false,
            }
        }
    }
}

/// Takes a value out, or the nearest thing above it, and tells whether there was anything.
fn remove(dict: &mut Dict, path: &[String]) -> bool {
    match path {
        [] => false,
        [name] => dict.remove(name).is_some(),
        [table, inner @ ..] => {
            let within = match dict.get_mut(table) {
                Some(Value::Dict(_, deeper)) => remove(deeper, inner),
                _ => false,
            };
            within || dict.remove(table).is_some()
        }
    }
}
