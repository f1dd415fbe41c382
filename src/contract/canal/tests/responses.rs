//! Outcomes are written as the schema says, and read back as they were.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::Rows;
use super::super::SCHEMA;
use super::super::cursor;
use super::super::denial_code;
use super::super::encode;
use super::super::messages::{self, Message};
use super::*;
use crate::domain::advertencia::tests::de_pruebas;
use crate::domain::denial::{Denial, Finality};
use crate::domain::materia::{DENOMINACION_NEUTRA, Materia, PROCEDIMIENTOS};
use crate::domain::operation::{
    AcuseServido, Cursor, Decided, DocumentoServido, Listed, Page, PoderdanteEntry, Recorded,
};
use crate::domain::rol::Roles;
use crate::soap::fault::{Fault, FaultCode};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

/// Validates, checks the form, and reads.
fn read<M: Message>(payload: &Canonical) -> M {
    assert_fit(SCHEMA, payload.octets());
    M::read(payload.octets()).unwrap()
}

fn page_of(
    notificaciones: &[Notificacion],
    roles: Roles,
    seconds: i64,
) -> messages::ConsultarNotificacionesResponse {
    read(&page_by(&Rows::default(), notificaciones, roles, seconds))
}

/// A page, of rows some of which may be remembered.
fn page_by(rows: &Rows, notificaciones: &[Notificacion], roles: Roles, seconds: i64) -> Canonical {
    let page = Page {
        notificaciones: notificaciones
            .iter()
            .map(|notificacion| Listed {
                notificacion: notificacion.clone(),
                roles,
                practica: None,
            })
            .collect(),
        next: None,
        at: at(seconds),
    };
    encode::page(&page, rows)
}

#[test]
fn poderdantes_are_listed_with_the_warning_in_force() {
    let entry = PoderdanteEntry {
        nif: "B99999120".parse().unwrap(),
        denominacion: "HORNOS & SUR".to_owned(),
        rol: Rol::Apoderado,
        materias: vec![Materia::Iacr, Materia::Imp],
        vigente_hasta: Some(at(0)),
    };
    let own = PoderdanteEntry {
        rol: Rol::Propio,
        materias: vec![],
        vigente_hasta: None,
        ..entry.clone()
    };
    let answer: messages::ConsultarPoderdantesResponse =
        read(&encode::poderdantes(&[entry, own], &de_pruebas()));
    let expected = messages::PoderdanteAccesible {
        nif: "B99999120".to_owned(),
        denominacion: "HORNOS & SUR".to_owned(),
        rol: 3,
        materias: messages::Materias {
            materias: vec!["IACR".to_owned(), "IMP".to_owned()],
        },
        vigente_hasta: Some("2026-03-10T09:14:59+01:00".to_owned()),
    };
    let expected_own = messages::PoderdanteAccesible {
        rol: 1,
        materias: messages::Materias { materias: vec![] },
        vigente_hasta: None,
        ..expected.clone()
    };
    assert_eq!(answer.poderdantes, [expected, expected_own]);
    assert_eq!(answer.advertencia.codigo, de_pruebas().codigo);
    assert_eq!(answer.advertencia.texto, de_pruebas().texto);
}

#[test]
fn nobody_to_list_and_nothing_to_list_are_valid_answers() {
    let nobody: messages::ConsultarPoderdantesResponse = read(&encode::poderdantes(&[], &de_pruebas()));
    assert_eq!(nobody.poderdantes, []);
    let nothing = page_of(&[], Roles::ALL, 0);
    assert_eq!(nothing.notificaciones, []);
    assert!(!nothing.hay_mas);
    let decided: messages::FirmarNotificacionesResponse = read(&encode::decided(Sentido::Aceptacion, &[]));
    assert_eq!(decided.resultados, []);
}

#[test]
fn a_notification_is_listed_with_everything_that_may_be_shown() {
    let page = page_of(
        &[ordinary(41)],
        Roles::NONE.with(Rol::Apoderado).with(Rol::Propio),
        60,
    );
    assert_eq!(
        page.notificaciones,
        [messages::Notificacion {
            codigo: 41,
            poderdante: "B99999120".to_owned(),
            roles: messages::Roles { roles: vec![1, 3] },
            entidad: "TGSS".to_owned(),
            codigo_procedimiento: Some("TGSS-RD".to_owned()),
            procedimiento: "Reclamación de deuda".to_owned(),
            materia: "IACR".to_owned(),
            asunto: "Reclamación de deuda".to_owned(),
            tipo_destinatario: "NIF".to_owned(),
            destinatario: "B99999120".to_owned(),
            nombre_destinatario: "HORNOS <DEL> SUR & CÍA".to_owned(),
            estado: 0,
            puesta_a_disposicion: "2026-03-10T09:15:00+01:00".to_owned(),
            fin_disponibilidad: Some("2026-03-20T23:59:59+01:00".to_owned()),
            dias_restantes: Some(10),
            categoria_especial: false,
            documento: messages::Documento {
                huella: "ab".repeat(32),
                tamano: 1234,
            },
            practicada: None,
        }]
    );
}

#[test]
fn a_special_category_is_listed_in_neutral_words_and_without_its_code() {
    let payload = page_by(&Rows::default(), &[special(1)], Roles::ALL, 0);
    let page: messages::ConsultarNotificacionesResponse = read(&payload);
    let [listed] = page.notificaciones.as_slice() else {
        panic!("one notification")
    };
    assert_eq!(listed.codigo_procedimiento, None);
    assert_eq!(listed.procedimiento, DENOMINACION_NEUTRA);
    assert_eq!(listed.asunto, DENOMINACION_NEUTRA);
    assert!(listed.categoria_especial);
    assert!(
        !String::from_utf8(payload.into_octets())
            .unwrap()
            .contains("mbarazo")
    );
}

#[test]
fn what_xml_cannot_hold_does_not_make_an_answer_unreadable() {
    let stored = altered(ordinary(1), |publicada| {
        publicada.denominacion = "HORNOS\u{0}DEL\u{ffff}SUR".to_owned();
    });
    let page = page_of(&[stored], Roles::ALL, 0);
    assert_eq!(
        page.notificaciones[0].nombre_destinatario,
        "HORNOS\u{fffd}DEL\u{fffd}SUR"
    );
}

#[test]
fn days_left_are_told_only_while_a_term_runs() {
    const DAY: i64 = 86_400;
    let accepted = ordinary(2).decide(Sentido::Aceptacion, at(DAY)).unwrap();
    let page = page_of(&[ordinary(1), accepted.clone(), copy(3)], Roles::ALL, 2 * DAY);
    let told: Vec<_> = page
        .notificaciones
        .iter()
        .map(|n| (n.estado, n.dias_restantes, n.fin_disponibilidad.is_some()))
        .collect();
    assert_eq!(told, [(0, Some(8), true), (2, None, true), (0, None, false)]);
    let after = page_of(&[ordinary(1), accepted], Roles::ALL, 11 * DAY);
    let told: Vec<_> = after
        .notificaciones
        .iter()
        .map(|n| (n.estado, n.dias_restantes))
        .collect();
    assert_eq!(told, [(4, None), (2, None)]);
}

#[test]
fn of_a_row_that_is_remembered_only_what_was_published_is() {
    const DAY: i64 = 86_400;
    let rows = Rows::default();
    let pending = [ordinary(1), special(2), copy(3)];
    let accepted = pending
        .clone()
        .map(|notificacion| notificacion.decide(Sentido::Aceptacion, at(DAY)).unwrap());
    let own = Roles::NONE.with(Rol::Propio);
    for (listed, roles, seconds) in [
        (&pending, Roles::ALL, 0),
        (&pending, own, 2 * DAY),
        (&accepted, own, 2 * DAY),
        (&pending, own, 11 * DAY),
    ] {
        let anew = page_by(&Rows::default(), listed, roles, seconds);
        assert_eq!(page_by(&rows, listed, roles, seconds), anew);
    }
}

/// Codes are written without looking for what would have to be escaped.
#[test]
fn acts_of_every_procedure_are_listed_under_its_code() {
    let acts: Vec<_> = (1..)
        .zip(PROCEDIMIENTOS)
        .map(|(number, procedimiento)| {
            altered(ordinary(number), |publicada| {
                publicada.procedimiento = procedimiento;
            })
        })
        .collect();
    let page = page_of(&acts, Roles::ALL, 0);
    let listed = page.notificaciones.iter();
    assert!(
        listed
            .map(|notificacion| notificacion.codigo_procedimiento.as_deref())
            .eq(PROCEDIMIENTOS
                .iter()
                .map(|procedimiento| Some(procedimiento.codigo)))
    );
}

#[test]
fn a_page_with_more_behind_it_gives_the_cursor_to_go_on() {
    let next = Cursor {
        poderdante: "B99999120".parse().unwrap(),
        codigo: codigo(9),
    };
    let page = Page {
        notificaciones: vec![],
        next: Some(next),
        at: at(0),
    };
    let page: messages::ConsultarNotificacionesResponse = read(&encode::page(&page, &Rows::default()));
    assert!(page.hay_mas);
    assert_eq!(page.siguiente_cursor.as_deref().map(cursor::read), Some(Ok(next)));
}

#[test]
fn each_code_of_a_decision_gets_its_acuse_or_its_error() {
    let acuse = acuse_of(&ordinary(1), Sentido::Aceptacion, representative(), Rol::Propio);
    let recorded = |repetida| {
        Ok(Recorded {
            acuse: acuse.clone(),
            repetida,
        })
    };
    let denied = Denial::Final {
        finality: Finality::Rechazada,
        rol: Rol::Propio,
    };
    let results =
        [(1, recorded(false)), (2, Err(denied)), (3, recorded(true))].map(|(number, result)| Decided {
            codigo: codigo(number),
            result,
        });
    let accepted: messages::FirmarNotificacionesResponse =
        read(&encode::decided(Sentido::Aceptacion, &results));
    let summary = messages::AcuseResumido {
        identificador: "01900000-0000-7000-8000-000000000001".to_owned(),
        fecha: "2026-03-10T10:15:00.123+01:00".to_owned(),
        huella: "ab".repeat(32),
    };
    let told: Vec<_> = accepted
        .resultados
        .iter()
        .map(|r| {
            let error = r.error.as_ref().map(|e| e.codigo.as_str());
            (r.codigo, r.acuse.as_ref(), error, r.repetida)
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, Some(&summary), None, false),
            (2, None, Some("YA_RECHAZADA"), false),
            (3, Some(&summary), None, true),
        ]
    );
    let rejected: messages::RechazarNotificacionesResponse =
        read(&encode::decided(Sentido::Rechazo, &results));
    assert_eq!(rejected.resultados, accepted.resultados);
}

#[test]
fn every_denial_has_a_valid_error() {
    let rol = Rol::Apoderado;
    let mut denials = vec![
        Denial::Unknown { rol: None },
        Denial::Undecided { rol },
        Denial::Rejected { rol },
        Denial::Lapsed { rol },
        Denial::StaleWarning,
    ];
    denials.extend(
        [Finality::Aceptada, Finality::Rechazada, Finality::Caducada]
            .map(|finality| Denial::Final { finality, rol }),
    );
    denials.extend(
        [
            None,
            Some(Rol::Propio),
            Some(Rol::AutorizadoRed),
            Some(Rol::Apoderado),
        ]
        .map(|rol| Denial::NotRepresented { rol, numero: None }),
    );
    for denial in denials {
        let answer: messages::ObtenerDocumentoResponse = read(&encode::document(codigo(8), Err(&denial)));
        assert_eq!((answer.codigo, answer.documento, answer.huella), (8, None, None));
        let acuse: messages::ObtenerAcuseResponse = read(&encode::acuse(codigo(8), Err(&denial)));
        assert_eq!(acuse.error, answer.error);
        assert!(answer.error.is_some_and(|error| !error.descripcion.is_empty()));
    }
}

#[test]
fn of_several_poderdantes_the_text_says_which_is_not_represented() {
    let told = |rol, numero| denial_code::denial(&Denial::NotRepresented { rol, numero });
    let roles = [None].into_iter().chain(Rol::ALL.map(Some));
    for rol in roles {
        let (one, several) = (told(rol, None), told(rol, Some(7)));
        assert_eq!(one.codigo.code(), "SIN_REPRESENTACION");
        assert_eq!(several.codigo, one.codigo);
        assert!(several.descripcion.starts_with("El poderdante número 7 no "));
        assert!(!one.descripcion.contains("número"));
    }
}

#[test]
fn documents_and_acuses_arrive_octet_by_octet() {
    for length in [0_u8, 1, 2, 3, 250] {
        let octets: Vec<u8> = (0..length).collect();
        let document = DocumentoServido {
            codigo: codigo(5),
            contenido: octets.clone(),
            huella: Huella([0xab; 32]),
        };
        let answer: messages::ObtenerDocumentoResponse = read(&encode::document(codigo(5), Ok(&document)));
        assert_eq!(STANDARD.decode(answer.documento.unwrap()), Ok(octets.clone()));
        assert_eq!(answer.tipo.as_deref(), Some("application/pdf"));
        assert_eq!(answer.huella, Some("ab".repeat(32)));
        let served = AcuseServido {
            acuse: acuse_of(&ordinary(5), Sentido::Aceptacion, representative(), Rol::Propio),
            notificacion: ordinary(5),
        };
        let answer: messages::ObtenerAcuseResponse = read(&encode::acuse(codigo(5), Ok((&served, &octets))));
        assert_eq!(STANDARD.decode(answer.acuse.unwrap()), Ok(octets));
        assert_eq!(answer.huella, Some("ab".repeat(32)));
    }
}

#[test]
fn a_fault_carries_the_detail_of_the_contract() {
    let fault = Fault {
        code: FaultCode::Sender,
        codigo: "PODERDANTE_AUSENTE".into(),
        descripcion: "Falta <poderdante>".into(),
        identificador: Uuid::from_u128(7),
    };
    for version in SoapVersion::ALL {
        let payload = String::from_utf8(encode::fault(&fault, version).into_octets()).unwrap();
        let from = payload.find("<fallo ").unwrap();
        let to = payload.find("</fallo>").unwrap() + "</fallo>".len();
        let detail = &payload.as_bytes()[from..to];
        assert_fit(SCHEMA, detail);
        let detail = messages::Fallo::read(detail).unwrap();
        assert_eq!(
            detail,
            messages::Fallo {
                codigo: "PODERDANTE_AUSENTE".to_owned(),
                descripcion: "Falta <poderdante>".to_owned(),
                identificador_peticion: "00000000-0000-0000-0000-000000000007".to_owned(),
            }
        );
        assert_eq!(
            crate::xml::write::tests::exclusive_canonical_form(payload.as_bytes()),
            payload
        );
    }
}

#[test]
fn what_the_schema_refuses_in_an_answer_is_noticed() {
    let page = page_by(&Rows::default(), &[ordinary(1)], Roles::NONE, 0);
    assert!(validity(SCHEMA, page.octets()).unwrap_err().contains("roles"));
}
