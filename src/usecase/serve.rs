//! Serving something of a notification: what every way of asking for it has in common (D-15).

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::acuse::Acuse;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Huella, Notificacion, Situacion};
use crate::store::{Durability, Reader, Store, StoreError, Writer, acuses, journal, octets};

use super::caller::{Act, When, resultado_of};
use super::{Caller, Surroundings, UseCaseError};

/// Serves what `give` finds, whose row in the journal, with this poderdante and detail, is there before it leaves the
/// house.
pub(super) fn serve<T>(
    store: &Store,
    caller: &Caller<'_>,
    around: &Surroundings<'_>,
    (poderdante, detalle): (Option<Nif>, &Value),
    give: impl Fn(&mut Writer, DateTime<Utc>) -> Result<T, UseCaseError>,
) -> Result<T, UseCaseError> {
    store.write(Durability::Full, |conn| {
        caller.take(conn)?;
        let at = (around.clock)();
        let served = give(conn, at);
        let resultado = match &served {
            Ok(_) => "servido",
            Err(UseCaseError::Denied(denial)) => resultado_of(*denial),
            Err(_) => return served.map(Ok),
        };
        let act = Act {
            when: When::Recorded(around.clock),
            poderdante,
            resultado,
            detalle: detalle.clone(),
            evidencia: None,
        };
        caller.journal(conn, act)?;
        // A denial is an outcome, not a failure: its row must stay.
        Ok(served)
    })?
}

/// The acuse of a decided notification, if row, acuse and journal say the same of the decision: the service puts its name
/// to nothing that somebody altered.
pub(super) fn vouched(conn: &mut Reader, notificacion: &Notificacion) -> Result<Acuse, StoreError> {
    let codigo = notificacion.codigo;
    let acuse = acuses::acuses_of(conn, notificacion.sujeto, &[codigo])?
        .pop()
        .filter(|acuse| {
            let Acuse {
                sentido, instante, ..
            } = *acuse;
            notificacion.situacion == Situacion::Decidida { sentido, instante }
                && notificacion.documento.huella == acuse.documento
        })
        .ok_or(StoreError::Unvouched {
            codigo: codigo.number(),
        })?;
    journal::vouch(conn, [&acuse])?;
    Ok(acuse)
}

/// The document of a notification on record, which cannot be without it.
pub(super) fn documento(conn: &mut Reader, codigo: Codigo, huella: Huella) -> Result<Vec<u8>, StoreError> {
    octets::documento(conn, huella)?.ok_or_else(|| StoreError::Corrupt {
        table: "documentos",
        key: codigo.to_string(),
    })
}
