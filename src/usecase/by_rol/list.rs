//! Listing by role: three lists, each with a cursor that is a code. Never an access to what is listed (D-5).

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::by_rol::{ListByRol, PageByRol, Poderdantes};
use crate::domain::denial::Denial;
use crate::domain::nif::Nif;
use crate::domain::notificacion::Notificacion;
use crate::domain::paging;
use crate::domain::plazo;
use crate::domain::reach::Reach;
use crate::domain::rol::{Rol, Roles};
use crate::store::by_codigo::{self, FromCodigo};
use crate::store::{Reader, Store, StoreError, practicadas};

use crate::usecase::act::{self, Acting};
use crate::usecase::{Caller, Surroundings, Unanswered, UseCaseError, access};

/// The fewest that are read at once, since a role may reach few of those that there are.
const LEAST_READ: usize = 100;

/// A page of each list. A role asked for that reaches nobody is a denial; where all are asked for, its list is empty
/// (D-79).
pub fn list(
    store: &Store,
    caller: &Caller<'_>,
    request: &ListByRol,
    around: &Surroundings<'_>,
) -> Result<PageByRol, Unanswered> {
    act::answer(
        store,
        caller,
        around,
        request.poderdantes.uno(),
        |conn, acting| page_of(conn, acting, request),
    )
}

fn page_of(conn: &mut Reader, acting: &Acting<'_>, request: &ListByRol) -> Result<PageByRol, UseCaseError> {
    let at = acting.at;
    let reaches = reaches(conn, acting, request.poderdantes)?;
    let subjects = |rol: Rol| -> Vec<Nif> {
        let of_rol = reaches.iter().filter(|(_, reach)| reach.roles().contains(rol));
        of_rol.map(|(nif, _)| *nif).collect()
    };
    let roles = match request.rol {
        Some(rol) if subjects(rol).is_empty() => {
            let denial = Denial::NotRepresented {
                rol: Some(rol),
                numero: None,
            };
            return Err(denial.into());
        }
        Some(rol) => Roles::NONE.with(rol),
        None => Roles::ALL,
    };
    let read = |rol, desde, most| {
        let list = List {
            reaches: &reaches,
            subjects: &subjects(rol),
            rol,
            at,
        };
        list.first(conn, desde, most)
    };
    let codigo = |notificacion: &Notificacion| notificacion.codigo;
    let page = paging::page(roles, &request.desde, request.limite, codigo, read)?;
    let listed = Rol::ALL.iter().flat_map(|rol| page.lists.get(*rol));
    let fuera = practicadas::medios(conn, listed)?;
    Ok(PageByRol {
        notificaciones: page.lists,
        fuera,
        siguiente: page.next,
        hay_mas: page.more,
        at,
    })
}

/// What the caller reaches of each of those meant (D-31: weighed anew each time).
fn reaches(
    conn: &mut Reader,
    acting: &Acting<'_>,
    poderdantes: Poderdantes,
) -> Result<HashMap<Nif, Reach>, StoreError> {
    let nifs = match poderdantes {
        Poderdantes::Uno(nif) => vec![nif],
        Poderdantes::Todos => access::everyone(conn, acting)?,
    };
    let weighed = access::weigh_each(conn, acting, &nifs)?;
    Ok(weighed.into_iter().collect())
}

/// One role's list.
struct List<'a> {
    reaches: &'a HashMap<Nif, Reach>,
    subjects: &'a [Nif],
    rol: Rol,
    at: DateTime<Utc>,
}

impl List<'_> {
    /// The first that the role reaches from a code on: so many, or all that there are. It reads on past those that are
    /// not reached, since a page may not be empty while there is more.
    fn first(&self, conn: &mut Reader, desde: i32, most: usize) -> Result<Vec<Notificacion>, StoreError> {
        let mut found = Vec::new();
        let mut desde = desde;
        loop {
            let limit = (most - found.len()).max(LEAST_READ);
            let filter = FromCodigo {
                poderdantes: self.subjects,
                desde,
                published_from: plazo::listed_from(self.at),
                at: self.at,
                limit,
            };
            let rows = by_codigo::list(conn, &filter)?;
            let after = rows.last().and_then(|last| last.codigo.number().checked_add(1));
            let exhausted = rows.len() < limit;
            let reached = rows.into_iter().filter(|notificacion| self.reaches(notificacion));
            found.extend(reached.take(most - found.len()));
            match after {
                Some(next) if !exhausted && found.len() < most => desde = next,
                _ => return Ok(found),
            }
        }
    }

    fn reaches(&self, notificacion: &Notificacion) -> bool {
        let reach = self.reaches.get(&notificacion.sujeto);
        reach.is_some_and(|reach| reach.over(notificacion).contains(self.rol))
    }
}
