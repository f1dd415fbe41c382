//! A database that is stopped, frozen, without space, or that only reads: who needs it is told so at once, and goes on when it
//! is back.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use notess::store::{DatabaseUrl, Durability, Limits, Store, StoreError, Trouble, admitted, mensajes};

use crate::disk::SmallDisk;
use crate::server::Server;
use crate::site::{Site, day};

fn see(store: &Store, mark: u8) -> Result<bool, StoreError> {
    store.write(Durability::Full, |conn| mensajes::see(conn, &[mark; 32], day(1)))
}

fn trouble<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Option<Trouble> {
    outcome.unwrap_err().trouble()
}

/// How long something takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// Waits until it works again; gives for how long.
fn until_it_works(work: impl Fn() -> Result<bool, StoreError>) -> Duration {
    let began = Instant::now();
    while work().is_err() {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    began.elapsed()
}

#[test]
fn of_a_server_that_was_killed_everybody_is_told_at_once_and_goes_on_when_it_is_back() {
    let server = Server::start();
    let url: DatabaseUrl = server.url().parse().unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    let probe = store.probe();
    assert!(see(&store, 1).unwrap());
    probe.reads().unwrap();
    server.kill();
    std::thread::scope(|scope| {
        for mark in 10..26 {
            let store = &store;
            scope.spawn(move || {
                let (refused, took) = timed(|| see(store, mark));
                assert_eq!(trouble(refused), Some(Trouble::Unavailable));
                assert!(took < Duration::from_secs(1), "{took:?}");
            });
        }
    });
    let (refused, took) = timed(|| store.ask(admitted::generation));
    assert_eq!(trouble(refused), Some(Trouble::Unavailable));
    assert!(took < Duration::from_millis(100), "{took:?}");
    assert!(store.gone_for().is_some() && probe.reads().is_err());
    server.start_again();
    // Who looks finds out for all.
    probe.reads().unwrap();
    assert!(store.gone_for().is_none());
    assert!(see(&store, 2).unwrap() && !see(&store, 1).unwrap());
    // Without anybody who looks, those who need it do.
    server.kill();
    assert!(see(&store, 3).is_err() && see(&store, 3).is_err());
    server.start_again();
    assert!(until_it_works(|| see(&store, 3)) < Duration::from_secs(2));
}

#[test]
fn of_a_server_that_is_frozen_everybody_is_told_once_its_silence_has_been_noticed() {
    let server = Server::start();
    let url: DatabaseUrl = server.url().parse().unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    let probe = store.probe();
    probe.reads().unwrap();
    assert!(see(&store, 1).unwrap());
    server.freeze();
    std::thread::scope(|scope| {
        let looks = scope.spawn(|| probe.reads());
        let began = Instant::now();
        while store.gone_for().is_none() {
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "its silence is not noticed"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        let (refused, took) = timed(|| see(&store, 2));
        server.thaw();
        assert_eq!(trouble(refused), Some(Trouble::Unavailable));
        assert!(took < Duration::from_millis(100), "{took:?}");
        looks.join().unwrap().unwrap();
    });
    assert!(see(&store, 2).unwrap());
}

#[test]
fn a_commit_that_has_no_answer_is_told_as_not_known() {
    let server = Server::start();
    let url: DatabaseUrl = server.url().parse().unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    let ended = store.write(Durability::Full, |conn| {
        let first = mensajes::see(conn, &[7; 32], day(1))?;
        server.kill();
        Ok::<_, StoreError>(first)
    });
    assert!(matches!(ended, Err(StoreError::Uncertain(_))), "{ended:?}");
    server.start_again();
    assert!(until_it_works(|| see(&store, 7)) < Duration::from_secs(2));
}

/// What only reads is answered, decisions are not; a message is taken once nonetheless, and the marks are written down later.
#[test]
fn of_a_postgresql_that_only_reads_messages_that_read_are_taken_once_all_the_same() {
    let server = Server::start();
    let url: DatabaseUrl = server.url().parse().unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    let take = |mark: u8| store.take_reading(&[mark; 32], day(1));
    assert!(take(1).unwrap());
    store.probe().writes().unwrap();
    for (off, on) in [
        (
            "alter database postgres set default_transaction_read_only = on",
            "set transaction read write; alter database postgres set default_transaction_read_only = off",
        ),
        (
            "revoke insert on mensajes_vistos from reads",
            "grant insert on mensajes_vistos to reads",
        ),
    ] {
        let role = off.contains("reads");
        if role {
            server.sql("create role reads login; grant all on all tables in schema public to reads");
        }
        let of_role = server.url().replace("postgres@", "reads@").parse().unwrap();
        server.sql(off);
        let limited = Store::open(if role { &of_role } else { &url }, 4).unwrap();
        let take = |mark: u8| limited.take_reading(&[mark; 32], day(1));
        assert!(!take(1).unwrap(), "marked before");
        assert!(take(2 + u8::from(role)).unwrap());
        assert!(!take(2 + u8::from(role)).unwrap(), "known by heart");
        assert_eq!(trouble(see(&limited, 9)), Some(Trouble::ReadOnly));
        assert_eq!(trouble(limited.probe().writes()), Some(Trouble::ReadOnly));
        limited.probe().reads().unwrap();
        assert_eq!(trouble(limited.save_marks()), Some(Trouble::ReadOnly));
        server.sql(on);
        server
            .sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'notess'");
        assert_eq!(limited.save_marks().unwrap(), 1);
        assert!(!store.take_reading(&[2 + u8::from(role); 32], day(1)).unwrap());
        limited.probe().writes().unwrap();
    }
}

#[test]
fn whoever_looks_whether_a_postgresql_can_be_written_leaves_nothing_and_takes_space_for_a_moment() {
    let site = Site::postgresql();
    let store = site.store();
    let probe = store.probe();
    for _ in 0..3 {
        probe.writes().unwrap();
    }
    let temporary = "do $$ begin perform pg_stat_force_next_flush(); \
         if (select temp_files from pg_stat_database where datname = current_database()) = 0 then \
         raise 'nothing was written'; end if; end $$";
    let began = Instant::now();
    while let Err(error) = site.try_sql(temporary) {
        assert!(began.elapsed() < Duration::from_secs(5), "{error}");
        probe.writes().unwrap();
    }
}

#[test]
fn of_a_full_disk_whoever_looks_is_told_although_little_would_still_be_written() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let url = DatabaseUrl::sqlite(&disk.path().join("notess.db")).unwrap();
    let store = Store::open(&url, 4).unwrap();
    store.migrate().unwrap();
    let probe = store.probe();
    assert!(see(&store, 1).unwrap());
    probe.writes().unwrap();
    let before = std::fs::metadata(disk.path().join("notess.db-wal"))
        .unwrap()
        .len();
    for _ in 0..20 {
        probe.writes().unwrap();
    }
    let after = std::fs::metadata(disk.path().join("notess.db-wal"))
        .unwrap()
        .len();
    assert!(after < before + (1 << 20), "{before} {after}");
    disk.fill();
    let mut last = Ok(());
    for _ in 0..200 {
        last = probe.writes();
        if last.is_err() {
            break;
        }
    }
    assert_eq!(trouble(last), Some(Trouble::Full));
    store.ping().unwrap();
    assert!(store.take_reading(&[3; 32], day(1)).unwrap());
    assert!(!store.take_reading(&[3; 32], day(1)).unwrap());
    disk.make_room();
    probe.writes().unwrap();
    assert!(see(&store, 2).unwrap());
    assert_eq!(store.save_marks().unwrap(), 1);
}

#[test]
fn a_file_that_was_removed_or_replaced_takes_no_decisions_and_one_that_is_put_back_does() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let store = Store::open(&DatabaseUrl::sqlite(&at("notess.db")).unwrap(), 4).unwrap();
    store.migrate().unwrap();
    assert!(see(&store, 1).unwrap());
    std::fs::rename(at("notess.db"), at("elsewhere")).unwrap();
    for _ in 0..2 {
        assert!(matches!(see(&store, 2), Err(StoreError::Moved)));
        assert!(matches!(store.ping(), Err(StoreError::Moved)));
        std::fs::copy(at("elsewhere"), at("notess.db")).unwrap();
    }
    std::fs::rename(at("elsewhere"), at("notess.db")).unwrap();
    assert!(see(&store, 2).unwrap());
    // Its log is where what is written stands first.
    std::fs::rename(at("notess.db-wal"), at("log")).unwrap();
    assert!(matches!(see(&store, 3), Err(StoreError::Moved)));
    assert!(store.probe().writes().is_err());
    std::fs::rename(at("log"), at("notess.db-wal")).unwrap();
    // Whoever looked could not even open it, so that for a moment nobody tries.
    assert!(until_it_works(|| see(&store, 3)) < Duration::from_secs(2));
}

#[test]
fn of_a_file_that_another_process_keeps_locked_who_writes_is_told_in_time_and_who_reads_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notess.db");
    let limits = Limits {
        turn: Duration::from_millis(300),
        ..Limits::default()
    };
    let store = Store::open_within(&DatabaseUrl::sqlite(&path).unwrap(), 4, limits).unwrap();
    store.migrate().unwrap();
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other.batch_execute("begin immediate").unwrap();
    let (refused, took) = timed(|| see(&store, 1));
    assert_eq!(trouble(refused), Some(Trouble::Busy));
    assert!(took < Duration::from_secs(2), "{took:?}");
    store.ping().unwrap();
    // As long as it may be this service itself that is busy, nothing is held against the store.
    let (probe, began) = (store.probe(), Instant::now());
    let found = loop {
        if let Err(error) = probe.writes() {
            break error;
        }
        assert!(began.elapsed() < Duration::from_secs(10));
    };
    assert_eq!(found.trouble(), Some(Trouble::Busy));
    other.batch_execute("rollback").unwrap();
    assert!(see(&store, 1).unwrap());
}
