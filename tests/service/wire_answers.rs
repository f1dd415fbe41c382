//! What a fixed set of messages is answered, written to a file: for whoever changes the house and not what it says.
//!
//! `WIRE_ANSWERS=before.txt cargo test --test service wire_answers -- --ignored`, the same after the change, and
//! `diff`. Identifiers, instants, hashes and signatures, which differ each time, are left out.

mod canal;
mod same;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notess::contract::wscn::Entorno;
use notess::xml::soap::SoapVersion::{self, V11, V12};

use crate::common::headers::{block, with_signed_block};
use crate::common::wscn::{Program, by, data_of, member, one, signing_key};
use crate::common::{Backend, TestApp};

const CANAL: &str = "/canal/v1";
const TEXT_XML: &str = "text/xml; charset=utf-8";
const SOAP_XML: &str = "application/soap+xml; charset=utf-8";
const WSA: &str = "http://www.w3.org/2005/08/addressing";

#[test]
#[ignore = "it writes a file, and compares nothing"]
fn wire_answers() {
    let Some(path) = std::env::var_os("WIRE_ANSWERS") else {
        panic!("WIRE_ANSWERS names no file");
    };
    let mut written = Recorder::default();
    for backend in [Backend::Sqlite, Backend::Postgresql] {
        let app = TestApp::start(backend);
        written.address = app.address.to_string();
        published(&app, &mut written);
        canal_operations(&app, &mut written);
        canal::canal_faults(&app, &mut written);
        wscn_operations(&app, &mut written);
        wscn_acuses(&app, &mut written);
        wscn_faults(&app, &mut written);
        out_of_time(&app, &mut written);
    }
    std::fs::write(path, written.text).unwrap();
}

#[derive(Default)]
struct Recorder {
    text: String,
    /// That of the service, whose port is another each time.
    address: String,
}

impl Recorder {
    fn add(&mut self, what: &str, (status, body): &(u16, String)) {
        let body = same::without_what_differs(&body.replace(&self.address, "{address}"));
        writeln!(self.text, "## {what}\n{status}\n{}\n", body.replace("><", ">\n<")).unwrap();
    }
}

fn canal(operation: &str, members: &str) -> String {
    format!("<{operation} xmlns=\"urn:notess:canal:1\">{members}</{operation}>")
}

fn media_type(version: SoapVersion) -> &'static str {
    match version {
        V11 => TEXT_XML,
        V12 => SOAP_XML,
    }
}

fn published(app: &TestApp, written: &mut Recorder) {
    let wscn = Entorno::Pruebas.path();
    for path in [CANAL, wscn] {
        for query in [
            "",
            "?wsdl",
            "?singleWsdl",
            "?wsdl&politica=no",
            "?xsd=1",
            "?xsd=acuse.xsd",
            "?xsd=otro",
        ] {
            written.add(&format!("GET {path}{query}"), &app.get(&format!("{path}{query}")));
        }
    }
    for path in ["/", "/health/live", "/health/ready", "/nada"] {
        written.add(&format!("GET {path}"), &app.get(path));
    }
}

fn canal_operations(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let advertencia = member("advertencia", &app.scenario().advertencia);
    let mut ask = |what: &str, version, operation: &str, members: &str| {
        let message = program.signed(version, &canal(operation, members));
        let answer = app.post(CANAL, media_type(version), &message);
        written.add(&format!("canal {version:?} {operation} {what}"), &answer);
    };
    for (version, at) in [(V11, 0), (V12, 1)] {
        ask("", version, "consultarPoderdantes", "");
        for rol in 1..=3 {
            let of = titular.by_role(rol);
            let poderdante = member("poderdante", &of.nif);
            let page = poderdante.clone() + &member("rol", rol) + &member("limite", 2);
            ask("page", version, "consultarNotificaciones", &page);
            let pending = poderdante.clone() + &member("estado", 0) + &member("limite", 1);
            ask("pending", version, "consultarNotificaciones", &pending);
            let codigo = |codigo: i32| member("codigo", codigo);
            let decide = |codigos: &[i32]| {
                let codigos: String = codigos.iter().map(|one| codigo(*one)).collect();
                poderdante.clone() + &advertencia + &codigos
            };
            let (one, other) = (of.pendientes[at], of.pendientes[at + 5]);
            ask(
                "undecided",
                version,
                "obtenerDocumento",
                &(poderdante.clone() + &codigo(one)),
            );
            ask(
                "first",
                version,
                "firmarNotificaciones",
                &decide(&[one, i32::MAX]),
            );
            ask("again", version, "firmarNotificaciones", &decide(&[one]));
            ask("contrary", version, "rechazarNotificaciones", &decide(&[one]));
            ask("first", version, "rechazarNotificaciones", &decide(&[other]));
            for codigo in [
                one,
                other,
                i32::MAX,
                of.pendientes[9],
                of.caducadas.first().copied().unwrap_or(7),
            ] {
                let wanted = poderdante.clone() + &member("codigo", codigo);
                ask("", version, "obtenerDocumento", &wanted);
                ask("", version, "obtenerAcuse", &wanted);
            }
        }
    }
}

fn wscn_add(written: &mut Recorder, what: &str, answer: crate::common::wscn::Answer) -> String {
    written.add(&format!("wscn {what}"), &(answer.status, answer.text.clone()));
    answer.text
}

fn wscn_operations(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    wscn_add(written, "poderdantes", program.poderdantes());
    for rol in 1..=3 {
        let of = titular.by_role(rol);
        let mut page = program.list(rol, &of.nif, [0; 3]);
        // The first rows say what there is to see.
        page.text.truncate(
            page.text
                .char_indices()
                .nth(6000)
                .map_or(page.text.len(), |(at, _)| at),
        );
        wscn_add(written, "list", page);
        let (codigo, other) = (of.pendientes[10], of.pendientes[11]);
        wscn_add(written, "view pending", program.view(rol, &of.nif, codigo));
        wscn_add(written, "request", program.request(rol, &of.nif, codigo, true));
        wscn_add(written, "accept", program.decide(rol, &of.nif, codigo, true));
        wscn_add(written, "reject", program.decide(rol, &of.nif, other, false));
        for codigo in [codigo, other, i32::MAX, 0, -1] {
            wscn_add(written, "view", program.view(rol, &of.nif, codigo));
            wscn_add(written, "request", program.request(rol, &of.nif, codigo, false));
        }
        for nobody in ["12345678Z", "12345678A", ""] {
            wscn_add(written, "list nobody", program.list(rol, nobody, [5, 6, 7]));
            wscn_add(written, "view nobody", program.view(rol, nobody, 1));
        }
    }
    for rol in [0, 4] {
        wscn_add(written, "role", program.request(rol, &titular.nif, 1, true));
        wscn_add(written, "role", program.submit(rol, &titular.nif, "<a/>"));
    }
    let nif = &titular.by_role(1).nif;
    for members in [
        one(1, nif, 1),
        one(1, &format!("{nif}<x></x>"), 1),
        by(1, nif) + &member("codigoNotificacion", "99999999999"),
    ] {
        wscn_add(
            written,
            "parameters",
            program.ask("solicitarAcuseNotificacion", &members),
        );
    }
}

fn wscn_acuses(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(2);
    let codigo = of.pendientes[15];
    let acceptance = program.acuse(2, &of.nif, codigo, true);
    let acuse = program.acuse(2, &of.nif, codigo, false);
    let signed = program.cosign(&acuse);
    let data = data_of(&acuse);
    let seal = &acuse[acuse.find("<ds:Signature").unwrap()..acuse.find("</ProsaSignature>").unwrap()];
    let own = program.signature_of(data);
    let altered = data.replace("RECHAZO", "ACEPTACION");
    let broken = own.replace("<ds:SignatureValue>", "<ds:SignatureValue>AAAA");
    let with = |signature: &str| acuse.replace("</ProsaSignature>", &format!("{signature}</ProsaSignature>"));
    for document in [
        program.cosign(&acceptance),
        with(&own.replace("sha256\"></ds:DigestMethod>", "nada\"></ds:DigestMethod>")),
        with(&own.replace("#ProsaData", "#OtraCosa")),
        with(&program.signature_of(&altered)),
        with(&format!("{own}{own}")),
        with(seal),
        with(""),
        with(&format!("<mas></mas>{own}")),
        with(&broken),
        signed.replace(seal, ""),
        signed.replace(data, &altered),
        signed.replacen("PRUEBAS", "PRODUCCION", 1),
        "hola".to_owned(),
        "<a/>".to_owned(),
        signed.clone(),
        signed,
    ] {
        wscn_add(written, "acuse", program.submit(2, &of.nif, &document));
    }
    wscn_add(
        written,
        "acuse",
        program.submit_encoded(2, &of.nif, "no es base64"),
    );
    wscn_add(written, "acuse", program.submit_encoded(2, &of.nif, ""));
    let other = titular.by_role(1);
    let theirs = program.acuse(1, &other.nif, other.pendientes[15], true);
    for state in ["caducado", "no_admitido"] {
        let stranger = app.wscn_as(app.scenario().with_certificate(state));
        wscn_add(
            written,
            state,
            program.submit(1, &other.nif, &stranger.cosign(&theirs)),
        );
    }
}

fn wscn_faults(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let question = program.payload("solicitarPoderdantes", "");
    let signed = String::from_utf8(program.signed(V11, &question)).unwrap();
    wscn_add(written, "taken", program.send(signed.as_bytes()));
    wscn_add(written, "replayed", program.send(signed.as_bytes()));
    for (what, message) in canal::malformed(&signed, &question) {
        wscn_add(written, what, program.send(message.as_bytes()));
    }
    wscn_add(written, "too large", program.send(&vec![b' '; (8 << 20) + 1]));
    wscn_add(written, "version", program.send(&program.signed(V12, &question)));
    wscn_add(written, "unknown", program.ask("borrarNotificacion", ""));
    let key = signing_key(titular);
    for (header, text) in [("To", "http://otro.example/"), ("Action", "urn:otra")] {
        let fresh = String::from_utf8(program.signed(V11, &question)).unwrap();
        let message = with_signed_block(&fresh, &key, &block(WSA, header, "A-1", text));
        wscn_add(written, header, program.send(message.as_bytes()));
    }
    for state in ["caducado", "revocado", "no_admitido"] {
        let stranger = app.wscn_as(app.scenario().with_certificate(state));
        wscn_add(written, state, stranger.poderdantes());
    }
    let path = Entorno::Pruebas.path();
    for content_type in ["application/json", "multipart/related"] {
        written.add(
            &format!("wscn {content_type}"),
            &app.post(path, content_type, b"{}"),
        );
    }
}

/// What is asked when the term is over.
fn out_of_time(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let early = app.wscn_as(titular);
    let question = canal("consultarPoderdantes", "");
    let old = early.signed(V11, &question);
    let of = titular.by_role(3);
    let signed = early.cosign(&early.acuse(3, &of.nif, of.pendientes[20], true));
    app.move_clock(chrono::TimeDelta::days(11));
    written.add("canal old", &app.post(CANAL, TEXT_XML, &old));
    let program: Program<'_> = app.wscn_as(titular);
    wscn_add(written, "old", program.send(&old));
    wscn_add(written, "lapsed", program.submit(3, &of.nif, &signed));
    let members = member("poderdante", &of.nif) + &member("codigo", of.pendientes[20]);
    for operation in ["obtenerDocumento", "obtenerAcuse"] {
        let message = program.signed(V11, &canal(operation, &members));
        written.add("canal lapsed", &app.post(CANAL, TEXT_XML, &message));
    }
}
