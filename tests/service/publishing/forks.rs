//! The log never forks.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use notess::tlog::{LogKey, Tile, TileTree, consistency, verify_consistency};

use super::{Log, ORIGIN, decide, operate, ready, said, until_ready_says};
use crate::common::backend::program;
use crate::common::{Backend, TestApp};
use crate::process::text;
use crate::served::Served;

over_both_databases!(
    a_database_put_back_from_a_copy_signs_nothing_until_the_operator_has_decided,
    a_leaf_that_was_altered_is_not_signed_anew,
    an_anchor_that_is_lost_or_altered_signs_nothing,
);

fn a_database_put_back_from_a_copy_signs_nothing_until_the_operator_has_decided(backend: Backend) {
    let log = Log::new();
    let app = TestApp::start_with(backend, log.publish());
    let old = log.of_all(&app);
    let (database, mut copy) = (app.database(), None);
    let app = app.restarted_with(|settings| {
        copy = Some(database.copy());
        log.publish()(settings);
    });
    let copy = copy.unwrap();
    decide(&app, 0);
    let lost = log.of_all(&app);
    assert!(lost.checkpoint().size > old.checkpoint().size);
    let anchor = std::fs::read_to_string(log.anchor()).unwrap();
    assert_eq!(
        log.key.open(anchor.as_bytes()).unwrap().checkpoint().size,
        lost.checkpoint().size
    );

    let app = app.restarted_with(|settings| {
        settings.database_url = copy.url();
        log.publish()(settings);
    });
    until_ready_says(&app, "no contiene lo que se había firmado");
    let shown = log.checkpoint(&app);
    // Decisions go on, and what comes of them is not signed.
    decide(&app, 1);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(app.get("/health/ready").0, 200);
    assert_eq!(log.checkpoint(&app), shown);
    assert!(shown.unwrap().checkpoint().size < lost.checkpoint().size);
    assert_eq!(std::fs::read_to_string(log.anchor()).unwrap(), anchor);
    assert!(app.get("/metrics").1.contains("notess_log_hindered 1"));
    let refused = operate(&app, &log, ORIGIN, &["transparencia", "nuevo-origen"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("needs another name"),
        "{}",
        text(&refused.stderr)
    );

    let url = copy.url();
    let begun = operate(
        &app,
        &log,
        "example.es/registro-2",
        &["transparencia", "nuevo-origen"],
    );
    assert!(said(&begun).contains("which had signed"));
    let row = "select detalle as text from auditoria where operacion = 'nuevoOrigen'";
    let row: serde_json::Value = serde_json::from_str(&app.column(row)[0]).unwrap();
    assert_eq!(row["ancla"], anchor);
    let app = app.restarted_with(|settings| {
        settings.database_url = url;
        let mut transparencia = log.settings();
        "example.es/registro-2".clone_into(&mut transparencia.origen);
        settings.transparencia = Some(transparencia);
    });
    let pem = std::fs::read(log.folder.path().join("clave.pem")).unwrap();
    let renamed = Log {
        key: LogKey::from_pem(&pem, "example.es/registro-2")
            .unwrap()
            .verifier()
            .clone(),
        folder: log.folder,
    };
    renamed.beyond(&app, old.checkpoint().size);
    assert!(!ready(&app).contains("no se firma"), "{}", ready(&app));
    let former = renamed.anchor().with_extension("anterior");
    assert_eq!(std::fs::read_to_string(former).unwrap(), anchor);
}

fn a_leaf_that_was_altered_is_not_signed_anew(backend: Backend) {
    let log = Log::new();
    let app = TestApp::start_with(backend, log.publish());
    let signed = log.of_all(&app);
    let app = app.restarted_with(|_| {});
    app.tamper(
        "auditoria",
        "update auditoria set hash = (select hash from auditoria where id = 2) where id = 1",
    );
    let app = app.restarted_with(log.publish());
    until_ready_says(&app, "no contiene lo que se había firmado");
    let shown = log.checkpoint(&app).unwrap();
    assert!(shown.checkpoint().size >= signed.checkpoint().size);
    decide(&app, 0);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(log.checkpoint(&app).unwrap(), shown);
}

fn an_anchor_that_is_lost_or_altered_signs_nothing(backend: Backend) {
    let log = Log::new();
    let app = TestApp::start_with(backend, log.publish());
    log.of_all(&app);
    let anchor = std::fs::read(log.anchor()).unwrap();
    std::fs::write(log.anchor(), [&anchor[..20], &anchor[21..]].concat()).unwrap();
    until_ready_says(&app, "su ancla no es la que era");
    std::fs::remove_file(log.anchor()).unwrap();
    let app = app.restarted_with(log.publish());
    until_ready_says(&app, "falta su ancla");
    let signed = log.checkpoint(&app).unwrap();
    decide(&app, 0);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(log.checkpoint(&app).unwrap(), signed);
    let told = said(&operate(&app, &log, ORIGIN, &["transparencia", "iniciar"]));
    assert!(told.contains("is written anew"), "{told}");
    let rows = "select count(*) as n from auditoria where operacion = 'anclarRegistro'";
    assert_eq!(app.count(rows), 1);
    let told = said(&operate(&app, &log, ORIGIN, &["transparencia", "iniciar"]));
    assert!(told.contains("nothing is to be done"), "{told}");
    let app = app.restarted_with(log.publish());
    log.beyond(&app, signed.checkpoint().size);
}

/// What is signed twice is one log: each of two services goes on with what the other has signed, and with what one left that was
/// killed.
#[test]
fn two_services_publish_one_log_also_when_one_of_them_is_killed() {
    let backend = Backend::Postgresql;
    let log = Log::new();
    let database = backend.fresh_database();
    let folder = backend.world().folder();
    let start = |anchor: &str| {
        let mut command = Served::command(program(), folder, &database);
        command
            .env("NOTESS_TRANSPARENCIA__ORIGEN", ORIGIN)
            .env("NOTESS_TRANSPARENCIA__CLAVE", log.folder.path().join("clave.pem"))
            .env("NOTESS_TRANSPARENCIA__ANCLA", log.folder.path().join(anchor))
            .env("NOTESS_TRANSPARENCIA__CADA_SEGUNDOS", "1");
        Served::run(&mut command)
    };
    // Each has an anchor of its own, as on a machine of its own; whoever begins later is given one.
    let mut services = vec![start("uno")];
    let newest = |served: &Served| {
        let answer = served.get("/transparencia/checkpoint");
        let (head, note) = answer.split_once("\r\n\r\n").unwrap();
        head.contains(" 200 ")
            .then(|| log.key.open(note.as_bytes()).unwrap())
    };
    let await_beyond = |served: &Served, size: u64| {
        let began = Instant::now();
        loop {
            if let Some(signed) = newest(served).filter(|signed| signed.checkpoint().size > size) {
                return signed;
            }
            assert!(began.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    await_beyond(&services[0], 0);
    std::fs::copy(log.folder.path().join("uno"), log.folder.path().join("dos")).unwrap();
    services.push(start("dos"));
    let scenario = &backend.world().scenario;
    let titular = scenario.all_roles();
    let of = titular.by_role(1);
    let mut seen = Vec::new();
    let mut size = 0;
    for round in 0..3 {
        let caller = services[round % services.len()].caller(scenario);
        let results = caller.accept(&of.nif, &of.pendientes[round..=round]).unwrap();
        assert!(results[0].acuse.is_some());
        for served in &services {
            let signed = await_beyond(served, size);
            seen.push(signed);
        }
        size = seen.iter().map(|signed| signed.checkpoint().size).max().unwrap();
        if round == 1 {
            services.remove(0).kill();
        }
    }
    // Of one size there is one root, and each tree begins with the one before.
    seen.sort_by_key(|signed| signed.checkpoint().size);
    let last = seen.last().unwrap().checkpoint().clone();
    let mut tree = TileTree::new(last.size, |tile: Tile| {
        let agent = ureq::get(format!(
            "http://{}/transparencia/{}",
            services[0].address,
            tile.path()
        ));
        Ok::<_, Infallible>(agent.call().unwrap().body_mut().read_to_vec().unwrap())
    });
    for signed in &seen {
        let old = signed.checkpoint();
        let path = consistency(&mut tree, old.size, last.size).unwrap();
        assert_eq!(
            verify_consistency((old.size, old.root), (last.size, last.root), &path),
            Ok(())
        );
    }
}
