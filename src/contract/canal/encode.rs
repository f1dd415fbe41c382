//! Domain outcomes to payloads, which the service signs as they are written.

use chrono::{DateTime, Utc};

use super::code::Coded;
use super::operation::Operation;
use super::rows::{Row, Rows};
use super::wire_time::Stamp;
use super::{NS, cursor, denial_code, practised};
use crate::domain::advertencia::Advertencia;
use crate::domain::denial::Denial;
use crate::domain::notificacion::{Codigo, Estado, Sentido};
use crate::domain::operation::{
    AcuseServido, Decided, DocumentoServido, Listed, Page, PoderdanteEntry, Recorded,
};
use crate::domain::plazo;
use crate::soap::fault::Fault;
use crate::xml::soap::SoapVersion;
use crate::xml::write::{Canonical, Out, base64_length};

/// Media type of every document served.
const PDF: &str = "application/pdf";

/// Room for what surrounds the rows of a list.
const FRAME: usize = 1024;
/// Room for a poderdante in a list.
const PODERDANTE: usize = 400;
/// Room for a notification in a list, which takes some 850 octets.
const NOTIFICACION: usize = 950;
/// Room for how one of them was practised.
const PRACTICADA: usize = 400;
/// Room for a result of a decision.
const RESULTADO: usize = 400;

/// The answer of `consultarPoderdantes`, with the warning in force (D-4).
#[must_use]
pub fn poderdantes(entries: &[PoderdanteEntry], advertencia: &Advertencia) -> Canonical {
    payload(
        Operation::ConsultarPoderdantes,
        entries.len() * PODERDANTE,
        |out| {
            for entry in entries {
                out.within("poderdante", |out| {
                    out.token("nif", entry.nif.as_str());
                    out.element("denominacion", &entry.denominacion);
                    out.number("rol", entry.rol.number());
                    out.within("materias", |out| {
                        for materia in &entry.materias {
                            out.token("materia", materia.code());
                        }
                    });
                    if let Some(end) = entry.vigente_hasta {
                        out.token("vigenteHasta", Stamp::seconds(plazo::last_second(end)).as_str());
                    }
                });
            }
            out.within("advertencia", |out| {
                out.element("codigo", &advertencia.codigo);
                out.element("texto", advertencia.texto);
            });
        },
    )
}

/// The answer of `consultarNotificaciones`. Writing it is no access to any notification (D-4).
#[must_use]
pub fn page(page: &Page, rows: &Rows) -> Canonical {
    let told = page
        .notificaciones
        .iter()
        .filter(|listed| listed.practica.is_some());
    let room = page.notificaciones.len() * NOTIFICACION + told.count() * PRACTICADA;
    payload(Operation::ConsultarNotificaciones, room, |out| {
        let mut term = None;
        for listed in &page.notificaciones {
            let row = rows.of(&listed.notificacion);
            notificacion(out, listed, &row, page.at, &mut term);
        }
        if let Some(next) = &page.next {
            out.element("siguienteCursor", &cursor::write(next));
        }
        out.boolean("hayMas", page.next.is_some());
    })
}

/// The answer of `firmarNotificaciones` or `rechazarNotificaciones`, by the sense of the decision.
#[must_use]
pub fn decided(sentido: Sentido, results: &[Decided]) -> Canonical {
    let operation = match sentido {
        Sentido::Aceptacion => Operation::FirmarNotificaciones,
        Sentido::Rechazo => Operation::RechazarNotificaciones,
    };
    payload(operation, results.len() * RESULTADO, |out| {
        for decided in results {
            resultado(out, decided);
        }
    })
}

/// The answer of `obtenerDocumento`: the document of the code asked for, or why it is not given.
#[must_use]
pub fn document(codigo: Codigo, outcome: Result<&DocumentoServido, &Denial>) -> Canonical {
    let room = outcome.map_or(0, |served| base64_length(&served.contenido));
    payload(Operation::ObtenerDocumento, room, |out| {
        out.number("codigo", codigo.number());
        match outcome {
            Ok(served) => {
                out.base64("documento", &served.contenido);
                out.token("tipo", PDF);
                out.hex("huella", &served.huella.0);
            }
            Err(denial) => error(out, &denial_code::denial(denial)),
        }
    })
}

/// The answer of `obtenerAcuse`: the acuse of the code asked for with the document that the service signed for it, or
/// why it is not given.
#[must_use]
pub fn acuse(codigo: Codigo, outcome: Result<(&AcuseServido, &[u8]), &Denial>) -> Canonical {
    let room = outcome.map_or(0, |(_, signed)| base64_length(signed));
    payload(Operation::ObtenerAcuse, room, |out| {
        out.number("codigo", codigo.number());
        match outcome {
            Ok((served, signed)) => {
                out.base64("acuse", signed);
                out.hex("huella", &served.acuse.documento.0);
            }
            Err(denial) => error(out, &denial_code::denial(denial)),
        }
    })
}

/// A fault with this contract's detail.
#[must_use]
pub fn fault(fault: &Fault, version: SoapVersion) -> Canonical {
    fault.payload(version, |out| {
        out.in_namespace(NS, |out| out.within("fallo", |out| fallo(out, fault)));
    })
}

fn fallo(out: &mut Out<'_>, fault: &Fault) {
    out.element("codigo", &fault.codigo);
    out.element("descripcion", &fault.descripcion);
    let mut buffer = uuid::Uuid::encode_buffer();
    out.token(
        "identificadorPeticion",
        fault.identificador.hyphenated().encode_lower(&mut buffer),
    );
}

fn payload(operation: Operation, room: usize, content: impl FnOnce(&mut Out<'_>)) -> Canonical {
    Out::document(FRAME + room, NS, operation.response(), content)
}

/// What is said of a term. Notifications of one day share it, and pages have many of these: each asks the calendar for
/// less if it looks first at what the one before found.
struct Term {
    lapse: DateTime<Utc>,
    end: Stamp,
    days_left: Option<i64>,
}

impl Term {
    fn of(lapse: DateTime<Utc>, at: DateTime<Utc>) -> Self {
        Self {
            lapse,
            end: Stamp::seconds(plazo::last_second(lapse)),
            days_left: plazo::days_left(lapse, at),
        }
    }
}

/// `term` is that of the notification before, of the same page.
fn notificacion(out: &mut Out<'_>, listed: &Listed, row: &Row, at: DateTime<Utc>, term: &mut Option<Term>) {
    let notificacion = &listed.notificacion;
    let estado = notificacion.estado_at(at);
    let [identity, matter, availability, document] = row.each();
    out.within("notificacion", |out| {
        out.put(identity);
        out.within("roles", |out| {
            for rol in listed.roles.iter() {
                out.number("rol", rol.number());
            }
        });
        out.put(matter);
        out.number("estado", estado.number());
        out.put(availability);
        if let Some(lapse) = notificacion.caduca {
            let known = term.take().filter(|term| term.lapse == lapse);
            let term = term.insert(known.unwrap_or_else(|| Term::of(lapse, at)));
            out.token("finDisponibilidad", term.end.as_str());
            let open = matches!(estado, Estado::SinAcuse | Estado::AcuseSolicitado);
            if let Some(days) = term.days_left.filter(|_| open) {
                out.number("diasRestantes", days);
            }
        }
        out.put(document);
        if let Some(practica) = &listed.practica {
            practised::practicada(out, practica);
        }
    });
}

fn resultado(out: &mut Out<'_>, decided: &Decided) {
    out.within("resultado", |out| {
        out.number("codigo", decided.codigo.number());
        let repetida = match &decided.result {
            Ok(Recorded { acuse, repetida }) => {
                let mut buffer = uuid::Uuid::encode_buffer();
                out.within("acuse", |out| {
                    out.token(
                        "identificador",
                        acuse.identificador.hyphenated().encode_lower(&mut buffer),
                    );
                    out.token("fecha", Stamp::millis(acuse.instante).as_str());
                    out.hex("huella", &acuse.documento.0);
                });
                *repetida
            }
            Err(denial) => {
                error(out, &denial_code::denial(denial));
                false
            }
        };
        out.boolean("repetida", repetida);
    });
}

fn error(out: &mut Out<'_>, coded: &Coded) {
    out.within("error", |out| {
        out.token("codigo", coded.codigo.code());
        out.element("descripcion", &coded.descripcion);
    });
}
