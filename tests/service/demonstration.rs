//! A demonstration touches nothing but what is a demonstration's, and nothing of one is served as real.

use std::process::{Command, Output};

use notess::store::{Store, StoreError, admitted};

use crate::common::{Backend, TestApp};
use crate::process::{path, text};
use crate::served::Served;

over_both_databases!(
    the_environment_gives_a_demonstration_no_database,
    a_database_in_use_is_not_taken_by_a_demonstration,
    what_a_demonstration_made_is_not_served_as_real,
);

/// Runs `notess demo` where the environment speaks of a database.
fn demo(folder: &std::path::Path, arguments: &[&str], named: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(["demo", "--puerto", "0", "--datos", path(folder)])
        .args(arguments)
        .env("NOTESS_DATABASE_URL", named)
        .output()
        .unwrap()
}

/// A service's own database, with nothing in it yet.
fn own(backend: Backend) -> (crate::common::Database, Store) {
    let database = backend.empty_database();
    let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
    store.migrate().unwrap();
    (database, store)
}

fn admitted_issuers(store: &Store) -> usize {
    store.read::<_, StoreError, _>(admitted::list).unwrap().len()
}

fn the_environment_gives_a_demonstration_no_database(backend: Backend) {
    let (database, store) = own(backend);
    let folder = tempfile::tempdir().unwrap();
    let made = demo(folder.path(), &["--solo-preparar"], &database.url());
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert_eq!(admitted_issuers(&store), 0);
    assert!(folder.path().join("notess.sqlite3").is_file());
}

fn a_database_in_use_is_not_taken_by_a_demonstration(backend: Backend) {
    let (database, store) = own(backend);
    let folder = tempfile::tempdir().unwrap();
    let refused = demo(
        folder.path(),
        &["--solo-preparar", "--database-url", &database.url()],
        "",
    );
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("`--database-url`"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(admitted_issuers(&store), 0);
    // Nor is it served, if somebody writes it into the settings of a demonstration.
    let made = demo(folder.path(), &["--solo-preparar"], "");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let settings = folder.path().join("notess.toml");
    let changed = std::fs::read_to_string(&settings)
        .unwrap()
        .replace("notess.sqlite3", &database.url());
    std::fs::write(&settings, changed).unwrap();
    let refused = demo(folder.path(), &["--probar"], "");
    assert!(!refused.status.success());
    let told = text(&refused.stderr);
    assert!(told.contains("was not made by a demonstration"), "{told}");
    assert_eq!(admitted_issuers(&store), 0);
}

fn what_a_demonstration_made_is_not_served_as_real(backend: Backend) {
    let world = backend.world();
    let database = backend.fresh_database();
    let real = |database: &crate::common::Database| {
        let mut command = Served::command(
            Command::new(env!("CARGO_BIN_EXE_notess")),
            world.folder(),
            database,
        );
        command.env("NOTESS_ENTORNO", "produccion").output().unwrap()
    };
    let refused = real(&database);
    assert!(!refused.status.success());
    let told = text(&refused.stderr);
    assert!(told.contains("a demonstration made this database"), "{told}");
    // Nor a real one that has come to admit its authority.
    let (database, store) = own(backend);
    let app = TestApp::start(backend);
    let theirs = app.store().read::<_, StoreError, _>(admitted::list).unwrap();
    store
        .write::<_, StoreError, _>(notess::store::Durability::Full, |conn| {
            admitted::insert(conn, &theirs[0].admitted)
        })
        .unwrap();
    drop(store);
    let refused = real(&database);
    assert!(!refused.status.success());
    let told = text(&refused.stderr);
    assert!(
        told.contains("an issuer of a demonstration is admitted"),
        "{told}"
    );
}

#[test]
fn a_demonstration_speaks_of_its_own_options_and_of_nothing_that_nobody_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let datos = folder.path().join("datos");
    let demo = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(["demo", "--datos", path(&datos)])
            .args(more)
            .output()
            .unwrap()
    };
    let tried = demo(&["--puerto", "0", "--probar"]);
    let screen = text(&tried.stderr);
    assert!(tried.status.success(), "{screen}");
    for noise in ["ctix", "workers"] {
        assert!(!screen.contains(noise), "{screen}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = demo(&["--puerto", &port]);
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(told.contains("`--puerto`") && told.contains(&port), "{told}");
    assert!(!told.contains("servicio.direccion"), "{told}");

    let claimed = notess::store::Claim::take(&path(&datos.join("notess.sqlite3")).parse().unwrap()).unwrap();
    let refused = demo(&["--puerto", "0"]);
    let told = text(&refused.stderr);
    assert!(
        told.contains("`--datos`") && !told.contains("database_url"),
        "{told}"
    );
    drop(claimed);
}
