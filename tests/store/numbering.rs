//! Who numbers the journal of PostgreSQL: whatever is committed gets a number, once and without gaps, whoever does it.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use notess::store::audit::{Fault, Summary, verify};
use notess::store::journal::{Entry, Sequencer, append, number};
use notess::store::{Durability, Store, StoreError};
use uuid::Uuid;

use crate::site::{Site, write};

/// One of now, since a row that waits for its number is late after a minute.
fn entry(n: u128) -> Entry {
    Entry {
        instante: chrono::Utc::now(),
        peticion: Uuid::from_u128(n),
        operacion: "prueba".to_owned(),
        persona: None,
        entidad: None,
        emisor: "servicio".to_owned(),
        serie: String::new(),
        poderdante: None,
        resultado: "hecho".to_owned(),
        detalle: serde_json::json!({ "n": n.to_string() }),
        evidencia: None,
    }
}

fn whole(store: &Store) -> Summary {
    store
        .read::<_, StoreError, _>(|conn| verify(conn, None, |_| (), |found| panic!("{found:?}")))
        .unwrap()
}

fn sequencer(store: &Store) -> Sequencer {
    store.sequencer().unwrap().unwrap()
}

/// Up to which id there are no rows without a number.
fn complete(site: &Site) -> i64 {
    site.number("select completo as n from secuenciador")
}

#[test]
fn sqlite_needs_nobody_who_numbers() {
    let site = Site::sqlite();
    assert!(site.store().sequencer().unwrap().is_none());
}

/// Of two instances each with its own, while some transactions are given up.
#[test]
fn what_64_writers_of_two_instances_commit_is_numbered_once_and_without_gaps() {
    const EACH: u128 = 20;
    let site = Site::postgresql();
    let stores = [site.store(), site.store()];
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for store in &stores {
            scope.spawn(|| {
                let sequencer = sequencer(store);
                while !over.load(Ordering::SeqCst) {
                    sequencer.run().unwrap();
                }
            });
        }
        let writers: Vec<_> = (0..64_u128)
            .map(|writer| {
                let store = &stores[usize::from(writer % 2 == 1)];
                scope.spawn(move || {
                    for n in 0..EACH {
                        let added = store.write(Durability::Full, |conn| {
                            append(conn, &entry(writer * EACH + n))?;
                            if n % 5 == 4 {
                                return Err(StoreError::Conflict);
                            }
                            Ok(())
                        });
                        assert_eq!(added.is_ok(), n % 5 != 4);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        over.store(true, Ordering::SeqCst);
    });
    let sequencer = sequencer(&stores[0]);
    sequencer.run().unwrap();
    let Summary {
        rows,
        unnumbered,
        head,
        ..
    } = whole(&stores[0]);
    assert_eq!((rows, unnumbered, head.secuencia), (64 * 16, 0, 64 * 16));
    // Ids that were given up are not looked for again.
    for _ in 0..3 {
        sequencer.run().unwrap();
    }
    let highest = site.number("select max(asiento) as n from cadena");
    assert_eq!(complete(&site), highest);
    assert!(highest > 64 * 16 || site.number("select last_value as n from auditoria_id_seq") > 64 * 16);
}

#[test]
fn nobody_who_adds_waits_for_another_who_has_not_committed() {
    let site = Site::postgresql();
    let store = site.store();
    write(&store, |conn| {
        append(conn, &entry(1))?;
        // Another, begun later, is over before.
        let began = Instant::now();
        write(&store, |other| append(other, &entry(2)));
        assert_eq!(number(&store).unwrap(), 1);
        assert!(began.elapsed() < Duration::from_secs(5));
        Ok(())
    });
    assert_eq!(number(&store).unwrap(), 1);
    assert_eq!(whole(&store).head.secuencia, 2);
}

#[test]
fn a_transaction_that_commits_late_is_numbered_however_often_others_were_before() {
    let site = Site::postgresql();
    let store = site.store();
    let sequencer = sequencer(&store);
    let (begun, release) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            write(&store, |conn| {
                append(conn, &entry(1))?;
                begun.wait();
                release.wait();
                Ok(())
            });
            release.wait();
        });
        begun.wait();
        for n in 2..40 {
            write(&store, |conn| append(conn, &entry(n)));
            assert_eq!(sequencer.run().unwrap(), 1);
        }
        assert_eq!(complete(&site), 0, "one is still to come");
        release.wait();
        release.wait();
    });
    assert_eq!(sequencer.run().unwrap(), 1);
    let Summary { rows, unnumbered, .. } = whole(&store);
    assert_eq!((rows, unnumbered), (39, 0));
    for _ in 0..3 {
        sequencer.run().unwrap();
    }
    assert_eq!(complete(&site), 39);
}

/// A dump of the database, or somebody's long update of another table, is none of the journal's.
#[test]
fn a_long_transaction_that_adds_nothing_keeps_nobody_from_going_on() {
    let site = Site::postgresql();
    let store = site.store();
    let mut other = PgConnection::establish(&site.postgres_url()).unwrap();
    other
        .batch_execute("begin; create table another (n int); select count(*) from auditoria")
        .unwrap();
    let sequencer = sequencer(&store);
    write(&store, |conn| append(conn, &entry(1)));
    for _ in 0..4 {
        sequencer.run().unwrap();
    }
    assert_eq!(complete(&site), 1);
    other.batch_execute("rollback").unwrap();
}

#[test]
fn where_whoever_numbers_dies_another_goes_on() {
    let site = Site::postgresql();
    let (one, other) = (site.store(), site.store());
    let sequencers = [sequencer(&one), sequencer(&other)];
    write(&one, |conn| append(conn, &entry(1)));
    assert_eq!(sequencers[0].run().unwrap(), 1);
    write(&one, |conn| append(conn, &entry(2)));
    // Somebody has the turn, has numbered, and has not committed.
    let mut stuck = PgConnection::establish(&site.postgres_url()).unwrap();
    stuck
        .batch_execute(
            "begin; select 1 from auditoria_cabeza for update; \
             insert into cadena select 2, 2, anterior, hash, 2 from cadena where secuencia = 1",
        )
        .unwrap();
    assert_eq!(sequencers[0].run().unwrap(), 0);
    assert_eq!(sequencers[1].run().unwrap(), 0);
    assert_eq!(whole(&one).unnumbered, 1);
    // His connection ends with him.
    drop(stuck);
    let began = Instant::now();
    while sequencers[1].run().unwrap() == 0 {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(whole(&one).head.secuencia, 2);

    // All connections are cut, those of whoever numbers too.
    write(&one, |conn| append(conn, &entry(3)));
    site.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid()",
    );
    let began = Instant::now();
    while sequencers[0].run().unwrap_or(0) == 0 {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
    let Summary { rows, unnumbered, .. } = whole(&one);
    assert_eq!((rows, unnumbered), (3, 0));
}

#[test]
fn a_row_that_has_no_number_for_over_a_minute_is_a_fault() {
    let site = Site::postgresql();
    let store = site.store();
    write(&store, |conn| append(conn, &entry(1)));
    assert_eq!(whole(&store).unnumbered, 1);
    let old = Entry {
        instante: chrono::Utc::now() - chrono::TimeDelta::seconds(61),
        ..entry(2)
    };
    write(&store, |conn| append(conn, &old));
    let mut found = Vec::new();
    let summary = store.read::<_, StoreError, _>(|conn| verify(conn, None, |_| (), |one| found.push(one)));
    assert_eq!(summary.unwrap().unnumbered, 2);
    let faults: Vec<_> = found.iter().map(|one| (one.key.as_str(), one.fault)).collect();
    assert_eq!(faults, [("2", Fault::Unnumbered)]);
    // They are found for whoever asks what the newest instant is, and what the journal says.
    number(&store).unwrap();
    whole(&store);
}

/// Whoever is to come behind all that was done asks for the newest instant, which may have no number yet.
#[test]
fn the_newest_instant_is_known_before_its_row_has_a_number() {
    let site = Site::postgresql();
    let store = site.store();
    let last = || {
        store
            .read::<_, StoreError, _>(notess::store::journal::last)
            .unwrap()
    };
    assert_eq!(last(), None);
    let [early, late] = [1, 2].map(crate::site::day);
    let of = |instante| Entry { instante, ..entry(1) };
    write(&store, |conn| append(conn, &of(late)));
    write(&store, |conn| append(conn, &of(early)));
    assert_eq!(last(), Some(late));
    number(&store).unwrap();
    assert_eq!(last(), Some(late));
}
