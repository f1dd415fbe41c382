//! How notifications were practised, in listings that ask for it and in no others.

use super::super::decode::decode;
use super::super::messages::{self, Message};
use super::super::{NAMESPACE, Operation, Rows, SCHEMA, encode};
use super::*;
use crate::domain::notificacion::Medio;
use crate::domain::operation::{How, Listed, Page, Practised, Request};
use crate::domain::rol::Roles;
use crate::xml::write::Canonical;

fn page(practica: Option<How>) -> Canonical {
    let practica = practica.map(|how| {
        Box::new(Practised {
            instante: at(3600),
            how,
        })
    });
    let listed = Listed {
        notificacion: ordinary(1),
        roles: Roles::ALL,
        practica,
    };
    let page = Page {
        notificaciones: vec![listed],
        next: None,
        at: at(7200),
    };
    encode::page(&page, &Rows::default())
}

fn read(how: How) -> messages::Practicada {
    let payload = page(Some(how));
    assert_fit(SCHEMA, payload.octets());
    let read = messages::ConsultarNotificacionesResponse::read(payload.octets()).unwrap();
    read.notificaciones
        .into_iter()
        .next()
        .unwrap()
        .practicada
        .unwrap()
}

fn identity(nif: &str, nombre: &str) -> messages::Identidad {
    messages::Identidad {
        nif: nif.to_owned(),
        nombre: nombre.to_owned(),
    }
}

#[test]
fn each_way_of_being_practised_is_told_as_the_schema_says() {
    let plain = messages::Practicada {
        fecha: "2026-03-10T10:15:00.000+01:00".to_owned(),
        sentido: "aceptacion".to_owned(),
        rol: None,
        medio: None,
        firmante: None,
    };
    let decided = |firmante| How::Decided {
        sentido: Sentido::Aceptacion,
        rol: Rol::AutorizadoRed,
        firmante,
    };
    let red = messages::Practicada {
        rol: Some(2),
        ..plain.clone()
    };
    assert_eq!(read(decided(None)), red);
    let firmante = Firmante::Representante {
        nif: "99999912Y".parse().unwrap(),
        nombre: "PABLO <LUNA>".to_owned(),
        entidad: "B99999120".parse().unwrap(),
        denominacion: "HORNOS & SUR".to_owned(),
    };
    let signed = messages::Firmante {
        persona: Some(identity("99999912Y", "PABLO <LUNA>")),
        entidad: Some(identity("B99999120", "HORNOS & SUR")),
    };
    let to_addressee = messages::Practicada {
        firmante: Some(signed),
        ..red
    };
    assert_eq!(read(decided(Some(firmante))), to_addressee);
    let elsewhere = |medio| How::Elsewhere {
        sentido: Sentido::Rechazo,
        medio,
    };
    let rejected = messages::Practicada {
        sentido: "rechazo".to_owned(),
        ..plain.clone()
    };
    assert_eq!(read(elsewhere(None)), rejected);
    for (medio, told) in [(Medio::Papel, "papel"), (Medio::Dehu, "dehu")] {
        assert_eq!(read(elsewhere(Some(medio))).medio.as_deref(), Some(told));
    }
    let lapsed = messages::Practicada {
        sentido: "transcurso".to_owned(),
        ..plain
    };
    assert_eq!(read(How::Lapsed), lapsed);
}

#[test]
fn a_row_has_it_at_its_end_and_is_else_what_it_was() {
    let [without, with] =
        [None, Some(How::Lapsed)].map(|how| String::from_utf8(page(how).into_octets()).unwrap());
    assert!(!without.contains("practicada"), "{without}");
    let (before, rest) = with.split_once("<practicada>").unwrap();
    let (_, after) = rest.split_once("</practicada>").unwrap();
    assert_eq!(format!("{before}{after}"), without);
}

#[test]
fn it_is_asked_for_by_a_boolean_of_the_schema() {
    for (element, asked) in [
        ("", false),
        ("<practicada>true</practicada>", true),
        ("<practicada> 1 </practicada>", true),
        ("<practicada>false</practicada>", false),
        ("<practicada>0</practicada>", false),
    ] {
        let payload = format!(
            "<consultarNotificaciones xmlns=\"{NAMESPACE}\"><poderdante>B99999120</poderdante><limite>5</limite>{element}\
             </consultarNotificaciones>"
        );
        assert_eq!(validity(SCHEMA, payload.as_bytes()), Ok(()), "{payload}");
        let read = decode(Operation::ConsultarNotificaciones, payload.as_bytes()).unwrap();
        let Request::List(list) = read else {
            panic!("{read:?}")
        };
        assert_eq!(list.practicada, asked, "{element}");
    }
}
