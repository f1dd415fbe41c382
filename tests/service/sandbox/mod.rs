//! A demonstration as a test double: its clock, how it was made, what is loaded into it, and what it does wrong on purpose.

mod clock;
mod document;
mod faults;
mod folder;
mod loads;
mod origin;
mod refusals;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use chrono::{TimeDelta, Utc};
use notess::channel::cipher_keys;
use notess::client::connection::Connection;
use notess::config::Settings;
use notess::store::{Store, StoreError, audit};
use openssl::x509::X509;
use serde_json::Value;
use tempfile::TempDir;

use crate::common::caller::{Caller, key_of};
use crate::common::{Backend, Database, Scenario, Titular};

/// `notess demo`, with a door.
pub struct Demo {
    child: Child,
    pub folder: TempDir,
    pub database: Database,
    pub scenario: Scenario,
    pub urls: Value,
    agent: ureq::Agent,
}

/// The program, to be run as `demo` over a world in a folder.
pub fn demo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_notess"));
    command.args(["demo", "--puerto", "0", "--datos"]).arg(folder);
    command
}

impl Demo {
    pub fn start(backend: Backend, arguments: &[&str]) -> Self {
        Self::serve(tempfile::tempdir().unwrap(), backend.empty_database(), arguments)
    }

    /// Serves the world of a folder, which is prepared if there is none.
    pub fn serve(folder: TempDir, database: Database, arguments: &[&str]) -> Self {
        let mut command = demo(folder.path());
        command
            .args(["--control", "0"])
            .args(["--clave-titulares", "ec", "--clave-servicio", "ec"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if !arguments.contains(&"--notificaciones") {
            command.args(["--notificaciones", "300"]);
        }
        if let Database::Postgresql(_) = &database {
            command.args(["--database-url", &database.url()]);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // It goes on to write what to try, for which somebody has to be there.
        let served = lines.by_ref().any(|line| line.unwrap().starts_with("Control:"));
        assert!(served, "the demonstration ended before it served");
        std::thread::spawn(move || lines.for_each(drop));
        let path = folder.path().join("escenario.json");
        let json: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        Self {
            child,
            scenario: Scenario::read(&path),
            urls: json["urls"].clone(),
            folder,
            database,
            agent,
        }
    }

    /// Ends it, and leaves its world.
    pub fn end(mut self) -> (TempDir, Database) {
        self.stop();
        // The rest of it has an end of its own.
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        let gone = Database::Elsewhere(String::new());
        let database = std::mem::replace(&mut self.database, gone);
        (folder, database)
    }

    fn stop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    pub fn url(&self, name: &str) -> &str {
        self.urls[name].as_str().unwrap()
    }

    /// Status and JSON of a call of the door.
    pub fn call(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> (u16, Value) {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url("control")))
            .header("content-type", content_type)
            .body(body)
            .unwrap();
        let mut response = self.agent.run(request).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (
            response.status().as_u16(),
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")),
        )
    }

    /// What a call answers that is taken.
    pub fn told(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, answer) = self.call(method, path, "application/json", body.as_bytes());
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Loads a CSV file.
    pub fn load(&self, path: &str, csv: &str) -> (u16, Value) {
        self.call("POST", path, "text/csv", csv.as_bytes())
    }

    pub fn titular(&self, nombre: &str) -> &Titular {
        self.scenario
            .titulares
            .iter()
            .find(|t| t.nombre == nombre)
            .unwrap()
    }

    /// Holds the journal against all that is on record, and gives its length.
    pub fn verified(&self) -> u64 {
        let settings = Settings::read_alone(&self.folder.path().join("notess.toml")).unwrap();
        let store = Store::open(&settings.database_url.parse().unwrap(), 1).unwrap();
        let wrong = store
            .use_keys(cipher_keys(&settings).unwrap(), Utc::now())
            .unwrap();
        assert!(wrong.is_empty());
        let mut found = Vec::new();
        let verified = store.read::<_, StoreError, _>(|conn| {
            audit::verify(conn, None, |_| {}, |finding| found.push(finding))
        });
        assert_eq!(found, []);
        verified.unwrap().rows
    }

    /// Calls as a holder, by the machine's clock, or ahead of it.
    pub fn caller(&self, nombre: &str, ahead: TimeDelta) -> Caller {
        let service = X509::from_pem(&std::fs::read(&self.scenario.servicio.certificado).unwrap()).unwrap();
        let key = key_of(self.titular(nombre));
        let connection = Connection::open(self.url("canal"), key, &service).unwrap();
        Caller::new(connection.ahead(ahead), &self.scenario)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.stop();
    }
}
