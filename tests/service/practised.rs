//! Notifications that were practised on paper or in the DEHú, as operators tell it, and what clients of both contracts see of it.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use notess::client::calls;

use crate::common::caller::{Caller, code_of, listing};
use crate::common::wscn::member;
use crate::common::{Backend, TestApp};
use crate::place::operate;
use crate::process::{path, text};

over_both_databases!(
    what_was_practised_on_paper_is_final_in_both_contracts_and_has_no_acuse,
    news_of_an_earlier_practice_takes_the_place_of_a_decision_and_the_operator_is_told,
    what_is_altered_of_a_practice_is_neither_served_nor_vouched_for,
);

/// Loads lines of code, way, instant and sense: what the operator was told.
fn tell(app: &TestApp, lines: &[(i32, &str, DateTime<Utc>, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.csv");
    let mut text_of = "codigo;medio;instante;sentido\n".to_owned();
    for (codigo, medio, instante, sentido) in lines {
        let instante = instante.to_rfc3339_opts(SecondsFormat::Micros, true);
        writeln!(text_of, "{codigo};{medio};{instante};{sentido}").unwrap();
    }
    std::fs::write(&file, text_of).unwrap();
    let loaded = operate(app, &["importar", "practicadas", path(&file)]);
    assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    text(&loaded.stderr)
}

/// What `auditoria verificar` says: the exit code, and what it found.
fn verified(app: &TestApp) -> (Option<i32>, String) {
    let verified = operate(app, &["auditoria", "verificar"]);
    (
        verified.status.code(),
        text(&verified.stdout) + &text(&verified.stderr),
    )
}

fn estado(caller: &Caller, nif: &str, codigo: i32) -> i32 {
    let listed = caller.list(listing(nif));
    listed.iter().find(|one| one.codigo == codigo).unwrap().estado
}

fn what_was_practised_on_paper_is_final_in_both_contracts_and_has_no_acuse(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [accepted, rejected, other] = of.pendientes[..3] else {
        panic!("too few");
    };
    let (caller, program) = (app.as_(titular), app.wscn_as(titular));
    let acuse = program.acuse(1, &of.nif, accepted, true);
    let now = Utc::now();
    let told = tell(
        &app,
        &[
            (accepted, "papel", now, "aceptacion"),
            (rejected, "dehu", now, "rechazo"),
        ],
    );
    assert!(!told.contains("warning"), "{told}");
    // The acuse that was out decides nothing any more.
    let returned = program.submit(1, &of.nif, &program.cosign(&acuse));
    assert_eq!(returned.codigo(), 135, "{returned:?}");
    let decided = caller.accept(&of.nif, &[accepted, rejected, other]).unwrap();
    let codes: Vec<_> = decided
        .iter()
        .map(|one| one.error.as_ref().map(|error| error.codigo.as_str()))
        .collect();
    assert_eq!(codes, [Some("YA_ACEPTADA"), Some("YA_RECHAZADA"), None]);
    assert_eq!(
        [accepted, rejected].map(|one| estado(&caller, &of.nif, one)),
        [2, 3]
    );
    let listed = program.list(1, &of.nif, [0, 0, 0]).text;
    for (codigo, words) in [
        (accepted, "Notificada por aceptación, en papel<"),
        (rejected, "Notificada por rechazo, en la DEHú<"),
        (other, "Notificada por aceptación<"),
    ] {
        let row = listed.split_once(&member("codigo", codigo)).unwrap().1;
        assert!(row.starts_with(&format!("<descripcionEstado>{words}")), "{row}");
    }

    let document = calls::documento(&caller.connection, &of.nif, accepted).unwrap();
    assert!(document.starts_with(b"%PDF"));
    assert_eq!(program.view(1, &of.nif, accepted).codigo(), 0);
    assert_eq!(program.view(1, &of.nif, rejected).codigo(), 27);
    let refused = calls::documento(&caller.connection, &of.nif, rejected);
    assert_eq!(code_of(refused), "YA_RECHAZADA");
    for (codigo, code, words) in [
        (accepted, "YA_ACEPTADA", "en papel"),
        (rejected, "YA_RECHAZADA", "DEHú"),
    ] {
        let refused = calls::acuse(&caller.connection, &of.nif, codigo).unwrap_err();
        assert!(refused.to_string().contains(words), "{refused}");
        assert_eq!(code_of::<()>(Err(refused)), code);
    }
    let (code, told) = verified(&app);
    assert_eq!(code, Some(0), "{told}");
}

fn news_of_an_earlier_practice_takes_the_place_of_a_decision_and_the_operator_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let [first, second] = of.pendientes[..2] else {
        panic!("too few");
    };
    let (caller, program) = (app.as_(titular), app.wscn_as(titular));
    let before = Utc::now();
    assert!(caller.accept(&of.nif, &[first]).unwrap()[0].acuse.is_some());
    let acuse = program.acuse(1, &of.nif, second, true);
    let signed = program.cosign(&acuse);
    assert_eq!(program.submit(1, &of.nif, &signed).codigo(), 0);
    // What was later changes nothing, and is told to nobody.
    let after = Utc::now();
    let told = tell(&app, &[(first, "papel", after, "rechazo")]);
    assert!(!told.contains("warning"), "{told}");
    assert!(calls::acuse(&caller.connection, &of.nif, first).is_ok());
    let (_, ready) = app.get("/health/ready");
    assert!(!ready.contains("DEHú"), "{ready}");

    let told = tell(
        &app,
        &[
            (first, "papel", before, "rechazo"),
            (second, "dehu", before, "rechazo"),
        ],
    );
    for codigo in [first, second] {
        assert!(
            told.contains(&format!("notification {codigo} had been decided")),
            "{told}"
        );
        assert_eq!(estado(&caller, &of.nif, codigo), 3);
        let refused = calls::acuse(&caller.connection, &of.nif, codigo);
        assert_eq!(code_of(refused), "YA_RECHAZADA");
        let refused = calls::documento(&caller.connection, &of.nif, codigo);
        assert_eq!(code_of(refused), "YA_RECHAZADA");
    }
    // Nor is what was decided here repeated: the acuse has no effect any more.
    let again = caller.accept(&of.nif, &[first]).unwrap();
    assert!(again[0].acuse.is_none(), "{again:?}");
    assert_eq!(program.submit(1, &of.nif, &signed).codigo(), 136);
    let (_, ready) = app.get("/health/ready");
    assert!(ready.contains("DEHú"), "{ready}");
    let (_, metrics) = app.get("/metrics");
    assert!(metrics.contains("notess_late_practices"), "{metrics}");
    let (code, told) = verified(&app);
    assert_eq!(code, Some(0), "{told}");
    let rows = app.column(&format!(
        "select detalle as text from auditoria where operacion = 'practicarFuera' and detalle like '%{first}%'"
    ));
    assert_eq!(rows.len(), 2);
}

fn what_is_altered_of_a_practice_is_neither_served_nor_vouched_for(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let codigo = of.pendientes[0];
    tell(&app, &[(codigo, "papel", Utc::now(), "rechazo")]);
    app.tamper(
        "notificaciones",
        &format!("update notificaciones set estado = 2 where codigo = {codigo}"),
    );
    let caller = app.as_(titular);
    let asked = || code_of(calls::documento(&caller.connection, &of.nif, codigo));
    assert_eq!(asked(), "SERVICIO_NO_DISPONIBLE");
    assert_eq!(verified(&app).0, Some(1));
    // Nor if the record of it is altered as well: the journal says what was told.
    app.tamper(
        "practicadas",
        &format!("update practicadas set estado = 2 where codigo = {codigo}"),
    );
    assert_eq!(asked(), "SERVICIO_NO_DISPONIBLE");
    let (code, told) = verified(&app);
    assert_eq!(code, Some(1));
    assert!(told.contains("practicadas"), "{told}");
}
