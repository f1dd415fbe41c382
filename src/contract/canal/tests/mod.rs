//! What the tests of this contract share: a world of a few notifications, and the schemas as libxml2 applies them.

mod acuse_document;
mod practicada;
mod requests;
mod responses;
mod service;

use chrono::{DateTime, TimeDelta, Utc};
use libxml::parser::Parser;
use libxml::schemas::{SchemaParserContext, SchemaValidationContext};
use uuid::Uuid;

use crate::domain::acuse::Acuse;
use crate::domain::firmante::Firmante;
use crate::domain::materia::Procedimiento;
use crate::domain::notificacion::tests::{altered, published};
use crate::domain::notificacion::{
    Categoria, Codigo, Documento, Huella, Notificacion, Obligacion, Sentido, TipoDestinatario,
};
use crate::domain::rol::Rol;

/// 2026-03-10 09:15:00 in Madrid, of which D-12 says that the term ends on the 20th.
const PUBLISHED: i64 = 1_773_130_500;

/// Valid against the schema, or why not.
fn validity(schema: &[u8], octets: &[u8]) -> Result<(), String> {
    let document = Parser::default()
        .parse_string(octets)
        .map_err(|error| format!("{error:?}"))?;
    SchemaValidationContext::from_parser(&mut SchemaParserContext::from_buffer(schema))
        .and_then(|mut context| context.validate_document(&document))
        .map_err(|errors| {
            errors
                .iter()
                .filter_map(|error| error.message.as_deref())
                .collect()
        })
}

/// Asserts what every answer must be: valid, and canonical as it is.
fn assert_fit(schema: &[u8], octets: &[u8]) {
    let text = std::str::from_utf8(octets).unwrap();
    assert_eq!(validity(schema, octets), Ok(()), "{text}");
    assert_eq!(crate::xml::write::tests::exclusive_canonical_form(octets), text);
}

fn codigo(number: i32) -> Codigo {
    Codigo::new(number).unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(PUBLISHED + seconds, 0).unwrap()
}

fn ordinary(number: i32) -> Notificacion {
    altered(published(PUBLISHED), |publicada| {
        publicada.codigo = codigo(number);
        publicada.denominacion = "HORNOS <DEL> SUR & CÍA".to_owned();
        publicada.documento = Documento {
            huella: Huella([0xab; 32]),
            tamano: 1234,
        };
    })
}

fn special(number: i32) -> Notificacion {
    altered(ordinary(number), |publicada| {
        publicada.procedimiento = Procedimiento::find("INSS-EMB").unwrap();
        publicada.asunto = "Riesgo durante el embarazo".to_owned();
        publicada.categoria = Categoria::Especial;
        publicada.tipo_destinatario = TipoDestinatario::Naf;
        publicada.destinatario = "289999990119".to_owned();
    })
}

/// One whose lapse does not practise it.
fn copy(number: i32) -> Notificacion {
    Notificacion {
        caduca: None,
        ..altered(ordinary(number), |publicada| {
            publicada.obligacion = Obligacion::Copia;
        })
    }
}

fn representative() -> Firmante {
    Firmante::Representante {
        nif: "99999912Y".parse().unwrap(),
        nombre: "PABLO LUNA SANZ".to_owned(),
        entidad: "B99999120".parse().unwrap(),
        denominacion: "HORNOS DEL SUR SL".to_owned(),
    }
}

fn acuse_of(notificacion: &Notificacion, sentido: Sentido, firmante: Firmante, rol: Rol) -> Acuse {
    Acuse {
        identificador: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
        codigo: notificacion.codigo,
        poderdante: notificacion.sujeto,
        sentido,
        instante: at(3600) + TimeDelta::microseconds(123_999),
        firmante,
        rol,
        autorizacion: (rol == Rol::AutorizadoRed).then(|| "123456".parse().unwrap()),
        documento: notificacion.documento.huella,
        evidencia: Huella([0xcd; 32]),
        peticion: Uuid::from_u128(2),
        motivo: (sentido == Sentido::Rechazo).then(|| "No procede <aún>".to_owned()),
    }
}
