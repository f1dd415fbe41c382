//! Taking typed values out of a row, keeping every reason against it.

use std::fmt::Display;

use chrono::{DateTime, Utc};

use crate::domain::cuenta::CuentaError;
use crate::domain::nif::Nif;

use super::columns::Column;
use super::instants::{self, Bars, NoInstant};
use super::ipf::nif_or_ipf;
use super::reason::{Reason, shortened};
use super::row::Row;

/// A row being read. A value that is missing or wrong is nothing, and the reason is kept.
pub(super) struct Fields {
    row: Row,
    bars: Bars,
    reasons: Vec<Reason>,
}

impl Fields {
    /// The row of a file in which dates with bars are read so. Columns that are not of these are against it.
    pub(super) fn new(row: Row, bars: Bars, columns: &[Column]) -> Self {
        let known = |name: &str| columns.iter().any(|column| column.name == name);
        let unknown = row.keys().filter(|name| !known(name));
        let reasons = unknown
            .map(|name| Reason::UnknownColumn(shortened(name)))
            .collect();
        Self { row, bars, reasons }
    }

    /// Columns whose numbers a spreadsheet has abbreviated: whatever else were found against them would mislead.
    pub(super) fn abbreviated(&self) -> Vec<Reason> {
        let spoilt = self.row.iter().filter(|(_, text)| is_abbreviated(text));
        spoilt
            .map(|(name, _)| Reason::Abbreviated(shortened(name)))
            .collect()
    }

    /// Keeps a reason.
    pub(super) fn refuse(&mut self, reason: impl Into<Reason>) {
        self.reasons.push(reason.into());
    }

    /// The value, if nothing was found against the row; else every reason.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Reason>> {
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
            self.refuse(Reason::Missing(column));
        }
        text
    }

    /// A number of a column, as it is in figures: a spreadsheet may have added decimals that say nothing, as `7,00`.
    /// Three zeros could be thousands.
    pub(super) fn number(&self, column: &str) -> Option<String> {
        let text = self.optional(column)?;
        let whole = text.rsplit_once([',', '.']).and_then(|(whole, decimals)| {
            let figures = !whole.is_empty() && whole.bytes().all(|c| c.is_ascii_digit());
            (figures && matches!(decimals, "0" | "00")).then_some(whole)
        });
        Some(whole.unwrap_or(text).to_owned())
    }

    /// Notes that a column should not be there.
    pub(super) fn absent(&mut self, column: &'static str) {
        if self.optional(column).is_some() {
            self.refuse(Reason::OutOfPlace(column));
        }
    }

    /// Keeps the reason of a failure.
    pub(super) fn keep<T>(&mut self, result: Result<T, Reason>) -> Option<T> {
        result.map_err(|reason| self.refuse(reason)).ok()
    }

    /// A text for people: without control characters, up to `limit` characters.
    pub(super) fn text(&mut self, column: &'static str, limit: usize) -> Option<String> {
        let text = self.required(column)?;
        let good = text.chars().count() <= limit && !text.chars().any(char::is_control);
        self.keep(good.then_some(text).ok_or(Reason::Text { column, limit }))
    }

    /// A NIF, or an IPF that holds one (D-74).
    pub(super) fn nif(&mut self, column: &'static str) -> Option<Nif> {
        let text = self.required(column)?;
        self.keep(nif_or_ipf(&text).map_err(|error| Reason::Identifier { column, error }))
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
            "si" | "sí" | "true" | "verdadero" | "1" => Some(true),
            "no" | "false" | "falso" | "0" => Some(false),
            _ => None,
        };
        self.keep(answer.ok_or(Reason::NotYesNo(column)))
    }

    /// An instant, as `FILES` says that it may be written.
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
        read: fn(&str, Bars) -> Result<DateTime<Utc>, NoInstant>,
    ) -> Option<DateTime<Utc>> {
        let text = self.required(column)?;
        self.keep(read(&text, self.bars).map_err(|why| match why {
            NoInstant::Form => Reason::Instant(column),
            NoInstant::TwoDays => Reason::TwoDays(column),
            NoInstant::Serial => Reason::SerialDate(column),
        }))
    }
}

/// Whether a text is a number as a spreadsheet abbreviates it: `1,23E+10`. No identifier has a sign in it.
fn is_abbreviated(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let figures = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    exponent.strip_prefix(['+', '-']).is_some_and(figures)
        && match mantissa.split_once([',', '.']) {
            Some((whole, decimals)) => whole.len() == 1 && figures(whole) && figures(decimals),
            None => mantissa.len() == 1 && figures(mantissa),
        }
}

/// A number of an account in a column: the reason against it, where its form is that of one that lost its first zero.
pub(super) fn account(column: &'static str, text: &str, error: CuentaError) -> Reason {
    // One figure fewer than a CCC, a CCC with its régimen, or a NAF.
    let short = matches!(text.len(), 10 | 11 | 14) && text.bytes().all(|c| c.is_ascii_digit());
    match error {
        CuentaError::Form | CuentaError::Province if short => Reason::LostZero(column),
        error => Reason::Account { column, error },
    }
}

/// How each of `all` is spelt.
pub(super) fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| code(*one)).collect()
}

/// The one of `all` that is spelt so.
pub(super) fn find<T: Copy>(
    column: &'static str,
    text: &str,
    all: &[T],
    code: impl Fn(T) -> &'static str,
) -> Result<T, Reason> {
    all.iter().copied().find(|one| code(*one) == text).ok_or_else(|| {
        let allowed = all.iter().map(|one| code(*one)).collect::<Vec<_>>().join(", ");
        not_in_list(column, text, allowed)
    })
}

/// That a text is none of a list.
pub(super) fn not_in_list(column: &'static str, text: &str, allowed: impl Display) -> Reason {
    Reason::NotInList {
        column,
        value: shortened(text),
        allowed: allowed.to_string(),
    }
}
