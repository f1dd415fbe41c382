//! From a caller and a poderdante to what may be reached, or a denial (D-28 to D-33; asked anew each time, D-31).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::denial::Denial;
use crate::domain::nif::Nif;
use crate::domain::operation::ListRequest;
use crate::domain::reach::{Reach, Titles};
use crate::domain::rol::{Rol, Roles};
use crate::store::{Reader, StoreError, access};

use super::UseCaseError;
use super::act::Acting;

/// What is reached of each of some, in their order.
type Weighed = Vec<(Nif, Reach)>;

/// The caller itself and everyone over whom it has, had or will have a title, sorted.
pub(super) fn everyone(conn: &mut Reader, acting: &Acting<'_>) -> Result<Vec<Nif>, StoreError> {
    let firmante = acting.caller.firmante();
    let mut nifs = access::linked_poderdantes(conn, firmante.titular())?;
    nifs.push(firmante.titular());
    nifs.sort_unstable();
    nifs.dedup();
    Ok(nifs)
}

/// What the caller reaches of each of these, in their order, though it be nothing.
pub(super) fn weigh_each(
    conn: &mut Reader,
    acting: &Acting<'_>,
    poderdantes: &[Nif],
) -> Result<Weighed, StoreError> {
    let titular = acting.caller.firmante().titular();
    let titles = access::titles(conn, titular, poderdantes)?;
    Ok(weighed(acting, poderdantes, titles))
}

/// The same, and until when it stays so by itself.
pub(super) fn weigh_until(
    conn: &mut Reader,
    acting: &Acting<'_>,
    poderdantes: &[Nif],
) -> Result<(Weighed, Option<DateTime<Utc>>), StoreError> {
    let titular = acting.caller.firmante().titular();
    let titles = access::titles(conn, titular, poderdantes)?;
    let until = titles
        .values()
        .filter_map(|titles| titles.same_until(acting.at))
        .min();
    Ok((weighed(acting, poderdantes, titles), until))
}

fn weighed(acting: &Acting<'_>, poderdantes: &[Nif], mut titles: HashMap<Nif, Titles>) -> Weighed {
    let weigh_one = |&nif: &Nif| (nif, weigh(acting, nif, titles.remove(&nif).unwrap_or_default()));
    poderdantes.iter().map(weigh_one).collect()
}

/// What the caller reaches, within the roles of a listing, of each of those of whom something may still follow. A
/// poderdante of whom it reaches nothing is a denial of the whole, which says which it is: of several, the first in the
/// request.
pub(super) fn reach_each(
    conn: &mut Reader,
    acting: &Acting<'_>,
    request: &ListRequest,
) -> Result<HashMap<Nif, Reach>, UseCaseError> {
    let roles = request.roles;
    let weighed = weigh_each(conn, acting, request.left())?;
    let unreached = |reach: &Reach| !reach.roles().iter().any(|rol| roles.contains(rol));
    let numeros = weighed
        .iter()
        .filter(|(_, reach)| unreached(reach))
        .map(|(nif, _)| request.poderdantes.numero(*nif));
    match numeros.min() {
        Some(numero) => Err(Denial::NotRepresented {
            rol: only(roles),
            numero,
        }
        .into()),
        None => Ok(weighed.into_iter().collect()),
    }
}

/// What the caller reaches of one poderdante by one role, or by any.
pub(super) fn reach_one(
    conn: &mut Reader,
    acting: &Acting<'_>,
    poderdante: Nif,
    rol: Option<Rol>,
) -> Result<Reach, UseCaseError> {
    let titular = acting.caller.firmante().titular();
    let mut titles = access::titles(conn, titular, &[poderdante])?;
    let reach = weigh(acting, poderdante, titles.remove(&poderdante).unwrap_or_default());
    let granted = match rol {
        Some(rol) => reach.roles().contains(rol),
        None => !reach.roles().is_empty(),
    };
    if granted {
        Ok(reach)
    } else {
        Err(Denial::NotRepresented { rol, numero: None }.into())
    }
}

fn weigh(acting: &Acting<'_>, poderdante: Nif, titles: Titles) -> Reach {
    let Acting { caller, around, at } = *acting;
    Reach::weigh(
        caller.firmante().titular(),
        poderdante,
        titles,
        around.emitidas,
        at,
    )
}

fn only(roles: Roles) -> Option<Rol> {
    let mut members = roles.iter();
    let first = members.next();
    if members.next().is_some() { None } else { first }
}
