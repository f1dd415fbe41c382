//! A receipt as it is usually, and one that is long.

use chrono::{TimeZone, Utc};
use notess::papel::{Attachment, Fact, Paper, Section, Value, Verification};

/// As many letters as a register takes.
pub const LONG_NAME: &str = "Confederación Hidrográfica y Agroalimentaria Transfronteriza de las Comarcas del Noroeste Peninsular, Sociedad Cooperativa";
/// Letters of five scripts, of which the last two are in no font of ours.
pub const FIVE_SCRIPTS: &str = "Núñez Łódź Șerban Ελλάς Иван ŀl 李 דוד";

/// A receipt of acceptance for whoever has this name.
pub fn receipt(name: &str) -> Paper {
    Paper {
        entity: "Tesorería de Ejemplo".to_owned(),
        reference: Some("Núm. 2026-000000123".to_owned()),
        warning: None,
        title: "Recibo de aceptación de una notificación electrónica".to_owned(),
        lead: format!("Se acredita que la notificación 1234567, puesta a disposición de {name}, fue aceptada."),
        sections: vec![
            section("Acto notificado", vec![
                Fact::text("Organismo emisor", "Tesorería de Ejemplo, Dirección Provincial de Cáceres"),
                Fact::text("Procedimiento", "0412 Reclamación de deuda"),
                Fact::text("Acto", "Providencia de apremio por descubiertos en el Régimen General, 03/2026"),
                Fact::code("Código de la notificación", "1234567"),
                Fact::huella("Huella del documento (SHA-256)", &[0x3c; 32]),
            ]),
            section("Destinatario", vec![
                Fact::text("Nombre", name),
                Fact::text("NIF", "99999902K"),
                Fact::text("Identificador", "Código de cuenta de cotización 0111 10 123456789"),
                Fact::text("Puesta a disposición", "11-05-2026 08:00:00, hora oficial peninsular (UTC+02:00)"),
                Fact::text("Fin del plazo", "21-05-2026 23:59:59, hora oficial peninsular (UTC+02:00)"),
            ]),
            section("Recepción", vec![
                Fact::text("Sentido", "Aceptada"),
                Fact::text("Instante", "14-05-2026 10:21:37, hora oficial peninsular (UTC+02:00)"),
                Fact::text("Receptor", format!("{name}, NIF 99999902K, como interesado")),
                Fact::text("Firmante", "MARTA ROBLES IBARRA, NIF 99999901H"),
                Fact::text("Certificado del firmante", "Serie 5A3B770C91D2E410, de AC DEMOSTRACION"),
            ]),
            section("Prueba", vec![
                Fact::code("Acuse", "018f5c1e-7a3b-7c55-9d11-2f4e6a8b0c1d"),
                Fact::code("Petición", "9b1f7c60-54e2-4f0e-8a77-6d6c1c4f9a20"),
                Fact::huella("Huella de la petición firmada (SHA-256)", &[0xa7; 32]),
                Fact::text("Fuente de la hora", "Reloj del servicio, contrastado con sellos de tiempo"),
                Fact::text("Registro público", "notess.example/registro, hoja 48213"),
            ]),
            section("Código electrónico de autenticidad (CEA)", vec![
                Fact::code("Identificador", "01AR 7K2M 9PX4"),
                Fact::text("Fecha de generación", "14-05-2026"),
                Fact::code("Código", "7K2M9 PX4QT 0ABCD EFGHJ KMNPQ RSTVW"),
            ]),
        ],
        notes: vec![
            "Fundamento: artículos 41 y 43 de la Ley 39/2015; artículo 42.3 del Reglamento aprobado por el Real Decreto 203/2021; artículo 8 de la Orden ISM/903/2020.".to_owned(),
            "Este documento está sellado electrónicamente y lleva adjunto el acuse sellado del que se ha obtenido.".to_owned(),
        ],
        verification: Some(Verification {
            code: "CEA 01AR7K2M9PX4 · 14-05-2026 · 7K2M9 PX4QT 0ABCD EFGHJ KMNPQ RSTVW".to_owned(),
            place: "Compruebe este documento en https://notificaciones.ejemplo.es/verificacion".to_owned(),
        }),
        made: Utc.with_ymd_and_hms(2026, 5, 14, 8, 21, 40).unwrap(),
        attachment: Some(Attachment {
            name: "acuse.xml".to_owned(),
            media_type: "application/xml",
            description: "Acuse sellado del que se ha obtenido este recibo".to_owned(),
            octets: acuse(),
        }),
    }
}

/// The octets that are attached.
pub fn acuse() -> Vec<u8> {
    let lines = (0..60).map(|n| format!("<dato n=\"{n}\">{:x}</dato>", n * 7_919_u32));
    format!("<acuse>{}</acuse>", lines.collect::<String>()).into_bytes()
}

/// One with everything long: a warning, long names, a reason of several thousand letters.
pub fn long() -> Paper {
    let mut paper = receipt(LONG_NAME);
    LONG_NAME.clone_into(&mut paper.entity);
    paper.warning = Some("SIN VALOR: ENTORNO DE PRUEBAS".to_owned());
    let reason = "La entidad dejó de prestar servicio en la provincia y comunicó su baja. ".repeat(40);
    let facts = &mut paper.sections[2].facts;
    facts.push(Fact {
        label: "Motivo del rechazo".to_owned(),
        value: Value::Text(reason),
    });
    paper
}

fn section(title: &str, facts: Vec<Fact>) -> Section {
    Section {
        title: title.to_owned(),
        facts,
    }
}
