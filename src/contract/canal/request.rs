//! Domain requests to payloads: the client's side of [`super::decode`].

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Europe::Madrid;

use super::{NS, cursor};
use crate::domain::notificacion::Sentido;
use crate::domain::operation::{DecideRequest, ListRequest, OneNotificacion, PageSize, Request};
use crate::domain::rol::Roles;
use crate::xml::write::{Canonical, Out};

/// Room for what a request holds besides its lists.
const FRAME: usize = 512;
/// Room for each of a list's values.
const VALUE: usize = 40;

/// The payload of a request, to be signed as it is written.
#[must_use]
pub fn encode(request: &Request) -> Canonical {
    match request {
        Request::Poderdantes => payload("consultarPoderdantes", 0, |_| ()),
        Request::List(list) => payload(
            "consultarNotificaciones",
            list.poderdantes.as_slice().len(),
            |out| {
                list_request(out, list);
            },
        ),
        Request::Decide(decide) => {
            let element = match decide.sentido {
                Sentido::Aceptacion => "firmarNotificaciones",
                Sentido::Rechazo => "rechazarNotificaciones",
            };
            payload(element, decide.codigos.len(), |out| decide_request(out, decide))
        }
        Request::Document(which) => payload("obtenerDocumento", 0, |out| one(out, *which)),
        Request::Acuse(which) => payload("obtenerAcuse", 0, |out| one(out, *which)),
    }
}

fn payload(element: &'static str, values: usize, content: impl FnOnce(&mut Out<'_>)) -> Canonical {
    Out::document(FRAME + values * VALUE, NS, element, content)
}

fn list_request(out: &mut Out<'_>, list: &ListRequest) {
    for nif in list.poderdantes.in_order() {
        out.element("poderdante", nif.as_str());
    }
    if list.roles != Roles::ALL {
        for rol in list.roles.iter() {
            out.number("rol", rol.number());
        }
    }
    for estado in &list.estados {
        out.number("estado", estado.number());
    }
    for entidad in &list.entidades {
        out.element("entidad", entidad.code());
    }
    for (element, instant) in [
        ("desde", list.desde),
        ("hasta", list.hasta),
        ("finAntesDe", list.fin_antes_de),
    ] {
        out.optional(element, instant.map(exact).as_deref());
    }
    out.optional("cursor", list.cursor.as_ref().map(cursor::write).as_deref());
    if list.limite != PageSize::default() {
        // A page's size is at most a thousand.
        out.number("limite", i64::try_from(list.limite.get()).unwrap_or_default());
    }
    if list.practicada {
        out.boolean("practicada", true);
    }
}

fn decide_request(out: &mut Out<'_>, decide: &DecideRequest) {
    out.element("poderdante", decide.poderdante.as_str());
    if let Some(rol) = decide.rol {
        out.number("rol", rol.number());
    }
    out.element("advertencia", &decide.advertencia);
    for codigo in &decide.codigos {
        out.number("codigo", codigo.number());
    }
    if decide.sentido == Sentido::Rechazo {
        out.optional("motivo", decide.motivo.as_deref());
    }
}

fn one(out: &mut Out<'_>, which: OneNotificacion) {
    out.element("poderdante", which.poderdante.as_str());
    out.number("codigo", which.codigo.number());
}

/// With as many figures as the instant needs: a bound is not to move by what would be cut off.
fn exact(at: DateTime<Utc>) -> String {
    at.with_timezone(&Madrid)
        .to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
