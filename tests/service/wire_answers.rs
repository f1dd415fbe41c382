//! What a fixed set of messages is answered, written to a file: for whoever changes the house and not what it says.
//!
//! `WIRE_ANSWERS=before.txt cargo test --test service wire_answers -- --ignored`, the same after the change, and
//! `diff`. Identifiers, instants, hashes and signatures, which differ each time, are left out.

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
        canal_faults(&app, &mut written);
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
        let body = without_what_differs(&body.replace(&self.address, "{address}"));
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

fn canal_faults(app: &TestApp, written: &mut Recorder) {
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let nif = member("poderdante", &of.nif);
    let codigo = member("codigo", of.pendientes[20]);
    let advertencia = member("advertencia", &app.scenario().advertencia);
    for version in [V11, V12] {
        let mut ask = |what: &str, payload: &str| {
            let answer = app.post(CANAL, media_type(version), &program.signed(version, payload));
            written.add(&format!("canal {version:?} fault {what}"), &answer);
        };
        ask("unknown", &canal("desconocida", ""));
        ask("of no namespace", "<consultarPoderdantes></consultarPoderdantes>");
        ask("schema", &canal("consultarPoderdantes", "<otra></otra>"));
        ask("no poderdante", &canal("consultarNotificaciones", ""));
        ask(
            "empty poderdante",
            &canal("obtenerAcuse", &(member("poderdante", "") + &codigo)),
        );
        ask(
            "bad poderdante",
            &canal("obtenerDocumento", &(member("poderdante", "12345678A") + &codigo)),
        );
        ask(
            "no power",
            &canal("obtenerDocumento", &(member("poderdante", "12345678Z") + &codigo)),
        );
        ask(
            "no power",
            &canal("consultarNotificaciones", &member("poderdante", "12345678Z")),
        );
        ask("many", &canal("consultarNotificaciones", &nif.repeat(1001)));
        let many: String = (1..=1001).map(|one| member("codigo", one)).collect();
        ask(
            "many",
            &canal("firmarNotificaciones", &(nif.clone() + &advertencia + &many)),
        );
        let stale = member("advertencia", "ADV-1999-1");
        ask(
            "stale",
            &canal("firmarNotificaciones", &(nif.clone() + &stale + &codigo)),
        );
        let elsewhere = member("advertencia", "ADV-2026-1-PRODUCCION");
        ask(
            "elsewhere",
            &canal("rechazarNotificaciones", &(nif.clone() + &elsewhere + &codigo)),
        );
        for (name, value) in [
            ("rol", "4"),
            ("estado", "-1"),
            ("entidad", "AEAT"),
            ("limite", "5000"),
            ("desde", "ayer"),
            ("cursor", "x"),
        ] {
            ask(
                name,
                &canal("consultarNotificaciones", &(nif.clone() + &member(name, value))),
            );
        }
    }
    let question = canal("consultarPoderdantes", "");
    let signed = String::from_utf8(program.signed(V11, &question)).unwrap();
    let mut send = |what: &str, content_type: &str, message: &[u8]| {
        let answer = app.post(CANAL, content_type, message);
        written.add(&format!("canal message {what}"), &answer);
    };
    send("taken", TEXT_XML, signed.as_bytes());
    send("replayed", TEXT_XML, signed.as_bytes());
    for (what, message) in malformed(&signed, &question) {
        send(what, TEXT_XML, message.as_bytes());
        send(what, SOAP_XML, message.as_bytes());
    }
    send("too large", TEXT_XML, &vec![b' '; (8 << 20) + 1]);
    send("too large", SOAP_XML, &vec![b' '; (8 << 20) + 1]);
    send("not SOAP", "application/json", b"{}");
    send("in parts", "multipart/related", b"{}");
    let key = signing_key(titular);
    for (header, text) in [("To", "http://otro.example/"), ("Action", "urn:otra")] {
        let fresh = String::from_utf8(program.signed(V11, &question)).unwrap();
        let message = with_signed_block(&fresh, &key, &block(WSA, header, "A-1", text));
        send(header, TEXT_XML, message.as_bytes());
    }
    for state in ["caducado", "revocado", "no_admitido"] {
        let stranger = app.wscn_as(app.scenario().with_certificate(state));
        send(state, TEXT_XML, &stranger.signed(V11, &question));
        send(state, SOAP_XML, &stranger.signed(V12, &question));
    }
}

fn malformed(signed: &str, question: &str) -> Vec<(&'static str, String)> {
    let envelope = |body: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>"
        )
    };
    let (before, rest) = signed.split_once("<wsse:BinarySecurityToken").unwrap();
    let (_, after) = rest.split_once("</wsse:BinarySecurityToken>").unwrap();
    vec![
        ("not XML", "hola".to_owned()),
        ("empty", String::new()),
        ("cut", signed[..600].to_owned()),
        ("unsigned", envelope(question)),
        ("no envelope", "<a/>".to_owned()),
        (
            "deep",
            envelope(&("<a>".repeat(100_000) + &"</a>".repeat(100_000))),
        ),
        ("document type", "<!DOCTYPE a><a/>".to_owned()),
        ("id twice", envelope("<a Id=\"x\"/><b Id=\"x\"/>")),
        (
            "two bodies",
            signed.replacen("<soap:Body", "<soap:Body></soap:Body><soap:Body", 1),
        ),
        ("changed", signed.replacen("Poderdantes", "Poderdante", 9)),
        ("no token", format!("{before}{after}")),
    ]
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
    for (what, message) in malformed(&signed, &question) {
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

/// The text without what is another each time. A document in base64 is looked into.
fn without_what_differs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at_start = !plain.ends_with(|c: char| c.is_ascii_alphanumeric());
        let (taken, put) = at_start
            .then(|| uuid(rest).or_else(|| instant(rest)).or_else(|| figures(rest)))
            .flatten()
            .unwrap_or((first.len_utf8(), first.to_string()));
        plain.push_str(&put);
        rest = &rest[taken..];
    }
    plain
}

fn uuid(text: &str) -> Option<(usize, String)> {
    let is_one = text.get(..36)?.char_indices().all(|(at, c)| match at {
        8 | 13 | 18 | 23 => c == '-',
        _ => c.is_ascii_hexdigit(),
    });
    is_one.then(|| (36, "{uuid}".to_owned()))
}

/// `2026-03-10T10:15:00` with what may follow, or `10-03-2026 10:15:00 +01:00`.
fn instant(text: &str) -> Option<(usize, String)> {
    let fits = |form: &str| {
        text.get(..19)?
            .chars()
            .zip(form.chars())
            .all(|(c, form)| {
                if form == 'd' {
                    c.is_ascii_digit()
                } else {
                    c == form
                }
            })
            .then_some(19)
    };
    let start = fits("dddd-dd-ddTdd:dd:dd").or_else(|| fits("dd-dd-dddd dd:dd:dd"))?;
    let after = |c: char| !(c.is_ascii_digit() || ".+:-Z".contains(c));
    let end = text[start..].find(after).map_or(text.len(), |at| start + at);
    Some((end, "{instant}".to_owned()))
}

/// Hexadecimal or base64 figures, if there are many.
fn figures(text: &str) -> Option<(usize, String)> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)))
        .unwrap_or(text.len());
    let run = &text[..end];
    if run.len() < 24 || run.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let inside = STANDARD
        .decode(run)
        .ok()
        .and_then(|octets| String::from_utf8(octets).ok());
    match inside {
        Some(inside) if inside.starts_with('<') => Some((end, without_what_differs(&inside))),
        _ => Some((end, "{figures}".to_owned())),
    }
}
