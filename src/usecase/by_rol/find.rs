//! Finding a notification by the role that the caller names (D-28 to D-33, D-78, D-79).

use serde_json::{Value, json};

use crate::domain::by_rol::{OneByRol, Poderdantes};
use crate::domain::denial::Denial;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Notificacion;
use crate::domain::reach::Reach;
use crate::store::journal::{self, Held};
use crate::store::notificaciones::Taken;
use crate::store::{Reader, StoreError, Writer, by_codigo, decisions, notificaciones};

use crate::usecase::act::Acting;
use crate::usecase::{UseCaseError, access};

/// Whose notification is asked for, and its row; nothing where there is no such one.
pub(super) type Suya = Option<(Nif, Taken)>;

/// Waits until the notification asked for, if there is one, is the transaction's to decide on.
pub(super) fn hold(conn: &mut Writer, wanted: &OneByRol) -> Result<(Suya, Option<Held>), StoreError> {
    match poderdante(conn, wanted)? {
        Some(nif) => {
            let (taken, held) = decisions::hold(conn, nif, &[wanted.codigo])?;
            Ok((Some((nif, taken)), Some(held)))
        }
        None => Ok((None, Some(journal::hold(conn)?))),
    }
}

/// Whose notification it is, if there is such a one.
fn poderdante(conn: &mut Reader, wanted: &OneByRol) -> Result<Option<Nif>, StoreError> {
    match wanted.poderdantes {
        Poderdantes::Uno(nif) => Ok(Some(nif)),
        Poderdantes::Todos => by_codigo::sujeto_of(conn, wanted.codigo),
    }
}

/// The notification asked for, with what the caller reaches of its addressee. One that is out of reach by that role is
/// told in the same words as one that does not exist.
pub(super) fn find(
    conn: &mut Reader,
    acting: &Acting<'_>,
    wanted: &OneByRol,
) -> Result<(Reach, Notificacion), UseCaseError> {
    let poderdante = poderdante(conn, wanted)?;
    within(conn, acting, wanted, poderdante, |conn, nif| {
        notificaciones::find(conn, nif, &[wanted.codigo])
    })
}

/// The same of what was waited for.
pub(super) fn held(
    conn: &mut Reader,
    acting: &Acting<'_>,
    wanted: &OneByRol,
    suya: Suya,
) -> Result<(Reach, Notificacion), UseCaseError> {
    let (poderdante, taken) = suya.unzip();
    within(conn, acting, wanted, poderdante, |conn, _| match taken {
        Some(taken) => taken.read(conn),
        None => Ok(Vec::new()),
    })
}

fn within(
    conn: &mut Reader,
    acting: &Acting<'_>,
    wanted: &OneByRol,
    poderdante: Option<Nif>,
    read: impl FnOnce(&mut Reader, Nif) -> Result<Vec<Notificacion>, StoreError>,
) -> Result<(Reach, Notificacion), UseCaseError> {
    let rol = Some(wanted.rol);
    let unknown = Denial::Unknown { rol };
    let poderdante = poderdante.ok_or(unknown)?;
    let reach = access::reach_one(conn, acting, poderdante, rol).map_err(|error| {
        match (error, wanted.poderdantes) {
            // Nobody was named: that somebody else's notification has this code must not be told.
            (UseCaseError::Denied(Denial::NotRepresented { .. }), Poderdantes::Todos) => unknown.into(),
            (error, _) => error,
        }
    })?;
    let notificacion = read(conn, poderdante)?
        .pop()
        .filter(|notificacion| reach.over(notificacion).contains(wanted.rol))
        .ok_or(unknown)?;
    Ok((reach, notificacion))
}

/// What the journal says of a request for one notification.
pub(super) fn detalle(wanted: &OneByRol) -> Value {
    json!({ "codigo": wanted.codigo.number(), "rol": wanted.rol.number() })
}
