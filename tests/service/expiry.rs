//! A signing certificate that is not in force: nothing is decided and no acuse given, whatever the moment at which it ends;
//! what only reads goes on.

use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use notess::client::calls::{self, AnswerError};
use notess::client::connection::Connection;
use notess::config::Settings;
use notess::contract::canal::request;
use notess::domain::notificacion::{Codigo, Sentido};
use notess::domain::operation::Request;
use notess::store::{Durability, StoreError, decisions};
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::common::caller::{Caller, code_of, key_of};
use crate::common::issue::of_the_service;
use crate::common::wscn::Answer;
use crate::common::{Backend, Database, TestApp, Titular};
use crate::served::Served;

over_both_databases!(
    without_a_certificate_in_force_nothing_is_decided_nor_any_acuse_given_and_listings_go_on,
    a_certificate_that_is_not_in_force_yet_is_as_one_that_is_over,
    what_counts_is_whether_it_is_in_force_at_the_decisive_instant,
    the_operator_is_told_at_the_start,
);

fn put(folder: &Path, (certificate, key): &(X509, PKey<Private>)) {
    std::fs::write(folder.join("firma.crt"), certificate.to_pem().unwrap()).unwrap();
    std::fs::write(folder.join("firma.key"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
}

/// A service that signs with this.
fn signing_with(backend: Backend, identity: &(X509, PKey<Private>)) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), identity);
    TestApp::start_with(backend, |settings| sign_from(settings, folder.path()))
}

fn sign_from(settings: &mut Settings, folder: &Path) {
    settings.firma.certificado = folder.join("firma.crt");
    settings.firma.clave = folder.join("firma.key");
}

/// Calls as this holder, and takes answers of that certificate's key.
fn caller(app: &TestApp, titular: &Titular, certificate: &X509) -> Caller {
    let url = app.url("/canal/v1");
    let connection = Connection::open(&url, key_of(titular), certificate).unwrap();
    Caller::new(connection.ahead(app.now() - chrono::Utc::now()), app.scenario())
}

fn assert_refused(answer: &Answer) {
    assert_eq!((answer.status, answer.codigo()), (500, 100), "{answer:?}");
    assert!(
        answer.text_of("faultcode").unwrap().ends_with("Server"),
        "{answer:?}"
    );
    assert!(
        answer
            .text_of("faultstring")
            .unwrap()
            .contains("no está en vigor"),
        "{answer:?}"
    );
}

/// Everything that a holder may do of one notification that is pending and one that was accepted.
fn assert_only_reading(app: &TestApp, certificate: &X509, sealed: Option<&str>) {
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let (pending, accepted) = (of.pendientes[0], of.aceptadas[0]);
    let (caller, program) = (caller(app, titular, certificate), app.wscn_as(titular));
    let rows = app.journal_rows();

    for sentido in [Sentido::Aceptacion, Sentido::Rechazo] {
        let decision = caller.decision(sentido, &of.nif, &[pending]);
        let message = caller
            .connection
            .sign(&request::encode(&Request::Decide(decision)))
            .unwrap();
        // The very message may come again.
        for _ in 0..2 {
            let answered = caller.connection.send(&message).map_err(AnswerError::from);
            assert_eq!(code_of(answered), "SERVICIO_NO_DISPONIBLE");
        }
        assert_refused(&program.request(1, &of.nif, pending, sentido == Sentido::Aceptacion));
    }
    let again = caller.decision(Sentido::Aceptacion, &of.nif, &[accepted]);
    assert_eq!(
        code_of(calls::decide(&caller.connection, again)),
        "SERVICIO_NO_DISPONIBLE"
    );
    let acuse = calls::acuse(&caller.connection, &of.nif, accepted);
    assert_eq!(code_of(acuse), "SERVICIO_NO_DISPONIBLE");
    if let Some(sealed) = sealed {
        assert_refused(&program.submit(1, &of.nif, &program.cosign(sealed)));
    }
    assert_eq!(app.journal_rows(), rows, "nothing of it happened");

    assert!(caller.pending(&of.nif, None).contains(&pending));
    assert!(
        calls::documento(&caller.connection, &of.nif, accepted)
            .unwrap()
            .starts_with(b"%PDF-")
    );
    assert!(calls::poderdantes(&caller.connection).is_ok());
    let listed = program.list(1, &of.nif, [0, 0, 0]);
    assert_eq!(listed.codigo(), 0);
    assert_eq!(program.poderdantes().codigo(), 0);
    assert!(
        program
            .view(1, &of.nif, accepted)
            .octets("pdfNotificacion")
            .is_some()
    );

    let (status, body) = app.get("/health/ready");
    assert_eq!(status, 503);
    assert!(body.contains("no está en vigor"), "{body}");
}

fn without_a_certificate_in_force_nothing_is_decided_nor_any_acuse_given_and_listings_go_on(
    backend: Backend,
) {
    let identity = of_the_service(-10, 1);
    let app = signing_with(backend, &identity);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let sealed = app.wscn_as(titular).acuse(1, &of.nif, of.pendientes[0], true);
    app.move_clock(TimeDelta::days(2));
    assert_only_reading(&app, &identity.0, Some(&sealed));

    // With another one in its place it goes on.
    let renewed = of_the_service(1, 60);
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &renewed);
    let app = app.restarted_with(|settings| sign_from(settings, folder.path()));
    let caller = caller(&app, titular, &renewed.0);
    assert!(
        caller.accept(&of.nif, &of.pendientes[1..2]).unwrap()[0]
            .acuse
            .is_some()
    );
    assert!(calls::acuse(&caller.connection, &of.nif, of.pendientes[1]).is_ok());
}

fn a_certificate_that_is_not_in_force_yet_is_as_one_that_is_over(backend: Backend) {
    let identity = of_the_service(1, 60);
    let app = signing_with(backend, &identity);
    assert_only_reading(&app, &identity.0, None);
}

/// D-6: what counts is the end of the wait.
fn what_counts_is_whether_it_is_in_force_at_the_decisive_instant(backend: Backend) {
    let identity = of_the_service(-10, 1);
    let app = signing_with(backend, &identity);
    // It has two minutes left.
    app.move_clock(TimeDelta::days(1) - TimeDelta::minutes(2));
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let (first, second) = (of.pendientes[0], of.pendientes[1]);
    let program = app.wscn_as(titular);
    let signed = program.cosign(&program.acuse(1, &of.nif, second, true));
    let held = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            let poderdante = of.nif.parse().unwrap();
            let codigos = [first, second].map(|codigo| Codigo::new(codigo).unwrap());
            let occupy = |conn: &mut _| {
                decisions::hold(conn, poderdante, &codigos)?;
                held.wait();
                // Long enough for both to arrive while it is in force.
                thread::sleep(Duration::from_millis(700));
                app.move_clock(TimeDelta::minutes(3));
                Ok::<_, StoreError>(())
            };
            app.store().write(Durability::Full, occupy).unwrap();
        });
        held.wait();
        let canal = scope.spawn(|| code_of(caller(&app, titular, &identity.0).accept(&of.nif, &[first])));
        assert_refused(&program.submit(1, &of.nif, &signed));
        assert_eq!(canal.join().unwrap(), "SERVICIO_NO_DISPONIBLE");
    });
    let pending = caller(&app, titular, &identity.0).pending(&of.nif, None);
    assert!(pending.contains(&first) && pending.contains(&second));
}

fn serve(database: &Database, identity: &(X509, PKey<Private>)) -> Served {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), identity);
    let settings = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n";
    std::fs::write(folder.path().join("notess.toml"), settings).unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_notess"));
    let served = Served::run(&mut Served::command(program, folder.path(), database));
    assert!(served.get("/health/live").contains(" 200 "));
    served
}

fn the_operator_is_told_at_the_start(backend: Backend) {
    let database = backend.fresh_database();
    for (from, until, told) in [
        (-60, -1, Some("is not in force")),
        (1, 60, Some("is not in force")),
        (-60, 29, Some("ends before long")),
        (-60, 40, None),
    ] {
        let served = serve(&database, &of_the_service(from, until));
        if let Some(told) = told {
            let line = served.awaited(told);
            assert!(
                line.contains("\"ERROR\"") && line.contains("firma.certificado"),
                "{line}"
            );
        } else {
            // Such a line would come at once.
            thread::sleep(Duration::from_millis(500));
            let mut of_it = served.logged("ERROR");
            of_it.retain(|line| line.contains("firma.certificado"));
            assert_eq!(of_it, Vec::<String>::new());
        }
    }
}
