//! Finding a notification by the role that the caller names (D-28 to D-33, D-78, D-79).

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::by_rol::{OneByRol, Poderdantes};
use crate::domain::denial::Denial;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Codigo, Notificacion};
use crate::domain::reach::Reach;
use crate::store::{Reader, StoreError, by_codigo};

use super::{Caller, Surroundings, UseCaseError, access};

/// How the row of a notification is read: for a decision it is locked, so that readers differ.
pub(super) type Find<C> = fn(&mut C, Nif, &[Codigo]) -> Result<Vec<Notificacion>, StoreError>;

/// The notification asked for, with what the caller reaches of its addressee. One that is out of reach by that role is
/// told in the same words as one that does not exist.
pub(super) fn find<C>(
    conn: &mut C,
    find: Find<C>,
    caller: &Caller<'_>,
    wanted: &OneByRol,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
) -> Result<(Reach, Notificacion), UseCaseError>
where
    C: std::ops::DerefMut<Target = Reader>,
{
    let rol = Some(wanted.rol);
    let unknown = Denial::Unknown { rol };
    let poderdante = match wanted.poderdantes {
        Poderdantes::Uno(nif) => nif,
        Poderdantes::Todos => by_codigo::sujeto_of(conn, wanted.codigo)?.ok_or(unknown)?,
    };
    let firmante = caller.firmante();
    let reach = access::reach_one(conn, firmante, poderdante, rol, around.emitidas, at).map_err(|error| {
        match (error, wanted.poderdantes) {
            // Nobody was named: that somebody else's notification has this code must not be told.
            (UseCaseError::Denied(Denial::NotRepresented { .. }), Poderdantes::Todos) => unknown.into(),
            (error, _) => error,
        }
    })?;
    let notificacion = find(conn, poderdante, &[wanted.codigo])?
        .pop()
        .filter(|notificacion| reach.over(notificacion).contains(wanted.rol))
        .ok_or(unknown)?;
    Ok((reach, notificacion))
}

/// What the journal says of a request for one notification.
pub(super) fn detalle(wanted: &OneByRol) -> Value {
    json!({ "codigo": wanted.codigo.number(), "rol": wanted.rol.number() })
}
