//! How domain types lie in columns: each conversion is written once and serves both databases. What comes back from
//! columns is in [`stored`](super::stored).

use std::io::Write;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, Integer, SqlType, Text};
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;

use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella};

// ---- SQL types that the two databases name differently ----

/// An instant: `timestamptz` in PostgreSQL, microseconds since 1970 in SQLite, where integers compare fastest.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub struct Instante;

/// A UUID: of that type in PostgreSQL, its usual 36 characters in SQLite, where an operator may look for it by hand.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Text"))]
pub struct Identificador;

// ---- Values to bind ----

/// An instant in microseconds since 1970. Finer parts are cut off on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instante)]
pub struct Micros(i64);

/// Microseconds from 1970 to 2000, from where PostgreSQL counts.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

impl Micros {
    /// The first instant of the year 1, before any that is stored.
    pub(super) const FIRST: Self = Self(-62_135_596_800_000_000);
    /// The last one of the year 9999.
    pub(super) const LAST: Self = Self(253_402_300_799_999_999);

    /// An instant to compare with, brought within what can be stored.
    pub(super) fn clamped(at: DateTime<Utc>) -> Self {
        Self::from(at).clamp(Self::FIRST, Self::LAST)
    }

    /// The instant, if the number is one that this program could have written.
    pub(super) fn instant(self) -> Option<DateTime<Utc>> {
        (Self::FIRST..=Self::LAST)
            .contains(&self)
            .then(|| DateTime::from_timestamp_micros(self.0))?
    }

    /// The instant of a number, as hashes take it.
    pub(super) fn of_number(number: i64) -> Self {
        Self(number)
    }

    /// The number, as hashes take it.
    pub(super) fn number(self) -> i64 {
        self.0
    }

    fn checked(self) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
        self.instant()
            .map(|_| self.0)
            .ok_or_else(|| "an instant outside the years 1 to 9999".into())
    }
}

impl From<DateTime<Utc>> for Micros {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

impl ToSql<Instante, Sqlite> for Micros {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.checked()?);
        Ok(IsNull::No)
    }
}

impl ToSql<Instante, Pg> for Micros {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let since_2000 = self.checked()? - POSTGRES_EPOCH;
        out.write_all(&since_2000.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Instante, Sqlite> for Micros {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_long()))
    }
}

impl FromSql<Instante, Pg> for Micros {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let since_2000 = i64::from_be_bytes(value.as_bytes().try_into()?);
        // PostgreSQL's infinities are the extremes: they saturate, and are then refused as no instant.
        Ok(Self(since_2000.saturating_add(POSTGRES_EPOCH)))
    }
}

/// A UUID on its way to or from a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Identificador)]
pub(super) struct Id(pub(super) Uuid);

impl ToSql<Identificador, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.hyphenated().to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<Identificador, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// Lets a domain type be bound where a column of an SQL type stands.
macro_rules! bindable {
    ($proxy:ident, $type:ty, $sql:ty) => {
        #[derive(AsExpression)]
        #[diesel(foreign_derive)]
        #[diesel(sql_type = $sql)]
        #[expect(dead_code, reason = "the derive reads the type of its field")]
        struct $proxy($type);
    };
}

bindable!(NifProxy, Nif, Text);
bindable!(CodigoProxy, Codigo, Integer);
bindable!(HuellaProxy, Huella, Binary);

impl ToSql<Text, Sqlite> for Nif {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_str());
        Ok(IsNull::No)
    }
}

impl ToSql<Text, Pg> for Nif {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.as_str().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Integer, Sqlite> for Codigo {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.number());
        Ok(IsNull::No)
    }
}

impl ToSql<Integer, Pg> for Codigo {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.number().to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Binary, Sqlite> for Huella {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_slice());
        Ok(IsNull::No)
    }
}

impl ToSql<Binary, Pg> for Huella {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0)?;
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_outside_four_figure_years_are_neither_written_nor_read() {
        assert!(Micros::from(DateTime::<Utc>::MAX_UTC).checked().is_err());
        assert!(Micros::from(DateTime::<Utc>::MIN_UTC).checked().is_err());
        assert_eq!(Micros(i64::MAX).instant(), None);
        assert_eq!(Micros::clamped(DateTime::<Utc>::MAX_UTC), Micros::LAST);
        assert_eq!(
            Micros::FIRST.instant().unwrap().to_rfc3339(),
            "0001-01-01T00:00:00+00:00"
        );
        assert_eq!(
            Micros::LAST.instant().unwrap().to_rfc3339(),
            "9999-12-31T23:59:59.999999+00:00"
        );
    }

    proptest! {
        #[test]
        fn cutting_below_the_microsecond_keeps_the_order(a in any::<i64>(), b in any::<i64>()) {
            let (a, b) = (DateTime::from_timestamp_nanos(a), DateTime::from_timestamp_nanos(b));
            prop_assert!(a > b || Micros::from(a) <= Micros::from(b));
            prop_assert_eq!(Micros::from(a), Micros::from(Micros::from(a).instant().unwrap()));
        }
    }
}
