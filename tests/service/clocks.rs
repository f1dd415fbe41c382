//! A clock that jumps: nothing with legal effect is written on its word.

use std::process::Command;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use notess::client::calls;

use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};

over_both_databases!(
    a_clock_that_jumps_ahead_lapses_nothing_and_decides_nothing_and_goes_on_when_it_is_back,
    a_clock_that_falls_behind_decides_nothing_in_either_contract,
    an_operator_says_that_the_clock_is_right_and_the_journal_says_who,
    a_service_that_starts_with_another_time_than_it_should_be_decides_nothing,
    lapses_are_in_the_journal_with_their_codes,
);

fn app(backend: Backend) -> TestApp {
    TestApp::start_with(backend, |settings| {
        settings.reloj.salto_maximo = 120;
        settings.servicio.caducidad_segundos = 1;
    })
}

/// Waits until readiness says so of the clock.
fn until_the_clock_is(app: &TestApp, believed: bool) {
    let began = Instant::now();
    loop {
        let (_, text) = app.get("/health/ready");
        let ready: serde_json::Value = serde_json::from_str(&text).unwrap();
        if (ready["comprobaciones"]["reloj"] == "bien") == believed {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{ready}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

const LAPSES: &str = "select count(*) as n from auditoria where operacion = 'caducar'";

/// Waits until the first pass of the task has written the lapses that were due before.
fn until_lapses_are_written(app: &TestApp) {
    let began = Instant::now();
    while app.count(LAPSES) == 0 {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn lapsed(app: &TestApp) -> i64 {
    app.count("select count(*) as n from notificaciones where estado = 4")
}

fn a_clock_that_jumps_ahead_lapses_nothing_and_decides_nothing_and_goes_on_when_it_is_back(backend: Backend) {
    let app = app(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    until_lapses_are_written(&app);
    let before = lapsed(&app);
    let rows = app.journal_rows();
    app.clock.set(TimeDelta::days(11));
    // Whoever has the same wrong time would be taken for timely.
    let fooled = app.as_(titular);
    assert_eq!(
        code_of(fooled.accept(&of.nif, &of.pendientes[..1])),
        "SERVICIO_NO_DISPONIBLE"
    );
    until_the_clock_is(&app, false);
    let (status, text) = app.get("/health/ready");
    assert_eq!(status, 503, "{text}");
    assert!(app.get("/metrics").1.contains("notess_clock_in_doubt 1"));
    calls::poderdantes(&fooled.connection).unwrap();
    // Several passes of the task of lapses.
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!((lapsed(&app), app.journal_rows()), (before, rows));

    app.clock.set(TimeDelta::days(-11));
    until_the_clock_is(&app, true);
    assert!(
        caller.accept(&of.nif, &of.pendientes[..1]).unwrap()[0]
            .acuse
            .is_some()
    );
    assert_eq!(lapsed(&app), before);
}

fn a_clock_that_falls_behind_decides_nothing_in_either_contract(backend: Backend) {
    let app = app(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    // It stands still: set back it would be before the revocation list, too.
    app.clock.stop(TimeDelta::minutes(3));
    let caller = app.as_(titular);
    assert_eq!(
        code_of(caller.reject(&of.nif, &of.pendientes[..1])),
        "SERVICIO_NO_DISPONIBLE"
    );
    let program = app.wscn_as(titular);
    let asked = program.request(1, &of.nif, of.pendientes[0], true);
    assert_eq!(asked.status, 500, "{asked:?}");
    assert!(
        asked.text_of("descripcion").unwrap().contains("reloj"),
        "{asked:?}"
    );
    assert_eq!(program.list(1, &of.nif, [0, 0, 0]).codigo(), 0);
}

fn an_operator_says_that_the_clock_is_right_and_the_journal_says_who(backend: Backend) {
    let app = app(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let rows = app.journal_rows();
    // As when the machine had slept and nothing counted it: the clock looks set.
    app.clock.stop(TimeDelta::hours(-8));
    until_the_clock_is(&app, false);
    let accept = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(["reloj", "aceptar", "--config"])
        .arg(app.world_folder().join("notess.toml"))
        .env("NOTESS_DATABASE_URL", &app.settings.database_url)
        .env("SUDO_USER", "berta")
        .output()
        .unwrap();
    assert!(accept.status.success(), "{accept:?}");
    assert!(
        String::from_utf8(accept.stdout)
            .unwrap()
            .starts_with("berta says")
    );
    until_the_clock_is(&app, true);
    assert!(
        caller.accept(&of.nif, &of.pendientes[..1]).unwrap()[0]
            .acuse
            .is_some()
    );
    assert_eq!(app.journal_rows(), rows + 2);
    let said = "select count(*) as n from auditoria where operacion = 'aceptarReloj' and serie = 'berta'";
    assert_eq!(app.count(said), 1);
}

fn a_service_that_starts_with_another_time_than_it_should_be_decides_nothing(backend: Backend) {
    let app = app(backend);
    // It has run, and written down its clock.
    until_the_clock_is(&app, true);
    let clock = app.clock.clone();
    let again = app.restarted_with(|settings| {
        settings.reloj.salto_maximo = 120;
        clock.set(TimeDelta::days(11));
    });
    let titular = again.scenario().all_roles();
    let of = titular.by_role(1);
    until_the_clock_is(&again, false);
    let fooled = again.as_(titular);
    assert_eq!(
        code_of(fooled.accept(&of.nif, &of.pendientes[..1])),
        "SERVICIO_NO_DISPONIBLE"
    );
}

fn lapses_are_in_the_journal_with_their_codes(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.servicio.caducidad_segundos = 1);
    until_lapses_are_written(&app);
    let before = lapsed(&app);
    app.move_clock(TimeDelta::days(11));
    let pending = "select count(*) as n from notificaciones where estado < 2 and caduca is not null";
    let began = Instant::now();
    while app.count(pending) > 0 {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(app.count(LAPSES) >= 2);
    let codes: i64 = app
        .column("select detalle as text from auditoria where operacion = 'caducar' order by id")
        .iter()
        .skip(1)
        .map(|detalle| {
            let detalle: serde_json::Value = serde_json::from_str(detalle).unwrap();
            i64::try_from(detalle["caducadas"].as_array().unwrap().len()).unwrap()
        })
        .sum();
    assert_eq!(codes, lapsed(&app) - before);
    assert_eq!(app.journal_rows(), 0);
}
