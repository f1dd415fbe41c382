//! `notess poderes|red|personas listar` (D-115).

use serde_json::Value;

use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

over_both_databases!(
    powers_are_listed_as_they_stood_and_the_reading_is_told,
    powers_that_are_about_to_end_are_listed_by_the_days_that_are_left,
    titles_through_red_are_listed_by_authorisation_person_and_instant,
    addressees_are_listed_with_the_accounts_of_an_instant,
);

/// Runs a command of operators, and gives what it wrote.
fn run(app: &TestApp, words: &[&str], more: &[&str]) -> String {
    let config = app.world_folder().join("notess.toml");
    let all = [words, more, &["--config", path(&config)]].concat();
    let done = notess(&all, &app.settings.database_url);
    assert!(done.status.success(), "{more:?}: {}", text(&done.stderr));
    text(&done.stdout)
}

/// The entries of a list, and behind how many there are more.
fn listed(app: &TestApp, what: &str, more: &[&str]) -> (Vec<Value>, Option<i64>) {
    let written = run(app, &[what, "listar", "--json"], more);
    let mut lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ending = lines.pop().unwrap();
    assert_eq!(ending["filas"], lines.len());
    (lines, ending["siguiente"].as_i64())
}

/// Loads a file.
fn load(app: &TestApp, what: &str, name: &str, content: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    run(app, &["importar", what, path(&file)], &[]);
}

fn powers_are_listed_as_they_stood_and_the_reading_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let header = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin,baja\n";
    let line = |name: &str, estado: &str, baja: &str| {
        format!("{name},B99999120,99999999R,general,,{estado},2024-05-01,2029-05-01,{baja}\n")
    };
    load(
        &app,
        "poderes",
        "poderes.csv",
        &[header, &line("ZZ1", "inscrito", ""), &line("ZZ2", "inscrito", "")].concat(),
    );
    load(
        &app,
        "poderes",
        "poderes.csv",
        &[header, &line("ZZ2", "revocado", "2025-03-01")].concat(),
    );
    let names = |more: &[&str]| -> Vec<String> {
        let (found, _) = listed(&app, "poderes", more);
        found
            .iter()
            .map(|one| one["referencia"].as_str().unwrap().to_owned())
            .collect()
    };
    let of = ["--nif", "99999999R"];
    let with = |more: &[&'static str]| names(&[&of[..], more].concat());
    assert_eq!(with(&[]), ["ZZ1", "ZZ2"]);
    assert_eq!(with(&["--estado", "revocado"]), ["ZZ2"]);
    assert_eq!(with(&["--estado", "inscrito"]), ["ZZ1"]);
    assert_eq!(
        with(&["--en", "2025-01-01 12:00:00"]),
        ["ZZ1", "ZZ2"],
        "before its end"
    );
    assert_eq!(with(&["--en", "2025-06-01 12:00:00"]), ["ZZ1"]);
    assert!(with(&["--en", "2023-01-01 12:00:00"]).is_empty());
    assert_eq!(with(&["--poderdante", "B99999120"]), ["ZZ1", "ZZ2"]);
    assert!(with(&["--poderdante", "A99999013"]).is_empty());
    let (page, more) = listed(&app, "poderes", &[&of[..], &["--limite", "1"]].concat());
    assert_eq!((page[0]["referencia"].as_str(), more), (Some("ZZ1"), Some(1)));
    let (page, more) = listed(
        &app,
        "poderes",
        &[&of[..], &["--limite", "1", "--tras", "1"]].concat(),
    );
    assert_eq!((page[0]["referencia"].as_str(), more), (Some("ZZ2"), None));
    let table = run(&app, &["poderes", "listar"], &of);
    assert!(
        table.contains("ZZ1  inscrito  from B99999120 to 99999999R"),
        "{table}"
    );
    // Who was shown is found by whoever asks who looked.
    let looked = app.column(
        "select detalle as text from auditoria where operacion = 'listarPoderes' order by id desc limit 1",
    );
    assert!(
        looked[0].contains("\"B99999120\"") && looked[0].contains("\"99999999R\""),
        "{looked:?}"
    );
    let wrong = ["poderes", "listar", "--estado", "dormido"];
    let refused = notess(&wrong, &app.settings.database_url);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("inscrito"));
}

fn powers_that_are_about_to_end_are_listed_by_the_days_that_are_left(backend: Backend) {
    let app = TestApp::start(backend);
    let today = app.now().with_timezone(&chrono_tz::Europe::Madrid).date_naive();
    let ending = |days: i64| today + chrono::TimeDelta::days(days);
    let header = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin,baja\n".to_owned();
    let line = |name: &str, estado: &str, days: i64, baja: &str| {
        let begun = ending(days - 700);
        let ends = ending(days);
        format!("{name},B99999120,99999999R,general,,{estado},{begun},{ends},{baja}\n")
    };
    let baja = ending(-1).to_string();
    let lines = [
        header,
        line("ZZ0", "inscrito", 0, ""),
        line("ZZ29", "inscrito", 29, ""),
        line("ZZ30", "inscrito", 30, ""),
        line("ZZ31", "inscrito", 31, ""),
        line("ZZ90", "inscrito", 90, ""),
        line("ZZA", "inscrito", -1, ""),
        line("ZZB", "revocado", 20, &baja),
    ];
    load(&app, "poderes", "poderes.csv", &lines.concat());
    let within = |days: &str| -> Vec<(String, i64)> {
        let asked = ["--nif", "99999999R", "--por-caducar", days];
        let (found, _) = listed(&app, "poderes", &asked);
        found
            .iter()
            .map(|one| {
                let name = one["referencia"].as_str().unwrap().to_owned();
                (name, one["dias_restantes"].as_i64().unwrap())
            })
            .collect()
    };
    let names = |days: &[i64]| -> Vec<(String, i64)> {
        days.iter().map(|left| (format!("ZZ{left}"), *left)).collect()
    };
    assert_eq!(within("30"), names(&[0, 29, 30]));
    assert_eq!(within("90"), names(&[0, 29, 30, 31, 90]));
    assert_eq!(within("0"), names(&[0]));
    let table = run(
        &app,
        &["poderes", "listar"],
        &["--nif", "99999999R", "--por-caducar", "29"],
    );
    assert!(
        table.contains("29 days left") && !table.contains("ZZ30"),
        "{table}"
    );
    let (all, _) = listed(&app, "poderes", &["--nif", "99999999R"]);
    assert!(all.iter().all(|one| one.get("dias_restantes").is_none()));
    let wrong = ["poderes", "listar", "--por-caducar", "pronto"];
    assert_eq!(notess(&wrong, &app.settings.database_url).status.code(), Some(2));
}

fn titles_through_red_are_listed_by_authorisation_person_and_instant(backend: Backend) {
    let app = TestApp::start(backend);
    let of = app.scenario().all_roles().by_role(2);
    let (managed, _) = listed(&app, "red", &["--poderdante", &of.nif]);
    assert!(!managed.is_empty());
    for one in &managed {
        assert_eq!(
            (&one["clase"], &one["nif"]),
            (&"asignacion".into(), &of.nif.as_str().into())
        );
    }
    let autorizacion = managed[0]["autorizacion"].to_string();
    let (all, _) = listed(
        &app,
        "red",
        &["--autorizacion", &autorizacion, "--limite", "10000"],
    );
    assert!(all.iter().any(|one| one["clase"] == "titular"), "{all:?}");
    assert!(all.contains(&managed[0]));
    let holder = all.iter().find(|one| one["clase"] == "titular").unwrap();
    let (held, _) = listed(&app, "red", &["--nif", holder["nif"].as_str().unwrap()]);
    assert!(held.contains(holder));
    let then = ["--poderdante", &of.nif, "--en", "1950-01-01 12:00:00"];
    assert!(listed(&app, "red", &then).0.is_empty());
    let now = chrono::Utc::now().to_rfc3339();
    assert!(
        !listed(&app, "red", &["--poderdante", &of.nif, "--en", &now])
            .0
            .is_empty()
    );
    let table = run(&app, &["red", "listar"], &["--poderdante", &of.nif]);
    assert!(table.contains(&format!("{autorizacion}  manages ")), "{table}");
    // A list in pages is the list.
    let mut paged = Vec::new();
    let mut after = Some(0);
    while let Some(tras) = after {
        let (page, more) = listed(&app, "red", &["--limite", "50", "--tras", &tras.to_string()]);
        paged.extend(page);
        after = more;
    }
    let (whole, more) = listed(&app, "red", &["--limite", "10000"]);
    assert_eq!((paged == whole, more), (true, None));
}

fn addressees_are_listed_with_the_accounts_of_an_instant(backend: Backend) {
    let app = TestApp::start(backend);
    let of = app.scenario().all_roles().by_role(2);
    let (found, _) = listed(&app, "personas", &["--nif", &of.nif]);
    let [one] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(one["nif"], of.nif);
    assert!(
        one["ccc_principal"].is_string() || one["naf"].is_string(),
        "{one}"
    );
    let (managed, _) = listed(&app, "red", &["--poderdante", &of.nif]);
    let autorizacion = managed[0]["autorizacion"].to_string();
    let (of_it, _) = listed(
        &app,
        "personas",
        &["--autorizacion", &autorizacion, "--limite", "10000"],
    );
    assert!(of_it.contains(one));
    let (page, more) = listed(&app, "personas", &["--limite", "2"]);
    assert_eq!((page.len(), more), (2, Some(2)));
    assert!(listed(&app, "personas", &["--nif", "99999999R"]).0.is_empty());
    let table = run(&app, &["personas", "listar"], &["--nif", &of.nif]);
    assert!(table.starts_with(&of.nif), "{table}");
}
