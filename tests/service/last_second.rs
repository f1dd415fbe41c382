//! The last second of the certificate with which the service signs, under load: until then everything is decided, from then on
//! nothing, listings go on, and nothing is half done.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use notess::client::calls::AnswerError;
use notess::client::connection::{CallError, Connection};
use notess::store::{Store, StoreError, acuses};

use crate::common::backend::program;
use crate::common::caller::{Caller, codigos, key_of, nif};
use crate::common::issue::of_the_service_for;
use crate::common::{Backend, verify_journal};
use crate::served::Served;

/// What came of it.
#[derive(Debug, Default)]
pub struct Crossing {
    pub decided: usize,
    pub refused: usize,
    pub listed: usize,
    /// What should not have happened.
    pub wrong: Vec<String>,
}

/// Has so many callers decide from a few seconds before the end until two seconds after it.
pub fn cross(backend: Backend, callers: usize, seconds: i64) -> Crossing {
    let (world, database) = (backend.world(), backend.fresh_database());
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = of_the_service_for(seconds);
    let until = Utc::now() + TimeDelta::seconds(seconds);
    std::fs::write(folder.path().join("firma.crt"), certificate.to_pem().unwrap()).unwrap();
    std::fs::write(
        folder.path().join("firma.key"),
        key.private_key_to_pem_pkcs8().unwrap(),
    )
    .unwrap();
    let settings = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'firma.crt'\nclave = 'firma.key'\n";
    std::fs::write(folder.path().join("notess.toml"), settings).unwrap();
    let served = Served::run(&mut Served::command(program(), folder.path(), &database));
    let titular = world.scenario.all_roles();
    let connect = || {
        let url = format!("http://{}/canal/v1", served.address);
        Caller::new(
            Connection::open(&url, key_of(titular), &certificate).unwrap(),
            &world.scenario,
        )
    };
    let all: Vec<(&str, i32)> = (1..=3)
        .map(|rol| titular.by_role(rol))
        .flat_map(|of| of.pendientes.iter().map(|codigo| (of.nif.as_str(), *codigo)))
        .collect();
    let end = until + TimeDelta::seconds(2);
    let came = Mutex::new(Crossing::default());
    thread::scope(|scope| {
        for nth in 0..callers {
            let (caller, all, came) = (connect(), &all, &came);
            scope.spawn(move || {
                for (poderdante, codigo) in all.iter().cycle().skip(nth * all.len() / callers) {
                    let asked = Utc::now();
                    if asked > end {
                        break;
                    }
                    let answered = caller.accept(poderdante, &[*codigo]);
                    came.lock().unwrap().add(
                        &answered.map(|all| all[0].acuse.is_some()),
                        (asked, Utc::now()),
                        until,
                    );
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        let (caller, came) = (connect(), &came);
        let of = &titular.by_role(1).nif;
        while Utc::now() < end {
            caller.pending(of, None);
            came.lock().unwrap().listed += 1;
            thread::sleep(Duration::from_millis(20));
        }
    });
    let mut came = came.into_inner().unwrap();
    drop(served);
    let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
    verify_journal(&store);
    for (poderdante, codigo) in all {
        let found = store
            .read::<_, StoreError, _>(|conn| acuses::acuses_of(conn, nif(poderdante), &codigos(&[codigo])))
            .unwrap();
        if found.len() > 1 || found.iter().any(|acuse| acuse.instante > until) {
            came.wrong.push(format!("{codigo} is on record as {found:?}"));
        }
    }
    came
}

impl Crossing {
    fn add(
        &mut self,
        answered: &Result<bool, AnswerError>,
        (asked, ended): (DateTime<Utc>, DateTime<Utc>),
        until: DateTime<Utc>,
    ) {
        // A certificate tells its end in whole seconds.
        let (before, after) = (until - TimeDelta::seconds(1), until);
        match answered {
            Ok(true) if asked <= after => self.decided += 1,
            Err(AnswerError::Call(CallError::Fault { codigo, .. }))
                if codigo == "SERVICIO_NO_DISPONIBLE" && ended >= before =>
            {
                self.refused += 1;
            }
            other => self
                .wrong
                .push(format!("asked at {asked}, answered at {ended}: {other:?}")),
        }
    }
}

fn until_the_last_second_all_is_decided_and_afterwards_nothing(backend: Backend) {
    let Crossing {
        decided,
        refused,
        listed,
        wrong,
    } = cross(backend, 4, 6);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        decided > 0 && refused > 0 && listed > 0,
        "{decided} {refused} {listed}"
    );
}

over_both_databases!(until_the_last_second_all_is_decided_and_afterwards_nothing);
