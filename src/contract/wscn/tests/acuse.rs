//! The acuse: as it is given out, and every way in which it can come back.

mod signatures;

use openssl::pkey::{PKey, Public};
use proptest::prelude::*;
use uuid::Uuid;

use super::sign::{ALL_STYLES, Signer, Style, properties};
use crate::contract::wscn::acuse_code::acuse_error;
use crate::contract::wscn::acuse_document::{self, DATA_ID, huella_of, sealed};
use crate::contract::wscn::acuse_error::{AcuseError, FormFault};
use crate::contract::wscn::submitted::{Inspected, claimed_codigo, inspect};
use crate::domain::acuse_solicitado::tests::to_sign;
use crate::domain::acuse_solicitado::{AcuseAFirmar, AcuseDevuelto};
use crate::domain::firmante::Firmante;
use crate::domain::materia::Procedimiento;
use crate::domain::notificacion::tests::altered;
use crate::domain::notificacion::{Categoria, Sentido};
use crate::domain::rol::Rol;
use crate::signature::{
    Agreed, Engine, EngineError, Native, Policy, SignedOctets, SigningCertificateError, XmlSec,
};
use crate::xml::Screened;

pub(super) fn acuse() -> AcuseAFirmar {
    to_sign(Sentido::Aceptacion, Rol::AutorizadoRed)
}

/// What is signed of it, as octets.
pub(super) fn data(acuse: &AcuseAFirmar) -> Vec<u8> {
    acuse_document::data(acuse).into_octets()
}

/// The acuse as the service gives it out.
fn given() -> String {
    let data = acuse_document::data(&acuse());
    String::from_utf8(sealed(&Signer::service().signing_key(), &data).unwrap()).unwrap()
}

/// The same with something more in the root.
pub(super) fn with(more: &str) -> String {
    given().replace("</ProsaSignature>", &format!("{more}</ProsaSignature>"))
}

pub(super) fn client(style: &Style) -> String {
    Signer::client().sign(&data(&acuse()), style)
}

pub(super) fn cosigned() -> String {
    with(&client(&Style::default()))
}

fn inspected(document: &str) -> Result<Inspected<'_>, AcuseError> {
    let is_own = |der: &[u8]| der == Signer::service().certificate();
    inspect(document.as_bytes(), is_own, &POLICY)
}

/// The whole way of an acuse that comes back, its certificates being good.
pub(super) fn returned(document: &str, engine: &dyn Engine) -> Result<AcuseDevuelto, AcuseError> {
    let key = |signer: &Signer| -> PKey<Public> { signer.public_key() };
    inspected(document)?
        .sealed(engine, &key(Signer::service()), &Policy::wscn())?
        .signed(
            engine,
            Signer::client().certificate(),
            &key(Signer::client()),
            &POLICY,
        )
        .map(|signed| signed.by(acuse().firmante))
}

/// Of the client's signature.
const POLICY: Policy = Policy::wscn().of_acuses();

/// As the service asks them.
pub(super) const BOTH: Agreed<Native, XmlSec> = Agreed(Native, XmlSec);

pub(super) fn assert_error(document: &str, error: &AcuseError, codigo: u8) {
    assert_eq!(returned(document, &BOTH).as_ref(), Err(error), "{document}");
    assert_eq!(acuse_error(error).codigo.number(), codigo);
}

/// An engine that finds what it is told for the service's signature, or for the client's.
struct Told {
    seal: Result<Vec<SignedOctets>, EngineError>,
    signature: Result<Vec<SignedOctets>, EngineError>,
}

fn octets(octets: Vec<u8>) -> Vec<SignedOctets> {
    let id = DATA_ID.to_owned();
    vec![SignedOctets { id, octets }]
}

impl Engine for Told {
    fn verify(
        &self,
        _: &Screened<'_>,
        which: usize,
        _: &openssl::pkey::PKeyRef<Public>,
        expected: &[String],
        _: &Policy,
    ) -> Result<Vec<SignedOctets>, EngineError> {
        assert!(expected.iter().any(|id| id == DATA_ID));
        if which == 0 {
            self.seal.clone()
        } else {
            self.signature.clone()
        }
    }
}

#[test]
fn the_acuse_given_out_has_the_shape_that_clients_know() {
    let text = given();
    for part in [
        "<ProsaSignature id=\"ELEMENTOAFIRMAR\"><ProsaSignatureData Id=\"ProsaData\"><ACUSE_FIRMA id=\"ACUSE_FIRMA\">\
         <VERSION_ACUSE>4</VERSION_ACUSE>",
        "<NOTIFICACION><CODIGO>1</CODIGO><ENTIDAD>TGSS</ENTIDAD>",
        "<FECHA_FIN_DISPONIBILIDAD>20-03-2026 23:59:59</FECHA_FIN_DISPONIBILIDAD>",
        "<SENTIDO>ACEPTACION</SENTIDO><ROL>2</ROL><AUTORIZACION_RED>123456</AUTORIZACION_RED>",
        "<PODERDANTE><NIF>B99999120</NIF><NOMBRE>HORNOS DEL SUR SL</NOMBRE></PODERDANTE>",
        "<RECEPTOR><NIF>99999901H</NIF>",
        "<FECHA_EMISION>10-03-2026 10:15:00</FECHA_EMISION>",
        "<VALOR>0707070707",
        "<ADVERTENCIA><CODIGO>ADV-2026-1-PRUEBAS</CODIGO><TEXTO>El acceso al contenido",
        "</ACUSE_FIRMA></ProsaSignatureData><ds:Signature ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn what_is_signed_is_canonical_and_the_same_each_time_for_every_signer() {
    let representative = Firmante::Representante {
        nif: "99999912Y".parse().unwrap(),
        nombre: "PABLO <LUNA> & SANZ".to_owned(),
        entidad: "B99999120".parse().unwrap(),
        denominacion: "HORNOS DEL SUR SL".to_owned(),
    };
    let sello = Firmante::Sello {
        entidad: "A99999013".parse().unwrap(),
        denominacion: "TALLERES PISUERGA SA".to_owned(),
    };
    for firmante in [acuse().firmante, representative, sello] {
        for rol in Rol::ALL {
            for sentido in [Sentido::Aceptacion, Sentido::Rechazo] {
                let acuse = AcuseAFirmar {
                    firmante: firmante.clone(),
                    ..to_sign(sentido, rol)
                };
                let octets = data(&acuse);
                assert_eq!(octets, data(&acuse));
                let text = std::str::from_utf8(&octets).unwrap();
                assert_eq!(crate::xml::write::tests::exclusive_canonical_form(&octets), text);
            }
        }
    }
}

#[test]
fn an_acuse_of_a_special_category_does_not_tell_what_it_is_about() {
    let mut acuse = acuse();
    acuse.notificacion = altered(acuse.notificacion, |publicada| {
        publicada.procedimiento = Procedimiento::find("INSS-EMB").unwrap();
        publicada.asunto = "Riesgo durante el embarazo".to_owned();
        publicada.categoria = Categoria::Especial;
    });
    let text = String::from_utf8(data(&acuse)).unwrap();
    assert!(!text.contains("mbarazo") && !text.contains("INSS-EMB"), "{text}");
}

#[test]
fn an_acuse_that_both_signed_is_the_one_that_was_given_out() {
    let solicitado = acuse().record(
        huella_of(&data(&acuse())),
        acuse().notificacion.documento.huella,
        huella_of(Signer::service().certificate()),
    );
    let first = given().replace(
        "<ds:Signature ",
        &format!("{}<ds:Signature ", client(&Style::default())),
    );
    let spaced = with(&format!("\n  \r\n\t{}\n", client(&Style::default())));
    let documents = [
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", cosigned()),
        format!("\u{feff}{}", cosigned()),
        first,
        spaced,
    ];
    let styles = ALL_STYLES.iter().map(|style| with(&client(style)));
    for document in documents.into_iter().chain(styles) {
        let devuelto = returned(&document, &BOTH).unwrap();
        assert!(devuelto.answers(&solicitado));
        assert_eq!(devuelto.octetos, document.as_bytes());
        assert_eq!(claimed_codigo(document.as_bytes()), Some(solicitado.codigo));
    }
}

#[test]
fn an_acuse_altered_after_it_was_given_out_breaks_the_service_s_seal() {
    let signed = |data: &[u8]| Signer::client().sign(data, &Style::default());
    let altered = String::from_utf8(data(&acuse()))
        .unwrap()
        .replace("ACEPTACION", "RECHAZO");
    let resigned = with(&signed(altered.as_bytes())).replace("ACEPTACION", "RECHAZO");
    assert_error(&resigned, &AcuseError::SealBroken, 14);
    assert_error(
        &cosigned().replace("ACEPTACION", "RECHAZO"),
        &AcuseError::SealBroken,
        14,
    );
    let other = Signer::client().sign(
        b"<ProsaSignatureData Id=\"ProsaData\"></ProsaSignatureData>",
        &Style::default(),
    );
    assert_error(&with(&other), &AcuseError::SignatureBroken, 22);
}

#[test]
fn what_is_not_xml_in_utf_8_is_16_and_what_is_not_well_formed_119() {
    let code = |octets: &[u8]| {
        let error = inspect(octets, |_| false, &POLICY).unwrap_err();
        acuse_error(&error).codigo.number()
    };
    let latin = given().replace("ProsaData", "Pros\u{e9}");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    assert_eq!(code(&latin), 16);
    assert_eq!(code(b""), 16);
    assert_eq!(code(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>"), 16);
    assert_eq!(code(b"<ProsaSignature>"), 119);
    assert_eq!(code(b"<!DOCTYPE a><ProsaSignature/>"), 119);
}

#[test]
fn what_has_not_the_form_of_the_acuse_is_119() {
    let form = |document: &str, fault| assert_error(document, &AcuseError::Form(fault), 119);
    let whole = cosigned();
    form(
        &whole
            .replace("ProsaSignature ", "Otro ")
            .replace("</ProsaSignature>", "</Otro>"),
        FormFault::Root,
    );
    form(&whole.replace("ELEMENTOAFIRMAR", "OTRO"), FormFault::Root);
    form(
        &whole.replace("<ProsaSignature ", "<ProsaSignature xmlns=\"urn:x\" "),
        FormFault::Root,
    );
    form(&whole.replace("Id=\"ProsaData\"", "Id=\"Otro\""), FormFault::Data);
    let second = "<ProsaSignatureData Id=\"Otra\"></ProsaSignatureData></ProsaSignature>";
    form(&whole.replace("</ProsaSignature>", second), FormFault::Data);
    // The signed element moved aside, and another in its place: the classic wrapping.
    let wrapped = whole
        .replace("<ProsaSignatureData", "<Aparte><ProsaSignatureData")
        .replace("</ProsaSignatureData>", "</ProsaSignatureData></Aparte>");
    form(
        &wrapped.replace("<Aparte>", "<ProsaSignatureData></ProsaSignatureData><Aparte>"),
        FormFault::Data,
    );
    for intruder in ["<x/>", "texto"] {
        form(
            &whole.replace("</ProsaSignature>", &format!("{intruder}</ProsaSignature>")),
            FormFault::Intruder,
        );
    }
    let empty = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"></ds:Signature></ACUSE_FIRMA>";
    let inside = whole.replace("</ACUSE_FIRMA>", empty);
    form(&inside, FormFault::SignatureElsewhere);
}

/// What a client is told of a signature whose shape is not accepted.
pub(super) fn told(document: &str) -> String {
    let error = returned(document, &BOTH).unwrap_err();
    assert!(matches!(error, AcuseError::Shape(_)), "{error:?}");
    let told = acuse_error(&error);
    assert_eq!(told.codigo.number(), 11);
    told.descripcion.into_owned()
}

/// A transform by this expression.
pub(super) fn xpath(expression: &str) -> String {
    format!(
        "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>{expression}</ds:XPath>\
         </ds:Transform>"
    )
}

proptest! {
    #[test]
    fn any_octets_are_looked_at_without_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (inspect(&octets, |_| true, &POLICY), claimed_codigo(&octets));
    }

    /// Cut or overwritten somewhere: whatever comes of it is an answer, and an acuse that counts says the same.
    #[test]
    fn a_spoilt_acuse_is_no_other_acuse(at in 0_usize..8000, with in "[<>/a-zA-Z\"= #]{0,8}", cut in 0_usize..40) {
        let mut document: Vec<char> = cosigned().chars().collect();
        let at = at.min(document.len());
        let end = (at + cut).min(document.len());
        document.splice(at..end, with.chars());
        let document: String = document.into_iter().collect();
        let _ = claimed_codigo(document.as_bytes());
        if let Ok(devuelto) = returned(&document, &BOTH) {
            prop_assert_eq!(devuelto.datos, huella_of(&data(&acuse())));
        }
    }
}
