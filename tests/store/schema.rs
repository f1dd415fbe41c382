//! The schema: made once whoever comes first, unmade without traces, never taken for an older one.

use notess::store::{Store, StoreError};

use crate::site::Site;

on_both!(
    a_new_database_lacks_every_migration_and_then_none,
    many_who_open_and_migrate_at_once_all_find_it_done,
    a_database_of_a_later_version_is_refused,
    migrations_can_be_undone_and_done_again,
);

fn a_new_database_lacks_every_migration_and_then_none(site: &Site) {
    let store = Store::open(site.url(), 2).unwrap();
    let pending = store.pending_migrations().unwrap();
    assert!(pending > 0);
    assert_eq!(store.migrate().unwrap().len(), pending);
    assert_eq!(store.pending_migrations().unwrap(), 0);
    assert_eq!(store.migrate().unwrap(), Vec::<String>::new());
    store.ping().unwrap();
}

fn many_who_open_and_migrate_at_once_all_find_it_done(site: &Site) {
    let applied: usize = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let store = Store::open(site.url(), 2).unwrap();
                    let applied = store.migrate().unwrap().len();
                    assert_eq!(store.pending_migrations().unwrap(), 0);
                    applied
                })
            })
            .collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).sum()
    });
    // Each migration was applied by exactly one of them.
    let versions = if site.is_sqlite() {
        "migrations/sqlite"
    } else {
        "migrations/postgresql"
    };
    let versions = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(versions);
    assert_eq!(applied, std::fs::read_dir(versions).unwrap().count());
}

fn a_database_of_a_later_version_is_refused(site: &Site) {
    drop(site.store());
    site.sql("insert into __diesel_schema_migrations (version) values ('9999')");
    let refused = Store::open(site.url(), 2);
    assert!(
        matches!(&refused, Err(StoreError::NewerSchema { version }) if version == "9999"),
        "{:?}",
        refused.err()
    );
}

fn migrations_can_be_undone_and_done_again(site: &Site) {
    let store = site.store();
    let folder = site.either("migrations/sqlite", "migrations/postgresql");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut migrations: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    migrations.sort();
    for migration in migrations.iter().rev() {
        site.sql(&std::fs::read_to_string(migration.join("down.sql")).unwrap());
    }
    site.sql("drop table __diesel_schema_migrations");
    // Nothing is left that would be in the way of doing it all again.
    assert_eq!(store.migrate().unwrap().len(), migrations.len());
}
