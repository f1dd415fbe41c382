//! What strangers and mistaken programs send: each refused by its own code, in bounded time, with nothing written; and
//! the next good request is served.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::caller::{Caller, code_of, payload_of};
use crate::common::{Backend, TestApp};

over_both_databases!(
    each_bad_message_has_its_own_refusal_and_the_next_good_one_is_served,
    the_poderdante_has_errors_of_its_own,
    a_date_that_cannot_be_kept_is_no_date,
    what_toolkits_write_into_elements_is_taken_if_it_is_right,
    a_value_out_of_range_is_told_with_its_range,
    a_replayed_message_is_refused,
    a_message_is_not_taken_out_of_its_time,
    a_slow_or_broken_body_does_not_hold_the_service_up,
);

const TEXT_XML: &str = "text/xml; charset=utf-8";

fn canal_code(body: &str) -> String {
    let after = body.split("codigo>").nth(1).unwrap_or(body);
    after.split('<').next().unwrap_or_default().to_owned()
}

fn envelope(body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>"
    )
}

fn rows(app: &TestApp) -> u64 {
    app.journal_rows()
}

fn good(app: &TestApp) -> Caller {
    app.as_(app.scenario().all_roles())
}

fn each_bad_message_has_its_own_refusal_and_the_next_good_one_is_served(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = good(&app);
    let question = "<consultarPoderdantes xmlns=\"urn:notess:canal:1\"></consultarPoderdantes>";
    let signed = String::from_utf8(caller.connection.sign(&payload_of(question)).unwrap()).unwrap();
    let before = rows(&app);

    let deep = envelope(&("<a>".repeat(100_000) + &"</a>".repeat(100_000)));
    let bomb = format!(
        "<!DOCTYPE a [<!ENTITY b \"{}\">]>{}",
        "x".repeat(1000),
        envelope("&b;")
    );
    let wide = envelope(&format!(
        "<a {}/>",
        (0..100_000).fold(String::new(), |all, n| all + &format!("a{n}=\"1\" "))
    ));
    let twice = envelope("<a Id=\"x\"/><b Id=\"x\"/>");
    let two_bodies = signed.replacen("<soap:Body", "<soap:Body></soap:Body><soap:Body", 1);
    let changed = signed.replace("consultarPoderdantes", "consultarPoderdante");
    assert_ne!(two_bodies, signed);
    for (what, message, prefix) in [
        ("not XML", "hola".to_owned(), "MENSAJE_"),
        ("empty", String::new(), "MENSAJE_"),
        ("cut off", signed[..signed.len() / 2].to_owned(), "MENSAJE_"),
        ("unsigned", envelope(question), "FIRMA_"),
        ("not an envelope", "<a/>".to_owned(), "MENSAJE_"),
        ("too deep", deep, "MENSAJE_"),
        ("a document type", bomb, "MENSAJE_"),
        ("too many attributes", wide, "MENSAJE_"),
        ("an id twice", twice, "MENSAJE_"),
        ("two bodies", two_bodies, "MENSAJE_"),
        ("changed on its way", changed, "FIRMA_"),
    ] {
        let began = Instant::now();
        let (status, body) = app.post("/canal/v1", TEXT_XML, message.as_bytes());
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{what} took {:?}",
            began.elapsed()
        );
        assert_eq!(status, 500, "{what}: {body}");
        assert!(canal_code(&body).starts_with(prefix), "{what}: {body}");
        assert!(
            !caller
                .pending(&app.scenario().all_roles().by_role(1).nif, None)
                .is_empty(),
            "after {what}"
        );
    }
    let invalid_utf8 = [b"<a>".as_slice(), &[0xff, 0xfe], b"</a>"].concat();
    assert_eq!(app.post("/canal/v1", TEXT_XML, &invalid_utf8).0, 500);

    assert_eq!(app.post("/canal/v1", "application/json", b"{}").0, 415);
    assert_eq!(app.post("/canal/v1", TEXT_XML, &vec![b' '; 9 << 20]).0, 413);
    assert_eq!(app.get("/nada").0, 404);
    assert_eq!(
        rows(&app),
        before,
        "nobody was identified, so nothing may have been written"
    );

    assert_eq!(
        caller.fault_of("<desconocida xmlns=\"urn:notess:canal:1\"></desconocida>"),
        "OPERACION_DESCONOCIDA"
    );
    assert_eq!(
        caller.fault_of("<consultarPoderdantes></consultarPoderdantes>"),
        "OPERACION_DESCONOCIDA"
    );
    assert_eq!(
        caller.fault_of(
            "<consultarPoderdantes xmlns=\"urn:notess:canal:1\"><otra></otra></consultarPoderdantes>"
        ),
        "ESQUEMA_INVALIDO"
    );
    assert_eq!(
        rows(&app),
        before + 3,
        "an identified caller's refusals are on record, one row each"
    );
}

fn the_poderdante_has_errors_of_its_own(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = good(&app);
    let with = |operation: &str, inside: &str| {
        caller.fault_of(&format!(
            "<{operation} xmlns=\"urn:notess:canal:1\">{inside}</{operation}>"
        ))
    };
    let rest = "<advertencia>ADV</advertencia><codigo>1</codigo>";
    for (operation, rest) in [
        ("consultarNotificaciones", ""),
        ("firmarNotificaciones", rest),
        ("rechazarNotificaciones", rest),
        ("obtenerDocumento", "<codigo>1</codigo>"),
        ("obtenerAcuse", "<codigo>1</codigo>"),
    ] {
        for (poderdante, code) in [
            ("", "PODERDANTE_AUSENTE"),
            ("<poderdante></poderdante>", "PODERDANTE_VACIO"),
            ("<poderdante> </poderdante>", "PODERDANTE_VACIO"),
            ("<poderdante>12345678A</poderdante>", "PODERDANTE_INVALIDO"),
            (
                "<poderdante>no es un NIF de nadie</poderdante>",
                "PODERDANTE_INVALIDO",
            ),
        ] {
            assert_eq!(
                with(operation, &format!("{poderdante}{rest}")),
                code,
                "{operation} {poderdante}"
            );
        }
    }
    let many = "<poderdante>12345678Z</poderdante>".repeat(1001);
    assert_eq!(with("consultarNotificaciones", &many), "DEMASIADOS_PODERDANTES");
}

fn a_date_that_cannot_be_kept_is_no_date(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = good(&app);
    let nif = &app.scenario().all_roles().by_role(1).nif;
    let listing = |element: &str, date: &str| {
        format!(
            "<consultarNotificaciones xmlns=\"urn:notess:canal:1\"><poderdante>{nif}</poderdante>\
             <{element}>{date}</{element}></consultarNotificaciones>"
        )
    };
    for element in ["desde", "hasta", "finAntesDe"] {
        for date in [
            "0000-01-01T00:00:00Z",
            "0000-06-01T00:00:00",
            "-0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "10000-01-01T00:00:00Z",
            "2026-12-31T23:59:60Z",
            "\u{a0}2026-01-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
        ] {
            assert_eq!(
                caller.fault_of(&listing(element, date)),
                "FECHA_INVALIDA",
                "{date}"
            );
        }
        for date in [
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59",
        ] {
            let message = caller
                .connection
                .sign(&payload_of(&listing(element, date)))
                .unwrap();
            assert!(caller.connection.send(&message).is_ok(), "{element} {date}");
        }
    }
}

/// The prefix of a type is declared nowhere in what is signed: an exclusive canonicalization leaves it out.
fn what_toolkits_write_into_elements_is_taken_if_it_is_right(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = good(&app);
    let nif = &app.scenario().all_roles().by_role(1).nif;
    let listing = |poderdante: &str, rest: &str| {
        format!(
            "<consultarNotificaciones xmlns=\"urn:notess:canal:1\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <poderdante{poderdante}</poderdante>{rest}</consultarNotificaciones>"
        )
    };
    let typed = format!(" xsi:type=\"ns1:Poderdante\">{nif}");
    for (poderdante, rest) in [
        (typed.clone(), ""),
        (
            typed.clone(),
            "<rol xsi:type=\"ns1:Rol\">1</rol><desde xsi:type=\"xsd:dateTime\">2026-01-01T00:00:00Z</desde>",
        ),
        (
            format!(">{nif}"),
            "<desde></desde><hasta></hasta><cursor></cursor><limite></limite>",
        ),
        (
            format!(">{nif}"),
            "<rol xsi:nil=\"true\"></rol><estado xsi:nil=\"1\"></estado><entidad xsi:nil=\"true\"></entidad>",
        ),
        (
            format!(" xsi:nil=\"false\">{nif}"),
            "<limite xsi:nil=\"false\">7</limite>",
        ),
    ] {
        let question = listing(&poderdante, rest);
        let message = caller.connection.sign(&payload_of(&question)).unwrap();
        let answer = caller.connection.send(&message);
        assert!(answer.is_ok(), "{question}: {:?}", answer.err());
    }
    for (poderdante, rest, code) in [
        (" xsi:nil=\"true\">".to_owned(), "", "PODERDANTE_VACIO"),
        (format!(" xsi:type=\"ns1:Rol\">{nif}"), "", "ESQUEMA_INVALIDO"),
        (
            format!(">{nif}"),
            "<rol xsi:type=\"ns1:Estado\">1</rol>",
            "ESQUEMA_INVALIDO",
        ),
        (
            format!(">{nif}"),
            "<limite xsi:nil=\"true\">7</limite>",
            "ESQUEMA_INVALIDO",
        ),
    ] {
        assert_eq!(
            caller.fault_of(&listing(&poderdante, rest)),
            code,
            "{poderdante} {rest}"
        );
    }
}

fn a_value_out_of_range_is_told_with_its_range(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = good(&app);
    let nif = &app.scenario().all_roles().by_role(1).nif;
    for (element, value, range) in [
        ("rol", "4", "un entero de 1 a 3"),
        ("estado", "-1", "un entero de 0 a 4"),
        ("entidad", "AEAT", "uno de TGSS, INSS, ISM"),
        ("limite", "5000", "un entero de 1 a 1000"),
        ("limite", "99999999999999999999", "un entero de 1 a 1000"),
        ("limite", "\u{a0}5", "un entero de 1 a 1000"),
    ] {
        let question = format!(
            "<consultarNotificaciones xmlns=\"urn:notess:canal:1\"><poderdante>{nif}</poderdante>\
             <{element}>{value}</{element}></consultarNotificaciones>"
        );
        let message = caller.connection.sign(&payload_of(&question)).unwrap();
        let (_, body) = app.post("/canal/v1", TEXT_XML, &message);
        let told = format!("El valor «{value}» de «{element}» no se admite: ha de ser {range}.");
        assert!(body.contains(&told), "{told}: {body}");
    }
}

fn a_replayed_message_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let questions = [
        "<consultarPoderdantes xmlns=\"urn:notess:canal:1\"></consultarPoderdantes>".to_owned(),
        format!(
            "<firmarNotificaciones xmlns=\"urn:notess:canal:1\"><poderdante>{}</poderdante><advertencia>{}</advertencia>\
             <codigo>{}</codigo></firmarNotificaciones>",
            of.nif,
            app.scenario().advertencia,
            of.pendientes[0]
        ),
    ];
    for question in questions {
        let message = caller.connection.sign(&payload_of(&question)).unwrap();
        caller.connection.send(&message).unwrap();
        let before = rows(&app);
        assert_eq!(
            code_of(caller.connection.send(&message).map_err(Into::into)),
            "MENSAJE_REPETIDO"
        );
        assert_eq!(
            rows(&app),
            before,
            "who repeats a message need not be who signed it"
        );
    }
}

fn a_message_is_not_taken_out_of_its_time(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    for hours in [-1, 1] {
        let off = app.as_(titular).connection.ahead(chrono::TimeDelta::hours(hours));
        let message = off
            .sign(&payload_of(
                "<consultarPoderdantes xmlns=\"urn:notess:canal:1\"></consultarPoderdantes>",
            ))
            .unwrap();
        let (status, body) = app.post("/canal/v1", TEXT_XML, &message);
        assert_eq!(status, 500);
        assert!(canal_code(&body).starts_with("MENSAJE_"), "{body}");
        assert!(body.contains("hora del servicio"), "{body}");
    }
}

fn a_slow_or_broken_body_does_not_hold_the_service_up(backend: Backend) {
    let app = TestApp::start(backend);
    let mut hanging = Vec::new();
    for _ in 0..64 {
        let mut stream = TcpStream::connect(app.address).unwrap();
        let head = "POST /canal/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n<a>";
        stream.write_all(head.as_bytes()).unwrap();
        hanging.push(stream);
    }
    let began = Instant::now();
    assert!(
        !good(&app)
            .pending(&app.scenario().all_roles().by_role(1).nif, None)
            .is_empty()
    );
    assert!(began.elapsed() < Duration::from_secs(5));
    drop(hanging);

    // HTTP/1.0 and chunks, as old toolkits speak.
    let mut stream = TcpStream::connect(app.address).unwrap();
    stream
        .write_all(b"POST /canal/v1 HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains(" 500 ") && answer.contains("MENSAJE_"),
        "{answer}"
    );
}
