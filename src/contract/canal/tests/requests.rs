//! Requests are read as they were meant, and what is wrong in one is told apart.

mod refused;

use proptest::prelude::*;

use super::super::cursor::{self, CursorError};
use super::super::decode::{DecodeError, decode, explain};
use super::super::messages::MessageError;
use super::super::{NAMESPACE, Operation, SCHEMA, request};
use super::*;
use crate::domain::materia::Entidad;
use crate::domain::nif::{Nif, NifError};
use crate::domain::notificacion::Estado;
use crate::domain::operation::{Cursor, DecideRequest, ListRequest, OneNotificacion, PageSize, Request};
use crate::domain::rol::Roles;
use crate::xml::Excerpt;

const NIF: &str = "<poderdante>B99999120</poderdante>";
const ADV: &str = "<advertencia>ADV-2026-1</advertencia>";

/// A payload of an operation, in the contract's namespace.
fn payload(operation: &str, content: &str) -> String {
    format!("<{operation} xmlns=\"{NAMESPACE}\">{content}</{operation}>")
}

/// The operation of that name.
fn named(name: &str) -> Operation {
    Operation::ALL
        .into_iter()
        .find(|operation| operation.name() == name)
        .unwrap()
}

/// Decodes what the schema admits.
fn valid(operation: &str, content: &str) -> Result<Request, DecodeError> {
    let payload = payload(operation, content);
    assert_eq!(validity(SCHEMA, payload.as_bytes()), Ok(()), "{payload}");
    decode(named(operation), payload.as_bytes())
}

/// Explains what the schema refuses.
fn invalid(operation: &str, content: &str) -> Option<DecodeError> {
    let payload = payload(operation, content);
    assert!(validity(SCHEMA, payload.as_bytes()).is_err(), "{payload}");
    explain(named(operation), payload.as_bytes())
}

fn nif() -> Nif {
    "B99999120".parse().unwrap()
}

fn listing() -> ListRequest {
    ListRequest {
        poderdantes: std::iter::once(nif()).collect(),
        roles: Roles::ALL,
        estados: vec![],
        entidades: vec![],
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor: None,
        limite: PageSize::default(),
        practicada: false,
    }
}

fn listed(content: &str) -> Result<ListRequest, DecodeError> {
    match valid("consultarNotificaciones", content)? {
        Request::List(list) => Ok(list),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_listing_that_names_only_a_poderdante_asks_for_everything() {
    assert_eq!(listed(NIF), Ok(listing()));
}

#[test]
fn the_filters_of_a_listing_are_read_without_repetition() {
    let cursor = Cursor {
        poderdante: nif(),
        codigo: codigo(3),
    };
    let content = format!(
        "<poderdante> b-99999120 </poderdante>{NIF}<poderdante>99999901H</poderdante><rol>2</rol><rol>1</rol><rol>2</rol>\
         <estado>+1</estado><estado>00</estado><estado>1</estado><entidad>ISM</entidad><desde>2026-03-10T09:15:00</desde>\
         <hasta>2026-03-10T08:15:00.5Z</hasta><finAntesDe>2026-03-10T09:15:00+01:00</finAntesDe><cursor>{}</cursor>\
         <limite>1000</limite>",
        cursor::write(&cursor)
    );
    let expected = ListRequest {
        poderdantes: [nif(), nif(), "99999901H".parse().unwrap()].into_iter().collect(),
        roles: Roles::NONE.with(Rol::Propio).with(Rol::AutorizadoRed),
        estados: vec![Estado::AcuseSolicitado, Estado::SinAcuse],
        entidades: vec![Entidad::Ism],
        desde: Some(at(0)),
        hasta: Some(at(0) + TimeDelta::milliseconds(500)),
        fin_antes_de: Some(at(0)),
        cursor: Some(cursor),
        limite: PageSize::new(1000).unwrap(),
        practicada: false,
    };
    assert_eq!(listed(&content), Ok(expected));
}

#[test]
fn an_empty_cursor_is_none() {
    assert_eq!(listed(&format!("{NIF}<cursor></cursor>")), Ok(listing()));
}

#[test]
fn prefixes_and_pretty_printing_do_not_matter() {
    let payload = format!(
        "<q:obtenerDocumento xmlns:q=\"{NAMESPACE}\">\n  <q:poderdante>B99999120</q:poderdante>\n  \
         <codigo xmlns=\"{NAMESPACE}\">7</codigo>\n</q:obtenerDocumento>"
    );
    assert_eq!(validity(SCHEMA, payload.as_bytes()), Ok(()));
    assert_eq!(
        decode(Operation::ObtenerDocumento, payload.as_bytes()),
        Ok(Request::Document(OneNotificacion {
            poderdante: nif(),
            codigo: codigo(7)
        }))
    );
}

#[test]
fn a_decision_keeps_the_order_of_its_codes_and_the_first_of_each() {
    let codes = "<codigo>9</codigo><codigo>3</codigo><codigo>9</codigo>";
    let decision = DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante: nif(),
        rol: Some(Rol::AutorizadoRed),
        advertencia: "ADV-2026-1".to_owned(),
        codigos: vec![codigo(9), codigo(3)],
        motivo: None,
    };
    assert_eq!(
        valid("firmarNotificaciones", &format!("{NIF}<rol>2</rol>{ADV}{codes}")),
        Ok(Request::Decide(decision.clone()))
    );
    let rejection = |motivo: Option<&str>| {
        Ok(Request::Decide(DecideRequest {
            sentido: Sentido::Rechazo,
            rol: None,
            motivo: motivo.map(str::to_owned),
            ..decision.clone()
        }))
    };
    for (given, read) in [
        ("", None),
        ("<motivo></motivo>", None),
        ("<motivo>Error &lt;grave&gt;</motivo>", Some("Error <grave>")),
    ] {
        assert_eq!(
            valid("rechazarNotificaciones", &format!("{NIF}{ADV}{codes}{given}")),
            rejection(read)
        );
    }
}

fn nifs() -> impl Strategy<Value = Nif> {
    (0_u32..100_000_000).prop_map(|number| {
        let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[(number % 23) as usize];
        format!("{number:08}{}", char::from(letter)).parse().unwrap()
    })
}

fn codes() -> impl Strategy<Value = Codigo> {
    (1..=i32::MAX).prop_map(|number| Codigo::new(number).unwrap())
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000_000_000).prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

fn words() -> impl Strategy<Value = String> {
    "[a-zñ<&\"]([ a-zñ<&\"]{0,20}[a-zñ<&\"])?"
}

fn list_requests() -> impl Strategy<Value = Request> {
    let roles = prop::sample::subsequence(Rol::ALL.to_vec(), 1..=3);
    let estados = prop::sample::subsequence(Estado::ALL.to_vec(), 0..=5);
    let entidades = prop::sample::subsequence(Entidad::ALL.to_vec(), 0..=3);
    let dates = prop::array::uniform3(prop::option::of(instants()));
    let cursors = prop::option::of((nifs(), codes()));
    (
        prop::collection::hash_set(nifs(), 1..20),
        roles,
        estados,
        entidades,
        dates,
        cursors,
        1_u16..=1000,
    )
        .prop_map(
            |(nifs, roles, estados, entidades, [desde, hasta, fin_antes_de], cursor, limite)| {
                Request::List(ListRequest {
                    poderdantes: nifs.into_iter().collect(),
                    roles: roles.into_iter().collect(),
                    estados,
                    entidades,
                    desde,
                    hasta,
                    fin_antes_de,
                    cursor: cursor.map(|(poderdante, codigo)| Cursor { poderdante, codigo }),
                    limite: PageSize::new(limite).unwrap(),
                    practicada: false,
                })
            },
        )
}

fn decide_requests() -> impl Strategy<Value = Request> {
    let rol = prop::option::of(prop::sample::select(Rol::ALL.to_vec()));
    (
        any::<bool>(),
        nifs(),
        rol,
        words(),
        prop::collection::hash_set(codes(), 1..50),
        prop::option::of(words()),
    )
        .prop_map(|(accept, poderdante, rol, advertencia, codigos, motivo)| {
            Request::Decide(DecideRequest {
                sentido: if accept {
                    Sentido::Aceptacion
                } else {
                    Sentido::Rechazo
                },
                poderdante,
                rol,
                advertencia,
                codigos: codigos.into_iter().collect(),
                motivo: motivo.filter(|_| !accept),
            })
        })
}

fn requests() -> impl Strategy<Value = Request> {
    let one = || (nifs(), codes()).prop_map(|(poderdante, codigo)| OneNotificacion { poderdante, codigo });
    prop_oneof![
        Just(Request::Poderdantes),
        list_requests(),
        decide_requests(),
        one().prop_map(Request::Document),
        one().prop_map(Request::Acuse),
    ]
}

fn operation_of(request: &Request) -> Operation {
    match request {
        Request::Poderdantes => Operation::ConsultarPoderdantes,
        Request::List(_) => Operation::ConsultarNotificaciones,
        Request::Decide(decide) => match decide.sentido {
            Sentido::Aceptacion => Operation::FirmarNotificaciones,
            Sentido::Rechazo => Operation::RechazarNotificaciones,
        },
        Request::Document(_) => Operation::ObtenerDocumento,
        Request::Acuse(_) => Operation::ObtenerAcuse,
    }
}

proptest! {
    #[test]
    fn what_the_client_writes_is_valid_canonical_and_read_as_it_was(request in requests()) {
        let payload = request::encode(&request).into_octets();
        assert_fit(SCHEMA, &payload);
        prop_assert_eq!(decode(operation_of(&request), &payload), Ok(request));
    }

    #[test]
    fn any_octets_are_decoded_and_explained_without_panic(
        octets in prop::collection::vec(any::<u8>(), 0..200),
        content in "(<(/)?(poderdante|codigo|rol|a)( x='&#1;')?(/)?>|[a-z0-9&;]{0,4}|<!\\[CDATA\\[|\\]\\]>|<\\?a|<!--){0,12}",
    ) {
        for operation in Operation::ALL {
            let shaped = payload(operation.name(), &content);
            for octets in [octets.as_slice(), content.as_bytes(), shaped.as_bytes()] {
                let _ = (decode(operation, octets), explain(operation, octets));
            }
        }
    }

    #[test]
    fn a_valid_request_cut_anywhere_is_refused_without_panic(request in requests(), cut in any::<prop::sample::Index>()) {
        let payload = request::encode(&request).into_octets();
        let cut = &payload[..cut.index(payload.len())];
        prop_assert!(decode(operation_of(&request), cut).is_err());
        let _ = explain(operation_of(&request), cut);
    }
}
