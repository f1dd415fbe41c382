//! What addressees declared about autorizados.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::nif::Nif;
use crate::domain::red::{CambioRed, Voluntad};

use crate::store::among::on_each_among;
use crate::store::backend::{Reader, Writer, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::hold::hold_titles;
use crate::store::insert::insert_rows;
use crate::store::schema::cambios_red::{self, dsl};
use crate::store::stored::Stored;

#[derive(Queryable, Selectable)]
#[diesel(table_name = cambios_red)]
struct CambioRow {
    sujeto_nif: Stored<Nif>,
    instante: Micros,
    voluntad: Stored<Voluntad>,
}

impl CambioRow {
    fn read(self) -> Result<CambioRed, StoreError> {
        match (self.sujeto_nif.0, self.instante.instant(), self.voluntad.0) {
            (Some(sujeto), Some(instante), Some(voluntad)) => Ok(CambioRed {
                sujeto,
                voluntad,
                instante,
            }),
            (sujeto, ..) => {
                let key = sujeto.map_or_else(|| "of no NIF".to_owned(), |nif| nif.masked());
                Err(StoreError::corrupt("cambios_red", &key))
            }
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = cambios_red)]
struct NewCambio<'a> {
    sujeto_nif: Nif,
    instante: Micros,
    voluntad: &'a str,
    registrado: Micros,
}

/// What any of `sujetos` declared, by who and when.
pub(crate) fn declared(conn: &mut Reader, sujetos: &[Nif]) -> Result<Vec<CambioRed>, StoreError> {
    let rows: Vec<CambioRow> = on_each_among!(conn, dsl::sujeto_nif, sujetos, |c, these| {
        cambios_red::table
            .filter(these)
            .order((dsl::sujeto_nif, dsl::instante))
            .select(CambioRow::as_select())
            .load(c)
    })?;
    rows.into_iter().map(CambioRow::read).collect()
}

/// What a subject had declared, as far as it was known at an instant, by when.
pub(crate) fn known(
    conn: &mut Reader,
    sujeto: Nif,
    sabido: DateTime<Utc>,
) -> Result<Vec<CambioRed>, StoreError> {
    let sabido = Micros::clamped(sabido);
    let rows: Vec<CambioRow> = on_each!(conn, |c| {
        cambios_red::table
            .filter(dsl::sujeto_nif.eq(sujeto))
            .filter(dsl::registrado.le(sabido))
            .order(dsl::instante)
            .select(CambioRow::as_select())
            .load(c)
    })?;
    rows.into_iter().map(CambioRow::read).collect()
}

/// Records declarations. They are history: a second one of the same subject and instant is
/// [`StoreError::Duplicate`].
pub fn insert_cambios(
    conn: &mut Writer,
    cambios: &[CambioRed],
    registrado: DateTime<Utc>,
) -> Result<(), StoreError> {
    hold_titles(conn)?;
    let registrado = Micros::from(registrado);
    let rows = cambios.iter().map(|cambio| NewCambio {
        sujeto_nif: cambio.sujeto,
        instante: cambio.instante.into(),
        voluntad: cambio.voluntad.code(),
        registrado,
    });
    insert_rows!(conn, cambios_red::table, rows)
}
