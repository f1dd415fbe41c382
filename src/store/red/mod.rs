//! RED: who acts through authorisations, the accounts that they manage, and what addressees declared about them. What is
//! told is only added to, with when it was recorded; what decisions read is made of it in the same transaction.

mod asignaciones;
mod cambios;
mod listado;
mod tenencias;
mod told;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::domain::cuenta::AutorizacionRed;
use crate::domain::nif::Nif;
use crate::domain::reach::TituloRed;
use crate::domain::red::{CuentasDesde, CuentasRed};
use crate::domain::vigencia::SIEMPRE;

pub use self::asignaciones::tell_asignaciones;
pub(super) use self::asignaciones::told as asignaciones_told;
pub use self::cambios::insert_cambios;
pub(super) use self::cambios::{declared, known as cambios_known};
pub use self::listado::{LineaRed, RedPedida, list};
pub(super) use self::tenencias::known as tenencias_known;
pub use self::tenencias::{TitularDicho, tell_titulares, tell_usuarios};

use self::asignaciones::AsignacionRow;
use self::tenencias::TenenciaRow;
use super::among::on_each_among;
use super::backend::{Reader, on_each};
use super::error::StoreError;
use super::personas::CuentasRow;
use super::schema::{asignaciones_red, cambios_red, personas, sucesiones, tenencias_red};
use super::stored::Stored;

pub(super) fn number(autorizacion: AutorizacionRed) -> i32 {
    // Eight figures at most: it always fits.
    autorizacion.number().cast_signed()
}

/// A title through RED, and what is asked of its subject beside it.
pub(super) struct Assigned {
    pub(super) titulo: TituloRed,
    /// Its accounts now; none where it is not on record.
    pub(super) cuentas: CuentasDesde,
    /// Whether it had other ones before, which few had.
    pub(super) moved: bool,
    /// Whether it ever declared anything, which few do.
    pub(super) declared: bool,
    /// Whether who acts through it succeeds anybody, which few do.
    pub(super) succeeds: bool,
}

/// The assignments, standing or not, of any of `sujetos` to authorisations through which `nif` acts or acted, by subject.
pub(super) fn assigned(conn: &mut Reader, nif: Nif, sujetos: &[Nif]) -> Result<Vec<Assigned>, StoreError> {
    let declared = || cambios_red::table.filter(cambios_red::sujeto_nif.eq(asignaciones_red::sujeto_nif));
    let succeeds = || sucesiones::table.filter(sucesiones::sucesor_nif.eq(nif));
    let through = || {
        asignaciones_red::table
            .inner_join(
                tenencias_red::table.on(tenencias_red::autorizacion.eq(asignaciones_red::autorizacion)),
            )
            .left_join(personas::table.on(personas::nif.eq(asignaciones_red::sujeto_nif)))
    };
    let rows: Vec<(AsignacionRow, TenenciaRow, Option<CuentasRow>, bool, bool)> =
        on_each_among!(conn, asignaciones_red::sujeto_nif, sujetos, |c, these| {
            through()
                .filter(tenencias_red::nif.eq(nif))
                .filter(these)
                .order((
                    asignaciones_red::sujeto_nif,
                    asignaciones_red::autorizacion,
                    asignaciones_red::desde,
                ))
                .select((
                    AsignacionRow::as_select(),
                    TenenciaRow::as_select(),
                    Option::<CuentasRow>::as_select(),
                    exists(declared()),
                    exists(succeeds()),
                ))
                .load(c)
        })?;
    rows.into_iter()
        .map(|(asignacion, tenencia, cuentas, declared, succeeds)| {
            let autorizacion = asignacion.autorizacion;
            let asignacion = asignacion.read()?;
            let tenencia = tenencia
                .read()
                .ok_or_else(|| StoreError::corrupt("tenencias_red", &autorizacion))?;
            let (cuentas, since) = match cuentas {
                None => Some((CuentasRed::default(), None)),
                Some(row) => row.read(),
            }
            .ok_or_else(|| StoreError::corrupt("personas", &asignacion.sujeto.masked()))?;
            Ok(Assigned {
                titulo: TituloRed { asignacion, tenencia },
                cuentas: CuentasDesde {
                    desde: since.unwrap_or(SIEMPRE),
                    cuentas,
                },
                moved: since.is_some(),
                declared,
                succeeds,
            })
        })
        .collect()
}

/// Everyone with an account that was ever assigned to an authorisation through which `nif` acts or acted, in no order,
/// perhaps repeated.
pub(super) fn sujetos_of(conn: &mut Reader, nif: Nif) -> Result<Vec<Stored<Nif>>, StoreError> {
    let through = || {
        asignaciones_red::table.inner_join(
            tenencias_red::table.on(tenencias_red::autorizacion.eq(asignaciones_red::autorizacion)),
        )
    };
    on_each!(conn, |c| {
        through()
            .filter(tenencias_red::nif.eq(nif))
            .select(asignaciones_red::sujeto_nif)
            .load(c)
    })
}
