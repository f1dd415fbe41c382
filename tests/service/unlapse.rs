//! A lapse that an operator takes back, and what clients of both contracts see of it.

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::notificacion::{Codigo, Notificacion, Situacion};
use notess::store::{Durability, StoreError, notificaciones};
use serde_json::Value;

use crate::common::caller::listing;
use crate::common::wscn::member;
use crate::common::{Backend, TestApp};
use crate::place::{done, row};

over_both_databases!(a_lapse_is_taken_back_after_an_outage_that_was_declared_late,);

/// The code of the one that lapses.
const CODIGO: i32 = 2_000_001;

/// Publishes one eleven days ago, by the model of one that is there.
fn publish(app: &TestApp, sujeto: &str, model: i32) {
    let mut one = row(app, sujeto, model);
    let published = Utc::now() - TimeDelta::days(11);
    let publicada = std::sync::Arc::make_mut(&mut one.publicada);
    publicada.codigo = Codigo::new(CODIGO).unwrap();
    publicada.puesta_a_disposicion = published;
    let one = Notificacion {
        caduca: Notificacion::lapse_of(published, one.obligacion),
        situacion: Situacion::Pendiente {
            acuse_solicitado: false,
        },
        ..one
    };
    app.store()
        .write::<_, StoreError, _>(Durability::Full, |conn| {
            notificaciones::insert_notificaciones(conn, std::slice::from_ref(&one))
        })
        .unwrap();
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339()
}

/// An operator's word of an interval, with its reason.
fn interval(command: [&str; 2], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<String> {
    let [from, to] = [from, to].map(written);
    let words = [
        command[0], command[1], "--desde", &from, "--hasta", &to, "--motivo", "corte",
    ];
    words.map(str::to_owned).to_vec()
}

/// Runs one, with more arguments.
fn said(app: &TestApp, words: &[String], more: &[&str]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    done(app, &[&words[..], more].concat())
}

/// Waits until the service has written down that the one lapsed.
fn wait_for_lapse(app: &TestApp) {
    let rows = format!(
        "select count(*) as n from auditoria where operacion = 'caducar' and detalle like '%{CODIGO}%'"
    );
    let written = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        app.count(&rows) == 1
    });
    assert!(written);
}

fn a_lapse_is_taken_back_after_an_outage_that_was_declared_late(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.servicio.caducidad_segundos = 1);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let start = Utc::now();
    publish(&app, &of.nif, of.pendientes[0]);
    wait_for_lapse(&app);
    let (caller, program) = (app.as_(titular), app.wscn_as(titular));
    let shown = || {
        let listed = caller.list(listing(&of.nif));
        listed.into_iter().find(|one| one.codigo == CODIGO).unwrap()
    };
    let before = shown();
    assert_eq!(before.estado, 4);
    let from = start - TimeDelta::days(5);
    let outage = interval(["incidencias", "declarar"], from, from + TimeDelta::hours(13));
    said(&app, &outage, &[]);
    assert_eq!(shown(), before, "what has lapsed stays so");

    let (from, to) = (start - TimeDelta::minutes(1), start + TimeDelta::hours(1));
    let order = interval(["caducidades", "anular"], from, to);
    // Others of that world had lapsed in these days too.
    let foreseen = said(&app, &order, &["--simular"]);
    let (count, _) = foreseen.split_once(" lapses would be taken back: ").unwrap();
    assert!(count.parse::<usize>().unwrap() >= 1, "{foreseen}");
    assert_eq!(shown(), before, "nothing was done");
    let told = said(&app, &order, &[]);
    assert!(told.contains(&foreseen.replace("would be ", "")), "{told}");
    let after = shown();
    assert_eq!(after.estado, 0);
    // Two days more, or three where the outage went on after midnight.
    assert!(matches!(after.dias_restantes, Some(1 | 2)), "{after:?}");
    assert_ne!(after.fin_disponibilidad, before.fin_disponibilidad);
    let wscn = program.list(1, &of.nif, [0, 0, 0]).text;
    let row = wscn.split_once(&member("codigo", CODIGO)).unwrap().1;
    assert!(row.contains("Sin acuse"), "{row}");
    let told = said(&app, &order, &[]);
    assert!(told.contains("0 lapses taken back"), "{told}");

    history_says_both(&app, &of.nif, start);
    let decided = caller.accept(&of.nif, &[CODIGO]).unwrap();
    assert!(decided[0].acuse.is_some(), "{decided:?}");
    app.journal_rows();
}

/// The rows of the journal about it, and what is explained of now and of then.
fn history_says_both(app: &TestApp, nif: &str, then: DateTime<Utc>) {
    let codigo = CODIGO.to_string();
    let told = done(app, &["auditoria", "mostrar", "--codigo", &codigo, "--json"]);
    let rows: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for operacion in ["caducar", "anularCaducidades"] {
        assert!(rows.iter().any(|row| row["operacion"] == operacion), "{told}");
    }
    let asked = ["explicar", "--nif", nif, "--poderdante", nif, "--codigo", &codigo];
    let told = done(app, &asked);
    assert!(told.contains("anuló esa caducidad"), "{told}");
    let then = written(then + TimeDelta::milliseconds(1));
    let told = done(app, &[&asked[..], &["--en", &then, "--sabido", &then]].concat());
    assert!(
        told.contains("transcurso de plazo") && !told.contains("anuló"),
        "{told}"
    );
}
