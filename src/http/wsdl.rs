//! The contracts' files, as they lie in the project but for the address.

use actix_web::body::MessageBody;
use actix_web::guard::GuardContext;
use actix_web::http::header::{self, ContentType};
use actix_web::http::uri::Uri;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::contract::canal;
use crate::soap::wsdl::{Contract, Form, Policy, Schemas};

use super::shared::{CANAL_PATH, Shared};

const XML: &str = "text/xml; charset=utf-8";

/// With the schemas within it, as .NET's tools ask for it.
const SINGLE: &str = "singleWsdl";

/// `?wsdl` or `?singleWsdl`, in whatever case, as toolkits write it.
pub(super) fn asks_for_wsdl(context: &GuardContext<'_>) -> bool {
    query_names(context, "wsdl") || query_names(context, SINGLE)
}

/// `?xsd`, with or without the name of one.
pub(super) fn asks_for_xsd(context: &GuardContext<'_>) -> bool {
    query_names(context, "xsd")
}

fn query_names(context: &GuardContext<'_>, name: &str) -> bool {
    parameter(&context.head().uri, name).is_some()
}

/// The value of a parameter of the query, empty where it has none.
fn parameter<'a>(uri: &'a Uri, name: &str) -> Option<&'a str> {
    uri.query().unwrap_or_default().split('&').find_map(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The WSDL of contract canal, with the address by which it was asked, or the one in the settings.
pub(super) async fn canal_wsdl(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let schema = std::str::from_utf8(canal::SCHEMA).unwrap_or_default();
    served(&request, &shared, &shared.channel.canal.contract, schema)
}

/// The schemas of contract canal: of its messages, which the WSDL imports as number 1, and of its acuses.
pub(super) async fn canal_xsd(request: HttpRequest) -> HttpResponse {
    match asked_xsd(&request) {
        "" | "1" | "canal.xsd" => xml(canal::SCHEMA),
        "acuse.xsd" => xml(canal::ACUSE_SCHEMA),
        _ => no_such_schema("?xsd=1, ?xsd=acuse.xsd"),
    }
}

/// The WSDL of contract WSCN in this environment, likewise.
pub(super) async fn wscn_wsdl(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let wscn = &shared.channel.wscn;
    served(&request, &shared, &wscn.contract, &wscn.schema)
}

/// The schema of contract WSCN in this environment.
pub(super) async fn wscn_xsd(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    match asked_xsd(&request) {
        "" | "1" | "wscn.xsd" => xml(shared.channel.wscn.schema.clone()),
        _ => no_such_schema("?xsd=1"),
    }
}

/// Which schema is asked for.
fn asked_xsd(request: &HttpRequest) -> &str {
    parameter(request.uri(), "xsd").unwrap_or_default()
}

fn no_such_schema(those: &str) -> HttpResponse {
    HttpResponse::NotFound()
        .content_type(ContentType::plaintext())
        .body(format!(
            "No hay ningún esquema con ese nombre. Los que hay: {those}.\n"
        ))
}

/// A WSDL in the form that is asked for, with the address by which it was.
fn served(request: &HttpRequest, shared: &Shared, contract: &Contract, schema: &str) -> HttpResponse {
    let schemas = [schema];
    let asked = |name| parameter(request.uri(), name);
    let form = Form {
        schemas: match asked(SINGLE) {
            Some(_) => Schemas::Within(&schemas),
            None => Schemas::Apart,
        },
        policy: match asked("politica") {
            Some(value) if value.eq_ignore_ascii_case("no") => Policy::LeftOut,
            _ => Policy::Kept,
        },
    };
    xml(contract.served_wsdl(&shared.base(request), form))
}

fn xml(octets: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok().content_type(XML).body(octets)
}

/// What is there, for somebody who looks with a browser.
pub(super) async fn page(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let base = shared.base(&request);
    let canal = escaped(&format!("{base}{CANAL_PATH}"));
    let wscn = escaped(&format!("{base}{}", shared.channel.wscn.entorno.path()));
    let entorno = shared.channel.wscn.entorno.code();
    let body = format!(
        "<!doctype html><html lang=\"es\"><meta charset=\"utf-8\"><title>notess</title>\
         <h1>notess: notificaciones por servicio web</h1>\
         <p>Aquí se consultan, aceptan y rechazan notificaciones por SOAP con mensajes firmados (WS-Security). El entorno es \
         el de {entorno}.</p>\
         <ul><li>Contrato canal: <code>{canal}</code> (POST, SOAP 1.1 o 1.2); \
         <a href=\"{canal}?wsdl\">WSDL</a>, <a href=\"{canal}?xsd=1\">esquema</a> y \
         <a href=\"{canal}?xsd=acuse.xsd\">esquema de los acuses</a></li>\
         <li>Contrato WSCN, el de los programas que ya existen: <code>{wscn}</code> (POST, SOAP 1.1); \
         <a href=\"{wscn}?wsdl\">WSDL</a> y <a href=\"{wscn}?xsd=1\">esquema</a></li>\
         <li><a href=\"/health/ready\">Estado del servicio</a></li></ul></html>"
    );
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, ContentType::html()))
        .body(body)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
