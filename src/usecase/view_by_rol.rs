//! Serving the document of an accepted notification by role, without new effect (D-15).

use chrono::{DateTime, Utc};

use crate::domain::by_rol::{OneByRol, Practicada};
use crate::domain::denial::Denial;
use crate::domain::notificacion::{Notificacion, Sentido, Situacion};
use crate::domain::rol::Rol;
use crate::store::{Durability, Reader, Store, StoreError, Writer, notificaciones, octets};

use super::caller::{Act, resultado_of};
use super::{Caller, Surroundings, UseCaseError, by_rol};

/// The document of an accepted notification, for everyone entitled by the role that they name.
pub fn view_by_rol(
    store: &Store,
    caller: &Caller<'_>,
    wanted: &OneByRol,
    around: &Surroundings<'_>,
) -> Result<Practicada, UseCaseError> {
    store.write(Durability::Full, |conn| {
        let at = (around.clock)();
        let served = serve(conn, caller, wanted, around, at);
        let resultado = match &served {
            Ok(_) => "servido",
            Err(UseCaseError::Denied(denial)) => resultado_of(*denial),
            Err(_) => return served.map(Ok),
        };
        let act = Act {
            at,
            poderdante: wanted.poderdantes.uno(),
            resultado,
            detalle: by_rol::detalle(wanted),
            evidencia: None,
        };
        caller.journal(conn, act)?;
        // A denial is an outcome, not a failure: its row must stay.
        Ok(served)
    })?
}

fn serve(
    conn: &mut Writer,
    caller: &Caller<'_>,
    wanted: &OneByRol,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
) -> Result<Practicada, UseCaseError> {
    let find = |conn: &mut Writer, nif, codigos: &[_]| notificaciones::find(conn, nif, codigos);
    let (_, notificacion) = by_rol::find(conn, find, caller, wanted, around, at)?;
    let instante = accepted(&notificacion, wanted.rol, at)?;
    Ok(Practicada {
        codigo: notificacion.codigo,
        sentido: Sentido::Aceptacion,
        instante,
        documento: Some(document(conn, &notificacion)?),
    })
}

/// When it was accepted, or why its document is given to nobody (D-15).
fn accepted(notificacion: &Notificacion, rol: Rol, at: DateTime<Utc>) -> Result<DateTime<Utc>, Denial> {
    match notificacion.situacion {
        Situacion::Decidida {
            sentido: Sentido::Aceptacion,
            instante,
        } => Ok(instante),
        Situacion::Decidida {
            sentido: Sentido::Rechazo,
            ..
        } => Err(Denial::Rejected { rol }),
        Situacion::Caducada => Err(Denial::Lapsed { rol }),
        // Out of term is out of term, whether or not it has been recorded (D-24).
        Situacion::Pendiente { .. } if notificacion.open_at(at).is_err() => Err(Denial::Lapsed { rol }),
        Situacion::Pendiente { .. } => Err(Denial::Undecided { rol }),
    }
}

fn document(conn: &mut Reader, notificacion: &Notificacion) -> Result<Vec<u8>, StoreError> {
    octets::documento(conn, notificacion.documento.huella)?.ok_or_else(|| StoreError::Corrupt {
        table: "documentos",
        key: notificacion.codigo.to_string(),
    })
}
