//! Octets in, reply out, without a socket.

mod world;

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use self::world::{Answer, PERSONA, World};
use super::open::note_disagreement;
use super::reply::{Call, Contrato, NotAnswered, Operation, note_operation};
use crate::contract::canal::NAMESPACE;
use crate::contract::unread::Unread;
use crate::contract::wscn::{Entorno, message};
use crate::xml::soap::SoapVersion;
use crate::xml::write::{Canonical, Ns, Out};

const CANAL: Contrato = Contrato::Canal(SoapVersion::V11);

/// A payload of contract canal.
fn canal(operation: &'static str, content: impl FnOnce(&mut Out<'_>)) -> Canonical {
    Out::document(0, Ns::new("", NAMESPACE), operation, content)
}

/// A payload of contract WSCN, whose members are in no namespace.
fn wscn(operation: &'static str, content: impl FnOnce(&mut Out<'_>)) -> Canonical {
    let namespace = Entorno::Pruebas.namespace();
    Out::document(0, Ns::new("w", namespace), operation, |out| {
        out.in_namespace(Ns::NONE, content);
    })
}

fn said(answer: &Answer) -> (u16, &str, &str) {
    (answer.status, answer.operation, &answer.code)
}

#[test]
fn contract_canal_lists_accepts_and_refuses() {
    let world = World::with(&[7, 8]);
    let ask = |version, payload| world.send(Contrato::Canal(version), &world.signed(version, payload));
    let of_persona = |out: &mut Out<'_>| out.element("poderdante", PERSONA);
    for version in [SoapVersion::V11, SoapVersion::V12] {
        let listed = ask(version, canal("consultarNotificaciones", of_persona));
        assert_eq!(
            said(&listed),
            (200, "consultarNotificaciones", "OK"),
            "{}",
            listed.text
        );
        assert_eq!(listed.text.matches("<notificacion>").count(), 2);
    }
    let warned = ask(SoapVersion::V11, canal("consultarPoderdantes", |_| {}));
    let advertencia = warned.between("<advertencia><codigo>", "<").to_owned();
    let accepted = ask(
        SoapVersion::V11,
        canal("firmarNotificaciones", |out| {
            of_persona(out);
            out.element("advertencia", &advertencia);
            out.number("codigo", 7);
        }),
    );
    assert_eq!(
        said(&accepted),
        (200, "firmarNotificaciones", "OK"),
        "{}",
        accepted.text
    );
    assert_eq!(accepted.between("<repetida>", "<"), "false");
    let document = |codigo: i32| {
        let answer = ask(
            SoapVersion::V11,
            canal("obtenerDocumento", |out| {
                of_persona(out);
                out.number("codigo", codigo);
            }),
        );
        (answer.status, answer.code)
    };
    assert_eq!(document(7), (200, "OK".to_owned()));
    assert_eq!(document(8), (200, "SIN_DECIDIR".to_owned()));
    let unknown = ask(SoapVersion::V12, canal("borrarNotificaciones", |_| {}));
    assert_eq!(said(&unknown), (400, "desconocida", "OPERACION_DESCONOCIDA"));
    assert!(
        unknown.text.contains("SignatureValue"),
        "whoever is known is answered signed"
    );
    let stranger = world.send(CANAL, b"hola");
    assert_eq!(said(&stranger), (500, "desconocida", "MENSAJE_MAL_FORMADO"));
    assert!(!stranger.text.contains("SignatureValue"));
}

#[test]
fn contract_wscn_lists_accepts_and_refuses() {
    let world = World::with(&[7]);
    let ask = |payload| world.send(Contrato::Wscn, &world.signed(SoapVersion::V11, payload));
    let by = |out: &mut Out<'_>| {
        out.number("rol", 1);
        out.element("identificadorPoderdante", PERSONA);
    };
    let one = |out: &mut Out<'_>| {
        by(out);
        out.number("codigoNotificacion", 7);
    };
    let listed = ask(wscn("consultarListadoNotificaciones", by));
    assert_eq!(
        said(&listed),
        (200, "consultarListadoNotificaciones", "OK"),
        "{}",
        listed.text
    );
    assert_eq!(listed.text.matches("<notificacionesPropias>").count(), 1);
    let early = ask(wscn("verNotificacionAceptada", one));
    assert_eq!(said(&early), (200, "verNotificacionAceptada", "144"));
    let asked = ask(wscn("solicitarAcuseNotificacion", |out| {
        one(out);
        out.boolean("esDeAceptacion", true);
    }));
    assert_eq!(
        said(&asked),
        (200, "solicitarAcuseNotificacion", "OK"),
        "{}",
        asked.text
    );
    let acuse = STANDARD.decode(asked.between("<XML>", "<")).unwrap();
    let signed = world.cosigned(&String::from_utf8(acuse).unwrap());
    let accepted = ask(wscn("enviarAcuseNotificacion", |out| {
        by(out);
        out.element("xmlAcuseFirmado", &STANDARD.encode(&signed));
    }));
    assert_eq!(
        said(&accepted),
        (200, "enviarAcuseNotificacion", "OK"),
        "{}",
        accepted.text
    );
    assert_eq!(ask(wscn("verNotificacionAceptada", one)).code, "OK");
    let unknown = ask(wscn("borrarNotificacion", |_| {}));
    assert_eq!(said(&unknown), (500, "desconocida", "133"));
    assert_eq!(
        said(&world.send(Contrato::Wscn, b"hola")),
        (500, "desconocida", "133")
    );
}

#[test]
fn what_is_not_answered_is_refused_in_the_words_of_its_contract() {
    let world = World::with(&[]);
    let refused = |contrato, why| {
        let Answer { status, code, .. } = Answer::of(world.channel.refuse(contrato, Uuid::now_v7(), why));
        (status, code)
    };
    let large = NotAnswered::Unread(Unread::TooLarge { most: 1 });
    for (why, canal, wscn) in [
        (NotAnswered::Busy, (503, "SERVICIO_OCUPADO"), (500, "100")),
        (large, (413, "MENSAJE_DEMASIADO_GRANDE"), (500, "133")),
        (
            NotAnswered::Unread(Unread::CutShort),
            (500, "MENSAJE_INCOMPLETO"),
            (500, "133"),
        ),
        (
            NotAnswered::Panicked,
            (500, "SERVICIO_NO_DISPONIBLE"),
            (500, "100"),
        ),
    ] {
        let own = |(status, code): (u16, &str)| (status, code.to_owned());
        assert_eq!(refused(CANAL, why), own(canal), "{why:?}");
        assert_eq!(refused(Contrato::Wscn, why), own(wscn), "{why:?}");
    }
}

/// The log of a test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn engines_that_disagree_are_told_with_the_request() {
    let log = Log::default();
    let written = log.clone();
    let lines = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::ERROR)
        .with_writer(move || written.clone())
        .finish();
    let call = Call {
        octets: b"",
        contrato: Contrato::Wscn,
        base: "",
        peticion: Uuid::from_u128(1),
        fault: None,
    };
    tracing::subscriber::with_default(lines, || {
        call.span().in_scope(|| {
            note_operation(Some(Operation::Wscn(message::Operation::EnviarAcuse)));
            note_disagreement();
        });
    });
    let line: serde_json::Value = serde_json::from_slice(&log.0.lock().unwrap()).unwrap();
    assert!(line["fields"]["message"].as_str().unwrap().contains("disagree"));
    for (field, value) in [
        ("peticion", "00000000-0000-0000-0000-000000000001"),
        ("contrato", "wscn"),
        ("operacion", "enviarAcuseNotificacion"),
    ] {
        assert_eq!(line["span"][field], value, "{line}");
    }
}
