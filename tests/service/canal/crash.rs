//! The process is killed under load: whatever a client saw confirmed is there afterwards, and nothing twice.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use notess::cli::cliente::connection::Connection;
use notess::signature::SigningKey;
use notess::store::{Store, StoreError, acuses};
use openssl::x509::X509;

use crate::common::caller::{Caller, codigos, nif};
use crate::common::{Backend, Database, Scenario};

over_both_databases!(what_was_confirmed_survives_a_kill_and_nothing_is_decided_twice);

/// How many times the process is killed.
const KILLS: u64 = 4;

struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    fn start(folder: &Path, database: &Database) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(["serve", "--config"])
            .arg(folder.join("notess.toml"))
            .env("NOTESS_DATABASE_URL", database.url())
            .env("NOTESS_SERVICIO__DIRECCION", "127.0.0.1:0")
            .env("NOTESS_REGISTRO__FORMATO", "json")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the service ended before it served").unwrap();
            let json: serde_json::Value = serde_json::from_str(&line).unwrap();
            if let Some(address) = json["address"].as_str() {
                break address.parse().unwrap();
            }
        };
        thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn caller(&self, scenario: &Scenario) -> Caller {
        let titular = scenario.all_roles();
        let key = std::fs::read_to_string(&titular.clave).unwrap();
        let certificate = std::fs::read_to_string(&titular.certificado).unwrap();
        let service = X509::from_pem(&std::fs::read(&scenario.servicio.certificado).unwrap()).unwrap();
        let url = format!("http://{}/canal/v1", self.address);
        let connection =
            Connection::open(&url, SigningKey::from_pem(&key, &certificate).unwrap(), &service).unwrap();
        Caller::new(connection, scenario)
    }
}

fn what_was_confirmed_survives_a_kill_and_nothing_is_decided_twice(backend: Backend) {
    let world = backend.world();
    let database = backend.fresh_database();
    let titular = world.scenario.all_roles();
    let confirmed: Mutex<BTreeMap<i32, String>> = Mutex::new(BTreeMap::new());
    let mut left: Vec<(String, i32)> = (1..=3)
        .flat_map(|rol| titular.by_role(rol).pendientes.iter().map(move |c| (rol, *c)))
        .map(|(rol, c)| (titular.by_role(rol).nif.clone(), c))
        .collect();
    let all = left.clone();

    for kill in 0..KILLS {
        let mut served = Served::start(world.folder(), &database);
        let stop = AtomicBool::new(false);
        let (work, _) = left.split_at(left.len() / 2);
        thread::scope(|scope| {
            for half in work.chunks(work.len().div_ceil(3).max(1)) {
                let (caller, confirmed, stop) = (served.caller(&world.scenario), &confirmed, &stop);
                scope.spawn(move || {
                    for (poderdante, codigo) in half {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        // An answer that does not come says nothing: only what is confirmed must be found again.
                        if let Ok(results) = caller.accept(poderdante, &[*codigo])
                            && let Some(acuse) = &results[0].acuse
                        {
                            confirmed
                                .lock()
                                .unwrap()
                                .insert(*codigo, acuse.identificador.clone());
                        }
                    }
                });
            }
            thread::sleep(Duration::from_millis(60 + 45 * kill));
            // SIGKILL: nothing in the process gets to run any more.
            served.child.kill().unwrap();
            served.child.wait().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        let done = confirmed.lock().unwrap();
        left.retain(|(_, codigo)| !done.contains_key(codigo));
    }
    let confirmed = confirmed.into_inner().unwrap();
    assert!(
        !confirmed.is_empty() && !left.is_empty(),
        "{} confirmed, {} left",
        confirmed.len(),
        left.len()
    );

    // By the store itself…
    let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
    for (poderdante, codigo) in &all {
        let found = store
            .read::<_, StoreError, _>(|conn| acuses::acuses_of(conn, nif(poderdante), &codigos(&[*codigo])))
            .unwrap();
        if let Some(expected) = confirmed.get(codigo) {
            assert_eq!(found.len(), 1, "{codigo}");
            assert_eq!(&found[0].identificador.to_string(), expected);
        }
    }
    crate::common::verify_journal(&store);

    // …and by asking again: the same acuse for what was confirmed, no error for the rest.
    let mut served = Served::start(world.folder(), &database);
    let caller = served.caller(&world.scenario);
    for (poderdante, codigo) in &all {
        let again = caller.accept(poderdante, &[*codigo]).unwrap().remove(0);
        let acuse = again
            .acuse
            .unwrap_or_else(|| panic!("{codigo}: {:?}", again.error));
        if let Some(expected) = confirmed.get(codigo) {
            assert!(again.repetida);
            assert_eq!(&acuse.identificador, expected);
        }
    }
    served.child.kill().unwrap();
    served.child.wait().unwrap();
}
