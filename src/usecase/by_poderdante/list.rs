//! Listing: never an access to what is listed (D-5), so nothing is recorded but that the message was taken.

use chrono::{DateTime, Utc};

use crate::domain::notificacion::Situacion;
use crate::domain::operation::{Cursor, How, ListRequest, Listed, Page, Practised};
use crate::domain::plazo;
use crate::domain::rol::{Rol, Roles};
use crate::store::listing::{self, ListFilter};
use crate::store::{Reader, Store, StoreError, practised_how};

use crate::usecase::act::{self, Acting};
use crate::usecase::{Caller, Surroundings, Unanswered, UseCaseError, access};

/// How many times the page size is read at most to fill a page with what the caller reaches. Past it the page goes
/// out short, with the cursor moved on, so that no request's cost depends on how much it may not see.
const READS_PER_PAGE: usize = 8;

/// A page of notifications of the poderdantes asked for.
pub fn list(
    store: &Store,
    caller: &Caller<'_>,
    request: &ListRequest,
    around: &Surroundings<'_>,
) -> Result<Page, Unanswered> {
    let poderdante = match request.poderdantes.as_slice() {
        &[one] => Some(one),
        _ => None,
    };
    act::answer(store, caller, around, poderdante, |conn, acting| {
        let mut page = page_of(conn, acting, request)?;
        if request.practicada {
            tell_practices(conn, &mut page)?;
        }
        Ok(page)
    })
}

/// Tells of each that is practised how it was, in one question for the page. Who signed is told by rol 1 alone.
fn tell_practices(conn: &mut Reader, page: &mut Page) -> Result<(), StoreError> {
    let decided = page.notificaciones.iter().map(|listed| &listed.notificacion);
    let mut decided = practised_how::of(conn, decided)?;
    for listed in &mut page.notificaciones {
        let notificacion = &listed.notificacion;
        let Some(instante) = notificacion.practised_at(page.at) else {
            continue;
        };
        let how = match (notificacion.situacion, decided.remove(&notificacion.codigo)) {
            (Situacion::Decidida { .. }, Some(mut how)) => {
                if let How::Decided { firmante, .. } = &mut how
                    && !listed.roles.contains(Rol::Propio)
                {
                    *firmante = None;
                }
                how
            }
            (Situacion::Decidida { sentido, .. }, None) => How::Elsewhere { sentido, medio: None },
            (Situacion::Pendiente { .. } | Situacion::Caducada, _) => How::Lapsed,
        };
        listed.practica = Some(Box::new(Practised { instante, how }));
    }
    Ok(())
}

fn page_of(conn: &mut Reader, acting: &Acting<'_>, request: &ListRequest) -> Result<Page, UseCaseError> {
    let at = acting.at;
    // Those that the cursor has passed were weighed for the pages before.
    let reaches = access::reach_each(conn, acting, request)?;
    let limit = request.limite.get();
    let mut notificaciones: Vec<Listed> = Vec::with_capacity(limit);
    let mut after = request.cursor;
    for _ in 0..READS_PER_PAGE {
        // One more than is needed tells whether there is more, without a second question.
        let wanted = limit - notificaciones.len() + 1;
        let rows = listing::list(conn, &filter(request, after, at, wanted))?;
        let exhausted = rows.len() < wanted;
        for notificacion in rows {
            let here = Cursor {
                poderdante: notificacion.sujeto,
                codigo: notificacion.codigo,
            };
            let roles = reaches
                .get(&here.poderdante)
                .map_or(Roles::NONE, |reach| reach.over(&notificacion));
            let roles: Roles = roles.iter().filter(|rol| request.roles.contains(*rol)).collect();
            if !roles.is_empty() {
                if notificaciones.len() == limit {
                    return Ok(Page {
                        next: notificaciones.last().map(cursor_of),
                        notificaciones,
                        at,
                    });
                }
                notificaciones.push(Listed {
                    notificacion,
                    roles,
                    practica: None,
                });
            }
            after = Some(here);
        }
        if exhausted {
            return Ok(Page {
                notificaciones,
                next: None,
                at,
            });
        }
    }
    Ok(Page {
        notificaciones,
        next: after,
        at,
    })
}

fn filter(request: &ListRequest, after: Option<Cursor>, at: DateTime<Utc>, limit: usize) -> ListFilter<'_> {
    ListFilter {
        poderdantes: request.poderdantes.as_slice(),
        after,
        estados: &request.estados,
        entidades: &request.entidades,
        desde: request.desde,
        hasta: request.hasta,
        fin_antes_de: request.fin_antes_de,
        published_from: plazo::listed_from(at),
        at,
        limit,
    }
}

fn cursor_of(last: &Listed) -> Cursor {
    Cursor {
        poderdante: last.notificacion.sujeto,
        codigo: last.notificacion.codigo,
    }
}
