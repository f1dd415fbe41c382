//! Outages and calendars as an operator declares and loads them, and what clients of both contracts see of it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Europe::Madrid;
use notess::store::{StoreError, incidencias, plazos};

use crate::common::caller::listing;
use crate::common::wscn::member;
use crate::common::{Backend, TestApp};
use crate::place::{done, operate, row};
use crate::process::{path, text};

over_both_databases!(
    an_outage_moves_the_end_that_both_contracts_show_and_its_annulment_gives_it_back,
    what_is_no_outage_is_refused_with_its_reason,
    a_service_goes_on_where_a_command_was_stopped,
    a_calendar_is_loaded_whole_or_not_at_all,
    terms_go_on_to_a_working_day_where_the_settings_say_so,
);

/// Declares an outage; gives what the operator is told.
fn declare(app: &TestApp, from: &str, to: &str) -> String {
    let all = [
        "incidencias",
        "declarar",
        "--desde",
        from,
        "--hasta",
        to,
        "--motivo",
        "corte",
    ];
    done(app, &all)
}

/// Yesterday from the first hour on, for so many hours.
fn yesterday(app: &TestApp, hours: i64) -> [String; 2] {
    let day = app.now().with_timezone(&Madrid).date_naive() - TimeDelta::days(1);
    let from = day.and_hms_opt(0, 30, 0).unwrap();
    [from, from + TimeDelta::hours(hours)].map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// One that is pending, was published before yesterday, and ends a day from now or later.
fn old_one(app: &TestApp, sujeto: &str, pending: &[i32]) -> i32 {
    let before = app.now() - TimeDelta::days(3);
    let found = pending.iter().find(|codigo| {
        let one = row(app, sujeto, **codigo);
        let ends = one.caduca.is_some_and(|end| end > app.now() + TimeDelta::days(1));
        one.puesta_a_disposicion < before && ends
    });
    *found.unwrap()
}

/// The last second of its term as both contracts show it.
fn shown(app: &TestApp, codigo: i32) -> [String; 2] {
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let listed = caller.list(listing(&of.nif));
    let canal = listed.into_iter().find(|one| one.codigo == codigo).unwrap();
    let wscn = app.wscn_as(titular).list(1, &of.nif, [0, 0, 0]).text;
    let row = wscn.split_once(&member("codigo", codigo)).unwrap().1;
    let end = row.split_once("<fechaFinDisponibilidad>").unwrap().1;
    let end = end.split_once('<').unwrap().0;
    [canal.fin_disponibilidad.unwrap(), end.to_owned()]
}

fn an_outage_moves_the_end_that_both_contracts_show_and_its_annulment_gives_it_back(backend: Backend) {
    let app = TestApp::start(backend);
    let of = app.scenario().all_roles().by_role(1);
    let codigo = old_one(&app, &of.nif, &of.pendientes);
    let before = shown(&app, codigo);
    let [from, to] = yesterday(&app, 13);
    let told = declare(&app, &from, &to);
    assert!(told.contains("outage 1 declared"), "{told}");
    let after = shown(&app, codigo);
    let moved = row(&app, &of.nif, codigo).caduca.unwrap() - TimeDelta::seconds(1);
    let local = moved.with_timezone(&Madrid);
    assert_eq!(after[0], local.format("%Y-%m-%dT%H:%M:%S%:z").to_string());
    assert_eq!(after[1], local.format("%d-%m-%Y %H:%M:%S").to_string());
    assert_ne!(before, after);
    let listed = done(&app, &["incidencias", "listar", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!(
        (&listed["numero"], &listed["anulada"]),
        (&1.into(), &serde_json::Value::Null)
    );
    done(&app, &["incidencias", "anular", "1", "--motivo", "no la hubo"]);
    assert_eq!(shown(&app, codigo), before);
    assert!(done(&app, &["incidencias", "listar"]).contains("ANNULLED"));
    app.journal_rows();
}

fn what_is_no_outage_is_refused_with_its_reason(backend: Backend) {
    let app = TestApp::start(backend);
    let refused = |arguments: &[&str], why: &str| {
        let output = operate(&app, &[&["incidencias"], arguments].concat());
        assert!(!output.status.success());
        let told = text(&output.stderr);
        assert!(told.contains(why), "{arguments:?}: {told}");
    };
    let no_outage = |from, to, motivo, why: &str| {
        let all = ["declarar", "--desde", from, "--hasta", to, "--motivo", motivo];
        refused(&all, why);
    };
    no_outage(
        "2026-06-05 21:00:00",
        "2026-06-05 08:00:00",
        "corte",
        "ends before it begins",
    );
    no_outage(
        "2026-06-05 08:00:00",
        "2026-06-05 08:00:00",
        "corte",
        "ends before it begins",
    );
    no_outage(
        "2026-06-05 08:00:00",
        "2027-06-07 08:00:00",
        "corte",
        "more than a year",
    );
    no_outage("5 de junio", "2026-06-05 08:00:00", "corte", "an instant is");
    no_outage("2026-06-05 08:00:00", "2026-06-05 21:00:00", " ", "a reason has");
    refused(&["anular", "7", "--motivo", "no"], "there is no outage 7");
    assert!(done(&app, &["incidencias", "listar"]).is_empty());
    let [from, to] = yesterday(&app, 12);
    let told = declare(&app, &from, &to);
    assert!(
        told.contains("suspends nothing") && told.contains("\n0 terms"),
        "{told}"
    );
    done(&app, &["incidencias", "anular", "1", "--motivo", "no la hubo"]);
    refused(&["anular", "1", "--motivo", "no"], "annulled already");
}

fn a_service_goes_on_where_a_command_was_stopped(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.servicio.caducidad_segundos = 1);
    let of = app.scenario().all_roles().by_role(1);
    let codigo = old_one(&app, &of.nif, &of.pendientes);
    let before = row(&app, &of.nif, codigo).caduca;
    let [desde, hasta] = yesterday(&app, 13).map(|at| {
        let local = chrono::NaiveDateTime::parse_from_str(&at, "%Y-%m-%d %H:%M:%S").unwrap();
        notess::domain::plazo::from_madrid(local)
    });
    // As a command does that is killed before it counts.
    let now: DateTime<Utc> = app.now();
    app.store()
        .write::<_, StoreError, _>(notess::store::Durability::Full, |conn| {
            let outage = notess::domain::computo::Incidencia { desde, hasta };
            plazos::change::<StoreError>(conn, |_| Ok(now))?;
            incidencias::declare(conn, outage, "corte", now).map(drop)
        })
        .unwrap();
    let moved = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        row(&app, &of.nif, codigo).caduca > before
    });
    assert!(moved);
    let told = done(&app, &["incidencias", "recontar"]);
    assert!(told.contains("no terms are left"), "{told}");
    app.journal_rows();
}

fn calendar(name: &str, lines: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, lines.join("\n")).unwrap();
    (folder, file)
}

fn a_calendar_is_loaded_whole_or_not_at_all(backend: Backend) {
    let app = TestApp::start(backend);
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calendarios/2026.csv");
    let before = done(&app, &["calendarios", "listar"]);
    done(&app, &["calendarios", "cargar", path(&fixture)]);
    assert_eq!(done(&app, &["calendarios", "listar"]), before);
    let good = [
        "fecha;ambito;fuente",
        "01/01/2028;nacional;BOE",
        "2028-05-02;MD;BOCM",
    ];
    let bad = [
        &good[..],
        &["2028-02-30;nacional;BOE", "2028-01-06;Atlántida;BOE"],
    ]
    .concat();
    let (_kept, file) = calendar("2028.csv", &bad);
    let refused = operate(&app, &["calendarios", "cargar", path(&file)]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(
        told.contains("line 4: fecha") && told.contains("line 5: ambito"),
        "{told}"
    );
    assert_eq!(done(&app, &["calendarios", "listar"]), before);
    let (_kept, file) = calendar("2028.csv", &good);
    done(&app, &["calendarios", "cargar", path(&file)]);
    let after = done(&app, &["calendarios", "listar"]);
    for line in ["2028 nacional: 2028-01-01 (BOE)", "2028 MD: 2028-05-02 (BOCM)"] {
        assert!(after.contains(line), "{after}");
    }
    app.journal_rows();
}

fn terms_go_on_to_a_working_day_where_the_settings_say_so(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| {
        settings.plazo.prorroga_inhabil = true;
        settings.servicio.caducidad_segundos = 1;
    });
    let of = app.scenario().all_roles().by_role(1);
    let ends_well = || {
        of.pendientes.iter().all(|codigo| {
            row(&app, &of.nif, *codigo).caduca.is_none_or(|end| {
                let last = (end - TimeDelta::seconds(1)).with_timezone(&Madrid);
                last.weekday().number_from_monday() < 6
            })
        })
    };
    let moved = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        ends_well()
    });
    assert!(moved);
    // Without a calendar of next year but one, whoever looks is told in time; of this year there is one.
    let (_, ready) = app.get("/health/ready");
    assert!(!ready.contains("falta el calendario"), "{ready}");
    let (_, metrics) = app.get("/metrics");
    assert!(metrics.contains("notess_calendar_ends_seconds"), "{metrics}");
    app.journal_rows();
}
