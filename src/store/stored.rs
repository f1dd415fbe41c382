//! What columns hold, read as strictly as what comes from outside.
//!
//! A column is read as [`Stored`]: the value, or the fact that it is none, which only whoever knows the row's key can
//! report.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Binary, Date, Text};
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;

use crate::domain::calendario::Ambito;
use crate::domain::cea::{CeaCodigo, CeaId};
use crate::domain::cuenta::{Ccc, Cuenta, Naf};
use crate::domain::materia::{Entidad, Materia};
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Huella, Medio, Obligacion, Sentido, TipoDestinatario};
use crate::domain::poder::{EstadoPoder, Registro};
use crate::domain::red::{Calidad, Voluntad};
use crate::domain::sucesion::ClaseSucesion;

use super::columns::{Identificador, Micros};

/// What a column held, read as a `T`; nothing inside where it does not hold one.
#[derive(Debug, FromSqlRow)]
pub(super) struct Stored<T>(pub(super) Option<T>);

/// What may be in a nullable column: nothing inside where it holds something that is not a `T`.
#[expect(
    clippy::option_option,
    reason = "unreadable, null and a value are three answers"
)]
pub(super) fn nullable<T>(column: Option<Stored<T>>) -> Option<Option<T>> {
    column.map_or(Some(None), |stored| stored.0.map(Some))
}

/// The instant of a nullable column, read as [`nullable`] does.
#[expect(
    clippy::option_option,
    reason = "unreadable, null and a value are three answers"
)]
pub(super) fn nullable_instant(column: Option<Micros>) -> Option<Option<DateTime<Utc>>> {
    column.map_or(Some(None), |micros| micros.instant().map(Some))
}

/// A type that a text column may hold, in exactly one spelling.
pub(super) trait FromText: Sized {
    /// Reads that spelling.
    fn from_text(text: &str) -> Option<Self>;
}

/// Reads through `FromStr`, which is kind to those who type, and refuses what is not already in the usual form.
fn canonical<T: FromStr>(text: &str, written: impl Fn(&T) -> &str) -> Option<T> {
    text.parse().ok().filter(|read| written(read) == text)
}

impl FromText for Nif {
    fn from_text(text: &str) -> Option<Self> {
        canonical(text, Self::as_str)
    }
}

impl FromText for CeaId {
    fn from_text(text: &str) -> Option<Self> {
        canonical(text, Self::as_str)
    }
}

impl FromText for CeaCodigo {
    fn from_text(text: &str) -> Option<Self> {
        canonical(text, Self::as_str)
    }
}

impl FromText for Ccc {
    fn from_text(text: &str) -> Option<Self> {
        Self::recorded(text).ok()
    }
}

impl FromText for Naf {
    fn from_text(text: &str) -> Option<Self> {
        Self::recorded(text).ok()
    }
}

impl FromText for Cuenta {
    fn from_text(text: &str) -> Option<Self> {
        Self::recorded(text).ok()
    }
}

macro_rules! from_code {
    ($($type:ty),+) => {
        $(impl FromText for $type {
            fn from_text(text: &str) -> Option<Self> {
                Self::from_code(text)
            }
        })+
    };
}

from_code!(
    Obligacion,
    Medio,
    Entidad,
    Materia,
    TipoDestinatario,
    Sentido,
    EstadoPoder,
    Registro,
    Voluntad,
    Calidad,
    ClaseSucesion,
    Ambito
);

impl<T: FromText> FromSql<Text, Sqlite> for Stored<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        // Octets that are no UTF-8 come as U+FFFD, which no code nor number has.
        Ok(Self(T::from_text(value.read_text())))
    }
}

impl<T: FromText> FromSql<Text, Pg> for Stored<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(
            std::str::from_utf8(value.as_bytes()).ok().and_then(T::from_text),
        ))
    }
}

// Free text is any UTF-8, and nothing else: what SQLite holds need not be.
impl FromSql<Text, Sqlite> for Stored<String> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(<String as FromSql<Text, Sqlite>>::from_sql(value).ok()))
    }
}

impl FromSql<Text, Pg> for Stored<String> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<String as FromSql<Text, Pg>>::from_sql(value).ok()))
    }
}

impl FromSql<Binary, Sqlite> for Stored<Huella> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_blob().try_into().ok().map(Huella)))
    }
}

impl FromSql<Binary, Pg> for Stored<Huella> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(value.as_bytes().try_into().ok().map(Huella)))
    }
}

impl FromSql<Date, Sqlite> for Stored<NaiveDate> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        let read = text.parse::<NaiveDate>().ok();
        Ok(Self(read.filter(|date| date.to_string() == text)))
    }
}

impl FromSql<Date, Pg> for Stored<NaiveDate> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<NaiveDate as FromSql<Date, Pg>>::from_sql(value).ok()))
    }
}

impl FromSql<Identificador, Sqlite> for Stored<Uuid> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        let read = Uuid::try_parse(text).ok();
        Ok(Self(read.filter(|uuid| {
            text == uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer())
        })))
    }
}

impl FromSql<Identificador, Pg> for Stored<Uuid> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes()).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_not_in_the_usual_form_is_not_read() {
        assert!(Nif::from_text("12345678Z").is_some());
        for text in ["12345678z", " 12345678Z", "12345678A", "1R", ""] {
            assert!(Nif::from_text(text).is_none(), "{text}");
        }
        assert!(Ccc::from_text("28999990168").is_some());
        assert!(Ccc::from_text("011128999990168").is_none());
        assert!(Cuenta::from_text("289999990119").is_some());
        assert!(Cuenta::from_text("289999990119 ").is_none());
    }
}
