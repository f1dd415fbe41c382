//! Taking typed values out of a row, keeping every reason against it.

use std::fmt::Display;

use chrono::{DateTime, Utc};

use crate::domain::nif::Nif;

use super::instants;
use super::ipf::nif_or_ipf;
use super::reason::{Motivo, shortened};
use super::row::Row;

/// A row being read. A value that is missing or wrong is nothing, and the reason is kept.
pub(super) struct Fields {
    row: Row,
    reasons: Vec<Motivo>,
}

impl Fields {
    pub(super) fn new(row: Row) -> Self {
        Self {
            row,
            reasons: Vec::new(),
        }
    }

    /// Refuses the columns that are not of these.
    pub(super) fn only(&mut self, columns: &[&str]) {
        let unknown = self.row.keys().filter(|name| !columns.contains(&name.as_str()));
        self.reasons
            .extend(unknown.map(|name| Motivo::UnknownColumn(shortened(name))));
    }

    /// Keeps a reason.
    pub(super) fn refuse(&mut self, reason: impl Into<Motivo>) {
        self.reasons.push(reason.into());
    }

    /// The value, if nothing was found against the row; else every reason.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Motivo>> {
        match value {
            Some(value) if self.reasons.is_empty() => Ok(value),
            _ => Err(self.reasons),
        }
    }

    /// Text of a column that may be missing.
    pub(super) fn optional(&self, column: &str) -> Option<&str> {
        self.row.get(column).map(String::as_str)
    }

    /// Text of a column that may not.
    pub(super) fn required(&mut self, column: &'static str) -> Option<String> {
        let text = self.optional(column).map(str::to_owned);
        if text.is_none() {
            self.refuse(Motivo::Missing(column));
        }
        text
    }

    /// Notes that a column should not be there.
    pub(super) fn absent(&mut self, column: &'static str) {
        if self.optional(column).is_some() {
            self.refuse(Motivo::OutOfPlace(column));
        }
    }

    /// Keeps the reason of a failure.
    pub(super) fn keep<T>(&mut self, result: Result<T, Motivo>) -> Option<T> {
        result.map_err(|reason| self.refuse(reason)).ok()
    }

    /// A text for people: without control characters, up to `limit` characters.
    pub(super) fn text(&mut self, column: &'static str, limit: usize) -> Option<String> {
        let text = self.required(column)?;
        let good = text.chars().count() <= limit && !text.chars().any(char::is_control);
        self.keep(good.then_some(text).ok_or(Motivo::Text { column, limit }))
    }

    /// A NIF, or an IPF that holds one (D-74).
    pub(super) fn nif(&mut self, column: &'static str) -> Option<Nif> {
        let text = self.required(column)?;
        self.keep(nif_or_ipf(&text).map_err(|error| Motivo::Identifier { column, error }))
    }

    /// One of a list of codes.
    pub(super) fn code<T: Copy>(
        &mut self,
        column: &'static str,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.required(column)?;
        self.keep(find(column, &text, all, code))
    }

    /// Yes or no; no if it is missing.
    pub(super) fn yes(&mut self, column: &'static str) -> Option<bool> {
        let Some(text) = self.optional(column) else {
            return Some(false);
        };
        let answer = match text.to_lowercase().as_str() {
            "si" | "sí" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => None,
        };
        self.keep(answer.ok_or(Motivo::NotYesNo(column)))
    }

    /// An instant.
    pub(super) fn instant(&mut self, column: &'static str) -> Option<DateTime<Utc>> {
        self.dated(column, instants::instant)
    }

    /// A day from its beginning, or an instant.
    pub(super) fn beginning(&mut self, column: &'static str) -> Option<DateTime<Utc>> {
        self.dated(column, instants::beginning)
    }

    /// The first instant after a day that counts whole, or an instant.
    pub(super) fn end(&mut self, column: &'static str) -> Option<DateTime<Utc>> {
        self.dated(column, instants::end)
    }

    fn dated(
        &mut self,
        column: &'static str,
        read: fn(&str) -> Option<DateTime<Utc>>,
    ) -> Option<DateTime<Utc>> {
        let text = self.required(column)?;
        self.keep(read(&text).ok_or(Motivo::Instant(column)))
    }
}

/// The one of `all` that is spelt so.
pub(super) fn find<T: Copy>(
    column: &'static str,
    text: &str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
) -> Result<T, Motivo> {
    all.iter().copied().find(|one| code(*one) == text).ok_or_else(|| {
        let allowed = all.iter().map(|one| code(*one)).collect::<Vec<_>>().join(", ");
        not_in_list(column, text, allowed)
    })
}

/// That a text is none of a list.
pub(super) fn not_in_list(column: &'static str, text: &str, allowed: impl Display) -> Motivo {
    Motivo::NotInList {
        column,
        value: shortened(text),
        allowed: allowed.to_string(),
    }
}
