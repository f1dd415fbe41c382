//! The published log over the wire, and who publishes it.

mod forks;
mod read;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use notess::config::{Settings, Transparencia};
use notess::tlog::{Entry, Layer, LogKey, SignedCheckpoint, Tile, VerifierKey};

use crate::common::TestApp;
use crate::process::{path, text};

const ORIGIN: &str = "example.es/registro";

/// Key and anchor of a log.
struct Log {
    folder: tempfile::TempDir,
    key: VerifierKey,
}

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = LogKey::generate(ORIGIN).unwrap();
        let file = folder.path().join("clave.pem");
        notess::whole_file::write_new(&file, &key.to_pem().unwrap(), notess::whole_file::OWNER).unwrap();
        Self {
            key: key.verifier().clone(),
            folder,
        }
    }

    fn anchor(&self) -> PathBuf {
        self.folder.path().join("ancla")
    }

    fn settings(&self) -> Transparencia {
        Transparencia {
            origen: ORIGIN.to_owned(),
            clave: self.folder.path().join("clave.pem"),
            ancla: self.anchor(),
            cada_segundos: 1,
        }
    }

    fn publish(&self) -> impl FnOnce(&mut Settings) + '_ {
        |settings| settings.transparencia = Some(self.settings())
    }

    /// The newest checkpoint, if there is one.
    fn checkpoint(&self, app: &TestApp) -> Option<SignedCheckpoint> {
        let (status, note) = app.get("/transparencia/checkpoint");
        (status == 200).then(|| self.key.open(note.as_bytes()).unwrap())
    }

    /// The first one that has more leaves than that.
    fn beyond(&self, app: &TestApp, size: u64) -> SignedCheckpoint {
        let began = Instant::now();
        loop {
            if let Some(signed) = self.checkpoint(app)
                && signed.checkpoint().size > size
            {
                return signed;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "nothing beyond {size}: {}",
                ready(app)
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The one that has all leaves that there are.
    fn of_all(&self, app: &TestApp) -> SignedCheckpoint {
        let began = Instant::now();
        loop {
            let there = "select (select count(*) from auditoria) + (select count(*) from hojas) as n";
            let there = u64::try_from(app.count(there)).unwrap();
            if let Some(signed) = self.checkpoint(app)
                && signed.checkpoint().size == there
            {
                return signed;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "not all {there}: {}",
                ready(app)
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn ready(app: &TestApp) -> String {
    app.get("/health/ready").1
}

/// Waits until readiness says this.
fn until_ready_says(app: &TestApp, said: &str) {
    let began = Instant::now();
    while !ready(app).contains(said) {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{said}: {}",
            ready(app)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Somebody decides, which adds to the journal.
fn decide(app: &TestApp, nth: usize) {
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let results = app
        .as_(titular)
        .accept(&of.nif, &of.pendientes[nth..=nth])
        .unwrap();
    assert!(results[0].acuse.is_some(), "{results:?}");
}

fn octets(app: &TestApp, path: &str) -> (u16, String, Vec<u8>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut response = agent
        .get(app.url(&format!("/transparencia/{path}")))
        .call()
        .unwrap();
    let cached = response
        .headers()
        .get("cache-control")
        .map(|value| value.to_str().unwrap().to_owned());
    let body = response.body_mut().read_to_vec().unwrap();
    (response.status().as_u16(), cached.unwrap_or_default(), body)
}

/// Runs a command of operators by the settings of a service.
fn operate(app: &TestApp, log: &Log, origin: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(arguments)
        .args(["--config", path(&app.world_folder().join("notess.toml"))])
        .env("NOTESS_DATABASE_URL", &app.settings.database_url)
        .env("NOTESS_TRANSPARENCIA__ORIGEN", origin)
        .env("NOTESS_TRANSPARENCIA__CLAVE", log.folder.path().join("clave.pem"))
        .env("NOTESS_TRANSPARENCIA__ANCLA", log.anchor())
        .output()
        .unwrap()
}

/// What a program says that must end well.
fn said(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// All entries that are published.
fn entries_of(app: &TestApp, size: u64) -> Vec<Entry> {
    let mut entries = Vec::new();
    for number in 0..size.div_ceil(256) {
        let width = u16::try_from((size - number * 256).min(256)).unwrap();
        let octets = octets(app, &Tile::new(Layer::Entries, number, width).unwrap().path()).2;
        entries.extend(
            octets
                .chunks(35)
                .map(|entry| Entry::new(entry[2], entry[3..].try_into().unwrap())),
        );
    }
    entries
}
