//! A thread whose question to the database is never answered, while the database answers everybody else.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, OptionalExtension as _, PgConnection, RunQueryDsl as _};
use notess::contract::canal::request;
use notess::domain::operation::Request;

use crate::common::backend::program;
use crate::common::caller::listing;
use crate::outage::{OwnServer, assert_refused, post};
use crate::served::Served;

/// Serves with one thread that reads, where nothing may take long.
fn serve_narrowly(own: &OwnServer) -> Served {
    let mut command = Served::command(program(), own.folder.path(), &own.database);
    command
        .env("NOTESS_SERVICIO__TRABAJADORES", "1")
        .env("NOTESS_DATABASE_LIMITES__TURNO_SEGUNDOS", "2")
        .env("NOTESS_DATABASE_LIMITES__SENTENCIA_SEGUNDOS", "2");
    Served::run(&mut command)
}

/// Which process of a server waits for a lock to list.
fn waits_to_list(url: &str) -> i32 {
    #[derive(diesel::QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        pid: i32,
    }
    let asked = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' \
                 and query ilike 'select%notificaciones%'";
    // Within a transaction it would see the same again and again.
    let mut owner = PgConnection::establish(url).unwrap();
    let began = Instant::now();
    loop {
        let waiting: Option<Waiting> = diesel::sql_query(asked)
            .get_result(&mut owner)
            .optional()
            .unwrap();
        if let Some(Waiting { pid }) = waiting {
            return pid;
        }
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_process_of_postgresql_that_never_answers_takes_a_turn_to_read_for_a_while_and_not_for_good() {
    // Four times as long as a turn and a statement may take.
    const LOST: Duration = Duration::from_secs(16);
    let own = OwnServer::start();
    let served = serve_narrowly(&own);
    let caller = served.caller(&own.scenario);
    let of = own.scenario.all_roles().by_role(1);
    let list = || {
        let question = request::encode(&Request::List(listing(&of.nif)));
        post(&served, &caller.connection.sign(&question).unwrap())
    };
    assert!(list().0.contains(" 200 "));
    let mut owner = PgConnection::establish(&own.database.url()).unwrap();
    owner
        .batch_execute("begin; lock table notificaciones in access exclusive mode")
        .unwrap();
    let frozen = std::thread::scope(|scope| {
        let stuck = scope.spawn(list);
        let process = waits_to_list(&own.database.url());
        own.server.freeze_one(process);
        owner.batch_execute("rollback").unwrap();
        assert_refused(stuck.join().unwrap(), Duration::from_secs(10));
        process
    });
    let began = Instant::now();
    while !list().0.contains(" 200 ") {
        assert!(began.elapsed() < LOST + Duration::from_secs(10));
    }
    assert!(served.awaited("an answer that does not come").contains("lectura"));
    own.server.thaw_one(frozen);
    assert!(list().0.contains(" 200 "));
}
