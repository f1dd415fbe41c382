//! What whoever has a document is told, and whoever has none.

use chrono::{Months, TimeDelta};
use notess::domain::cea::{AZAR, Cea};
use notess::domain::emitido::TipoDocumento;
use notess::domain::notificacion::Huella;

use super::{Browser, between, issued, issued_of};
use crate::common::{Backend, TestApp};

over_both_databases!(
    two_groups_show_the_document_once_and_the_journal_tells_of_it_without_the_code,
    what_is_wrong_is_one_answer_whatever_it_is,
    a_question_is_answered_once_within_ten_minutes_by_any_instance,
    what_cannot_be_read_is_told_by_field_and_uses_nothing_up,
    what_is_none_of_the_forms_is_refused,
    a_document_that_was_altered_is_not_called_genuine,
    a_document_is_verified_for_as_many_years_as_is_said,
);

fn two_groups_show_the_document_once_and_the_journal_tells_of_it_without_the_code(backend: Backend) {
    let app = TestApp::start(backend);
    let document = issued(&app, 0);
    let browser = Browser::of(&app);
    let first = browser.get("/verificacion");
    assert_eq!((first.status, first.heading()), (200, "Verificar un documento"));
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(first.headers[name], value);
    }
    let policy = &first.headers["content-security-policy"];
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(!first.text().contains("<script"));

    // Its leaf is told once its row has a number.
    let unnumbered = "select count(*) as n from auditoria a where not exists (select 1 from cadena c where c.asiento = a.id)";
    while app.count(unnumbered) > 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }

    // As people type it.
    let typed = document.cea.id.as_str().to_lowercase();
    let asked = browser.name(
        &format!("{}-{}", &typed[..4], &typed[4..]),
        &document.cea.fecha.to_string(),
    );
    let found = browser.answer(&asked.question, asked.right(&document.cea));
    assert_eq!(
        (found.status, found.heading()),
        (200, "Documento auténtico"),
        "{}",
        found.text()
    );
    let huella = Huella(openssl::sha::sha256(&document.octetos)).to_string();
    assert!(found.text().replace(' ', "").contains(&huella));
    assert!(
        found
            .text()
            .contains("Justificante de aceptación de una notificación")
    );
    assert!(found.text().contains("Hoja "), "{}", found.text());
    for group in document.cea.codigo.grupos() {
        assert!(!found.text().contains(group), "a group is shown");
    }

    let link = format!("/{}", between(found.text(), "class=\"boton\" href=\"", "\""));
    assert_eq!(browser.head(&link).status, 405, "which uses nothing up");
    let shown = browser.get(&link);
    assert_eq!((shown.status, &shown.body), (200, &document.octetos));
    assert_eq!(shown.headers["content-type"], "application/pdf");
    assert!(shown.headers["content-disposition"].starts_with("inline"));
    assert_eq!(shown.headers["cache-control"], "no-store");
    let again = browser.get(&link);
    assert_eq!((again.status, again.heading()), (410, "El enlace ya no sirve"));

    let rows = app.column("select detalle as text from auditoria where operacion = 'verificarCea'");
    assert_eq!(rows.len(), 1);
    let row: serde_json::Value = serde_json::from_str(&rows[0]).unwrap();
    assert_eq!(row["codigo"], document.codigo.number());
    let all =
        app.column("select detalle || operacion || emisor || serie || resultado as text from auditoria");
    assert!(
        document
            .cea
            .codigo
            .grupos()
            .all(|group| all.iter().all(|row| !row.contains(group)))
    );
    app.journal_rows();
    let metrics = app.get("/metrics").1;
    assert!(metrics.contains("notess_cea_attempts_total{result=\"coincide\"}"));
    assert!(!metrics.contains(document.cea.id.as_str()));
}

fn what_is_wrong_is_one_answer_whatever_it_is(backend: Backend) {
    let app = TestApp::start(backend);
    let document = issued(&app, 0);
    let cea = &document.cea;
    let browser = Browser::of(&app);
    let unknown = Cea::new(TipoDocumento::Aceptacion, app.now(), &[3; AZAR]);
    let yesterday = (cea.fecha - TimeDelta::days(1)).format("%d%m%Y").to_string();

    let of_unknown = browser.verify(&unknown);
    assert_eq!((of_unknown.status, of_unknown.heading()), (200, "No coincide"));
    let asked = browser.name(cea.id.as_str(), &yesterday);
    let of_other_day = browser.answer(&asked.question, asked.right(cea));
    let asked = browser.name(cea.id.as_str(), &cea.fecha_impresa());
    let [one, other] = asked.right(cea);
    let second_wrong = browser.answer(&asked.question, [one, "00000"]);
    let asked = browser.name(cea.id.as_str(), &cea.fecha_impresa());
    let first_wrong = browser.answer(&asked.question, ["00000", other]);
    for wrong in [of_other_day, second_wrong, first_wrong] {
        assert_eq!(wrong.alike(), of_unknown.alike());
    }
    // Whether there is such a document, what is asked stays the same.
    for cea in [cea, &unknown] {
        let groups = browser.name(cea.id.as_str(), &cea.fecha_impresa()).groups;
        assert_eq!(browser.name(cea.id.as_str(), &yesterday).groups, groups);
    }
    assert_eq!(
        browser.verify(cea).heading(),
        "Documento auténtico",
        "nothing of it is lost"
    );
}

fn a_question_is_answered_once_within_ten_minutes_by_any_instance(backend: Backend) {
    let app = TestApp::start(backend);
    let document = issued(&app, 0);
    let cea = &document.cea;
    let name = |app: &TestApp| Browser::of(app).name(cea.id.as_str(), &cea.fecha_impresa());
    let [asked, late] = [name(&app), name(&app)];
    let app = app.restarted_with(|_| {});
    let answer = |asked: &super::Asked| Browser::of(&app).answer(&asked.question, asked.right(cea));
    let found = answer(&asked);
    assert_eq!(found.heading(), "Documento auténtico");
    let again = answer(&asked);
    assert_eq!((again.status, again.heading()), (410, "La pregunta ha caducado"));
    app.move_clock(TimeDelta::minutes(11));
    assert_eq!(answer(&late).alike(), again.alike());
    let link = between(found.text(), "class=\"boton\" href=\"", "\"");
    assert_eq!(Browser::of(&app).get(&format!("/{link}")).status, 410);
    // Of nobody's asking.
    let forged = format!("A{}", &name(&app).question[1..]);
    assert_eq!(
        Browser::of(&app).answer(&forged, ["00000"; 2]).alike(),
        again.alike()
    );
}

fn what_cannot_be_read_is_told_by_field_and_uses_nothing_up(backend: Backend) {
    let app = TestApp::start(backend);
    let document = issued(&app, 0);
    let cea = &document.cea;
    let browser = Browser::of(&app);
    let wrong = browser.send(&[("id", "AC<12>"), ("fecha", "31022026")]);
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("value=\"AC&lt;12&gt;\""),
        "{}",
        wrong.text()
    );
    for field in ["id", "fecha"] {
        assert!(wrong.text().contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    let asked = browser.name(cea.id.as_str(), &cea.fecha_impresa());
    let [one, _] = asked.right(cea);
    let short = browser.answer(&asked.question, [one, "abc"]);
    assert_eq!(short.status, 422);
    assert!(short.text().contains("segundo-error") && !short.text().contains("primero-error"));
    assert!(short.text().contains(&asked.question));
    assert!(!short.text().contains(one), "what was right is not told again");
    assert_eq!(
        browser.answer(&asked.question, asked.right(cea)).heading(),
        "Documento auténtico"
    );
}

fn what_is_none_of_the_forms_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let browser = Browser::of(&app);
    let long = "A".repeat(5000);
    for fields in [
        &[("id", "AC0123456789")][..],
        &[("id", "AC0123456789"), ("fecha", "02032026"), ("otro", "x")],
        &[
            ("id", "AC0123456789"),
            ("id", "AC0123456789"),
            ("fecha", "02032026"),
        ],
        &[("id", long.as_str()), ("fecha", "02032026")],
        &[],
    ] {
        let refused = browser.send(fields);
        assert_eq!(
            (refused.status, refused.heading()),
            (400, "No se ha entendido lo enviado")
        );
    }
    assert_eq!(browser.get("/verificacion/documento/nada").status, 410);
    let put = app.url("/verificacion");
    let status = ureq::put(put)
        .config()
        .http_status_as_error(false)
        .build()
        .send("x")
        .unwrap()
        .status();
    assert_eq!(status.as_u16(), 405);
}

fn a_document_that_was_altered_is_not_called_genuine(backend: Backend) {
    let app = TestApp::start(backend);
    let document = issued(&app, 0);
    app.tamper("documentos_emitidos", "update documentos_emitidos set numero = 7");
    let refused = Browser::of(&app).verify(&document.cea);
    assert_eq!(
        (refused.status, refused.heading()),
        (503, "Ahora no se puede verificar")
    );
    let rows = "select count(*) as n from auditoria where operacion = 'verificarCea'";
    assert_eq!(app.count(rows), 0);
}

fn a_document_is_verified_for_as_many_years_as_is_said(backend: Backend) {
    let app = TestApp::start(backend);
    let codes = &app.scenario().all_roles().by_role(1).pendientes;
    let years = |years: u32| app.now().checked_sub_months(Months::new(12 * years)).unwrap();
    let good = issued_of(&app, codes[0], years(5) + TimeDelta::days(1));
    let over = issued_of(&app, codes[1], years(5) - TimeDelta::days(2));
    let browser = Browser::of(&app);
    assert_eq!(browser.verify(&good.cea).heading(), "Documento auténtico");
    assert_eq!(browser.verify(&over.cea).heading(), "No coincide");
    let app = app.restarted_with(|settings| settings.cea.vigencia_anos = 6);
    assert_eq!(
        Browser::of(&app).verify(&over.cea).heading(),
        "Documento auténtico"
    );
}
