//! What a receipt says of a decision or a lapse, fact by fact.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::*;
use crate::domain::acuse::Acuse;
use crate::domain::firmante::Firmante;
use crate::domain::materia::Procedimiento;
use crate::domain::notificacion::tests::{altered, published};
use crate::domain::notificacion::{Categoria, Huella, Notificacion, Sentido, TipoDestinatario};
use crate::domain::rol::Rol;
use crate::papel::{Paper, Value};

/// 2026-03-10 09:15:00 in Madrid, of which D-12 says that the term ends on the 20th.
const PUBLISHED: i64 = 1_773_130_500;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(PUBLISHED + seconds, 0).unwrap()
}

fn notificacion() -> Notificacion {
    altered(published(PUBLISHED), |publicada| {
        publicada.denominacion = "HORNOS <DEL> SUR & CÍA".to_owned();
    })
}

fn acuse(notificacion: &Notificacion, sentido: Sentido, rol: Rol) -> Acuse {
    Acuse {
        identificador: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
        codigo: notificacion.codigo,
        poderdante: notificacion.sujeto,
        sentido,
        instante: at(3600) + TimeDelta::milliseconds(999),
        firmante: Firmante::Representante {
            nif: "99999912Y".parse().unwrap(),
            nombre: "PABLO LUNA SANZ".to_owned(),
            entidad: "B99999120".parse().unwrap(),
            denominacion: "HORNOS DEL SUR SL".to_owned(),
        },
        rol,
        autorizacion: (rol == Rol::AutorizadoRed).then(|| "123456".parse().unwrap()),
        documento: notificacion.documento.huella,
        evidencia: Huella([0xcd; 32]),
        peticion: Uuid::from_u128(2),
        motivo: (sentido == Sentido::Rechazo).then(|| "No procede <aún>".to_owned()),
    }
}

fn hechos<'a>(notificacion: &'a Notificacion, hecho: Hecho<'a>) -> Hechos<'a> {
    Hechos {
        notificacion,
        hecho,
        numero: Some(123),
        anotacion: Some(Anotacion {
            origen: "notess.example/log",
            indice: 48_213,
        }),
        verificacion: Verificacion {
            id: "AC7K2M9PX4QT",
            fecha: "10032026",
            codigo: "7K2M9-PX4QT-0ABCD-EFGHJ-KMNPQ-RSTVW",
            direccion: "https://notess.example/verificacion",
        },
        organismo: "Tesorería de Ejemplo",
        pruebas: false,
        emitido: at(7200),
    }
}

fn decided(acuse: &Acuse) -> Hecho<'_> {
    Hecho::Decision {
        acuse,
        firma: Firma {
            emisor: "CN=AC DE PRUEBA",
            serie: "5A3B",
        },
        poder: (acuse.rol == Rol::Apoderado).then_some("P-2025/1"),
    }
}

/// What stands behind a label.
fn said(paper: &Paper, label: &str) -> Option<String> {
    let mut facts = paper.sections.iter().flat_map(|section| &section.facts);
    let fact = facts.find(|fact| fact.label == label)?;
    Some(match &fact.value {
        Value::Text(text) | Value::Code(text) => text.clone(),
        Value::Huella(octets) => Huella(octets.as_slice().try_into().unwrap()).to_string(),
    })
}

#[test]
fn a_receipt_of_acceptance_says_everything() {
    let notificacion = notificacion();
    let acuse = acuse(&notificacion, Sentido::Aceptacion, Rol::AutorizadoRed);
    let paper = paper(
        &hechos(&notificacion, decided(&acuse)),
        Some(b"<acuse/>".to_vec()),
    );
    assert_eq!(
        paper.title,
        "Recibo de aceptación de una notificación electrónica"
    );
    assert_eq!(paper.entity, "Tesorería de Ejemplo");
    assert_eq!(paper.reference.as_deref(), Some("Número 2026-000000123"));
    assert_eq!(paper.warning, None);
    assert!(
        paper
            .lead
            .ends_with("fue aceptada el 10-03-2026 a las 10:15:00, hora oficial peninsular."),
        "{}",
        paper.lead
    );
    for (label, value) in [
        ("Código de la notificación", &*notificacion.codigo.to_string()),
        (
            "Huella del documento (SHA-256)",
            &notificacion.documento.huella.to_string(),
        ),
        ("Nombre o razón social", "HORNOS <DEL> SUR & CÍA"),
        ("NIF", notificacion.sujeto.as_str()),
        (
            "Puesta a disposición",
            "10-03-2026 09:15:00, hora oficial peninsular (UTC+01:00)",
        ),
        (
            "Fin del plazo",
            "20-03-2026 23:59:59, hora oficial peninsular (UTC+01:00)",
        ),
        ("Sentido", "Aceptada"),
        (
            "Instante",
            "10-03-2026 10:15:00, hora oficial peninsular (UTC+01:00)",
        ),
        ("Receptor", "HORNOS DEL SUR SL, NIF B99999120"),
        ("En calidad de", "Autorizado del Sistema RED, autorización 123456"),
        (
            "Firmante",
            "PABLO LUNA SANZ, NIF 99999912Y\nen representación de HORNOS DEL SUR SL, NIF B99999120",
        ),
        (
            "Certificado del firmante",
            "Serie 5A3B\nemitido por CN=AC DE PRUEBA",
        ),
        ("Identificador del acuse", "01900000-0000-7000-8000-000000000001"),
        (
            "Identificador de la petición",
            "00000000-0000-0000-0000-000000000002",
        ),
        ("Huella de la petición firmada (SHA-256)", &"cd".repeat(32)),
        ("Registro público", "notess.example/log, hoja 48213"),
        ("Identificador del documento", "AC7K2M9PX4QT"),
        ("Código", "7K2M9-PX4QT-0ABCD-EFGHJ-KMNPQ-RSTVW"),
    ] {
        assert_eq!(said(&paper, label).as_deref(), Some(value), "{label}");
    }
    assert_eq!(said(&paper, "Motivo del rechazo"), None);
    let foot = paper.verification.as_ref().unwrap();
    assert_eq!(
        foot.code,
        "CEA AC7K2M9PX4QT · 10032026 · 7K2M9-PX4QT-0ABCD-EFGHJ-KMNPQ-RSTVW"
    );
    for cited in ["Ley 39/2015", "42.3", "Orden ISM/903/2020"] {
        assert!(paper.notes.concat().contains(cited), "{cited}");
    }
    assert_eq!(paper.attachment.as_ref().unwrap().name, "acuse.xml");
    assert!(paper.to_pdf().is_ok());
}

#[test]
fn a_receipt_of_rejection_says_why_and_by_which_poder() {
    let notificacion = notificacion();
    let acuse = acuse(&notificacion, Sentido::Rechazo, Rol::Apoderado);
    let paper = paper(&hechos(&notificacion, decided(&acuse)), None);
    assert_eq!(paper.title, "Recibo de rechazo de una notificación electrónica");
    assert_eq!(
        said(&paper, "Motivo del rechazo").as_deref(),
        Some("No procede <aún>")
    );
    let titulo = said(&paper, "En calidad de").unwrap();
    assert_eq!(titulo, "Apoderado con poder inscrito, poder P-2025/1");
    assert!(!paper.notes.concat().contains("acuse.xml"));
}

#[test]
fn a_certificate_of_lapse_has_both_dates_and_says_that_nobody_had_access() {
    let notificacion = notificacion();
    let caduca = notificacion.caduca.unwrap();
    let registrada = caduca + TimeDelta::hours(2);
    let paper = paper(
        &hechos(&notificacion, Hecho::Caducidad { caduca, registrada }),
        None,
    );
    assert_eq!(
        paper.title,
        "Certificado de notificación rechazada por transcurso de plazo"
    );
    let said = |label| said(&paper, label).unwrap();
    assert_eq!(said("Sentido"), "Rechazada por transcurso de plazo");
    assert!(said("Se entiende rechazada").starts_with("21-03-2026 00:00:00, "));
    assert!(said("Constancia en el servicio").starts_with("21-03-2026 02:00:00, "));
    assert!(said("Acceso al contenido").starts_with("No consta"));
}

#[test]
fn a_receipt_of_a_special_category_does_not_tell_what_it_is_about() {
    let notificacion = altered(notificacion(), |publicada| {
        publicada.procedimiento = Procedimiento::find("INSS-EMB").unwrap();
        publicada.asunto = "Riesgo durante el embarazo".to_owned();
        publicada.categoria = Categoria::Especial;
        publicada.tipo_destinatario = TipoDestinatario::Naf;
        publicada.destinatario = "289999990119".to_owned();
    });
    let acuse = acuse(&notificacion, Sentido::Aceptacion, Rol::Propio);
    let paper = paper(&hechos(&notificacion, decided(&acuse)), None);
    let all = format!("{paper:?}").to_lowercase();
    assert!(!all.contains("embarazo") && !all.contains("inss-emb"), "{all}");
    let identificador = said(&paper, "Identificador en el acto").unwrap();
    assert_eq!(identificador, "Número de la Seguridad Social 289999990119");
}

#[test]
fn a_receipt_of_an_environment_of_tests_says_that_it_has_no_value() {
    let notificacion = notificacion();
    let acuse = acuse(&notificacion, Sentido::Aceptacion, Rol::Propio);
    let hechos = Hechos {
        pruebas: true,
        ..hechos(&notificacion, decided(&acuse))
    };
    let paper = paper(&hechos, None);
    assert_eq!(paper.warning.as_deref(), Some("SIN VALOR: ENTORNO DE PRUEBAS"));
}

#[test]
fn a_number_has_the_year_of_its_act_in_madrid() {
    let new_year = DateTime::parse_from_rfc3339("2026-12-31T23:30:00Z")
        .unwrap()
        .to_utc();
    assert_eq!(numero(7, new_year), "2027-000000007");
    assert_eq!(numero(12_345_678_901, at(0)), "2026-12345678901");
}
