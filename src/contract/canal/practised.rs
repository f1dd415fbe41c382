//! How a notification was practised, in a listing that asks for it.

use super::wire_time::Stamp;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::operation::{How, Practised};
use crate::xml::write::Out;

/// What stands for a sense where the term has ended.
const TRANSCURSO: &str = "transcurso";

/// The element that tells of it.
pub(super) fn practicada(out: &mut Out<'_>, practica: &Practised) {
    out.within("practicada", |out| {
        out.token("fecha", Stamp::millis(practica.instante).as_str());
        match &practica.how {
            How::Decided {
                sentido,
                rol,
                firmante,
            } => {
                out.token("sentido", sentido.code());
                out.number("rol", rol.number());
                if let Some(firmante) = firmante {
                    signed_by(out, firmante);
                }
            }
            How::Elsewhere { sentido, medio } => {
                out.token("sentido", sentido.code());
                if let Some(medio) = medio {
                    out.token("medio", medio.code());
                }
            }
            How::Lapsed => out.token("sentido", TRANSCURSO),
        }
    });
}

fn signed_by(out: &mut Out<'_>, firmante: &Firmante) {
    out.within("firmante", |out| {
        if let Some((nif, nombre)) = firmante.persona_nombrada() {
            identity(out, "persona", nif, nombre);
        }
        if let Some((nif, nombre)) = firmante.entidad_nombrada() {
            identity(out, "entidad", nif, nombre);
        }
    });
}

fn identity(out: &mut Out<'_>, element: &'static str, nif: Nif, nombre: &str) {
    out.within(element, |out| {
        out.token("nif", nif.as_str());
        out.element("nombre", nombre);
    });
}
