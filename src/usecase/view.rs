//! Serving the document of an accepted notification, and the acuse of a decided one (D-15). Each leaves its row in
//! the journal before it leaves the house.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::denial::Denial;
use crate::domain::notificacion::{Estado, Notificacion};
use crate::domain::operation::{AcuseServido, DocumentoServido, OneNotificacion};
use crate::domain::rol::Rol;
use crate::store::{Durability, Reader, Store, StoreError, acuses, notificaciones, octets};

use super::caller::{Act, resultado_of};
use super::{Caller, Surroundings, UseCaseError, access};

/// The document of an accepted notification, for everyone entitled.
pub fn document(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
) -> Result<DocumentoServido, UseCaseError> {
    serve(store, caller, wanted, around, |conn, notificacion, rol, at| {
        match notificacion.estado_at(at) {
            Estado::Aceptada => {}
            Estado::SinAcuse | Estado::AcuseSolicitado => return Err(Denial::Undecided { rol }.into()),
            Estado::Rechazada => return Err(Denial::Rejected { rol }.into()),
            Estado::Caducada => return Err(Denial::Lapsed { rol }.into()),
        }
        let huella = notificacion.documento.huella;
        let contenido = octets::documento(conn, huella)?.ok_or(StoreError::Corrupt {
            table: "documentos",
            key: notificacion.codigo.to_string(),
        })?;
        Ok(DocumentoServido {
            codigo: notificacion.codigo,
            contenido,
            huella,
        })
    })
}

/// The acuse of a decided notification, for everyone entitled.
pub fn acuse(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
) -> Result<AcuseServido, UseCaseError> {
    serve(
        store,
        caller,
        wanted,
        around,
        |conn, notificacion, rol, at| match acuses::acuses_of(
            conn,
            notificacion.sujeto,
            &[notificacion.codigo],
        )?
        .pop()
        {
            Some(acuse) => Ok(AcuseServido { acuse, notificacion }),
            None if notificacion.estado_at(at) == Estado::Caducada => Err(Denial::Lapsed { rol }.into()),
            None => Err(Denial::Undecided { rol }.into()),
        },
    )
}

/// Finds the notification within the caller's reach, serves something of it, and records what came of it.
fn serve<T>(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
    give: impl Fn(&mut Reader, Notificacion, Rol, DateTime<Utc>) -> Result<T, UseCaseError>,
) -> Result<T, UseCaseError> {
    store.write(Durability::Full, |conn| {
        caller.take(conn)?;
        let at = (around.clock)();
        let served = find(conn, caller, wanted, around, at)
            .and_then(|(notificacion, rol)| give(conn, notificacion, rol, at));
        let resultado = match &served {
            Ok(_) => "servido",
            Err(UseCaseError::Denied(denial)) => resultado_of(*denial),
            Err(_) => return served.map(Ok),
        };
        let detalle = json!({ "codigo": wanted.codigo.number() });
        let act = Act {
            at,
            poderdante: Some(wanted.poderdante),
            resultado,
            detalle,
            evidencia: None,
        };
        caller.journal(conn, act)?;
        // A denial is an outcome, not a failure: its row must stay.
        Ok(served)
    })?
}

fn find(
    conn: &mut Reader,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
) -> Result<(Notificacion, Rol), UseCaseError> {
    let reach = access::reach_one(
        conn,
        caller.firmante(),
        wanted.poderdante,
        None,
        around.emitidas,
        at,
    )?;
    let notificacion = notificaciones::find(conn, wanted.poderdante, &[wanted.codigo])?.pop();
    notificacion
        .and_then(|notificacion| Some((reach.over(&notificacion).iter().next()?, notificacion)))
        .map(|(rol, notificacion)| (notificacion, rol))
        .ok_or(Denial::Unknown { rol: None }.into())
}
