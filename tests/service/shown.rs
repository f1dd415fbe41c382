//! `notess auditoria mostrar` (D-115).

use serde_json::Value;

use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

over_both_databases!(
    the_rows_of_a_notification_a_person_and_a_request_are_found,
    rows_are_shown_in_pages_and_of_an_interval,
    a_row_that_was_altered_is_shown_as_such,
);

/// Runs it once all rows have their number, and gives what it wrote.
fn shown(app: &TestApp, more: &[&str]) -> String {
    let began = std::time::Instant::now();
    let waiting = "select count(*) as n from auditoria a where not exists (select 1 from cadena c where c.asiento = a.id)";
    while app.count(waiting) > 0 {
        assert!(began.elapsed() < std::time::Duration::from_secs(20));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let config = app.world_folder().join("notess.toml");
    let all = [&["auditoria", "mostrar", "--config", path(&config)], more].concat();
    let done = notess(&all, &app.settings.database_url);
    assert!(done.status.success(), "{more:?}: {}", text(&done.stderr));
    text(&done.stdout)
}

/// The rows, and behind which there are more.
fn rows(app: &TestApp, more: &[&str]) -> (Vec<Value>, Option<i64>) {
    let written = shown(app, &[more, &["--json"]].concat());
    let mut lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ending = lines.pop().unwrap();
    assert_eq!(ending["filas"], lines.len());
    (lines, ending["siguiente"].as_i64())
}

fn operations(rows: &[Value]) -> Vec<&str> {
    rows.iter()
        .map(|row| row["operacion"].as_str().unwrap())
        .collect()
}

fn the_rows_of_a_notification_a_person_and_a_request_are_found(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [first, second, third] = of.pendientes[..3] else {
        panic!("too few");
    };
    app.as_(titular).accept(&of.nif, &[first, second]).unwrap();
    let program = app.wscn_as(titular);
    let acuse = program.acuse(1, &of.nif, third, true);
    assert_eq!(program.submit(1, &of.nif, &program.cosign(&acuse)).codigo(), 0);
    let numbers = [first, second, third].map(|codigo| codigo.to_string());

    // What is sealed meanwhile, or not yet, has rows of its own.
    let found = |more: &[&str]| {
        let mut found = rows(&app, more).0;
        found.retain(|row| row["operacion"] != "sellarAcuses");
        found
    };
    let accepted = found(&["--codigo", &numbers[0]]);
    assert_eq!(operations(&accepted), ["firmarNotificaciones"]);
    assert_eq!(accepted[0]["detalle"]["decididas"].as_array().unwrap().len(), 2);
    assert_eq!(accepted[0]["intacta"], true);
    // What was shown is a row about it.
    let again = found(&["--codigo", &numbers[0]]);
    assert_eq!(operations(&again), ["firmarNotificaciones", "mostrarAuditoria"]);
    assert_eq!(again[1]["emisor"], "operador");
    assert_eq!(
        operations(&found(&["--codigo", &numbers[2]])),
        ["solicitarAcuseNotificacion", "enviarAcuseNotificacion"]
    );
    // A number that only stands within another one, or counts something, is no code.
    let part = &numbers[0][..numbers[0].len() - 1];
    for row in found(&["--codigo", part]) {
        assert_ne!(row["secuencia"], accepted[0]["secuencia"], "{part}");
    }

    let request = accepted[0]["peticion"].as_str().unwrap();
    assert_eq!(found(&["--peticion", request]), accepted);
    let person = found(&["--nif", &of.nif, "--codigo", &numbers[1]]);
    assert_eq!(person, accepted);
    assert!(found(&["--nif", "99999999R", "--codigo", &numbers[1]]).is_empty());
    let all = found(&["--nif", &of.nif, "--limite", "10000"]);
    let ours = |row: &&Value| row["peticion"] == request;
    assert_eq!(all.iter().filter(ours).count(), 1);
    assert!(operations(&all).contains(&"mostrarAuditoria"));
    for row in &all {
        let whole = row.to_string();
        assert!(whole.contains(&format!("\"{}\"", of.nif)) || row["operacion"] == "firmarNotificaciones");
    }

    let table = shown(&app, &["--peticion", request]);
    assert!(
        table.contains("firmarNotificaciones  hecho  by ") && table.ends_with("\n1 rows\n"),
        "{table}"
    );
    app.journal_rows();
}

fn rows_are_shown_in_pages_and_of_an_interval(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let caller = app.as_(titular);
    let since = chrono::Utc::now().to_rfc3339();
    for codigo in &of.pendientes[..4] {
        caller.accept(&of.nif, &[*codigo]).unwrap();
    }
    let until = chrono::Utc::now().to_rfc3339();
    let interval = ["--desde", &since, "--hasta", &until, "--nif", &of.nif];
    let (all, more) = rows(&app, &interval);
    assert_eq!((operations(&all), more), (vec!["firmarNotificaciones"; 4], None));
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let behind = after.to_string();
        let page = [&interval[..], &["--limite", "3", "--tras", &behind]].concat();
        let (page, more) = rows(&app, &page);
        assert!(page.len() <= 3);
        found.extend(page);
        match more {
            Some(last) => after = last,
            None => break,
        }
    }
    assert_eq!(found, all);
    assert!(shown(&app, &[&interval[..], &["--limite", "3"]].concat()).contains("there are more: --tras "));
    assert!(
        rows(&app, &["--hasta", &since, "--nif", &of.nif, "--desde", &since])
            .0
            .is_empty()
    );
    for wrong in [
        &["--desde", "ayer"][..],
        &["--nif", "12345678A"],
        &["--codigo", "0"],
        &["--peticion", "1"],
        &["--limite", "0"],
        &["--tras", "-1"],
    ] {
        let all = [&["auditoria", "mostrar"], wrong].concat();
        assert_eq!(
            notess(&all, &app.settings.database_url).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
}

fn a_row_that_was_altered_is_shown_as_such(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    app.as_(titular).accept(&of.nif, &of.pendientes[..1]).unwrap();
    let codigo = of.pendientes[0].to_string();
    let (accepted, _) = rows(&app, &["--codigo", &codigo]);
    let sql = format!(
        "update auditoria set serie = '00' where id = (select asiento from cadena where secuencia = {})",
        accepted[0]["secuencia"]
    );
    app.tamper("auditoria", &sql);
    let (altered, _) = rows(&app, &["--codigo", &codigo]);
    assert_eq!(altered[0]["intacta"], false);
    assert!(shown(&app, &["--codigo", &codigo]).contains("  ALTERED"));
}
