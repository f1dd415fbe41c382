//! Made-up answers, each of which the service could have signed, to questions that they are not to.

use std::collections::HashSet;

use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::sha::sha256;
use openssl::x509::{X509, X509NameBuilder};

use super::acuse::{self, Acuse, AcuseError};
use super::calls::everything;
use super::checks::{self, Mismatch};
use super::connection::LIMITS;
use crate::contract::canal::acuse_document::NAMESPACE;
use crate::contract::canal::encode;
use crate::contract::canal::messages::{
    AcuseResumido, Documento, ErrorFuncional, Notificacion, Resultado, Roles,
};
use crate::domain::advertencia::Advertencia;
use crate::domain::materia::{Entidad, Materia};
use crate::domain::notificacion::{Codigo, Estado, Huella};
use crate::domain::operation::{ListRequest, OneNotificacion, PoderdanteEntry};
use crate::domain::rol::Rol;
use crate::signature::{
    EngineError, Sealing, SigningCertificateError, SigningKey, seal_document, seal_element,
};
use crate::xml::write::{Ns, Out, Tag};
use crate::xml::{Limits, screen};

const NIF: &str = "B99999120";
const OTHER_NIF: &str = "A99999013";

fn codigo(number: i32) -> Codigo {
    Codigo::new(number).unwrap()
}

fn done(number: i32) -> Resultado {
    Resultado {
        codigo: number,
        acuse: Some(AcuseResumido {
            identificador: "01900000-0000-7000-8000-000000000001".to_owned(),
            fecha: "2026-03-10T10:15:00.123+01:00".to_owned(),
            huella: "ab".repeat(32),
        }),
        error: None,
        repetida: false,
    }
}

fn denied(number: i32) -> Resultado {
    Resultado {
        acuse: None,
        error: Some(ErrorFuncional {
            codigo: "CADUCADA".to_owned(),
            descripcion: "terminó su plazo".to_owned(),
        }),
        ..done(number)
    }
}

fn results(asked: &[i32], answered: &[Resultado]) -> Result<(), Mismatch> {
    let asked: Vec<Codigo> = asked.iter().map(|&number| codigo(number)).collect();
    checks::results(&asked, answered)
}

#[test]
fn a_decision_is_answered_by_one_result_for_each_code_in_their_order() {
    assert_eq!(results(&[3, 4], &[done(3), denied(4)]), Ok(()));
    assert_eq!(
        results(&[3, 4, 3], &[done(3), done(4)]),
        Ok(()),
        "named twice, served once"
    );
}

#[test]
fn results_of_other_codes_or_of_none_are_no_answer_to_a_decision() {
    let count = |asked, answered| Err(Mismatch::Results { asked, answered });
    let other = |asked, answered| {
        let asked = codigo(asked);
        Err(Mismatch::Codigo { asked, answered })
    };
    assert_eq!(results(&[3, 4], &[done(2)]), count(2, 1));
    assert_eq!(results(&[3], &[]), count(1, 0));
    assert_eq!(results(&[3], &[done(3), done(4)]), count(1, 2));
    assert_eq!(results(&[3], &[done(2)]), other(3, 2));
    assert_eq!(results(&[3, 4], &[done(4), done(3)]), other(3, 4));
    assert_eq!(results(&[3, 4], &[done(3), done(3)]), other(4, 3));
}

#[test]
fn a_result_with_neither_acuse_nor_error_or_with_both_is_none() {
    let neither = Resultado {
        acuse: None,
        ..done(3)
    };
    let both = Resultado {
        error: denied(3).error,
        ..done(3)
    };
    for result in [neither, both] {
        assert_eq!(results(&[3], &[result]), Err(Mismatch::Result { codigo: 3 }));
    }
}

#[test]
fn an_answer_about_another_notification_is_refused() {
    assert_eq!(checks::codigo(codigo(3), 3), Ok(()));
    let other = Mismatch::Codigo {
        asked: codigo(3),
        answered: 2,
    };
    assert_eq!(checks::codigo(codigo(3), 2), Err(other));
}

#[test]
fn a_document_that_is_not_the_one_of_its_huella_is_refused() {
    let huella = Huella(sha256(b"%PDF-")).to_string();
    assert_eq!(checks::document(b"%PDF-", Some(&huella)), Ok(()));
    assert_eq!(checks::document(b"%PDF", Some(&huella)), Err(Mismatch::Huella));
    assert_eq!(checks::document(b"%PDF-", None), Err(Mismatch::Huella));
}

fn listed(number: i32) -> Notificacion {
    Notificacion {
        codigo: number,
        poderdante: NIF.to_owned(),
        roles: Roles { roles: vec![2, 3] },
        entidad: "TGSS".to_owned(),
        codigo_procedimiento: None,
        procedimiento: String::new(),
        materia: "IACR".to_owned(),
        asunto: String::new(),
        tipo_destinatario: "NIF".to_owned(),
        destinatario: NIF.to_owned(),
        nombre_destinatario: String::new(),
        estado: 0,
        puesta_a_disposicion: "2026-03-10T09:15:00+01:00".to_owned(),
        fin_disponibilidad: None,
        dias_restantes: None,
        categoria_especial: false,
        documento: Documento {
            huella: "ab".repeat(32),
            tamano: 1,
        },
        practicada: None,
    }
}

fn page(asked: &ListRequest, answered: &[Notificacion]) -> Result<(), Mismatch> {
    checks::page(asked, answered, &mut HashSet::new())
}

#[test]
fn a_listing_of_somebody_elses_notifications_is_refused() {
    let of = |nif: &str| everything(vec![nif.parse().unwrap()], None);
    assert_eq!(page(&of(NIF), &[listed(1), listed(2)]), Ok(()));
    let other = Mismatch::Poderdante {
        codigo: 1,
        answered: NIF.to_owned(),
    };
    assert_eq!(page(&of(OTHER_NIF), &[listed(1)]), Err(other));
}

#[test]
fn a_listing_of_what_the_filters_leave_out_is_refused() {
    let any = everything(vec![NIF.parse().unwrap()], None);
    let by_role = |rol| {
        everything(
            vec![NIF.parse().unwrap()],
            crate::domain::rol::Rol::from_number(rol),
        )
    };
    let in_state = |estado| ListRequest {
        estados: vec![estado],
        ..any.clone()
    };
    let of_body = |entidad| ListRequest {
        entidades: vec![entidad],
        ..any.clone()
    };
    for fitting in [by_role(2), in_state(Estado::SinAcuse), of_body(Entidad::Tgss)] {
        assert_eq!(page(&fitting, &[listed(1)]), Ok(()), "{fitting:?}");
    }
    for other in [
        by_role(1),
        in_state(Estado::AcuseSolicitado),
        of_body(Entidad::Inss),
    ] {
        assert_eq!(
            page(&other, &[listed(1)]),
            Err(Mismatch::Filter { codigo: 1 }),
            "{other:?}"
        );
    }
}

#[test]
fn a_page_that_comes_again_is_refused() {
    let asked = everything(vec![NIF.parse().unwrap()], None);
    let mut seen = HashSet::new();
    assert_eq!(checks::page(&asked, &[listed(1), listed(2)], &mut seen), Ok(()));
    let again = checks::page(&asked, &[listed(1), listed(2)], &mut seen);
    assert_eq!(again, Err(Mismatch::Repeated { codigo: 1 }));
}

fn signing_key() -> SigningKey {
    certified(new_key())
}

fn new_key() -> PKey<Private> {
    PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap())
        .unwrap()
}

fn certified(key: PKey<Private>) -> SigningKey {
    let name = X509NameBuilder::new().unwrap().build();
    let mut builder = X509::builder().unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    let day = |days| Asn1Time::days_from_now(days).unwrap();
    builder.set_not_before(&day(0)).unwrap();
    builder.set_not_after(&day(1)).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    SigningKey::new(key, builder.build()).unwrap()
}

/// What this service would sign of a notification, under a root of this name.
fn sealed(key: &SigningKey, root: &'static str, number: i32) -> Vec<u8> {
    let tag = Tag::with(root, "Id", "acuse-1");
    let document = Out::document(512, Ns::new("", NAMESPACE), tag, |out| {
        out.within("acto", |out| {
            out.number("codigo", number);
            out.hex("huella", &[0xab; 32]);
        });
        out.within("destinatario", |out| out.element("nif", NIF));
    });
    let sealing = Sealing {
        key,
        chain: &[key.certificate().to_owned()],
        at: chrono::DateTime::from_timestamp(1_773_000_000, 0).unwrap(),
        object: "urn:x",
    };
    seal_document(&sealing, &document, "acuse-1").unwrap()
}

/// The same as it was once: without what it says of its seal.
fn signed(key: &SigningKey) -> Vec<u8> {
    let tag = Tag::with("acuse", "Id", "acuse-1");
    let document = Out::document(512, Ns::new("", NAMESPACE), tag, |out| {
        out.within("acto", |out| {
            out.number("codigo", 3);
            out.hex("huella", &[0xab; 32]);
        });
        out.within("destinatario", |out| out.element("nif", NIF));
    });
    let signature = seal_element(key, &document, "acuse-1").unwrap();
    let document = String::from_utf8(document.octets().to_vec()).unwrap();
    let content = document.strip_suffix("</acuse>").unwrap();
    [content.as_bytes(), &signature, b"</acuse>"].concat()
}

fn read(octets: &[u8], key: &SigningKey) -> Result<Acuse, AcuseError> {
    acuse::read(octets, &key.public_key().unwrap())
}

#[test]
fn only_the_acuse_of_the_notification_asked_for_is_taken() {
    let key = signing_key();
    let acuse = read(&sealed(&key, "acuse", 3), &key).unwrap();
    let of = |nif: &str, number| OneNotificacion {
        poderdante: nif.parse().unwrap(),
        codigo: codigo(number),
    };
    let (huella, other_huella) = ("ab".repeat(32), "cd".repeat(32));
    assert_eq!(checks::acuse(of(NIF, 3), Some(&huella), &acuse), Ok(()));
    for (asked, huella) in [
        (of(NIF, 33), Some(&huella)),
        (of(OTHER_NIF, 3), Some(&huella)),
        (of(NIF, 3), Some(&other_huella)),
        (of(NIF, 3), None),
    ] {
        let mismatch = Mismatch::Acuse { asked: asked.codigo };
        let huella = huella.map(String::as_str);
        assert_eq!(checks::acuse(asked, huella, &acuse), Err(mismatch));
    }
}

#[test]
fn an_acuse_that_was_altered_or_that_another_signed_is_refused() {
    let key = signing_key();
    let octets = sealed(&key, "acuse", 3);
    let altered = String::from_utf8(octets.clone()).unwrap().replace(">3<", ">4<");
    assert!(matches!(
        read(altered.as_bytes(), &key),
        Err(AcuseError::Signature(EngineError::DigestMismatch { .. }))
    ));
    // Whose seal it is, the answer says in which it came; of one that does not say it, the service's key alone.
    assert!(read(&octets, &signing_key()).is_ok());
    assert!(read(&signed(&key), &key).is_ok());
    assert!(matches!(
        read(&signed(&key), &signing_key()),
        Err(AcuseError::Signature(EngineError::SignatureMismatch))
    ));
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    let certificate = |octets: &[u8]| {
        let text = text(octets);
        let from = text.find("<ds:X509Certificate>").unwrap();
        text[from..text.find("</ds:X509Certificate>").unwrap()].to_owned()
    };
    let other = sealed(&signing_key(), "acuse", 3);
    let swapped = text(&octets).replace(&certificate(&octets), &certificate(&other));
    assert!(matches!(
        read(swapped.as_bytes(), &key),
        Err(AcuseError::Signature(EngineError::SignatureMismatch))
    ));
    // Another certificate of the same key, which the seal does not name.
    let private = new_key();
    let [one, two] = [(); 2].map(|()| sealed(&certified(private.clone()), "acuse", 3));
    let renamed = text(&one).replace(&certificate(&one), &certificate(&two));
    assert!(matches!(
        read(renamed.as_bytes(), &key),
        Err(AcuseError::Certificate(SigningCertificateError::Other { .. }))
    ));
    assert!(matches!(
        read(b"<acuse xmlns=\"urn:notess:acuse:1\" Id=\"a\"/>", &key),
        Err(AcuseError::Signature(EngineError::NoSignature))
    ));
    assert!(matches!(
        read(b"<acuse xmlns=\"urn:notess:acuse:1\"/>", &key),
        Err(AcuseError::NotSigned)
    ));
    assert!(matches!(read(b"%PDF-", &key), Err(AcuseError::Unreadable(_))));
}

#[test]
fn another_document_that_the_service_signed_is_no_acuse() {
    let key = signing_key();
    assert!(matches!(
        read(&sealed(&key, "otro", 3), &key),
        Err(AcuseError::NotAnAcuse)
    ));
}

/// `consultarPoderdantes` gives all that there are at once, by each of their roles.
#[test]
fn an_answer_with_ten_thousand_poderdantes_is_read() {
    let entry = PoderdanteEntry {
        nif: NIF.parse().unwrap(),
        denominacion: "HORNOS DEL SUR SL".to_owned(),
        rol: Rol::Apoderado,
        materias: Materia::ALL.to_vec(),
        vigente_hasta: Some(chrono::DateTime::UNIX_EPOCH),
    };
    let advertencia = Advertencia::vigente("pruebas", None);
    let payload = encode::poderdantes(&vec![entry; 10_000], &advertencia);
    assert!(screen(payload.octets(), &LIMITS).is_ok());
    // What strangers send to the service may not hold so much.
    assert!(screen(payload.octets(), &Limits::MESSAGE).is_err());
}
