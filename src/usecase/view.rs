//! Serving the document of an accepted notification, and the acuse of a decided one (D-15). Each leaves its row in
//! the journal before it leaves the house.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::denial::Denial;
use crate::domain::document::accepted;
use crate::domain::notificacion::{Estado, Notificacion, Situacion};
use crate::domain::operation::{AcuseServido, DocumentoServido, OneNotificacion};
use crate::domain::rol::Rol;
use crate::store::{Reader, Store, notificaciones};

use super::serve::{documento, serve, vouched};
use super::{Caller, Surroundings, UseCaseError, access};

/// The document of an accepted notification, for everyone entitled.
pub fn document(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
) -> Result<DocumentoServido, UseCaseError> {
    serve_found(store, caller, wanted, around, |conn, notificacion, rol, at| {
        accepted(&notificacion, rol, at)?;
        vouched(conn, &notificacion)?;
        let huella = notificacion.documento.huella;
        Ok(DocumentoServido {
            codigo: notificacion.codigo,
            contenido: documento(conn, notificacion.codigo, huella)?,
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
    serve_found(store, caller, wanted, around, |conn, notificacion, rol, at| {
        around.seal.check(at)?;
        match notificacion.situacion {
            Situacion::Decidida { .. } => {
                let acuse = vouched(conn, &notificacion)?;
                Ok(AcuseServido { acuse, notificacion })
            }
            _ if notificacion.estado_at(at) == Estado::Caducada => Err(Denial::Lapsed { rol }.into()),
            _ => Err(Denial::Undecided { rol }.into()),
        }
    })
}

/// Serves something of the notification within the caller's reach.
fn serve_found<T>(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneNotificacion,
    around: &Surroundings<'_>,
    give: impl Fn(&mut Reader, Notificacion, Rol, DateTime<Utc>) -> Result<T, UseCaseError>,
) -> Result<T, UseCaseError> {
    let detalle = json!({ "codigo": wanted.codigo.number() });
    serve(
        store,
        caller,
        around,
        (Some(wanted.poderdante), &detalle),
        |conn, at| {
            let (notificacion, rol) = find(conn, caller, wanted, around, at)?;
            give(conn, notificacion, rol, at)
        },
    )
}

/// The notification within the caller's reach, and the role by which it is seen.
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
