//! From a caller and a poderdante to what may be reached, or a denial (D-28 to D-33; asked anew each time, D-31).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::denial::Denial;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::reach::{Reach, Titles};
use crate::domain::red::Emitidas;
use crate::domain::rol::{Rol, Roles};
use crate::store::{Reader, access};

use super::UseCaseError;

/// What the caller reaches of each of some poderdantes, within some roles. A poderdante of whom it reaches nothing
/// is a denial of the whole.
pub(super) fn reach_each(
    conn: &mut Reader,
    firmante: &Firmante,
    poderdantes: &[Nif],
    roles: Roles,
    emitidas: Emitidas,
    at: DateTime<Utc>,
) -> Result<HashMap<Nif, Reach>, UseCaseError> {
    let mut titles = access::titles(conn, firmante.titular(), poderdantes)?;
    poderdantes
        .iter()
        .map(|&nif| {
            let reach = Reach::weigh(
                firmante,
                nif,
                titles.remove(&nif).unwrap_or_default(),
                emitidas,
                at,
            );
            let some = reach.roles().iter().any(|rol| roles.contains(rol));
            if some {
                Ok((nif, reach))
            } else {
                Err(Denial::NotRepresented { rol: only(roles) }.into())
            }
        })
        .collect()
}

/// What the caller reaches of one poderdante by one role, or by any.
pub(super) fn reach_one(
    conn: &mut Reader,
    firmante: &Firmante,
    poderdante: Nif,
    rol: Option<Rol>,
    emitidas: Emitidas,
    at: DateTime<Utc>,
) -> Result<Reach, UseCaseError> {
    let mut titles = access::titles(conn, firmante.titular(), &[poderdante])?;
    let titles: Titles = titles.remove(&poderdante).unwrap_or_default();
    let reach = Reach::weigh(firmante, poderdante, titles, emitidas, at);
    let granted = match rol {
        Some(rol) => reach.roles().contains(rol),
        None => !reach.roles().is_empty(),
    };
    if granted {
        Ok(reach)
    } else {
        Err(Denial::NotRepresented { rol }.into())
    }
}

fn only(roles: Roles) -> Option<Rol> {
    let mut members = roles.iter();
    let first = members.next();
    if members.next().is_some() { None } else { first }
}
