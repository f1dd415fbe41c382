//! Titles as they were known at an instant: the same that decisions read, made anew of all that was told until then.

use chrono::{DateTime, Utc};

use crate::domain::nif::Nif;
use crate::domain::reach::{Titles, TituloRed};

use super::backend::Reader;
use super::error::StoreError;
use super::{cuentas, poderes, red, sucesiones};

/// The titles of `titular` over `poderdante`, of what was on record at `sabido`, by which to weigh what holds at `en`.
pub fn titles(
    conn: &mut Reader,
    titular: Nif,
    poderdante: Nif,
    (en, sabido): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Titles, StoreError> {
    let asignaciones = red::asignaciones_told(conn, poderdante, sabido)?;
    let mut autorizaciones: Vec<_> = asignaciones.iter().map(|one| one.autorizacion).collect();
    autorizaciones.sort_unstable();
    autorizaciones.dedup();
    let through: Vec<_> = red::tenencias_known(conn, &autorizaciones, sabido)?
        .into_iter()
        .filter(|tenencia| tenencia.nif == titular)
        .collect();
    let red: Vec<TituloRed> = asignaciones
        .iter()
        .flat_map(|asignacion| {
            let by = through
                .iter()
                .filter(|tenencia| tenencia.autorizacion == asignacion.autorizacion);
            by.map(|tenencia| TituloRed {
                asignacion: asignacion.clone(),
                tenencia: *tenencia,
            })
        })
        .collect();
    Ok(Titles {
        poderes: poderes::known(conn, titular, poderdante, (en, sabido))?,
        cuentas: cuentas::known(conn, poderdante, sabido)?,
        cambios: red::cambios_known(conn, poderdante, sabido)?,
        sucesiones: sucesiones::known(conn, titular, poderdante, sabido)?,
        red,
    })
}
