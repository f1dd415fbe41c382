//! RED: authorisations and who holds them, the accounts that they manage, and what addressees declared about them.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::cuenta::{AutorizacionRed, Cuenta};
use crate::domain::nif::Nif;
use crate::domain::red::{Asignacion, CambioRed, CuentasRed, Voluntad};

use super::among::on_each_among;
use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::insert::{insert_rows, last_of_each};
use super::personas::CuentasRow;
use super::schema::{asignaciones_red, autorizaciones_red, cambios_red, personas};
use super::stored::{Stored, nullable_instant};
use super::upsert::{columns, upsert};

// ---- Authorisations ----

#[derive(Insertable)]
#[diesel(table_name = autorizaciones_red)]
struct NewAutorizacion {
    numero: i32,
    titular_nif: Nif,
}

fn number(autorizacion: AutorizacionRed) -> i32 {
    // Eight figures at most: it always fits.
    autorizacion.number().cast_signed()
}

/// Records who holds each authorisation; one that was on record passes to its new holder, and one that comes twice to
/// the last.
pub fn upsert_autorizaciones(conn: &mut Writer, held: &[(AutorizacionRed, Nif)]) -> Result<(), StoreError> {
    use autorizaciones_red::dsl;
    let rows = held.iter().map(|&(autorizacion, titular_nif)| NewAutorizacion {
        numero: number(autorizacion),
        titular_nif,
    });
    let rows = last_of_each(rows, |row| row.numero);
    insert_rows!(conn, autorizaciones_red::table, rows, |insert| upsert(
        insert,
        columns![dsl::numero],
        columns![dsl::titular_nif]
    ))
}

// ---- Assignments ----

#[derive(Queryable, Selectable)]
#[diesel(table_name = asignaciones_red)]
struct AsignacionRow {
    sujeto_nif: Stored<Nif>,
    autorizacion: i32,
    cuenta: Stored<Cuenta>,
    desde: Micros,
    hasta: Option<Micros>,
}

impl AsignacionRow {
    fn read(self) -> Option<Asignacion> {
        Some(Asignacion {
            autorizacion: self.autorizacion.try_into().ok()?,
            sujeto: self.sujeto_nif.0?,
            cuenta: self.cuenta.0?,
            desde: self.desde.instant()?,
            hasta: nullable_instant(self.hasta)?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = asignaciones_red, treat_none_as_default_value = false)]
struct NewAsignacion<'a> {
    sujeto_nif: Nif,
    autorizacion: i32,
    cuenta: &'a str,
    desde: Micros,
    hasta: Option<Micros>,
}

/// An assignment, and what is asked of its subject beside it.
pub(super) struct Assigned {
    pub(super) asignacion: Asignacion,
    /// All its accounts; none where it is not on record.
    pub(super) cuentas: CuentasRed,
    /// Whether it ever declared anything, which few do.
    pub(super) declared: bool,
}

/// The assignments, standing or not, of any of `sujetos` to authorisations that `titular` holds, by subject.
pub(super) fn assigned(
    conn: &mut Reader,
    titular: Nif,
    sujetos: &[Nif],
) -> Result<Vec<Assigned>, StoreError> {
    let declared = || cambios_red::table.filter(cambios_red::sujeto_nif.eq(asignaciones_red::sujeto_nif));
    let rows: Vec<(AsignacionRow, Option<CuentasRow>, bool)> =
        on_each_among!(conn, asignaciones_red::sujeto_nif, sujetos, |c, these| {
            asignaciones_red::table
                .inner_join(autorizaciones_red::table)
                .left_join(personas::table)
                .filter(autorizaciones_red::titular_nif.eq(titular))
                .filter(these)
                .order((
                    asignaciones_red::sujeto_nif,
                    asignaciones_red::autorizacion,
                    asignaciones_red::desde,
                ))
                .select((
                    AsignacionRow::as_select(),
                    Option::<CuentasRow>::as_select(),
                    exists(declared()),
                ))
                .load(c)
        })?;
    rows.into_iter()
        .map(|(row, cuentas, declared)| {
            let autorizacion = row.autorizacion;
            let key = || format!("of authorisation {autorizacion}");
            let asignacion = row
                .read()
                .ok_or_else(|| StoreError::corrupt("asignaciones_red", &key()))?;
            let cuentas = cuentas.map_or(Some(CuentasRed::default()), CuentasRow::read);
            let cuentas =
                cuentas.ok_or_else(|| StoreError::corrupt("personas", &asignacion.sujeto.masked()))?;
            Ok(Assigned {
                asignacion,
                cuentas,
                declared,
            })
        })
        .collect()
}

/// Everyone with an account that was ever assigned to an authorisation of `titular`'s, in no order, perhaps repeated.
pub(super) fn sujetos_of(conn: &mut Reader, titular: Nif) -> Result<Vec<Stored<Nif>>, StoreError> {
    on_each!(conn, |c| {
        asignaciones_red::table
            .inner_join(autorizaciones_red::table)
            .filter(autorizaciones_red::titular_nif.eq(titular))
            .select(asignaciones_red::sujeto_nif)
            .load(c)
    })
}

/// Records assignments, whose authorisations must be on record; one that is, with the same beginning, gets the end
/// that is told now; one that comes twice, the end that is told last.
pub fn upsert_asignaciones(conn: &mut Writer, asignaciones: &[Asignacion]) -> Result<(), StoreError> {
    use asignaciones_red::dsl;
    let rows = asignaciones.iter().map(|asignacion| NewAsignacion {
        sujeto_nif: asignacion.sujeto,
        autorizacion: number(asignacion.autorizacion),
        cuenta: asignacion.cuenta.as_str(),
        desde: asignacion.desde.into(),
        hasta: asignacion.hasta.map(Micros::from),
    });
    let rows = last_of_each(rows, |row| {
        (row.sujeto_nif, row.autorizacion, row.cuenta, row.desde)
    });
    insert_rows!(conn, asignaciones_red::table, rows, |insert| upsert(
        insert,
        columns![dsl::sujeto_nif, dsl::autorizacion, dsl::cuenta, dsl::desde],
        columns![dsl::hasta]
    ))
}

// ---- Declarations ----

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
}

/// What any of `sujetos` declared, by who and when.
pub(super) fn declared(conn: &mut Reader, sujetos: &[Nif]) -> Result<Vec<CambioRed>, StoreError> {
    use cambios_red::dsl;
    let rows: Vec<CambioRow> = on_each_among!(conn, dsl::sujeto_nif, sujetos, |c, these| {
        cambios_red::table
            .filter(these)
            .order((dsl::sujeto_nif, dsl::instante))
            .select(CambioRow::as_select())
            .load(c)
    })?;
    rows.into_iter().map(CambioRow::read).collect()
}

/// Records declarations. They are history: a second one of the same subject and instant is
/// [`StoreError::Duplicate`].
pub fn insert_cambios(conn: &mut Writer, cambios: &[CambioRed]) -> Result<(), StoreError> {
    let rows = cambios.iter().map(|cambio| NewCambio {
        sujeto_nif: cambio.sujeto,
        instante: cambio.instante.into(),
        voluntad: cambio.voluntad.code(),
    });
    insert_rows!(conn, cambios_red::table, rows)
}
