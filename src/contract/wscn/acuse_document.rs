//! The acuse that is given out to be signed: what the service seals and the client signs beside it.
//!
//! Both signatures are children of the root and refer to `#ProsaData`, so that neither is inside what the other signs.

use uuid::Uuid;

use super::wire_time::Stamp;
use crate::domain::acuse_solicitado::AcuseAFirmar;
use crate::domain::firmante::Firmante;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Categoria, Codigo, Huella, Notificacion, Sentido};
use crate::domain::plazo;
use crate::signature::{SealError, SigningKey, seal_element};
use crate::xml::tree::Element;
use crate::xml::write::{Canonical, Ns, Out, Tag};
use crate::xml::{Limits, screen};

/// Local name of the root, which is in no namespace.
pub(super) const ROOT: &str = "ProsaSignature";
/// Value of the root's `id`.
pub(super) const ROOT_ID: &str = "ELEMENTOAFIRMAR";
/// Local name of what is signed.
pub(super) const DATA: &str = "ProsaSignatureData";
/// Value of its `Id`, which both signatures refer to.
pub const DATA_ID: &str = "ProsaData";
/// Local name of the acuse in it, and value of its `id`.
const ACUSE: &str = "ACUSE_FIRMA";
/// The version of the acuse's form.
const VERSION: i64 = 4;
/// Room for what is signed.
const ROOM: usize = 4096;

/// What both are to sign: the element `ProsaSignatureData`. The same acuse always gives the same octets.
#[must_use]
pub fn data(acuse: &AcuseAFirmar) -> Canonical {
    Out::document(ROOM, Ns::NONE, Tag::with(DATA, "Id", DATA_ID), |out| {
        out.within(Tag::with(ACUSE, "id", ACUSE), |out| acuse_firma(out, acuse));
    })
}

fn acuse_firma(out: &mut Out<'_>, acuse: &AcuseAFirmar) {
    let notificacion = &acuse.notificacion;
    out.number("VERSION_ACUSE", VERSION);
    uuid(out, "IDENTIFICADOR_ACUSE", acuse.identificador);
    acto(out, notificacion);
    out.element("SENTIDO", sentido(acuse.sentido));
    out.number("ROL", acuse.rol.number());
    if let Some(autorizacion) = acuse.autorizacion {
        out.number("AUTORIZACION_RED", autorizacion.number());
    }
    out.within("PODERDANTE", |out| {
        out.element("NIF", notificacion.sujeto.as_str());
        out.element("NOMBRE", &notificacion.denominacion);
    });
    receptor(out, &acuse.firmante);
    firmante(out, &acuse.firmante);
    uuid(out, "IDENTIFICADOR_PETICION", acuse.peticion);
    out.element("FECHA_EMISION", Stamp::of(acuse.emitido).as_str());
    huella(out, &notificacion.documento.huella);
    out.within("ADVERTENCIA", |out| {
        out.element("CODIGO", &acuse.advertencia.codigo);
        out.element("TEXTO", acuse.advertencia.texto);
    });
}

/// The SHA-256 by which what was given out is known again when it comes back.
#[must_use]
pub fn huella_of(data: &[u8]) -> Huella {
    Huella(openssl::sha::sha256(data))
}

/// The whole document, signed by the service. Its signature stands beside what is signed and not inside: the client's
/// covers the same element and may not cover the service's.
pub fn sealed(key: &SigningKey, data: &Canonical) -> Result<Vec<u8>, SealError> {
    let signature = seal_element(key, data, DATA_ID)?;
    let start_tag = format!("<{ROOT} id=\"{ROOT_ID}\">");
    let end_tag = format!("</{ROOT}>");
    Ok([
        start_tag.as_bytes(),
        data.octets(),
        &signature,
        end_tag.as_bytes(),
    ]
    .concat())
}

/// D-57: an acuse travels and is filed, so that an act with special-category data is named in neutral words here too.
fn acto(out: &mut Out<'_>, notificacion: &Notificacion) {
    out.within("NOTIFICACION", |out| {
        out.number("CODIGO", notificacion.codigo.number());
        out.element("ENTIDAD", notificacion.procedimiento.entidad.code());
        if notificacion.categoria == Categoria::Ordinaria {
            out.element("CODIGO_PROCEDIMIENTO", notificacion.procedimiento.codigo);
        }
        out.token("PROCEDIMIENTO", notificacion.procedimiento_visible());
        out.element("ASUNTO", notificacion.asunto_visible());
        out.element("TIPO_DESTINATARIO", notificacion.tipo_destinatario.code());
        out.element("DESTINATARIO", &notificacion.destinatario);
        let published = Stamp::of(notificacion.puesta_a_disposicion);
        out.element("FECHA_PUESTA_DISPOSICION", published.as_str());
        if let Some(lapse) = notificacion.caduca {
            let last = Stamp::of(plazo::last_second(lapse));
            out.element("FECHA_FIN_DISPONIBILIDAD", last.as_str());
        }
    });
}

fn sentido(sentido: Sentido) -> &'static str {
    match sentido {
        Sentido::Aceptacion => "ACEPTACION",
        Sentido::Rechazo => "RECHAZO",
    }
}

/// D-25: who receives, beside the addressee.
fn receptor(out: &mut Out<'_>, firmante: &Firmante) {
    identidad(out, "RECEPTOR", firmante.titular(), firmante.denominacion());
}

fn firmante(out: &mut Out<'_>, firmante: &Firmante) {
    let persona = firmante.persona_nombrada().map(|persona| ("PERSONA", persona));
    let entidad = firmante.entidad_nombrada().map(|entidad| ("ENTIDAD", entidad));
    out.within("FIRMANTE", |out| {
        for (element, (nif, nombre)) in persona.into_iter().chain(entidad) {
            identidad(out, element, nif, nombre);
        }
    });
}

fn identidad(out: &mut Out<'_>, element: &'static str, nif: Nif, nombre: &str) {
    out.within(element, |out| {
        out.element("NIF", nif.as_str());
        out.element("NOMBRE", nombre);
    });
}

/// D-109: the hash of the document that is accepted or rejected.
fn huella(out: &mut Out<'_>, huella: &Huella) {
    out.within("HUELLA_DOCUMENTO", |out| {
        out.element("ALGORITMO", "SHA-256");
        out.hex("VALOR", &huella.0);
    });
}

fn uuid(out: &mut Out<'_>, element: &'static str, value: Uuid) {
    let mut buffer = Uuid::encode_buffer();
    out.element(element, value.hyphenated().encode_lower(&mut buffer));
}

/// What tells one acuse from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) identificador: Uuid,
    pub(super) codigo: Codigo,
    pub(super) sentido: Sentido,
    /// Code of the warning.
    pub(super) advertencia: String,
}

/// Which acuse the octets of a `ProsaSignatureData` are; nothing where they are not such an element, or hold none.
pub(super) fn identify(data: &[u8]) -> Option<Identity> {
    let document = screen(data, &Limits::MESSAGE).ok()?;
    let root = document.root();
    let acuse = Some(root)
        .filter(|root| root.is("", DATA) && root.attribute("", "Id") == Some(DATA_ID))
        .and_then(|root| only_child(root, ACUSE))?;
    let text = |name| only_child(acuse, name)?.text();
    let version: i64 = text("VERSION_ACUSE")?.parse().ok()?;
    let codigo = only_child(only_child(acuse, "NOTIFICACION")?, "CODIGO")?.text()?;
    let advertencia = only_child(only_child(acuse, "ADVERTENCIA")?, "CODIGO")?.text()?;
    let said = text("SENTIDO")?;
    (version == VERSION).then_some(Identity {
        identificador: text("IDENTIFICADOR_ACUSE")?.parse().ok()?,
        codigo: Codigo::new(codigo.parse().ok()?)?,
        advertencia: advertencia.to_owned(),
        sentido: *Sentido::ALL.iter().find(|known| sentido(**known) == said)?,
    })
}

/// The child of that name in no namespace, if there is exactly one.
fn only_child<'t, 'a>(parent: Element<'t, 'a>, name: &str) -> Option<Element<'t, 'a>> {
    let mut found = parent.children().filter(|child| child.is("", name));
    found.next().filter(|_| found.next().is_none())
}
