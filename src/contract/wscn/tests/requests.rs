//! Reading requests, however they are written.

use proptest::prelude::*;

use crate::contract::wscn::decode::{DecodeError, EnviarAcuse, ParameterFault, PoderdanteVacio, Request};
use crate::contract::wscn::message::{Echo, Member, Message, NotARequest, Operation};
use crate::domain::by_rol::{ListByRol, OneByRol, PerRol, Poderdantes, RequestAcuse};
use crate::domain::nif::NifError;
use crate::domain::notificacion::{Codigo, Sentido};
use crate::domain::operation::PageSize;
use crate::domain::rol::Rol;
use crate::xml::Excerpt;

const PRODUCCION: &str = "http://ws.wscn.infra.gi.org/";
const PRUEBAS: &str = "http://ws.pruebas.wscn.infra.gi.org/";

fn request_with(payload: &str, vacio: PoderdanteVacio) -> Result<Request, DecodeError> {
    let message = Message::read(payload.as_bytes()).unwrap();
    message.request(vacio, PageSize::default())
}

fn request(payload: &str) -> Result<Request, DecodeError> {
    request_with(payload, PoderdanteVacio::Rechazar)
}

fn parameter(member: Member, fault: ParameterFault) -> DecodeError {
    DecodeError::Parameter { member, fault }
}

fn one(nif: &str) -> Poderdantes {
    Poderdantes::Uno(nif.parse().unwrap())
}

fn solicitar(members: &str) -> String {
    format!("<p:solicitarAcuseNotificacion xmlns:p='{PRODUCCION}'>{members}</p:solicitarAcuseNotificacion>")
}

fn ask(codigo: i32, sentido: Sentido) -> Request {
    Request::SolicitarAcuse(RequestAcuse {
        cual: OneByRol {
            poderdantes: one("B99999120"),
            rol: Rol::Apoderado,
            codigo: Codigo::new(codigo).unwrap(),
        },
        sentido,
    })
}

#[test]
fn a_listing_is_read_with_its_cursors() {
    let payload = format!(
        "<consultarListadoNotificaciones xmlns='{PRODUCCION}'><rol xmlns=''>0</rol>\
         <identificadorPoderdante xmlns=''>B99999120</identificadorPoderdante>\
         <codigoSiguienteNotificacionPropia xmlns=''>-1</codigoSiguienteNotificacionPropia>\
         <codigoSiguienteNotificacionAutorizadoRED xmlns=''>7</codigoSiguienteNotificacionAutorizadoRED>\
         <codigoSiguienteNotificacionApoderado xmlns=''>2147483647</codigoSiguienteNotificacionApoderado>\
         </consultarListadoNotificaciones>"
    );
    let desde = PerRol {
        propio: -1,
        autorizado_red: 7,
        apoderado: i32::MAX,
    };
    let expected = ListByRol {
        poderdantes: one("B99999120"),
        rol: None,
        desde,
        limite: PageSize::default(),
    };
    assert_eq!(request(&payload), Ok(Request::Listado(expected)));
    let echo = Message::read(payload.as_bytes()).unwrap().echo();
    assert_eq!(
        echo,
        Echo {
            codigo: 0,
            cursores: desde
        }
    );
}

#[test]
fn cursors_that_are_left_out_are_at_the_start() {
    let payload = "<consultarListadoNotificaciones><rol>1</rol><identificadorPoderdante>B99999120\
                   </identificadorPoderdante></consultarListadoNotificaciones>";
    let Ok(Request::Listado(list)) = request(payload) else {
        panic!("not a listing")
    };
    assert_eq!((list.rol, list.desde), (Some(Rol::Propio), PerRol::default()));
}

/// Every way in which programs in the field write one and the same request.
#[test]
fn members_are_taken_by_local_name_however_they_are_qualified() {
    let plain = "<rol>3</rol><identificadorPoderdante>B99999120</identificadorPoderdante>\
                 <codigoNotificacion>42</codigoNotificacion><esDeAceptacion>true</esDeAceptacion>";
    let qualified = |namespace: &str| {
        let members = plain
            .replace("</", "</q:")
            .replace('<', "<q:")
            .replace("<q:/q:", "</q:");
        solicitar(
            &members
                .replace("<q:rol>", &format!("<q:rol xmlns:q='{namespace}'>"))
                .replace(
                    "<q:identificadorPoderdante>",
                    &format!("<q:identificadorPoderdante xmlns:q='{namespace}'>"),
                ),
        )
        .replace("xmlns:p=", &format!("xmlns:q='{namespace}' xmlns:p="))
    };
    let default = |namespace: &str| {
        format!("<solicitarAcuseNotificacion xmlns='{namespace}'>{plain}</solicitarAcuseNotificacion>")
    };
    let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
    for payload in [
        solicitar(plain),
        qualified(PRODUCCION),
        qualified(PRUEBAS),
        default(PRODUCCION),
        default(PRUEBAS),
        default("urn:a.program:of.its.own.making"),
        format!("<solicitarAcuseNotificacion>{plain}</solicitarAcuseNotificacion>"),
        solicitar(&plain.replace("><", ">\r\n  <!-- pretty --> <")),
        solicitar(&plain.replace("<rol>", &format!("<rol {xsi} xsi:type='xs:int'>\n\t"))),
        solicitar(
            "<esDeAceptacion>1</esDeAceptacion><codigoNotificacion>+42</codigoNotificacion>\
             <identificadorPoderdante>b-99.999.120</identificadorPoderdante><rol><![CDATA[3]]></rol>",
        ),
        solicitar(&plain.replace("42", "4<!-- split -->2")),
        solicitar(&format!("{plain}<otro>1</otro><x:rol xmlns:x='urn:x'>9</x:rol>")),
    ] {
        assert_eq!(request(&payload), Ok(ask(42, Sentido::Aceptacion)), "{payload}");
    }
}

#[test]
fn a_rejection_is_only_what_says_so() {
    let asked = |value: &str| {
        request(&solicitar(&format!(
            "<rol>3</rol><identificadorPoderdante>B99999120</identificadorPoderdante>\
             <codigoNotificacion>42</codigoNotificacion>{value}"
        )))
    };
    assert_eq!(
        asked("<esDeAceptacion>false</esDeAceptacion>"),
        Ok(ask(42, Sentido::Rechazo))
    );
    assert_eq!(
        asked("<esDeAceptacion> 0 </esDeAceptacion>"),
        Ok(ask(42, Sentido::Rechazo))
    );
    let fault = |fault| Err(parameter(Member::EsDeAceptacion, fault));
    assert_eq!(asked(""), fault(ParameterFault::Missing));
    assert_eq!(asked("<esDeAceptacion/>"), fault(ParameterFault::Missing));
    assert_eq!(
        asked("<esDeAceptacion>no</esDeAceptacion>"),
        fault(ParameterFault::NotABoolean)
    );
    assert_eq!(
        asked("<esDeAceptacion>true</esDeAceptacion><esDeAceptacion>false</esDeAceptacion>"),
        fault(ParameterFault::Repeated)
    );
}

/// D-78: both settings, the four roles, and every way of naming nobody or somebody.
#[test]
fn the_poderdante_is_mandatory_unless_the_operator_lets_it_be_empty() {
    use PoderdanteVacio::{Rechazar, Todos};
    let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
    let nil = format!("<identificadorPoderdante {xsi} xsi:nil='true'/>");
    let named = |text: &str| format!("<identificadorPoderdante>{text}</identificadorPoderdante>");
    let member = Member::IdentificadorPoderdante;
    let missing = Err(parameter(member, ParameterFault::Missing));
    let not_a_nif = |error| Err(parameter(member, ParameterFault::NotANif(error)));
    for rol in 0..=3 {
        let of = |vacio, poderdante: &str| {
            let payload = format!(
                "<consultarListadoNotificaciones><rol>{rol}</rol>{poderdante}</consultarListadoNotificaciones>"
            );
            request_with(&payload, vacio).map(|request| match request {
                Request::Listado(list) => list.poderdantes,
                other => panic!("{other:?}"),
            })
        };
        for nobody in ["", &nil, &named(""), &named(" \n "), "<identificadorPoderdante/>"] {
            assert_eq!(of(Rechazar, nobody), missing);
            assert_eq!(of(Todos, nobody), Ok(Poderdantes::Todos));
        }
        for vacio in [Rechazar, Todos] {
            assert_eq!(of(vacio, &named("99999901A")), not_a_nif(NifError::Check));
            assert_eq!(of(vacio, &named("1099999901H")), not_a_nif(NifError::Form));
            assert_eq!(of(vacio, &named(" 99999901h ")), Ok(one("99999901H")));
        }
    }
}

#[test]
fn what_is_no_number_is_a_wrong_parameter_and_a_role_that_is_none_is_its_own_error() {
    let ver = |rol: &str, codigo: &str| {
        request(&format!(
            "<verNotificacionAceptada><rol>{rol}</rol><identificadorPoderdante>B99999120</identificadorPoderdante>\
             <codigoNotificacion>{codigo}</codigoNotificacion></verNotificacionAceptada>"
        ))
    };
    for codigo in ["5", "+5", "005", "\t5\r\n", "+0000000000000000000005"] {
        assert!(matches!(ver("2", codigo), Ok(Request::Ver(_))), "{codigo:?}");
    }
    assert_eq!(
        ver("uno", "5"),
        Err(parameter(Member::Rol, ParameterFault::NotANumber))
    );
    assert_eq!(ver("", "5"), Err(parameter(Member::Rol, ParameterFault::Missing)));
    for codigo in ["2147483648", "-2147483649", "+00099999999999999999999"] {
        let value = Excerpt::of(codigo);
        let fault = ParameterFault::OutOfRange { value };
        assert_eq!(
            ver("2", codigo),
            Err(parameter(Member::CodigoNotificacion, fault))
        );
    }
    for codigo in [
        "x",
        "1.0",
        "1 2",
        "+",
        "5,0",
        "0x5",
        "\u{a0}5",
        "5\u{2003}",
        "\u{85}5",
        "\u{ff15}",
    ] {
        assert_eq!(
            ver("2", codigo),
            Err(parameter(Member::CodigoNotificacion, ParameterFault::NotANumber))
        );
    }
    assert_eq!(ver("0", "5"), Err(DecodeError::UnknownRol(0)));
    assert_eq!(ver("4", "5"), Err(DecodeError::UnknownRol(4)));
    assert_eq!(
        ver("2", "-3"),
        Err(DecodeError::NoSuchCode {
            rol: Rol::AutorizadoRed
        })
    );
}

/// Whoever reads the text around the elements reads another value than whoever stops at them.
#[test]
fn a_member_with_elements_in_it_is_no_text() {
    let good = [
        (Member::Rol, "3"),
        (Member::IdentificadorPoderdante, "B99999120"),
        (Member::CodigoNotificacion, "42"),
        (Member::EsDeAceptacion, "true"),
    ];
    for (spoilt, _) in good {
        for inside in ["<x/>", "<x xmlns='urn:x'>9</x>", "<x><y/></x>"] {
            let members = good.iter().fold(String::new(), |all, (member, text)| {
                let name = member.code();
                let (head, tail) = text.split_at(1);
                let inside = if *member == spoilt { inside } else { "" };
                all + &format!("<{name}>{head}{inside}{tail}</{name}>")
            });
            let expected = Err(parameter(spoilt, ParameterFault::NotText));
            assert_eq!(request(&solicitar(&members)), expected, "{members}");
        }
    }
    let acuse = "<enviarAcuseNotificacion><rol>1</rol><identificadorPoderdante>B99999120</identificadorPoderdante>\
                 <xmlAcuseFirmado><ProsaSignature/></xmlAcuseFirmado></enviarAcuseNotificacion>";
    let expected = parameter(Member::XmlAcuseFirmado, ParameterFault::NotText);
    assert_eq!(request(acuse), Err(expected));
}

#[test]
fn the_code_is_echoed_whatever_else_is_wrong() {
    let payload = solicitar("<rol>x</rol><codigoNotificacion> 77 </codigoNotificacion>");
    let message = Message::read(payload.as_bytes()).unwrap();
    assert_eq!(message.operation(), Operation::SolicitarAcuse);
    assert_eq!(message.echo().codigo, 77);
    let none = Message::read(solicitar("<codigoNotificacion>x</codigoNotificacion>").as_bytes()).unwrap();
    assert_eq!(none.echo(), Echo::default());
}

#[test]
fn an_acuse_is_read_from_base64_in_lines_and_otherwise_is_not_an_acuse() {
    let enviar = |acuse: &str| {
        request(&format!(
            "<enviarAcuseNotificacion><rol>1</rol><identificadorPoderdante>B99999120</identificadorPoderdante>{acuse}\
             </enviarAcuseNotificacion>"
        ))
    };
    let sent = |text: &str| enviar(&format!("<xmlAcuseFirmado>{text}</xmlAcuseFirmado>"));
    let expected = EnviarAcuse {
        poderdantes: one("B99999120"),
        rol: Rol::Propio,
        octetos: b"<a/>".to_vec(),
    };
    for text in ["PGEvPg==", "PGEv&#13;\nPg==", "\r\n PGEvPg==\n", "PGEvPg"] {
        assert_eq!(sent(text), Ok(Request::EnviarAcuse(expected.clone())), "{text:?}");
    }
    for text in ["PGEv*Pg==", "<!-- x -->PGE", "P"] {
        let outcome = sent(text);
        assert!(
            outcome == Err(DecodeError::AcuseEncoding) || text.starts_with('<'),
            "{outcome:?}"
        );
    }
    let missing = Err(parameter(Member::XmlAcuseFirmado, ParameterFault::Missing));
    assert_eq!(sent(" "), missing);
    assert_eq!(enviar(""), missing);
}

#[test]
fn only_an_element_of_an_operation_is_a_request() {
    let refused = |payload: &str| Message::read(payload.as_bytes()).unwrap_err();
    assert!(matches!(
        refused(&format!("<consultar xmlns='{PRODUCCION}'/>")),
        NotARequest::UnknownOperation { .. }
    ));
    for payload in [
        "",
        "solicitarPoderdantes",
        "<solicitarPoderdantes>",
        "<q:solicitarPoderdantes/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><solicitarPoderdantes/>",
    ] {
        assert_eq!(refused(payload), NotARequest::Unreadable, "{payload}");
    }
    assert_eq!(request("<solicitarPoderdantes/>"), Ok(Request::Poderdantes));
}

proptest! {
    #[test]
    fn any_octets_are_read_without_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Message::read(&octets);
    }

    #[test]
    fn any_members_are_read_without_panic(
        operation in 0_usize..5,
        members in prop::collection::vec((0_usize..8, "[-+0-9a-zA-Z=&;#<>/! ]{0,12}"), 0..10),
    ) {
        let name = Operation::ALL[operation].name();
        let members = members.iter().fold(String::new(), |all, (which, text)| {
            let member = Member::ALL[*which].code();
            all + &format!("<{member}>{text}</{member}>")
        });
        if let Ok(message) = Message::read(format!("<{name}>{members}</{name}>").as_bytes()) {
            let _ = message.echo();
            let _ = message.request(PoderdanteVacio::Todos, PageSize::default());
        }
    }

    #[test]
    fn every_number_that_fits_is_read_as_it_is(codigo in 1_i32..) {
        let members = format!(
            "<rol>3</rol><identificadorPoderdante>B99999120</identificadorPoderdante>\
             <codigoNotificacion>{codigo}</codigoNotificacion><esDeAceptacion>true</esDeAceptacion>"
        );
        prop_assert_eq!(request(&solicitar(&members)), Ok(ask(codigo, Sentido::Aceptacion)));
    }
}
