//! A database of an earlier version, with what was in it, comes through the migrations with the same answers.

use std::path::{Path, PathBuf};

use notess::domain::poder::EstadoPoder;
use notess::domain::reach::{Alcanza, Impide, Reach, Titles};
use notess::domain::red::{Asignacion, Emitidas};
use notess::domain::rol::{Rol, Roles};
use notess::store::{Store, StoreError, access, as_of, red};

use crate::decisiones::cast::Cast;
use crate::decisiones::facts::tell;
use crate::decisiones::world::{acuse_of, document_of, explanation_of, listed_as};
use crate::site::{Site, day, nif, pending, write};

#[path = "upgrade/first_format.rs"]
mod first_format;

on_both!(
    titles_of_an_earlier_version_hold_since_always_and_were_recorded_at_the_upgrade,
    what_an_earlier_version_answered_is_answered_after_the_upgrade,
    a_journal_of_the_first_format_goes_on_as_it_was,
);

/// The migration that followed those of the version from which it is upgraded.
const BEFORE: &str = "0009";
/// The one by which the journal's order came apart from its content.
const ORDER_APART: &str = "0017";

/// Who was on record of whom.
const SUJETO: u32 = 40;

/// The migrations, in order.
fn migrations(site: &Site) -> Vec<PathBuf> {
    let folder = site.either("migrations/sqlite", "migrations/postgresql");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).unwrap();
    let mut migrations: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    migrations
}

fn version(migration: &Path) -> &str {
    &migration.file_name().unwrap().to_str().unwrap()[..4]
}

fn earlier(site: &Site, before: &str) {
    site.sql(
        "create table __diesel_schema_migrations (version varchar(50) primary key not null, \
         run_on timestamp not null default current_timestamp)",
    );
    for migration in migrations(site).iter().filter(|one| version(one) < before) {
        site.sql(&std::fs::read_to_string(migration.join("up.sql")).unwrap());
        site.sql(&format!(
            "insert into __diesel_schema_migrations (version) values ('{}')",
            version(migration)
        ));
    }
}

/// Makes of a database one as the earlier version had it, with what that version could hold.
fn undo(site: &Site) {
    for migration in migrations(site).iter().rev().filter(|one| version(one) >= BEFORE) {
        site.sql(&std::fs::read_to_string(migration.join("down.sql")).unwrap());
    }
    site.sql(&format!(
        "delete from __diesel_schema_migrations where version >= '{BEFORE}'"
    ));
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
    earlier(site, BEFORE);
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

fn a_journal_of_the_first_format_goes_on_as_it_was(site: &Site) {
    // As this version writes it, put back to what the earlier one had.
    let mut cast = Cast::new(0);
    let store = site.store();
    for (at, hecho) in [
        (0, "EMPRESA tiene el CCC A"),
        (1, "se publica N1 a EMPRESA: IACR por 4.1.a"),
        (2, "EMPRESA acepta N1"),
        (2, "EMPRESA acepta N1"),
    ] {
        tell(&store, &mut cast, hecho, day(at));
    }
    let rows = first_format::rows(&store);
    assert!(rows.len() > 1, "{}", rows.len());
    drop(store);
    for migration in migrations(site)
        .iter()
        .rev()
        .filter(|one| version(one) >= ORDER_APART)
    {
        site.sql(&std::fs::read_to_string(migration.join("down.sql")).unwrap());
    }
    site.sql(&format!(
        "delete from __diesel_schema_migrations where version >= '{ORDER_APART}'"
    ));
    let noted = first_format::write_first(site, &rows);

    let store = Store::open(site.url(), 2).unwrap();
    store.migrate().unwrap();
    first_format::holds(site, &store, &rows, noted);
    // And goes on.
    tell(
        &store,
        &mut cast,
        "se publica N2 a EMPRESA: IACR por 4.1.a",
        day(3),
    );
    tell(&store, &mut cast, "EMPRESA acepta N2", day(4));
    first_format::goes_on(&store, rows.len());
}

/// What each is given of each notification, day by day.
fn answers(store: &Store, cast: &Cast) -> Vec<String> {
    let mut answers = Vec::new();
    for who in ["EMPRESA", "GESTORIA", "ANA", "LUIS", "EXTRAÑA"] {
        for name in ["N1", "N2", "N3"] {
            for at in [8, 40] {
                let at = day(at);
                answers.push(format!(
                    "{who} {name} {at}: {:?} {:?} {:?}",
                    listed_as(store, cast, who, name, at),
                    document_of(store, cast, who, name, at),
                    acuse_of(store, cast, who, name, at),
                ));
            }
        }
    }
    answers
}

fn what_an_earlier_version_answered_is_answered_after_the_upgrade(site: &Site) {
    let mut cast = Cast::new(0);
    let store = site.store();
    for (at, hecho) in [
        (0, "EMPRESA tiene el CCC A"),
        (0, "GESTORIA tiene la autorización 1"),
        (0, "OTRAGESTORIA tiene la autorización 2"),
        (0, "la autorización 1 gestiona el CCC A de EMPRESA"),
        (
            0,
            "poder R1 de EMPRESA a ANA en general hasta el día 20: inscrito",
        ),
        (0, "poder R2 de EMPRESA a LUIS en IACR: inscrito"),
        (1, "se publica N1 a EMPRESA: IACR por 4.1.a"),
        (1, "se publica N2 a EMPRESA: IACR por 4.1.a"),
        (2, "GESTORIA acepta N1"),
        (3, "ANA rechaza N2"),
        (7, "se publica N3 a EMPRESA: IACR por 4.1.a"),
    ] {
        tell(&store, &mut cast, hecho, day(at));
    }
    let before = answers(&store, &cast);
    let rows = first_format::rows(&store);
    drop(store);
    undo(site);
    first_format::write_first(site, &rows);
    // As the earlier version had them: of a power how it stood, and not when; and two authorisations over one account.
    let (sujeto, cuenta) = (cast.nif("EMPRESA"), cast.cuenta("A"));
    let referencia = |name: &str| format!("{name}-{}", sujeto.as_str());
    site.sql(&format!(
        "update poderes set estado = 'caducado' where referencia = '{}';
         update poderes set estado = 'revocado' where referencia = '{}';
         insert into asignaciones_red values ('{}', {}, '{cuenta}', {}, null)",
        referencia("R1"),
        referencia("R2"),
        sujeto.as_str(),
        cast.autorizacion("2"),
        at(site, 5),
    ));
    let store = Store::open(site.url(), 2).unwrap();
    assert!(store.migrate().unwrap().len() > 2);

    let after = answers(&store, &cast);
    let of_others = |answers: Vec<String>| -> Vec<String> {
        let theirs = |answer: &String| answer.starts_with("ANA ") || answer.starts_with("LUIS ");
        answers.into_iter().filter(|answer| !theirs(answer)).collect()
    };
    assert!(
        before
            .iter()
            .any(|answer| answer.starts_with("GESTORIA N1") && answer.contains("Some([37"))
    );
    assert_eq!(of_others(before), of_others(after));

    // Who had the account beside it receives too, until its end is told.
    assert!(listed_as(&store, &cast, "OTRAGESTORIA", "N3", day(8)).contains(Rol::AutorizadoRed));
    let ended = Asignacion {
        autorizacion: cast.autorizacion("2").parse().unwrap(),
        sujeto,
        cuenta: cuenta.parse().unwrap(),
        desde: day(5),
        hasta: Some(day(6)),
    };
    write(&store, |conn| {
        red::tell_asignaciones(conn, std::slice::from_ref(&ended), day(9))
    });
    assert_eq!(
        listed_as(&store, &cast, "OTRAGESTORIA", "N3", day(9)),
        Roles::NONE
    );

    // What had ended by time had effect until then; of what was revoked nobody knows since when.
    let of_power = |who, en| {
        let told = explanation_of(&store, &cast, who, "N1", day(en));
        let razon = told.razones.into_iter().find(|razon| razon.rol == Rol::Apoderado);
        razon.unwrap().juicio
    };
    assert_eq!(of_power("ANA", 8), Ok(Alcanza::Publicada { desde: day(0) }));
    assert_eq!(of_power("ANA", 21), Err(Impide::SinEfecto(EstadoPoder::Caducado)));
    for en in [8, 21] {
        assert_eq!(
            of_power("LUIS", en),
            Err(Impide::SinEfectoNoConstaDesdeCuando(EstadoPoder::Revocado))
        );
    }
}
