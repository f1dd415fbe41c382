//! The same message again: whoever repeats it need not be who signed it.

use std::sync::Barrier;

use crate::common::wscn::{Answer, Program, Shape, by, data_of, one};
use crate::common::{Backend, TestApp};

over_both_databases!(
    a_reading_with_a_signed_timestamp_is_taken_once,
    of_many_at_once_and_in_disguise_one_is_taken,
    a_reading_without_a_signed_timestamp_may_be_repeated,
    a_refused_message_with_a_signed_timestamp_is_refused_once_in_its_own_words,
    the_same_request_is_given_the_same_acuse,
    a_request_whose_acuse_is_not_the_last_is_refused,
    the_same_request_many_times_at_once_is_given_one_acuse,
);

/// A fault that says that the message was received before.
fn assert_repeated(answer: &Answer) {
    assert_eq!((answer.status, answer.codigo()), (500, 2), "{answer:?}");
    let told = answer.text_of("descripcion").unwrap();
    assert!(told.contains("ya se recibió") && told.contains("firm"), "{told}");
}

/// The messages that read, each of an operation.
fn readings(program: &Program<'_>, nif: &str, accepted: i32) -> [Vec<u8>; 3] {
    [
        program.message("consultarListadoNotificaciones", &by(1, nif)),
        program.message("verNotificacionAceptada", &one(1, nif, accepted)),
        program.message("solicitarPoderdantes", ""),
    ]
}

fn asking(program: &Program<'_>, nif: &str, codigo: i32, accept: bool) -> Vec<u8> {
    let members = one(1, nif, codigo) + &format!("<esDeAceptacion>{accept}</esDeAceptacion>");
    program.message("solicitarAcuseNotificacion", &members)
}

/// The same signed octets in another dress: an unused prefix (inclusive canonicalization would sign it), white space
/// outside what is signed, broken base64.
fn disguised(message: &[u8], number: usize) -> Vec<u8> {
    let text = std::str::from_utf8(message).unwrap();
    let (before, rest) = text.split_once("SignatureValue>").unwrap();
    let (value, after) = rest.split_once("</").unwrap();
    let broken: Vec<&str> = (0..value.len())
        .step_by(16 + number)
        .map(|at| &value[at..value.len().min(at + 16 + number)])
        .collect();
    let text = format!("{before}SignatureValue>\r\n{}\n</{after}", broken.join("\n \t"));
    let text = if text.contains("Timestamp") {
        text.replacen("Envelope ", &format!("Envelope xmlns:p{number}=\"urn:p\" "), 1)
    } else {
        text
    };
    let blanks = " ".repeat(number);
    text.replace("Header>", &format!("Header >{blanks}")).into_bytes()
}

fn a_reading_with_a_signed_timestamp_is_taken_once(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    for message in readings(&program, &of.nif, of.aceptadas[0]) {
        let first = program.send(&message);
        assert_eq!((first.status, first.codigo()), (200, 0), "{first:?}");
        let rows = app.journal_rows();
        for _ in 0..3 {
            assert_repeated(&program.send(&message));
        }
        assert_eq!(app.journal_rows(), rows, "they are only counted");
    }
    // Whoever signs again is answered again.
    for message in readings(&program, &of.nif, of.aceptadas[0]) {
        assert_eq!(program.send(&message).codigo(), 0);
    }
}

fn of_many_at_once_and_in_disguise_one_is_taken(backend: Backend) {
    let app = TestApp::start(backend);
    // On PostgreSQL there may be another instance, which knows what the first one took.
    let other = matches!(backend, Backend::Postgresql).then(|| {
        let url = app.settings.database_url.clone();
        TestApp::start_with(backend, |settings| settings.database_url = url)
    });
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let second = other.as_ref().unwrap_or(&app).wscn_as(titular);
    let of = titular.by_role(1);
    for message in readings(&program, &of.nif, of.aceptadas[0]) {
        let together = Barrier::new(8);
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|number| {
                    let dressed = disguised(&message, number);
                    let (together, program) = (&together, if number % 2 == 0 { &program } else { &second });
                    scope.spawn(move || {
                        together.wait();
                        program.send(&dressed)
                    })
                })
                .collect();
            senders.into_iter().map(|sender| sender.join().unwrap()).collect()
        });
        let (served, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(served.len(), 1, "{answers:?}");
        refused.into_iter().for_each(assert_repeated);
    }
}

fn a_reading_without_a_signed_timestamp_may_be_repeated(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let mut program = app.wscn_as(titular);
    program.shape = Shape::XadesBes;
    let of = titular.by_role(1);
    for message in readings(&program, &of.nif, of.aceptadas[0]) {
        let first = program.send(&message);
        assert_eq!(first.codigo(), 0, "{first:?}");
        assert_eq!(program.send(&message).anonymous(), first.anonymous());
    }
}

fn a_refused_message_with_a_signed_timestamp_is_refused_once_in_its_own_words(backend: Backend) {
    let app = TestApp::start(backend);
    let program = app.wscn_as(app.scenario().all_roles());
    for (operation, status) in [("consultarListadoNotificaciones", 200), ("otraCosa", 500)] {
        let message = program.message(operation, &by(9, "99999901H"));
        let first = program.send(&message);
        assert_eq!(first.status, status, "{first:?}");
        assert!(first.codigo() > 100, "{first:?}");
        let rows = app.journal_rows();
        assert_repeated(&program.send(&message));
        assert_eq!(app.journal_rows(), rows);
    }
}

fn the_same_request_is_given_the_same_acuse(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    for (shape, codigo) in [
        (Shape::Wss4j, of.pendientes[0]),
        (Shape::XadesBes, of.pendientes[1]),
    ] {
        let mut program = app.wscn_as(titular);
        program.shape = shape;
        let message = asking(&program, &of.nif, codigo, true);
        let given = |message: &[u8]| {
            let answer = program.send(message);
            assert_eq!(answer.codigo(), 0, "{answer:?}");
            String::from_utf8(answer.octets("XML").unwrap()).unwrap()
        };
        let first = given(&message);
        let rows = app.journal_rows();
        for number in 0..3 {
            let again = given(&disguised(&message, number));
            assert_eq!(data_of(&again), data_of(&first), "{shape:?}");
        }
        assert_eq!(app.journal_rows(), rows, "nothing was given that was not");
        // Any of them decides, the first one too.
        let signed = program.cosign(&first);
        assert_eq!(program.submit(1, &of.nif, &signed).codigo(), 0);
        // The very octets that decided give the same again (D-17), and the request what holds for everybody (D-15).
        assert_eq!(program.submit(1, &of.nif, &signed).codigo(), 0);
        assert_eq!(program.send(&message).codigo(), 135);
    }
}

fn a_request_whose_acuse_is_not_the_last_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    for (shape, codigo) in [
        (Shape::Wss4j, of.pendientes[0]),
        (Shape::XadesBes, of.pendientes[1]),
    ] {
        let mut program = app.wscn_as(titular);
        program.shape = shape;
        let captured = asking(&program, &of.nif, codigo, true);
        assert_eq!(program.send(&captured).codigo(), 0);
        let rejection = program.acuse(1, &of.nif, codigo, false);
        let rows = app.journal_rows();
        assert_repeated(&program.send(&captured));
        assert_repeated(&program.send(&disguised(&captured, 3)));
        assert_eq!(app.journal_rows(), rows);
        let signed = program.cosign(&rejection);
        assert_eq!(
            program.submit(1, &of.nif, &signed).codigo(),
            0,
            "it is still the last"
        );
    }
}

fn the_same_request_many_times_at_once_is_given_one_acuse(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let message = asking(&program, &of.nif, of.pendientes[0], true);
    let rows = app.journal_rows();
    let together = Barrier::new(8);
    let given: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8)
            .map(|number| {
                let (together, program, dressed) = (&together, &program, disguised(&message, number));
                scope.spawn(move || {
                    together.wait();
                    let answer = program.send(&dressed);
                    assert_eq!(answer.codigo(), 0, "{answer:?}");
                    let acuse = String::from_utf8(answer.octets("XML").unwrap()).unwrap();
                    data_of(&acuse).to_owned()
                })
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(given.iter().all(|data| *data == given[0]), "{given:?}");
    assert_eq!(app.journal_rows(), rows + 1);
}
