//! Those who receive: their names and the accounts by which RED knows them.

use diesel::prelude::*;

use crate::domain::cuenta::{Ccc, Naf};
use crate::domain::nif::Nif;
use crate::domain::red::CuentasRed;

use super::among::on_each_among;
use super::backend::{Reader, Writer};
use super::error::StoreError;
use super::insert::{insert_rows, last_of_each};
use super::schema::personas::{self, dsl};
use super::stored::{Stored, nullable};
use super::upsert::{columns, upsert};

/// Somebody who may receive notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// Who.
    pub nif: Nif,
    /// Name, or company name.
    pub denominacion: String,
    /// Accounts in RED.
    pub cuentas: CuentasRed,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = personas)]
struct Row {
    nif: Stored<Nif>,
    denominacion: Stored<String>,
    #[diesel(embed)]
    cuentas: CuentasRow,
}

/// The columns that hold the accounts.
#[derive(Queryable, Selectable)]
#[diesel(table_name = personas)]
pub(super) struct CuentasRow {
    ccc_principal: Option<Stored<Ccc>>,
    naf: Option<Stored<Naf>>,
}

impl CuentasRow {
    pub(super) fn read(self) -> Option<CuentasRed> {
        Some(CuentasRed {
            ccc_principal: nullable(self.ccc_principal)?,
            naf: nullable(self.naf)?,
        })
    }
}

impl Row {
    fn read(self) -> Result<Persona, StoreError> {
        let Some(nif) = self.nif.0 else {
            return Err(StoreError::corrupt("personas", &"of no NIF"));
        };
        self.denominacion
            .0
            .zip(self.cuentas.read())
            .map(|(denominacion, cuentas)| Persona {
                nif,
                denominacion,
                cuentas,
            })
            .ok_or_else(|| StoreError::corrupt("personas", &nif.masked()))
    }
}

#[derive(Insertable)]
#[diesel(table_name = personas, treat_none_as_default_value = false)]
struct New<'a> {
    nif: Nif,
    denominacion: &'a str,
    ccc_principal: Option<&'a str>,
    naf: Option<&'a str>,
}

impl<'a> From<&'a Persona> for New<'a> {
    fn from(persona: &'a Persona) -> Self {
        Self {
            nif: persona.nif,
            denominacion: &persona.denominacion,
            ccc_principal: persona.cuentas.ccc_principal.as_ref().map(Ccc::as_str),
            naf: persona.cuentas.naf.as_ref().map(Naf::as_str),
        }
    }
}

/// Those of `nifs` that are on record, by NIF.
pub fn personas(conn: &mut Reader, nifs: &[Nif]) -> Result<Vec<Persona>, StoreError> {
    let rows: Vec<Row> = on_each_among!(conn, dsl::nif, nifs, |c, these| {
        personas::table
            .filter(these)
            .order(dsl::nif)
            .select(Row::as_select())
            .load(c)
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// Records persons of whom nothing is on record, not even from a transaction that ends meanwhile; what is stays.
pub fn insert_unknown(conn: &mut Writer, personas: &[Persona]) -> Result<(), StoreError> {
    insert_rows!(conn, personas::table, personas.iter().map(New::from), |insert| {
        insert.on_conflict(dsl::nif).do_nothing()
    })
}

/// Records persons; what was on record about one of the same NIF is replaced. Of those of one NIF the last holds.
pub fn upsert_personas(conn: &mut Writer, personas: &[Persona]) -> Result<(), StoreError> {
    let rows = last_of_each(personas.iter().map(New::from), |row| row.nif);
    insert_rows!(conn, personas::table, rows, |insert| {
        let others = columns![dsl::denominacion, dsl::ccc_principal, dsl::naf];
        upsert(insert, columns![dsl::nif], others)
    })
}
