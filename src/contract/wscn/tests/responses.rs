//! Answers, strictly by the schema of either environment.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::contract::wscn::code;
use crate::contract::wscn::message::{Echo, Operation};
use crate::domain::by_rol::{PageByRol, PerRol, Practicada};
use crate::domain::materia::{Materia, Procedimiento};
use crate::domain::notificacion::tests::{altered, published};
use crate::domain::notificacion::{
    Categoria, Codigo, Notificacion, Obligacion, Sentido, Situacion, TipoDestinatario,
};
use crate::domain::operation::PoderdanteEntry;
use crate::domain::rol::Rol;
use crate::soap::envelope::plain_envelope;
use crate::soap::fault::FaultCode;
use crate::xml::soap::SoapVersion;

/// 2026-03-10 09:15:00 in Madrid, of which D-12 says that the term ends on the 20th.
const PUBLISHED: i64 = 1_773_130_500;

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(PUBLISHED, 0).unwrap() + TimeDelta::hours(1)
}

fn numbered(codigo: i32) -> Notificacion {
    altered(published(PUBLISHED), |publicada| {
        publicada.codigo = Codigo::new(codigo).unwrap();
        publicada.denominacion = "HORNOS <DEL> SUR & CÍA".to_owned();
    })
}

fn page(notificaciones: PerRol<Vec<Notificacion>>) -> PageByRol {
    PageByRol {
        fuera: HashMap::new(),
        notificaciones,
        siguiente: PerRol {
            propio: 1,
            autorizado_red: -1,
            apoderado: 3,
        },
        hay_mas: true,
        at: at(),
    }
}

fn error_element(codigo: u8, text: &str) -> String {
    format!(
        "<error><codigo>{codigo}</codigo><descripcion>{text}</descripcion>\
         <identificadorPeticion>01900000-0000-7000-8000-000000000001</identificadorPeticion></error>"
    )
}

fn success() -> String {
    error_element(0, "Operación realizada correctamente.")
}

#[test]
fn a_listing_has_its_cursors_and_lists_in_the_order_of_the_schema() {
    let lists = PerRol {
        propio: vec![numbered(1)],
        autorizado_red: vec![],
        apoderado: vec![numbered(2)],
    };
    let text = assert_fit(
        Entorno::Produccion,
        &answer(Entorno::Produccion).listado(&page(lists)),
    );
    let row = |element: &str, codigo: i32| {
        format!(
            "<{element}><codigo>{codigo}</codigo><descripcionEstado>Sin acuse</descripcionEstado>\
             <descripcionTipoDestinatario>Número de identificación fiscal</descripcionTipoDestinatario>\
             <destinatario>B99999120</destinatario><estado>0</estado>\
             <fechaFinDisponibilidad>20-03-2026 23:59:59</fechaFinDisponibilidad>\
             <fechaPuestaDisposicion>10-03-2026 09:15:00</fechaPuestaDisposicion>\
             <nombreAppRazonSocial>HORNOS &lt;DEL&gt; SUR &amp; CÍA</nombreAppRazonSocial>\
             <procedimiento>Reclamación de deuda</procedimiento><tipoDestinatario>NIF</tipoDestinatario></{element}>"
        )
    };
    let expected = format!(
        "<ns2:consultarListadoNotificacionesResponse xmlns:ns2=\"http://ws.wscn.infra.gi.org/\"><listadoNotificaciones>\
         <codigoSiguienteNotificacionApoderado>3</codigoSiguienteNotificacionApoderado>\
         <codigoSiguienteNotificacionAutorizadoRED>-1</codigoSiguienteNotificacionAutorizadoRED>\
         <codigoSiguienteNotificacionPropia>1</codigoSiguienteNotificacionPropia>{}<hayMas>true</hayMas>{}{}\
         </listadoNotificaciones></ns2:consultarListadoNotificacionesResponse>",
        success(),
        row("notificacionesApoderado", 2),
        row("notificacionesPropias", 1),
    );
    assert_eq!(text, expected);
}

#[test]
fn every_state_and_kind_of_addressee_is_described_in_either_environment() {
    let decided = |sentido| Situacion::Decidida {
        sentido,
        instante: at(),
    };
    let situaciones = [
        Situacion::Pendiente {
            acuse_solicitado: true,
        },
        decided(Sentido::Aceptacion),
        decided(Sentido::Rechazo),
        Situacion::Caducada,
    ];
    let kinds = TipoDestinatario::ALL.iter().copied();
    let rows = situaciones.into_iter().flat_map(|situacion| {
        kinds.clone().map(move |tipo_destinatario| Notificacion {
            situacion,
            ..altered(numbered(7), |publicada| {
                publicada.tipo_destinatario = tipo_destinatario;
            })
        })
    });
    let lists = PerRol {
        autorizado_red: rows.collect(),
        ..PerRol::default()
    };
    for entorno in Entorno::ALL.iter().copied() {
        let text = assert_fit(entorno, &answer(entorno).listado(&page(lists.clone())));
        for words in [
            "<descripcionEstado>Acuse solicitado</descripcionEstado>",
            "<descripcionEstado>Notificada por aceptación</descripcionEstado>",
            "<descripcionEstado>Notificada por rechazo</descripcionEstado>",
            "<descripcionEstado>Notificada por transcurso de plazo</descripcionEstado>",
            "<descripcionTipoDestinatario>Código de cuenta de cotización<",
            "<descripcionTipoDestinatario>Número de afiliación a la Seguridad Social<",
        ] {
            assert!(text.contains(words), "{words}");
        }
    }
}

#[test]
fn a_notification_out_of_term_is_listed_in_state_4_although_nothing_recorded_it() {
    let mut late = page(PerRol {
        propio: vec![numbered(1)],
        ..PerRol::default()
    });
    late.at = numbered(1).caduca.unwrap();
    let text = assert_fit(Entorno::Produccion, &answer(Entorno::Produccion).listado(&late));
    assert!(text.contains("<estado>4</estado>"));
}

#[test]
fn an_act_of_a_special_category_is_listed_in_neutral_words_and_a_copy_without_end_of_term() {
    let special = Notificacion {
        caduca: None,
        ..altered(numbered(1), |publicada| {
            publicada.procedimiento = Procedimiento::find("INSS-EMB").unwrap();
            publicada.categoria = Categoria::Especial;
            publicada.obligacion = Obligacion::Copia;
        })
    };
    let lists = PerRol {
        propio: vec![special],
        ..PerRol::default()
    };
    let text = assert_fit(
        Entorno::Produccion,
        &answer(Entorno::Produccion).listado(&page(lists)),
    );
    assert!(text.contains("<procedimiento>Resolución de prestaciones</procedimiento>"));
    assert!(!text.contains("mbarazo") && !text.contains("fechaFinDisponibilidad"));
}

#[test]
fn an_acceptance_gives_the_document_and_a_rejection_does_not() {
    let practicada = |sentido, documento| Practicada {
        codigo: Codigo::new(42).unwrap(),
        sentido,
        instante: at(),
        documento,
    };
    let accepted = practicada(Sentido::Aceptacion, Some(b"%PDF".to_vec()));
    let rejected = practicada(Sentido::Rechazo, None);
    let sello = "<selladoTiempo>10-03-2026 10:15:00</selladoTiempo>";
    let acuse = "<selladoTiempoAcuse>10-03-2026 10:15:00</selladoTiempoAcuse>";
    for entorno in Entorno::ALL.iter().copied() {
        let acuse = if entorno == Entorno::Produccion { acuse } else { "" };
        for operation in [Operation::EnviarAcuse, Operation::VerNotificacion] {
            let body = |pdf: &str| {
                let element = operation.name();
                format!(
                    "<ns2:{element}Response xmlns:ns2=\"{}\"><notificacionRecuperada><codigoNotificacion>42\
                     </codigoNotificacion>{}{pdf}{sello}{acuse}</notificacionRecuperada></ns2:{element}Response>",
                    entorno.namespace(),
                    success()
                )
            };
            let text = assert_fit(entorno, &answer(entorno).recuperada(operation, &accepted));
            assert_eq!(text, body("<pdfNotificacion>JVBERg==</pdfNotificacion>"));
            let text = assert_fit(entorno, &answer(entorno).recuperada(operation, &rejected));
            assert_eq!(text, body(""));
        }
    }
}

#[test]
fn an_acuse_to_sign_comes_with_its_code() {
    let codigo = Codigo::new(42).unwrap();
    let text = assert_fit(Entorno::Pruebas, &answer(Entorno::Pruebas).acuse(codigo, b"<a/>"));
    assert!(text.contains(&format!(
        "<acuseNotificacion><codigoNotificacion>42</codigoNotificacion>{}<XML>PGEvPg==</XML></acuseNotificacion>",
        success()
    )));
}

#[test]
fn only_those_who_granted_a_power_are_poderdantes() {
    let entry = |rol| PoderdanteEntry {
        nif: "B99999120".parse().unwrap(),
        denominacion: "HORNOS DEL SUR SL".to_owned(),
        rol,
        materias: vec![Materia::Iacr],
        vigente_hasta: None,
    };
    let of = |entries: &[PoderdanteEntry]| {
        assert_fit(
            Entorno::Produccion,
            &answer(Entorno::Produccion).poderdantes(entries),
        )
    };
    let some = of(&[
        entry(Rol::Propio),
        entry(Rol::AutorizadoRed),
        entry(Rol::Apoderado),
    ]);
    assert_eq!(some.matches("<poderdantes>").count(), 1);
    assert!(some.contains(
        "<poderdantes><denominacion>HORNOS DEL SUR SL</denominacion><identificador>B99999120</identificador></poderdantes>\
         <tienePoderdantes>true</tienePoderdantes>"
    ));
    let none = of(&[entry(Rol::Propio)]);
    assert!(none.contains(&format!(
        "{}<tienePoderdantes>false</tienePoderdantes>",
        success()
    )));
}

#[test]
fn an_error_comes_in_the_form_of_its_operation_and_ends_every_loop() {
    let echo = Echo {
        codigo: 42,
        cursores: PerRol {
            propio: 5,
            autorizado_red: 6,
            apoderado: 7,
        },
    };
    for entorno in Entorno::ALL.iter().copied() {
        for operation in Operation::ALL {
            let text = assert_fit(
                entorno,
                &answer(entorno).error(operation, &echo, &code::unavailable()),
            );
            assert!(text.contains(&format!("<ns2:{}Response ", operation.name())));
            assert!(text.contains("<error><codigo>100</codigo>"));
            match operation {
                Operation::ConsultarListado => {
                    assert!(text.contains("<hayMas>false</hayMas>"));
                    assert!(text.contains(
                        "<codigoSiguienteNotificacionPropia>5</codigoSiguienteNotificacionPropia>"
                    ));
                }
                Operation::SolicitarPoderdantes => {
                    assert!(text.contains("<tienePoderdantes>false</tienePoderdantes>"));
                }
                _ => assert!(text.contains("<codigoNotificacion>42</codigoNotificacion>")),
            }
        }
    }
}

#[test]
fn a_fault_holds_an_error_and_no_message() {
    for entorno in Entorno::ALL.iter().copied() {
        let fault = answer(entorno).fault(FaultCode::Sender, &code::signature("falta"));
        let envelope = plain_envelope(SoapVersion::V11, fault).into_octets();
        let text = String::from_utf8(envelope.clone()).unwrap();
        assert_eq!(
            crate::xml::write::tests::exclusive_canonical_form(&envelope),
            text
        );
        let (_, detail) = text.split_once("<detail>").unwrap();
        let (detail, _) = detail.split_once("</detail>").unwrap();
        let detail = assert_fit_octets(entorno, detail.as_bytes());
        let element = entorno.fault();
        let expected = error_element(
            2,
            "El mensaje SOAP no está firmado o su firma no es válida: falta.",
        );
        assert_eq!(
            detail,
            format!(
                "<ns2:{element} xmlns:ns2=\"{}\">{expected}</ns2:{element}>",
                entorno.namespace()
            )
        );
        assert!(text.contains("<faultcode>flt:Client</faultcode>"));
    }
}
