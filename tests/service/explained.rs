//! `notess explicar`, from the command line.

use serde_json::Value;

use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

over_both_databases!(
    an_explanation_says_by_which_title_and_rule_or_why_not,
    the_past_is_explained_by_what_was_known,
    whoever_is_on_no_record_is_told_so_and_what_is_no_instant_is_refused,
    an_act_that_the_body_keeps_from_red_has_its_row,
);

/// Runs it, and gives what it wrote.
fn explained(app: &TestApp, nif: &str, poderdante: &str, codigo: i32, more: &[&str]) -> String {
    let config = app.world_folder().join("notess.toml");
    let codigo = codigo.to_string();
    let first = [
        "explicar",
        "--config",
        path(&config),
        "--nif",
        nif,
        "--poderdante",
        poderdante,
        "--codigo",
        &codigo,
    ];
    let done = notess(&[&first[..], more].concat(), &app.settings.database_url);
    assert!(done.status.success(), "{more:?}: {}", text(&done.stderr));
    text(&done.stdout)
}

fn json(app: &TestApp, nif: &str, poderdante: &str, codigo: i32, more: &[&str]) -> Value {
    let more = [more, &["--json"]].concat();
    serde_json::from_str(&explained(app, nif, poderdante, codigo, &more)).unwrap()
}

/// By which roles it may be decided.
fn deciding(told: &Value) -> Vec<i64> {
    let may = told["puede"].as_array().unwrap().iter();
    may.filter(|one| one["decidir"] == true)
        .map(|one| one["rol"].as_i64().unwrap())
        .collect()
}

fn an_explanation_says_by_which_title_and_rule_or_why_not(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let own = &titular.by_role(1).nif;
    for rol in [1, 2, 3] {
        let of = titular.by_role(rol);
        let codigo = of.pendientes[0];
        let told = explained(&app, own, &of.nif, codigo, &[]);
        for said in [
            "Se pregunta por ",
            "Como destinatario (rol 1):",
            "Como autorizado RED (rol 2):",
            "SÍ. ",
        ] {
            assert!(told.contains(said), "{rol}: {told}");
        }
        let told = json(&app, own, &of.nif, codigo, &[]);
        assert!(deciding(&told).contains(&i64::from(rol)), "{rol}: {told}");
        assert_eq!(
            (&told["codigo"], &told["nif"]),
            (&codigo.into(), &own.as_str().into())
        );
        let reason = told["razones"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["rol"] == rol && one["alcanza"] == true)
            .unwrap();
        assert!(
            reason["regla"].is_number() && reason["titulo"]["clase"].is_string(),
            "{reason}"
        );
    }
}

fn the_past_is_explained_by_what_was_known(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let own = &titular.by_role(1).nif;
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    let before = chrono::Utc::now().to_rfc3339();
    app.as_(titular).accept(&of.nif, &[codigo]).unwrap();
    let now = json(&app, own, &of.nif, codigo, &[]);
    assert_eq!((now["estado"].as_i64(), deciding(&now)), (Some(2), vec![]));
    assert_eq!(now["puede"][0]["documento"], true);
    let then = json(&app, own, &of.nif, codigo, &["--en", &before]);
    assert!(
        then["estado"].as_i64() < Some(2) && deciding(&then) == [1],
        "{then}"
    );
    // By what was known then, nobody had decided.
    let known = json(&app, own, &of.nif, codigo, &["--sabido", &before]);
    assert!(known["estado"].as_i64() < Some(2), "{known}");
    let long_ago = explained(&app, own, &of.nif, codigo, &["--en", "2001-01-01 12:00:00"]);
    assert!(
        long_ago.contains("no tenía entonces ninguna notificación"),
        "{long_ago}"
    );
}

fn whoever_is_on_no_record_is_told_so_and_what_is_no_instant_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let of = app.scenario().all_roles().by_role(1);
    let codigo = of.pendientes[0];
    let told = json(&app, "99999999R", &of.nif, codigo, &[]);
    assert_eq!(told["puede"].as_array().map(Vec::len), Some(0), "{told}");
    assert!(
        told["razones"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["alcanza"] == false)
    );
    let told = json(&app, &of.nif, &of.nif, 2_147_483_647, &[]);
    assert!(
        told["estado"].is_null() && told["razones"].as_array().unwrap().is_empty(),
        "{told}"
    );
    let text_of = explained(&app, &of.nif, "99999999R", codigo, &[]);
    assert!(
        text_of.contains("no tenía entonces ninguna notificación"),
        "{text_of}"
    );
    let number = codigo.to_string();
    for wrong in [
        &["--en", "ayer"][..],
        &["--sabido", "2026-02-30 10:00:00"],
        &["--en", "2026-03-01 25:00:00"],
    ] {
        let asked = [
            "explicar",
            "--nif",
            &of.nif,
            "--poderdante",
            &of.nif,
            "--codigo",
            &number,
        ];
        let refused = notess(&[&asked[..], wrong].concat(), &app.settings.database_url);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
        assert!(
            text(&refused.stderr).contains("an instant is"),
            "{}",
            text(&refused.stderr)
        );
    }
}

/// D-56.
fn an_act_that_the_body_keeps_from_red_has_its_row(backend: Backend) {
    let app = TestApp::start(backend);
    let of = app.scenario().all_roles().by_role(1);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), b"%PDF-1.4\n%%EOF\n").unwrap();
    let file = folder.path().join("new.jsonl");
    let line = |codigo: i32, more: &str| {
        format!(
            "{{\"codigo\":{codigo},\"nif\":\"{}\",\"denominacion\":\"X\",\"procedimiento\":\"TGSS-RD\",\"asunto\":\"Y\",\
             \"obligacion\":\"4.1.a\",\"documento\":\"a.pdf\"{more}}}\n",
            of.nif
        )
    };
    let flagged = ",\"especial\":\"sí\",\"especial_confirmado\":\"sí\"";
    std::fs::write(&file, line(2_000_001, "") + &line(2_000_002, flagged)).unwrap();
    let config = app.world_folder().join("notess.toml");
    let documents = ["--documentos", path(folder.path()), "--config", path(&config)];
    let arguments = [&["importar", "notificaciones", path(&file)][..], &documents].concat();
    let loaded = notess(&arguments, &app.settings.database_url);
    assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    let rows = app
        .column("select detalle as text from auditoria where operacion = 'publicarSinRed' order by id desc");
    let row: Value = serde_json::from_str(&rows[0]).unwrap();
    assert_eq!(row["codigos"], serde_json::json!([2_000_002]));
}
