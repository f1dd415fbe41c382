//! Somebody between the bundled client and the service, who gives answers that the service signed for other questions.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use notess::client::calls::{self, AnswerError};
use notess::client::connection::CallError;
use notess::contract::canal::request;
use notess::domain::notificacion::Sentido;
use notess::domain::operation::{OneNotificacion, Request};

use crate::common::caller::{Caller, codigos, listing, nif};
use crate::common::{Backend, TestApp, Titular};
use crate::process::{cliente, path, text};

over_both_databases!(
    an_old_answer_to_a_decision_is_not_taken_for_that_of_another,
    an_old_answer_is_not_saved_as_another_document,
    an_old_answer_to_the_same_question_or_an_old_refusal_is_not_taken,
);

/// The address of somebody who answers whatever is asked with the service's answer to this question.
fn replaying(app: &TestApp, caller: &Caller, question: &Request) -> String {
    let message = caller.connection.sign(&request::encode(question)).unwrap();
    let (status, answer) = app.post("/canal/v1", "text/xml; charset=utf-8", &message);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/canal/v1", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            reply(&stream.unwrap(), status, &answer);
        }
    });
    url
}

fn reply(mut stream: &TcpStream, status: u16, answer: &str) {
    let mut request = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        request.read_line(&mut line).unwrap();
        match line.trim().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap(),
            None if line.trim().is_empty() => break,
            _ => (),
        }
    }
    request.read_exact(&mut vec![0; length]).unwrap();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    stream
        .write_all(&[head.as_bytes(), answer.as_bytes()].concat())
        .unwrap();
}

fn accept(caller: &Caller, poderdante: &str, codigo: i32) -> Request {
    Request::Decide(caller.decision(Sentido::Aceptacion, poderdante, &[codigo]))
}

fn run(app: &TestApp, titular: &Titular, url: &str, operation: &str, more: &[&str]) {
    let ended = cliente(app, titular, url, operation, more);
    assert_eq!(ended.status.code(), Some(1), "{}", text(&ended.stdout));
    let told = text(&ended.stderr);
    assert!(told.contains("la respuesta es a otra pregunta"), "{told}");
}

fn an_old_answer_to_a_decision_is_not_taken_for_that_of_another(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let caller = app.as_(titular);
    let url = replaying(&app, &caller, &accept(&caller, &of.nif, of.pendientes[0]));
    let codes: Vec<String> = of.pendientes[1..3].iter().map(ToString::to_string).collect();
    let decide = [
        "--poderdante",
        &of.nif,
        "--advertencia",
        &app.scenario().advertencia,
    ];
    run(
        &app,
        titular,
        &url,
        "firmar",
        &[&decide[..], &[&codes[0], &codes[1]]].concat(),
    );
    let pending = caller.pending(&of.nif, None);
    assert!(of.pendientes[1..3].iter().all(|codigo| pending.contains(codigo)));
}

fn an_old_answer_is_not_saved_as_another_document(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    caller.accept(&of.nif, &of.pendientes[..2]).unwrap();
    let old = OneNotificacion {
        poderdante: nif(&of.nif),
        codigo: codigos(&of.pendientes[..1])[0],
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it");
    let other = of.pendientes[1].to_string();
    for (operation, question) in [
        ("documento", Request::Document(old)),
        ("acuse", Request::Acuse(old)),
    ] {
        let url = replaying(&app, &caller, &question);
        let more = ["--poderdante", &of.nif, &other, "--salida", path(&file)];
        run(&app, titular, &url, operation, &more);
        assert!(!file.exists(), "{operation}");
    }
}

fn an_old_answer_to_the_same_question_or_an_old_refusal_is_not_taken(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let same = listing(&of.nif);
    for old in [Request::List(same.clone()), accept(&caller, "12345678Z", 1)] {
        let deceived = app.as_at(titular, &replaying(&app, &caller, &old));
        let first = calls::pages(&deceived.connection, same.clone()).next().unwrap();
        let first = first.map(|page| page.len());
        assert!(
            matches!(first, Err(AnswerError::Call(CallError::OtherQuestion))),
            "{first:?}"
        );
    }
}
