//! Listings that tell how each notification was practised.

use chrono::{DateTime, SecondsFormat, Utc};
use notess::contract::canal::messages::{Notificacion, Practicada};
use notess::domain::operation::ListRequest;

use crate::common::caller::{Caller, listing};
use crate::common::{Backend, TestApp};
use crate::place::done;
use crate::process::{cliente, path, text};

over_both_databases!(
    how_each_was_practised_is_told_where_it_is_asked_for,
    the_bundled_client_shows_how_each_was_practised,
);

fn told(caller: &Caller, nif: &str) -> Vec<Notificacion> {
    caller.list(ListRequest {
        practicada: true,
        ..listing(nif)
    })
}

fn of(all: &[Notificacion], codigo: i32) -> Option<&Practicada> {
    let one = all.iter().find(|one| one.codigo == codigo).unwrap();
    one.practicada.as_ref()
}

fn how_each_was_practised_is_told_where_it_is_asked_for(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    let own = titular.by_role(1);
    let [accepted, rejected, elsewhere, pending] = own.pendientes[..4] else {
        panic!("too few");
    };
    let acuse = caller
        .accept(&own.nif, &[accepted])
        .unwrap()
        .remove(0)
        .acuse
        .unwrap();
    caller.reject(&own.nif, &[rejected]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines.csv");
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let line = format!("codigo;medio;instante;sentido\n{elsewhere};dehu;{now};aceptacion\n");
    std::fs::write(&file, line).unwrap();
    done(&app, &["importar", "practicadas", path(&file)]);

    // Who does not ask sees nothing of it, and the rest is the same.
    let plain = caller.list(listing(&own.nif));
    assert!(plain.iter().all(|one| one.practicada.is_none()));
    let all = told(&caller, &own.nif);
    let without: Vec<_> = all
        .iter()
        .cloned()
        .map(|one| Notificacion {
            practicada: None,
            ..one
        })
        .collect();
    assert_eq!(without, plain);

    let how = of(&all, accepted).unwrap();
    assert_eq!(how.fecha, acuse.fecha);
    assert_eq!(
        (how.sentido.as_str(), how.rol, &how.medio),
        ("aceptacion", Some(1), &None)
    );
    let firmante = how.firmante.as_ref().unwrap();
    let signed = [&firmante.persona, &firmante.entidad].map(|one| one.as_ref().map(|one| one.nif.as_str()));
    assert!(signed.contains(&Some(titular.nif.as_str())), "{signed:?}");
    assert_eq!(of(&all, rejected).unwrap().sentido, "rechazo");
    let how = of(&all, elsewhere).unwrap();
    assert_eq!(
        (how.sentido.as_str(), how.rol, how.medio.as_deref()),
        ("aceptacion", None, Some("dehu"))
    );
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
    assert_eq!(instant(&how.fecha), instant(&now));
    assert_eq!(of(&all, pending), None);
    let lapsed = all.iter().filter(|one| one.estado == 4);
    let mut count = 0;
    for one in lapsed {
        let how = one.practicada.as_ref().unwrap();
        assert_eq!((how.sentido.as_str(), how.rol), ("transcurso", None));
        let end = instant(one.fin_disponibilidad.as_deref().unwrap());
        assert_eq!(instant(&how.fecha), end + chrono::TimeDelta::seconds(1));
        count += 1;
    }
    assert!(count > 0);

    // To others than the addressee it is not told who signed.
    for rol in [2, 3] {
        let of_other = titular.by_role(rol);
        caller.accept(&of_other.nif, &of_other.pendientes[..1]).unwrap();
        let all = told(&caller, &of_other.nif);
        let how = of(&all, of_other.pendientes[0]).unwrap();
        assert_eq!((how.rol, &how.firmante), (Some(i32::from(rol)), &None));
    }
}

fn the_bundled_client_shows_how_each_was_practised(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let own = titular.by_role(1);
    app.as_(titular).accept(&own.nif, &own.pendientes[..1]).unwrap();
    let url = app.url("/canal/v1");
    let run = |more: &[&str]| {
        let asked = [&["--poderdante", own.nif.as_str(), "--practicada"][..], more].concat();
        let shown = cliente(&app, titular, &url, "consultar", &asked);
        assert!(shown.status.success(), "{}", text(&shown.stderr));
        text(&shown.stdout)
    };
    let shown = run(&[]);
    assert!(
        shown.contains("PRACTICADA") && shown.contains("aceptacion"),
        "{shown}"
    );
    let rows: Vec<serde_json::Value> = serde_json::from_str(&run(&["--json"])).unwrap();
    let codigo = own.pendientes[0];
    let one = rows.iter().find(|row| row["codigo"] == codigo).unwrap();
    assert_eq!(one["practicada"]["rol"], 1);
}
