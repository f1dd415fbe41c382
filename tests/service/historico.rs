//! Publication is when the service publishes. What another system published before is loaded as that, with what became of it.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Madrid;
use notess::client::calls;

use crate::common::Backend;
use crate::common::caller::{code_of, listing};
use crate::place::{DOCUMENT, Place};

over_both_databases!(
    what_is_published_is_dated_at_its_load_and_an_earlier_instant_is_refused,
    what_was_published_before_is_listed_as_it_ended_and_its_document_given_without_an_acuse,
    what_is_altered_of_history_is_neither_served_nor_vouched_for,
    nothing_is_published_by_a_clock_that_the_journal_contradicts,
);

const COLUMNS: &str = "codigo;nif;denominacion;procedimiento;asunto;obligacion;puesta_a_disposicion;estado;fecha_estado;documento";

/// Loads lines of code, instant of publication, state and its instant: the exit code, and what it said.
fn load(place: &Place, lines: &[(i32, &str, &str, &str)], more: &[&str]) -> (Option<i32>, String) {
    let mut file = format!("{COLUMNS}\n");
    for (codigo, published, estado, fecha) in lines {
        let nif = &place.nif;
        writeln!(
            file,
            "{codigo};{nif};HORNOS;TGSS-RD;Reclamación;4.1.a;{published};{estado};{fecha};{DOCUMENT}"
        )
        .unwrap();
    }
    place.run(&place.publishing(&place.file("lines.csv", file), more))
}

/// What `auditoria verificar` says: the exit code, and what it found.
fn verified(place: &Place) -> (Option<i32>, String) {
    place.run(&["auditoria", "verificar"])
}

fn before(days: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::days(days)
}

/// As a file writes it.
fn written(at: DateTime<Utc>) -> String {
    at.with_timezone(&Madrid).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn what_is_published_is_dated_at_its_load_and_an_earlier_instant_is_refused(backend: Backend) {
    let place = Place::new(backend);
    let twelve_days = written(before(12));
    let start = Utc::now() - TimeDelta::seconds(1);
    let (code, told) = load(
        &place,
        &[(2_000_001, &twelve_days, "", ""), (2_000_002, "", "", "")],
        &[],
    );
    assert_eq!(code, Some(3), "{told}");
    for words in ["line 2:", "puesta_a_disposicion", "--historico"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let caller = place.app.as_(place.app.scenario().all_roles());
    let mut listed = caller.list(listing(&place.nif));
    listed.retain(|one| one.codigo > 2_000_000);
    assert_eq!(listed.len(), 1);
    let published = DateTime::parse_from_rfc3339(&listed[0].puesta_a_disposicion).unwrap();
    assert!(published >= start && published <= Utc::now(), "{published}");
}

const ACCEPTED: i32 = 2_000_001;
const REJECTED: i32 = 2_000_002;
const LAPSED: i32 = 2_000_003;
const PENDING: i32 = 2_000_004;

/// Loads one of each state, published twenty days ago, or five.
fn history(place: &Place) {
    let [published, decided, over, lately] = [20, 15, 8, 5].map(|days| written(before(days)));
    let lines = [
        (ACCEPTED, published.as_str(), "aceptada", decided.as_str()),
        (REJECTED, published.as_str(), "rechazada", decided.as_str()),
        (LAPSED, published.as_str(), "caducada", over.as_str()),
        (PENDING, lately.as_str(), "pendiente", ""),
        (PENDING + 1, published.as_str(), "pendiente", ""),
    ];
    let (code, told) = load(place, &lines, &["--historico"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("line 6:") && told.contains("estado"), "{told}");
}

fn what_was_published_before_is_listed_as_it_ended_and_its_document_given_without_an_acuse(backend: Backend) {
    let place = Place::new(backend);
    history(&place);
    let titular = place.app.scenario().all_roles();
    let (caller, program) = (place.app.as_(titular), place.app.wscn_as(titular));
    let mut listed = caller.list(listing(&place.nif));
    listed.retain(|one| one.codigo > 2_000_000);
    let states: Vec<_> = listed.iter().map(|one| (one.codigo, one.estado)).collect();
    assert_eq!(states, [(ACCEPTED, 2), (REJECTED, 3), (LAPSED, 4), (PENDING, 0)]);

    let document = calls::documento(&caller.connection, &place.nif, ACCEPTED).unwrap();
    assert!(document.starts_with(b"%PDF"));
    let seen = program.view(1, &place.nif, ACCEPTED);
    assert_eq!(seen.codigo(), 0, "{seen:?}");
    for (codigo, code) in [(ACCEPTED, "YA_ACEPTADA"), (REJECTED, "YA_RECHAZADA")] {
        let acuse = calls::acuse(&caller.connection, &place.nif, codigo);
        assert_eq!(code_of(acuse), code);
    }
    let rejected = calls::documento(&caller.connection, &place.nif, REJECTED);
    assert_eq!(code_of(rejected), "YA_RECHAZADA");
    let decided = caller.accept(&place.nif, &[ACCEPTED, PENDING]).unwrap();
    assert!(decided[0].acuse.is_none() && decided[1].acuse.is_some());

    let rows = place
        .app
        .count("select count(*) as n from auditoria where operacion = 'publicarHistorico'");
    assert_eq!(rows, 1);
    let (code, told) = verified(&place);
    assert_eq!(code, Some(0), "{told}");
}

fn what_is_altered_of_history_is_neither_served_nor_vouched_for(backend: Backend) {
    let place = Place::new(backend);
    history(&place);
    let accepted = format!("update notificaciones set estado = 2 where codigo = {REJECTED}");
    place.app.tamper("notificaciones", &accepted);
    let caller = place.app.as_(place.app.scenario().all_roles());
    let asked = || code_of(calls::documento(&caller.connection, &place.nif, REJECTED));
    assert_eq!(asked(), "SERVICIO_NO_DISPONIBLE");
    let (code, told) = verified(&place);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&REJECTED.to_string()), "{told}");
    // Nor if the record of it is altered as well: the journal says what was loaded.
    place.app.tamper(
        "historicas",
        &format!("update historicas set estado = 2 where codigo = {REJECTED}"),
    );
    assert_eq!(asked(), "SERVICIO_NO_DISPONIBLE");
    let (_, told) = verified(&place);
    assert!(told.contains("historicas"), "{told}");
}

/// What is published is dated by a clock; behind the journal, nobody would have had the days that it says.
fn nothing_is_published_by_a_clock_that_the_journal_contradicts(backend: Backend) {
    let place = Place::new(backend);
    let titular = place.app.scenario().all_roles();
    place.app.move_clock(TimeDelta::hours(1));
    let of = titular.by_role(1);
    place
        .app
        .as_(titular)
        .accept(&of.nif, &of.pendientes[..1])
        .unwrap();
    let (code, told) = load(&place, &[(2_000_001, "", "", "")], &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("notess reloj"), "{told}");
    assert_eq!(
        place
            .app
            .count("select count(*) as n from notificaciones where codigo > 2000000"),
        0
    );
}
