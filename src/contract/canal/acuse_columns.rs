//! In what a sealed acuse differs from the rows that it was made of: by their columns, as whoever keeps them knows them.

use super::acuse_document::{NAMESPACE, acuse_document};
use crate::domain::acuse::Acuse;
use crate::domain::notificacion::Notificacion;
use crate::domain::operation::AcuseServido;
use crate::xml::tree::Element;
use crate::xml::{Limits, screen};

/// A table and a column of it.
type Place = (&'static str, &'static str);

/// What of the document comes of which column.
const COLUMNS: [(&[&str], Place); 21] = [
    (&["identificador"], ("acuses", "identificador")),
    (&["acto", "entidad"], ("notificaciones", "procedimiento")),
    (
        &["acto", "codigoProcedimiento"],
        ("notificaciones", "procedimiento"),
    ),
    (&["acto", "procedimiento"], ("notificaciones", "procedimiento")),
    (&["acto", "asunto"], ("notificaciones", "asunto")),
    (&["acto", "huella"], ("acuses", "documento_huella")),
    (&["destinatario", "nif"], ("notificaciones", "sujeto_nif")),
    (&["destinatario", "nombre"], ("notificaciones", "denominacion")),
    (&["destinatario", "tipo"], ("notificaciones", "tipo_destinatario")),
    (
        &["destinatario", "identificador"],
        ("notificaciones", "destinatario"),
    ),
    (
        &["puestaADisposicion"],
        ("notificaciones", "puesta_a_disposicion"),
    ),
    (&["finDisponibilidad"], ("notificaciones", "caduca")),
    (&["decision", "sentido"], ("acuses", "sentido")),
    (&["decision", "fecha"], ("acuses", "instante")),
    (&["decision", "motivo"], ("acuses", "motivo")),
    (&["receptor", "rol"], ("acuses", "rol")),
    (&["receptor", "autorizacionRed"], ("acuses", "autorizacion")),
    (&["firmante", "persona", "nif"], ("acuses", "persona_nif")),
    (&["firmante", "persona", "nombre"], ("acuses", "persona_nombre")),
    (&["firmante", "entidad", "nif"], ("acuses", "entidad_nif")),
    (
        &["firmante", "entidad", "nombre"],
        ("acuses", "entidad_denominacion"),
    ),
];

/// What stands for the evidence, apart since it comes last.
const EVIDENCE: [(&[&str], Place); 2] = [
    (&["evidencia", "huella"], ("acuses", "evidencia_huella")),
    (&["evidencia", "identificadorPeticion"], ("acuses", "peticion")),
];

/// The columns that are not what a sealed acuse says; nothing at all where the octets are not a sealed acuse of this notification.
#[must_use]
pub fn unlike(acuse: &Acuse, notificacion: &Notificacion, sealed: &[u8]) -> Option<Vec<Place>> {
    let made = acuse_document(&AcuseServido {
        acuse: acuse.clone(),
        notificacion: notificacion.clone(),
    });
    let end = made.octets().len() - "</acuse>".len();
    let mut places = Vec::new();
    let is_same = sealed.starts_with(made.octets().get(..end)?);
    let sealed = screen(sealed, &Limits::MESSAGE).ok()?;
    let root = sealed.root();
    if !root.is(NAMESPACE, "acuse") || text(root, &["acto", "codigo"])? != acuse.codigo.to_string() {
        return None;
    }
    // It is in no element of its own.
    if text(root, &["destinatario", "nif"])? != acuse.poderdante.as_str() {
        places.push(("acuses", "sujeto_nif"));
    }
    if is_same {
        return Some(places);
    }
    let made = screen(made.octets(), &Limits::MESSAGE).ok()?;
    for (path, place) in COLUMNS.iter().chain(&EVIDENCE) {
        if text(root, path) != text(made.root(), path) && !places.contains(place) {
            places.push(*place);
        }
    }
    // Whatever else it may be, the rows make another document.
    if places.is_empty() {
        places.push(("acuses", "identificador"));
    }
    Some(places)
}

/// The text of what is at the end of a path; nothing where it is not there.
fn text<'t>(root: Element<'t, '_>, path: &[&str]) -> Option<&'t str> {
    let mut at = root;
    for name in path {
        at = at.children().find(|child| child.is(NAMESPACE, name))?;
    }
    at.text()
}
