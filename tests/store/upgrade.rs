//! A database of an earlier version, with what was in it, comes through the migrations with the same answers.

use std::path::Path;

use notess::domain::reach::{Reach, Titles};
use notess::domain::red::Emitidas;
use notess::domain::rol::{Rol, Roles};
use notess::store::{Store, StoreError, access, as_of};

use crate::site::{Site, day, nif, pending};

on_both!(titles_of_an_earlier_version_hold_since_always_and_were_recorded_at_the_upgrade);

/// The newest migration of the version before titles had two times.
const BEFORE: &str = "0010";

/// Who was on record of whom.
const SUJETO: u32 = 40;

fn earlier(site: &Site) {
    let folder = site.either("migrations/sqlite", "migrations/postgresql");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut migrations: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap() < BEFORE)
        .collect();
    migrations.sort();
    site.sql(
        "create table __diesel_schema_migrations (version varchar(50) primary key not null, \
         run_on timestamp not null default current_timestamp)",
    );
    for migration in migrations {
        site.sql(&std::fs::read_to_string(migration.join("up.sql")).unwrap());
        let version = &migration.file_name().unwrap().to_str().unwrap()[..4];
        site.sql(&format!(
            "insert into __diesel_schema_migrations (version) values ('{version}')"
        ));
    }
}

/// An instant as the database of the test writes it.
fn at(site: &Site, days: i64) -> String {
    if site.is_sqlite() {
        day(days).timestamp_micros().to_string()
    } else {
        format!("'{}'", day(days).to_rfc3339())
    }
}

fn titles_of_an_earlier_version_hold_since_always_and_were_recorded_at_the_upgrade(site: &Site) {
    earlier(site);
    let [two, nine, far] = [2, 9, 1000].map(|days| at(site, days));
    let [sujeto, holder, former, apoderado] = [SUJETO, 1, 2, 3].map(|number| nif(number).as_str().to_owned());
    site.sql(&format!(
        "insert into personas values ('{sujeto}', 'ALGUIEN', '28999990168', null);
         insert into autorizaciones_red values (7, '{holder}'), (8, '{former}');
         insert into asignaciones_red values ('{sujeto}', 7, '28999990168', {nine}, null),
             ('{sujeto}', 8, '28999990168', {two}, {nine});
         insert into cambios_red values ('{sujeto}', {nine}, 'reasignar');
         insert into poderes values
             ('P1', '{sujeto}', '{apoderado}', 'IACR IMP', 'inscrito', {two}, {far}),
             ('P2', '{sujeto}', '{holder}', null, 'revocado', {two}, {far}),
             ('P3', '{sujeto}', '{former}', null, 'pendiente_aceptacion', {two}, {far})"
    ));
    let before = chrono::Utc::now() - chrono::TimeDelta::seconds(2);
    let store = Store::open(site.url(), 2).unwrap();
    assert!(!store.migrate().unwrap().is_empty());

    // As the version before said it.
    let (red, power) = (
        Roles::NONE.with(Rol::AutorizadoRed),
        Roles::NONE.with(Rol::Apoderado),
    );
    let expected = [
        (1, 8, 5, Roles::NONE),
        (1, 10, 5, red),
        (1, 10, 20, red),
        (2, 8, 5, red),
        (2, 10, 5, red),
        (2, 10, 20, Roles::NONE),
        (3, 1, 1, Roles::NONE),
        (3, 10, 5, power),
        (3, 1001, 5, Roles::NONE),
    ];
    for (who, at, published, roles) in expected {
        let current = store
            .read::<_, StoreError, _>(|conn| access::titles(conn, nif(who), &[nif(SUJETO)]))
            .unwrap();
        let told = store
            .read::<_, StoreError, _>(|conn| as_of::titles(conn, nif(who), nif(SUJETO), (day(at), day(5000))))
            .unwrap();
        let over = |titles: Titles| {
            let reach = Reach::weigh(nif(who), nif(SUJETO), titles, Emitidas::Conservar, day(at));
            reach.over(&pending(1, nif(SUJETO), day(published)))
        };
        let current = over(current.get(&nif(SUJETO)).cloned().unwrap_or_default());
        assert_eq!(current, roles, "{who} on day {at}, published on day {published}");
        assert_eq!(
            over(told),
            roles,
            "{who} on day {at}, published on day {published}, as told"
        );
    }
    // Nobody had recorded anything before the upgrade.
    let known_before = store
        .read::<_, StoreError, _>(|conn| as_of::titles(conn, nif(1), nif(SUJETO), (day(10), before)))
        .unwrap();
    assert!(known_before.red.is_empty() && known_before.cuentas.is_empty());
}
