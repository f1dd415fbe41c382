//! The document that proves a decision.

use super::super::ACUSE_SCHEMA;
use super::super::acuse_document::{acuse_document, id};
use super::*;
use crate::domain::operation::AcuseServido;

fn served(notificacion: Notificacion, sentido: Sentido, firmante: Firmante, rol: Rol) -> AcuseServido {
    AcuseServido {
        acuse: acuse_of(&notificacion, sentido, firmante, rol),
        notificacion,
    }
}

fn text_of(served: &AcuseServido) -> String {
    String::from_utf8(acuse_document(served).into_octets()).unwrap()
}

#[test]
fn every_kind_of_acuse_is_valid_and_canonical() {
    let person = Firmante::Persona {
        nif: "99999901H".parse().unwrap(),
        nombre: "MARTA ROBLES".to_owned(),
    };
    let seal = Firmante::Sello {
        entidad: "A99999013".parse().unwrap(),
        denominacion: "TALLERES PISUERGA SA".to_owned(),
    };
    for firmante in [person, seal, representative()] {
        for rol in Rol::ALL {
            for sentido in [Sentido::Aceptacion, Sentido::Rechazo] {
                for notificacion in [ordinary(1), special(2), copy(3)] {
                    let served = served(notificacion, sentido, firmante.clone(), rol);
                    assert_fit(ACUSE_SCHEMA, acuse_document(&served).octets());
                }
            }
        }
    }
}

#[test]
fn a_signature_may_follow_as_the_last_child_and_nothing_else() {
    let unsigned = text_of(&served(
        ordinary(1),
        Sentido::Aceptacion,
        representative(),
        Rol::Propio,
    ));
    let with = |child: &str| unsigned.replace("</acuse>", &format!("{child}</acuse>"));
    let signed = with("<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>");
    assert_eq!(validity(ACUSE_SCHEMA, signed.as_bytes()), Ok(()));
    assert!(validity(ACUSE_SCHEMA, with("<otro/>").as_bytes()).is_err());
}

#[test]
fn an_acuse_through_red_names_addressee_receptor_and_authorisation() {
    let gestor = Firmante::Representante {
        nif: "99999923V".parse().unwrap(),
        nombre: "INES VIDAL".to_owned(),
        entidad: "A99999013".parse().unwrap(),
        denominacion: "TALLERES PISUERGA SA".to_owned(),
    };
    let text = text_of(&served(
        ordinary(77),
        Sentido::Rechazo,
        gestor,
        Rol::AutorizadoRed,
    ));
    for part in [
        "<acuse xmlns=\"urn:notess:acuse:1\" Id=\"acuse-01900000-0000-7000-8000-000000000001\">",
        "<codigo>77</codigo><entidad>TGSS</entidad><codigoProcedimiento>TGSS-RD</codigoProcedimiento>",
        "<destinatario><nif>B99999120</nif><nombre>HORNOS &lt;DEL&gt; SUR &amp; CÍA</nombre>",
        "<puestaADisposicion>2026-03-10T09:15:00+01:00</puestaADisposicion>",
        "<finDisponibilidad>2026-03-20T23:59:59+01:00</finDisponibilidad>",
        "<sentido>rechazo</sentido><fecha>2026-03-10T10:15:00.123+01:00</fecha>",
        "<motivo>No procede &lt;aún&gt;</motivo>",
        "<receptor><nif>A99999013</nif><nombre>TALLERES PISUERGA SA</nombre><rol>2</rol>\
         <autorizacionRed>123456</autorizacionRed></receptor>",
        "<firmante><persona><nif>99999923V</nif><nombre>INES VIDAL</nombre></persona><entidad><nif>A99999013</nif>",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn an_acuse_of_a_special_category_does_not_tell_what_it_is_about() {
    let text = text_of(&served(
        special(5),
        Sentido::Aceptacion,
        representative(),
        Rol::Propio,
    ));
    assert!(!text.contains("mbarazo") && !text.contains("INSS-EMB"), "{text}");
}

#[test]
fn the_identifier_of_the_root_is_that_of_the_acuse() {
    let served = served(ordinary(1), Sentido::Aceptacion, representative(), Rol::Propio);
    assert!(text_of(&served).contains(&format!(" Id=\"{}\"", id(&served.acuse))));
}
