//! The document that proves a decision (RD 203/2021 art. 42.3; D-25, D-103), for the service to sign.

use chrono::{DateTime, Utc};
use openssl::x509::X509;
use uuid::Uuid;

use super::wire_time::Stamp;
use crate::domain::acuse::Acuse;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Categoria, Huella, Notificacion, Sentido};
use crate::domain::operation::AcuseServido;
use crate::domain::plazo;
use crate::signature::{SealError, Sealing, SigningKey, seal_document};
use crate::xml::write::{Canonical, Ns, Out, Tag};

/// Namespace of its elements.
pub const NAMESPACE: &str = "urn:notess:acuse:1";

/// The same, as it is written.
const NS: Ns<'static> = Ns::new("", NAMESPACE);

/// Room for the document, which takes some 2,000 octets.
const ROOM: usize = 3072;

/// Whose clock and which time the instant of the decision is (LPAC art. 31.2; D-100).
const FUENTE_HORA: &str = "Reloj del servicio, en hora oficial peninsular (Europe/Madrid)";

/// Value of the root's `Id`, which the service's signature refers to: unlike a bare UUID it is an XML name.
#[must_use]
pub fn id(acuse: &Acuse) -> String {
    format!("acuse-{}", acuse.identificador)
}

/// The document, unsigned, whose root has the attribute `Id`. The same acuse always gives the same octets (D-17).
#[must_use]
pub fn acuse_document(served: &AcuseServido) -> Canonical {
    written(&served.acuse, &served.notificacion)
}

/// SHA-256 of the same, by which the decision stands in the log (E-2).
#[must_use]
pub fn huella(acuse: &Acuse, notificacion: &Notificacion) -> Huella {
    Huella(openssl::sha::sha256(written(acuse, notificacion).octets()))
}

/// The document, sealed at an instant with a key whose certificate begins the chain: it names the event of which it is the evidence
/// as those do who deliver registered mail in Europe (ETSI EN 319 522).
pub fn sealed(
    key: &SigningKey,
    chain: &[X509],
    at: DateTime<Utc>,
    served: &AcuseServido,
) -> Result<Vec<u8>, SealError> {
    let sealing = Sealing {
        key,
        chain,
        at,
        object: event(served.acuse.sentido),
    };
    seal_document(&sealing, &acuse_document(served), &id(&served.acuse))
}

fn event(sentido: Sentido) -> &'static str {
    match sentido {
        Sentido::Aceptacion => "http://uri.etsi.org/19522/Event/ConsignmentAcceptance",
        Sentido::Rechazo => "http://uri.etsi.org/19522/Event/ConsignmentRejection",
    }
}

fn written(acuse: &Acuse, notificacion: &Notificacion) -> Canonical {
    let id = id(acuse);
    Out::document(ROOM, NS, Tag::with("acuse", "Id", &id), |out| {
        uuid(out, "identificador", acuse.identificador);
        acto(out, acuse, notificacion);
        destinatario(out, notificacion);
        let published = Stamp::seconds(notificacion.puesta_a_disposicion);
        out.element("puestaADisposicion", published.as_str());
        if let Some(lapse) = notificacion.caduca {
            let last = Stamp::seconds(plazo::last_second(lapse));
            out.element("finDisponibilidad", last.as_str());
        }
        decision(out, acuse);
        receptor(out, acuse);
        firmante(out, &acuse.firmante);
        out.within("evidencia", |out| {
            out.hex("huella", &acuse.evidencia.0);
            uuid(out, "identificadorPeticion", acuse.peticion);
        });
    })
}

/// D-57: an acuse travels and is filed, so that an act with special-category data is named in neutral words here too.
fn acto(out: &mut Out<'_>, acuse: &Acuse, notificacion: &Notificacion) {
    out.within("acto", |out| {
        out.number("codigo", acuse.codigo.number());
        out.element("entidad", notificacion.procedimiento.entidad.code());
        if notificacion.categoria == Categoria::Ordinaria {
            out.element("codigoProcedimiento", notificacion.procedimiento.codigo);
        }
        out.element("procedimiento", notificacion.procedimiento_visible());
        out.element("asunto", notificacion.asunto_visible());
        out.hex("huella", &acuse.documento.0);
    });
}

fn destinatario(out: &mut Out<'_>, notificacion: &Notificacion) {
    out.within("destinatario", |out| {
        out.element("nif", notificacion.sujeto.as_str());
        out.element("nombre", &notificacion.denominacion);
        out.element("tipo", notificacion.tipo_destinatario.code());
        out.element("identificador", &notificacion.destinatario);
    });
}

fn decision(out: &mut Out<'_>, acuse: &Acuse) {
    out.within("decision", |out| {
        out.element("sentido", acuse.sentido.code());
        out.element("fecha", Stamp::millis(acuse.instante).as_str());
        out.element("fuenteHora", FUENTE_HORA);
        out.optional("motivo", acuse.motivo.as_deref());
    });
}

/// D-25: who received it, beside the addressee, and by what title; through RED, by which authorisation.
fn receptor(out: &mut Out<'_>, acuse: &Acuse) {
    out.within("receptor", |out| {
        out.element("nif", acuse.firmante.titular().as_str());
        out.element("nombre", acuse.firmante.denominacion());
        out.number("rol", acuse.rol.number());
        if let Some(autorizacion) = acuse.autorizacion {
            out.number("autorizacionRed", autorizacion.number());
        }
    });
}

fn firmante(out: &mut Out<'_>, firmante: &Firmante) {
    let persona = firmante.persona_nombrada().map(|persona| ("persona", persona));
    let entidad = firmante.entidad_nombrada().map(|entidad| ("entidad", entidad));
    out.within("firmante", |out| {
        for (element, (nif, nombre)) in persona.into_iter().chain(entidad) {
            identidad(out, element, nif, nombre);
        }
    });
}

fn identidad(out: &mut Out<'_>, element: &'static str, nif: Nif, nombre: &str) {
    out.within(element, |out| {
        out.element("nif", nif.as_str());
        out.element("nombre", nombre);
    });
}

fn uuid(out: &mut Out<'_>, element: &'static str, value: Uuid) {
    let mut buffer = Uuid::encode_buffer();
    out.element(element, value.hyphenated().encode_lower(&mut buffer));
}
