//! Those who receive: their names and the accounts by which RED knows them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::cuenta::{Ccc, Naf};
use crate::domain::nif::Nif;
use crate::domain::red::CuentasRed;
use crate::domain::vigencia::SIEMPRE;

use super::among::on_each_among;
use super::backend::{Reader, Writer};
use super::columns::Micros;
use super::cuentas;
use super::error::StoreError;
use super::insert::{insert_rows, last_of_each};
use super::schema::personas::{self, dsl};
use super::stored::{Stored, nullable, nullable_instant};
use super::upsert::{columns, upsert};

/// Somebody who may receive notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// The addressee's NIF, which is its key.
    pub nif: Nif,
    /// Name, or company name.
    pub denominacion: String,
    /// Accounts in RED: the last that are on record.
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
    /// Null where they are the only ones that there ever were.
    cuentas_desde: Option<Micros>,
}

impl CuentasRow {
    /// The last accounts, and since when, unless always.
    pub(super) fn read(self) -> Option<(CuentasRed, Option<DateTime<Utc>>)> {
        let cuentas = CuentasRed {
            ccc_principal: nullable(self.ccc_principal)?,
            naf: nullable(self.naf)?,
        };
        Some((cuentas, nullable_instant(self.cuentas_desde)?))
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
            .map(|(denominacion, (cuentas, _))| Persona {
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
    cuentas_desde: Option<Micros>,
}

impl<'a> From<&'a Persona> for New<'a> {
    fn from(persona: &'a Persona) -> Self {
        Self {
            nif: persona.nif,
            denominacion: &persona.denominacion,
            ccc_principal: persona.cuentas.ccc_principal.as_ref().map(Ccc::as_str),
            naf: persona.cuentas.naf.as_ref().map(Naf::as_str),
            cuentas_desde: None,
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

/// Somebody, with the accounts that he has from an instant on, or from none that is told. Then he has them always if they are
/// the first that are told of him, and from their record on if they are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonaDicha {
    /// Who, with what name and accounts.
    pub persona: Persona,
    /// Since when he has the accounts.
    pub cuentas_desde: Option<DateTime<Utc>>,
}

impl From<Persona> for PersonaDicha {
    fn from(persona: Persona) -> Self {
        Self {
            persona,
            cuentas_desde: None,
        }
    }
}

/// Records persons, in this order; the name that was on record of one of the same NIF is replaced, and its accounts are
/// followed by these.
pub fn tell_personas(
    conn: &mut Writer,
    dichas: &[PersonaDicha],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    let told: Vec<_> = dichas
        .iter()
        .map(|dicha| (dicha.persona.nif, &dicha.persona.cuentas, dicha.cuentas_desde))
        .collect();
    let last = cuentas::tell(conn, &told, registrado)?;
    let rows = dichas.iter().map(|PersonaDicha { persona, .. }| {
        let of_it = last.get(&persona.nif);
        let accounts = of_it.map(|told| &told.cuentas);
        New {
            nif: persona.nif,
            denominacion: &persona.denominacion,
            ccc_principal: accounts.and_then(|cuentas| cuentas.ccc_principal.as_ref().map(Ccc::as_str)),
            naf: accounts.and_then(|cuentas| cuentas.naf.as_ref().map(Naf::as_str)),
            cuentas_desde: of_it
                .map(|told| told.desde)
                .filter(|desde| *desde != SIEMPRE)
                .map(Micros::from),
        }
    });
    let rows = last_of_each(rows, |row| row.nif);
    insert_rows!(conn, personas::table, rows, |insert| {
        let others = columns![
            dsl::denominacion,
            dsl::ccc_principal,
            dsl::naf,
            dsl::cuentas_desde,
        ];
        upsert(insert, columns![dsl::nif], others)
    })
}
