//! Signed messages of a caller.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use notess::contract::canal::request;
use notess::contract::wscn::Entorno;
use notess::demo::TitularEscenario;
use notess::domain::notificacion::{Codigo, Sentido};
use notess::domain::operation::{DecideRequest, Request};
use notess::signature::{Freshness, SigningKey, seal_envelope};
use notess::xml::soap::SoapVersion;
use openssl::sha::sha256;

use super::world::{World, pending, signing_key};

/// Where contract canal is served.
pub const CANAL: &str = "/canal/v1";
/// How long a message of canal lives; that of a phase is signed before it begins.
const LIFE: TimeDelta = TimeDelta::minutes(9);
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const WSSE: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const TOKEN: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

/// An HTTP request, whole.
pub type Posted = Vec<u8>;

/// The request that posts a message.
pub fn post(path: &str, message: &[u8]) -> Posted {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    [head.as_bytes(), message].concat()
}

/// A listing of contract WSCN of the last notifications of somebody, signed without a Timestamp, as old programs do: it may
/// be asked over and over.
pub fn listing(titular: &TitularEscenario) -> Posted {
    let of = titular.poderdantes.iter().max_by_key(|of| of.pendientes.len());
    let of = of.expect("a poderdante");
    let mut codes = of.pendientes.clone();
    codes.sort_unstable();
    let from = codes.get(codes.len().saturating_sub(10)).copied().unwrap_or(0);
    let namespace = Entorno::Pruebas.namespace();
    let payload = format!(
        "<w:consultarListadoNotificaciones xmlns:w=\"{namespace}\"><rol>{}</rol><identificadorPoderdante>{}\
         </identificadorPoderdante><codigoSiguienteNotificacionPropia>{from}</codigoSiguienteNotificacionPropia>\
         <codigoSiguienteNotificacionAutorizadoRED>{from}</codigoSiguienteNotificacionAutorizadoRED>\
         <codigoSiguienteNotificacionApoderado>{from}</codigoSiguienteNotificacionApoderado>\
         </w:consultarListadoNotificaciones>",
        of.rol, of.nif
    );
    post(
        Entorno::Pruebas.path(),
        &signed_body(&signing_key(titular), &payload),
    )
}

/// Acceptances through contract canal, each of one code that a holder may decide, in order, without the first `skip`.
pub fn acceptances(world: &World, titular: &TitularEscenario, skip: usize, count: usize) -> Vec<Posted> {
    let codes = pending(titular).into_iter().skip(skip).take(count);
    signed(
        world,
        titular,
        &codes.map(|(nif, code)| (nif, vec![code])).collect::<Vec<_>>(),
    )
}

/// The same of all that a holder may decide, so many codes in each; what is left of a poderdante's is left out.
pub fn batches(world: &World, titular: &TitularEscenario, size: usize) -> Vec<Posted> {
    let mut of = BTreeMap::<String, Vec<i32>>::new();
    for (nif, code) in pending(titular) {
        of.entry(nif).or_default().push(code);
    }
    let whole: Vec<_> = of
        .iter()
        .flat_map(|(nif, codes)| {
            codes
                .chunks_exact(size)
                .map(|chunk| (nif.clone(), chunk.to_vec()))
        })
        .collect();
    signed(world, titular, &whole)
}

/// Acceptances, signed on as many threads as there are processors.
fn signed(world: &World, titular: &TitularEscenario, wanted: &[(String, Vec<i32>)]) -> Vec<Posted> {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let parts = wanted.chunks(wanted.len().div_ceil(threads).max(1));
        let signers: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    let key = signing_key(titular);
                    let sign = |(nif, codes): &(String, Vec<i32>)| acceptance(world, &key, nif, codes);
                    part.iter().map(sign).collect::<Vec<_>>()
                })
            })
            .collect();
        let signed = signers.into_iter().map(|signer| signer.join().expect("signed"));
        signed.flatten().collect()
    })
}

fn acceptance(world: &World, key: &SigningKey, nif: &str, codigos: &[i32]) -> Posted {
    let payload = request::encode(&Request::Decide(DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante: nif.parse().expect("a NIF"),
        rol: None,
        advertencia: world.scenario.advertencia.clone(),
        codigos: codigos.iter().filter_map(|code| Codigo::new(*code)).collect(),
        motivo: None,
    }));
    let created = Utc::now();
    let freshness = Freshness {
        created,
        expires: created + LIFE,
        tag: &codigos.first().map_or(String::new(), i32::to_string),
    };
    let sealed = seal_envelope(SoapVersion::V11, key, freshness, payload).expect("it can be signed");
    post(CANAL, &sealed.into_octets())
}

/// A message whose Body alone is signed, written in its canonical form.
fn signed_body(key: &SigningKey, payload: &str) -> Vec<u8> {
    let body = format!("<soap:Body xmlns:soap=\"{SOAP}\" Id=\"Body\">{payload}</soap:Body>");
    let signed_info = format!(
        "<ds:SignedInfo xmlns:ds=\"{DS}\" xmlns:soap=\"{SOAP}\" xmlns:wsse=\"{WSSE}\"><ds:CanonicalizationMethod \
         Algorithm=\"{INCLUSIVE}\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>\
         <ds:Reference URI=\"#Body\"><ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod><ds:DigestValue>{}\
         </ds:DigestValue></ds:Reference></ds:SignedInfo>",
        key.method().uri(),
        STANDARD.encode(sha256(body.as_bytes()))
    );
    let value = STANDARD.encode(key.sign_octets(signed_info.as_bytes()).expect("it can be signed"));
    let token = STANDARD.encode(key.certificate().to_der().expect("DER"));
    format!(
        "<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Header><wsse:Security xmlns:wsse=\"{WSSE}\">\
         <wsse:BinarySecurityToken EncodingType=\"{TOKEN}-soap-message-security-1.0#Base64Binary\" \
         ValueType=\"{TOKEN}-x509-token-profile-1.0#X509v3\" Id=\"Token\">{token}</wsse:BinarySecurityToken>\
         <ds:Signature xmlns:ds=\"{DS}\">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>\
         <wsse:SecurityTokenReference><wsse:Reference URI=\"#Token\" \
         ValueType=\"{TOKEN}-x509-token-profile-1.0#X509v3\"></wsse:Reference></wsse:SecurityTokenReference></ds:KeyInfo>\
         </ds:Signature></wsse:Security></soap:Header>{body}</soap:Envelope>"
    )
    .into_bytes()
}
