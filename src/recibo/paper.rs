//! The paper that says some facts: title, what it certifies, facts by sections, legal basis, how to verify it (E-35).

use crate::domain::acuse::Acuse;
use crate::domain::notificacion::{Categoria, Notificacion, Sentido};
use crate::domain::plazo::last_second;
use crate::papel::{Attachment, Fact, Paper, Section, Verification};

use super::hechos::{Firma, Hecho, Hechos, Verificacion};
use super::words::{destinatario, entidad, firmante, instante, momento, nombrado, numero, rol};

/// What an act of an environment of tests bears, so that nobody takes it for one that counts.
const SIN_VALOR: &str = "SIN VALOR: ENTORNO DE PRUEBAS";
/// Whose clock the instants are of (LPAC art. 31.2).
const FUENTE_HORA: &str = "Reloj del servicio, contrastado con sellos de tiempo de una autoridad (RFC 3161)";
/// LPAC on what a notification is and does; RD 203/2021 on what proves it; ISM/903/2020 on those of the Seguridad Social.
const FUNDAMENTO: &str = "Fundamento: artículos 41 y 43 de la Ley 39/2015, de 1 de octubre, del Procedimiento Administrativo Común \
    de las Administraciones Públicas; artículo 42.3 del Reglamento aprobado por el Real Decreto 203/2021, de 30 de marzo; \
    artículo 8 de la Orden ISM/903/2020, de 24 de septiembre.";

/// The paper of some facts, with the sealed acuse within it where there is one.
#[must_use]
pub fn paper(hechos: &Hechos<'_>, acuse_sellado: Option<Vec<u8>>) -> Paper {
    let Hechos {
        notificacion,
        verificacion,
        ..
    } = hechos;
    let mut sections = vec![
        Section {
            title: "Acto notificado".to_owned(),
            facts: acto(notificacion),
        },
        Section {
            title: "Destinatario y puesta a disposición".to_owned(),
            facts: puesta(notificacion),
        },
    ];
    sections.push(match hechos.hecho {
        Hecho::Decision { acuse, firma, poder } => Section {
            title: "Práctica de la notificación".to_owned(),
            facts: decision(acuse, firma, poder),
        },
        Hecho::Caducidad { caduca, registrada } => Section {
            title: "Práctica de la notificación".to_owned(),
            facts: vec![
                Fact::text("Sentido", "Rechazada por transcurso de plazo"),
                Fact::text("Se entiende rechazada", instante(caduca)),
                Fact::text("Constancia en el servicio", instante(registrada)),
                Fact::text("Acceso al contenido", "No consta ningún acceso dentro del plazo"),
            ],
        },
    });
    sections.push(Section {
        title: "Prueba".to_owned(),
        facts: prueba(hechos),
    });
    sections.push(Section {
        title: "Código electrónico de autenticidad (CEA)".to_owned(),
        facts: vec![
            Fact::code("Identificador del documento", verificacion.id),
            Fact::code("Fecha de generación", verificacion.fecha),
            Fact::code("Código", verificacion.codigo),
        ],
    });
    Paper {
        entity: hechos.organismo.to_owned(),
        reference: referencia(hechos),
        warning: hechos.pruebas.then(|| SIN_VALOR.to_owned()),
        title: titulo(hechos.hecho).to_owned(),
        lead: acredita(hechos),
        sections,
        notes: vec![
            FUNDAMENTO.to_owned(),
            leyenda(verificacion, acuse_sellado.is_some()),
        ],
        verification: Some(Verification {
            code: format!(
                "CEA {} · {} · {}",
                verificacion.id, verificacion.fecha, verificacion.codigo
            ),
            place: format!("Compruebe este documento en {}", verificacion.direccion),
        }),
        made: hechos.emitido,
        attachment: acuse_sellado.map(|octets| Attachment {
            name: "acuse.xml".to_owned(),
            media_type: "application/xml",
            description: "Acuse sellado del que se ha obtenido este documento".to_owned(),
            octets,
        }),
    }
}

/// The kind of a paper, as its heading says it.
fn titulo(hecho: Hecho<'_>) -> &'static str {
    match hecho {
        Hecho::Decision { acuse, .. } => match acuse.sentido {
            Sentido::Aceptacion => "Recibo de aceptación de una notificación electrónica",
            Sentido::Rechazo => "Recibo de rechazo de una notificación electrónica",
        },
        Hecho::Caducidad { .. } => "Certificado de notificación rechazada por transcurso de plazo",
    }
}

fn referencia(hechos: &Hechos<'_>) -> Option<String> {
    let acto = match hechos.hecho {
        Hecho::Decision { acuse, .. } => acuse.instante,
        Hecho::Caducidad { caduca, .. } => caduca,
    };
    hechos
        .numero
        .map(|number| format!("Número {}", numero(number, acto)))
}

/// What the paper certifies, in a sentence.
fn acredita(hechos: &Hechos<'_>) -> String {
    let notificacion = hechos.notificacion;
    let of = format!(
        "la notificación {}, puesta a disposición de {} {}",
        notificacion.codigo,
        notificacion.denominacion,
        momento(notificacion.puesta_a_disposicion),
    );
    match hechos.hecho {
        Hecho::Decision { acuse, .. } => {
            let how = match acuse.sentido {
                Sentido::Aceptacion => "aceptada",
                Sentido::Rechazo => "rechazada",
            };
            format!("Se acredita que {of}, fue {how} {}.", momento(acuse.instante))
        }
        Hecho::Caducidad { caduca, .. } => format!(
            "Se certifica que {of}, se entiende rechazada {}, por haber transcurrido el plazo sin que se accediera a su contenido.",
            momento(caduca)
        ),
    }
}

/// D-57: a paper travels and is filed, so that an act with special-category data is named in neutral words.
fn acto(notificacion: &Notificacion) -> Vec<Fact> {
    let visible = notificacion.procedimiento_visible();
    let procedimiento = match notificacion.categoria {
        Categoria::Ordinaria => format!("{} {visible}", notificacion.procedimiento.codigo),
        Categoria::Especial => visible.to_owned(),
    };
    vec![
        Fact::text("Organismo emisor", entidad(notificacion.procedimiento.entidad)),
        Fact::text("Procedimiento", procedimiento),
        Fact::text("Asunto", notificacion.asunto_visible()),
        Fact::code("Código de la notificación", notificacion.codigo.to_string()),
        Fact::huella("Huella del documento (SHA-256)", &notificacion.documento.huella.0),
    ]
}

fn puesta(notificacion: &Notificacion) -> Vec<Fact> {
    let mut facts = vec![
        Fact::text("Nombre o razón social", notificacion.denominacion.as_str()),
        Fact::text("NIF", notificacion.sujeto.as_str()),
        Fact::text("Identificador en el acto", destinatario(notificacion)),
        Fact::text(
            "Puesta a disposición",
            instante(notificacion.puesta_a_disposicion),
        ),
    ];
    let fin = notificacion.caduca.map_or_else(
        || "Sin plazo: no se entiende rechazada por su transcurso".to_owned(),
        |lapse| instante(last_second(lapse)),
    );
    facts.push(Fact::text("Fin del plazo", fin));
    facts
}

fn decision(acuse: &Acuse, firma: Firma<'_>, poder: Option<&str>) -> Vec<Fact> {
    let sentido = match acuse.sentido {
        Sentido::Aceptacion => "Aceptada",
        Sentido::Rechazo => "Rechazada expresamente",
    };
    let mut facts = vec![
        Fact::text("Sentido", sentido),
        Fact::text("Instante", instante(acuse.instante)),
    ];
    if let Some(motivo) = &acuse.motivo {
        facts.push(Fact::text("Motivo del rechazo", motivo.as_str()));
    }
    let receptor = nombrado(acuse.firmante.titular(), acuse.firmante.denominacion());
    facts.push(Fact::text("Receptor", receptor));
    let mut titulo = rol(acuse.rol).to_owned();
    if let Some(autorizacion) = acuse.autorizacion {
        titulo = format!("{titulo}, autorización {}", autorizacion.number());
    }
    if let Some(poder) = poder {
        titulo = format!("{titulo}, poder {poder}");
    }
    facts.push(Fact::text("En calidad de", titulo));
    facts.push(Fact::text("Firmante", firmante(&acuse.firmante)));
    facts.push(Fact::text(
        "Certificado del firmante",
        format!("Serie {}\nemitido por {}", firma.serie, firma.emisor),
    ));
    facts
}

fn prueba(hechos: &Hechos<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Hecho::Decision { acuse, .. } = hechos.hecho {
        facts.push(Fact::code(
            "Identificador del acuse",
            acuse.identificador.to_string(),
        ));
        facts.push(Fact::code(
            "Identificador de la petición",
            acuse.peticion.to_string(),
        ));
        facts.push(Fact::huella(
            "Huella de la petición firmada (SHA-256)",
            &acuse.evidencia.0,
        ));
    }
    facts.push(Fact::text("Fuente de la hora", FUENTE_HORA));
    if let Some(anotacion) = hechos.anotacion {
        let said = format!("{}, hoja {}", anotacion.origen, anotacion.indice);
        facts.push(Fact::text("Registro público", said));
    }
    facts
}

fn leyenda(verificacion: &Verificacion<'_>, adjunto: bool) -> String {
    let adjunto = if adjunto {
        " y lleva adjunto el acuse sellado (acuse.xml) del que se ha obtenido"
    } else {
        ""
    };
    format!(
        "Este documento lleva el sello electrónico de quien lo emite{adjunto}. Su autenticidad e integridad pueden comprobarse \
         con ese sello, sin acudir a quien lo emitió, y con el código electrónico de autenticidad en {}.",
        verificacion.direccion
    )
}
