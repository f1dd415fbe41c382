//! Calendars of días inhábiles, as they were loaded: only added to (D-102).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::domain::calendario::{Ambito, Calendario, Calendarios};

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::insert::insert_rows;
use super::schema::calendarios::{self, dsl};
use super::stored::Stored;

#[derive(Queryable, Selectable)]
#[diesel(table_name = calendarios)]
struct Row {
    secuencia: i64,
    anyo: i32,
    ambito: Stored<Ambito>,
    dias: String,
    fuente: String,
    registrado: Micros,
}

#[derive(Insertable)]
#[diesel(table_name = calendarios)]
struct New<'a> {
    anyo: i32,
    ambito: &'a str,
    dias: String,
    fuente: &'a str,
    registrado: Micros,
}

impl Row {
    fn read(self) -> Result<Cargado, StoreError> {
        let days: Option<_> = self
            .dias
            .split_terminator(' ')
            .map(|day| day.parse::<NaiveDate>().ok())
            .collect();
        match (self.ambito.0, days, self.registrado.instant()) {
            (Some(ambito), Some(dias), Some(registrado)) => Ok(Cargado {
                calendario: Calendario {
                    anyo: self.anyo,
                    ambito,
                    dias,
                    fuente: self.fuente,
                },
                registrado,
            }),
            _ => Err(StoreError::corrupt("calendarios", &self.secuencia)),
        }
    }
}

/// A calendar, and when it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cargado {
    /// The calendar as it was loaded last.
    pub calendario: Calendario,
    /// When it was loaded.
    pub registrado: DateTime<Utc>,
}

/// The calendars that count, by year and part of Spain.
pub fn list(conn: &mut Reader) -> Result<Vec<Cargado>, StoreError> {
    let rows: Vec<Row> = on_each!(conn, |c| {
        calendarios::table
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })?;
    let mut last = BTreeMap::new();
    for row in rows {
        let read = row.read()?;
        last.insert((read.calendario.anyo, read.calendario.ambito), read);
    }
    Ok(last.into_values().collect())
}

/// Those by which terms go on to a working day.
pub fn national(conn: &mut Reader) -> Result<Calendarios, StoreError> {
    Ok(list(conn)?.into_iter().map(|one| one.calendario).collect())
}

/// Adds calendars, but for those that say what is on record; gives how many were added.
pub fn insert(conn: &mut Writer, new: &[Calendario], registrado: DateTime<Utc>) -> Result<usize, StoreError> {
    let known = list(conn)?;
    let added: Vec<&Calendario> = new
        .iter()
        .filter(|one| !known.iter().any(|known| known.calendario == **one))
        .collect();
    let rows = added.iter().map(|one| New {
        anyo: one.anyo,
        ambito: one.ambito.code(),
        dias: one
            .dias
            .iter()
            .map(NaiveDate::to_string)
            .collect::<Vec<_>>()
            .join(" "),
        fuente: &one.fuente,
        registrado: registrado.into(),
    });
    insert_rows!(conn, calendarios::table, rows)?;
    Ok(added.len())
}
