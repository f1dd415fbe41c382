//! `Mistake`: one thing that is wrong with the settings, in the words of whoever wrote them.

use std::fmt;
use std::path::PathBuf;

use figment::error::{Actual, Kind};

use super::names;

/// What begins the variables that are settings.
pub(super) const PREFIX: &str = "NOTESS_";

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There is no such file.
    #[error("there is no settings file {0}")]
    NoFile(PathBuf),
    /// It is not TOML, or cannot be read.
    #[error("the settings file {file} cannot be read: {reason}")]
    Unreadable {
        /// Path of the file, as it was given.
        file: PathBuf,
        /// Why, with the line.
        reason: String,
    },
    /// Options are unknown, missing, or have values that are none.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
}

/// Everything that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct Mistakes(pub Vec<Mistake>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The option, as it is written in a file.
    pub option: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Mistake {
    /// Blames an option.
    pub fn new(option: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self {
            option: option.into(),
            reason: reason.to_string(),
        }
    }

    /// What deserializing found wrong, with the option of this name.
    pub(super) fn found(option: String, kind: &Kind) -> Self {
        // What stands where the table of a key should may be the key.
        let secret = option.ends_with("contrasena") || option.split('.').next() == Some("cifrado");
        let got = |actual: &Actual| {
            if secret {
                String::new()
            } else {
                format!(", not {}", shown(actual))
            }
        };
        let reason = match kind {
            Kind::MissingField(_) => "is missing".to_owned(),
            Kind::UnknownField(_, siblings) => names::unknown(&option, siblings),
            Kind::UnknownVariant(given, known) => {
                format!("must be one of {}, not {given:?}", known.join(", "))
            }
            Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
                format!("{} is expected{}", wanted(expected), got(actual))
            }
            Kind::Message(text) => text.clone(),
            other => other.to_string(),
        };
        Self { option, reason }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", named(&self.option), self.reason)
    }
}

/// An option as its writer knows it: by its name, and by the variable where it comes from the environment.
#[must_use]
pub fn named(option: &str) -> String {
    let variable = variable(option);
    let set = std::env::vars_os().any(|(name, _)| name.eq_ignore_ascii_case(&variable));
    if set {
        format!("variable {variable}, option `{option}`")
    } else {
        format!("option `{option}`")
    }
}

/// The variable of an option.
pub(super) fn variable(option: &str) -> String {
    PREFIX.to_owned() + &option.replace('.', "__").to_uppercase()
}

fn listed(mistakes: &[Mistake]) -> String {
    match mistakes {
        [one] => one.to_string(),
        several => several.iter().fold(
            format!("{} mistakes in the settings:", several.len()),
            |all, one| format!("{all}\n  {one}"),
        ),
    }
}

/// What is expected, in words.
fn wanted(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i32" | "i64" | "isize" => "a whole number",
        "a boolean" => "true or false",
        "a string" | "path string" => "a text",
        "a sequence" => "a list",
        _ if expected.starts_with("struct ") => "a table",
        other => other,
    }
}

fn shown(actual: &Actual) -> String {
    match actual {
        Actual::Bool(value) => value.to_string(),
        Actual::Unsigned(value) => value.to_string(),
        Actual::Signed(value) => value.to_string(),
        Actual::Float(value) => value.to_string(),
        Actual::Str(value) => format!("{value:?}"),
        Actual::Char(value) => format!("{:?}", value.to_string()),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}
