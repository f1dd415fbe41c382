//! What the columns of a file are, for whoever writes one: the same table by which files are read.

use std::fmt::Write;

use crate::domain::materia::PROCEDIMIENTOS;

use super::run::Kind;

/// A column of a kind of file: what a line says in it, and what help tells of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// As a header or a JSON object has it.
    pub(super) name: &'static str,
    /// When a line cannot lack it.
    pub(super) needed: Needed,
    /// What it says.
    pub(super) what: &'static str,
    /// The codes of which it holds one, where it does.
    pub(super) codes: Option<fn() -> Vec<&'static str>>,
}

/// When a line cannot lack a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    /// Ever; nor can a header.
    Always,
    /// With what its text says.
    Sometimes(&'static str),
    /// It may be left out.
    Never,
}

impl Column {
    /// A column that is always needed.
    pub(super) const fn needed(name: &'static str, what: &'static str) -> Self {
        Self {
            name,
            needed: Needed::Always,
            what,
            codes: None,
        }
    }

    /// A column that is needed at times.
    pub(super) const fn sometimes(name: &'static str, when: &'static str, what: &'static str) -> Self {
        Self {
            name,
            needed: Needed::Sometimes(when),
            what,
            codes: None,
        }
    }

    /// A column that may be missing.
    pub(super) const fn optional(name: &'static str, what: &'static str) -> Self {
        Self {
            name,
            needed: Needed::Never,
            what,
            codes: None,
        }
    }

    /// The same column, which holds one of these codes, or several.
    pub(super) const fn of(self, codes: fn() -> Vec<&'static str>) -> Self {
        Self {
            codes: Some(codes),
            ..self
        }
    }
}

/// Width of what help prints.
const WIDTH: usize = 98;

/// How files are written, whatever they say.
pub const FILES: &str = "\
Files: JSON Lines (one object a line, UTF-8) or CSV (header row; «;», «,» or tabs; fields may be quoted, but do not span \
lines). A CSV is read in UTF-8 or, if it is that beyond doubt, in Windows-1252, as Excel writes it. A bad line is \
reported with its number and every reason, and not loaded; the rest are.

Instants: RFC 3339, or in Spanish peninsular time YYYY-MM-DD hh:mm:ss, DD-MM-YYYY h:mm or DD/MM/YYYY h:mm. Where a day \
is enough, the date alone. With bars the day comes first where columns are separated by «;» or tabs; elsewhere a date \
that could be of two days is refused.

Identifiers: NIFs typed in any usual way, or an old IPF of types 1 and 6. Accounts and other long numbers in columns \
with the format of text: a number that lost figures or a leading zero is refused. Yes and no: si, no, true, false, \
verdadero, falso, 1, 0.";

/// The columns of a kind of file, and `more`, as help prints them.
pub(super) fn help<K: Kind>(more: &str) -> String {
    let mut text = String::from("Columns:\n");
    for column in K::COLUMNS {
        let needed = match column.needed {
            Needed::Always => String::new(),
            Needed::Sometimes(when) => format!(" (needed {when})"),
            Needed::Never => " (may be missing)".to_owned(),
        };
        let codes = column
            .codes
            .map_or(String::new(), |codes| format!(": {}", codes().join(", ")));
        let what = format!("{}{codes}{needed}", column.what);
        put(&mut text, &format!("  {:21} ", column.name), &what);
    }
    for paragraph in more.split("\n\n").chain(FILES.split("\n\n")) {
        if !paragraph.is_empty() {
            text.push('\n');
            for (number, line) in paragraph.lines().enumerate() {
                put(&mut text, if number == 0 { "" } else { "  " }, line);
            }
        }
    }
    text
}

/// The table of procedures (D-3), a line each.
pub(super) fn procedures() -> String {
    let mut text = String::from("Table of procedures: code, materia, name, and whether it is about health:");
    for one in PROCEDIMIENTOS {
        let health = if one.especial { "  (health)" } else { "" };
        let (codigo, materia) = (one.codigo, one.materia.code());
        let _ = write!(text, "\n{codigo:10} {materia:6} {}{health}", one.denominacion);
    }
    text
}

/// Adds a text after a head, broken between words, its later lines as far in as the first.
fn put(text: &mut String, head: &str, what: &str) {
    let margin = head.chars().count();
    let mut line = head.to_owned();
    let mut width = margin;
    for word in what.split(' ') {
        let length = word.chars().count();
        if width > margin && width + 1 + length > WIDTH {
            let _ = writeln!(text, "{}", line.trim_end());
            line = " ".repeat(margin);
            width = margin;
        } else if width > margin {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
    }
    let _ = writeln!(text, "{}", line.trim_end());
}
