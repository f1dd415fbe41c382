//! The service in a process of its own, and what is asked of it.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use notess::client::connection::Connection;
use notess::demo::{Escenario, scenario};
use notess::xml::write::Canonical;
use openssl::x509::X509;
use tempfile::TempDir;
pub use ureq::Agent;

use super::process::cpu_of;
use super::world::{LargeClient, NOTIFICATIONS, gestoria, large_clients, signing_key};

/// How many clients ask.
#[derive(Clone, Copy)]
pub enum Clients {
    /// One, who waits for each answer.
    One,
    /// Several at once, so that the service is busy: it then spends little on going to sleep and on being woken, which is
    /// a good part of what one client costs.
    Several,
}

/// How many are several.
const CLIENTS: usize = 4;

impl fmt::Display for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One => Ok(()),
            Self::Several => write!(f, ", {CLIENTS} clients at once"),
        }
    }
}

impl Clients {
    /// Posts each question and gives the answers, of several clients in no order; `agent` is the one's.
    pub fn post(self, agent: &Agent, url: &str, questions: &[Vec<u8>]) -> Vec<Vec<u8>> {
        match self {
            Self::One => post_all(agent, url, questions),
            Self::Several => post_at_once(url, questions),
        }
    }
}

/// A running service.
pub struct Served {
    child: Child,
    pub scenario: Escenario,
    /// The gestoría's, by contract canal.
    pub connection: Connection,
    pub agent: Agent,
    folder: TempDir,
}

/// What some questions cost.
pub struct Measured {
    /// CPU of the service for each, in microseconds.
    pub micros: f64,
    pub wall: Duration,
    /// Octets of a question.
    pub question: usize,
    pub answers: Vec<Vec<u8>>,
}

impl Measured {
    pub fn count(&self) -> usize {
        self.answers.len()
    }

    /// Octets of an answer.
    pub fn answer(&self) -> usize {
        self.answers.last().map_or(0, Vec::len)
    }

    /// How long each took, from question to answer.
    pub fn wall_each(&self) -> Duration {
        self.wall.div_f64(self.count() as f64)
    }
}

impl Served {
    /// Prepares a world and serves it, signing with this kind of key.
    pub fn start(key: &str) -> Self {
        Self::start_program(&program(), key)
    }

    /// Has another build of the program do that.
    pub fn start_program(program: &Path, key: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let child = serve(program, key, folder.path());
        let scenario = scenario::read(folder.path()).expect("the scenario");
        let pem = fs::read(&scenario.servicio.certificado).expect("a PEM file");
        let service = X509::from_pem(&pem).expect("a certificate");
        let signing = signing_key(gestoria(&scenario));
        let connection = Connection::open(&scenario.urls.canal, signing, &service).expect("a connection");
        Self {
            child,
            scenario,
            connection,
            agent: Agent::new_with_defaults(),
            folder,
        }
    }

    pub fn large_clients(&self) -> Vec<LargeClient> {
        large_clients(&self.scenario)
    }

    /// A message of the gestoría's, which both contracts take.
    pub fn sign(&self, payload: &Canonical) -> Vec<u8> {
        self.connection.sign(payload).expect("it can be signed")
    }

    /// Where the world lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// For whom the gestoría acts.
    pub fn titular_of_gestoria(&self) -> &str {
        let titular = gestoria(&self.scenario);
        titular.nif_representado.as_deref().unwrap_or(&titular.nif)
    }

    /// Loads a CSV file of this kind, all of whose lines are good.
    pub fn import(&self, kind: &str, csv: &str) {
        let file = self.folder().join(format!("{kind}.csv"));
        fs::write(&file, csv).expect("a file");
        let mut command = Command::new(program());
        command.args(["importar", kind]).arg(&file);
        command.arg("--config").arg(self.folder().join("notess.toml"));
        if kind == "notificaciones" {
            command.arg("--documentos").arg(self.folder());
        }
        let loaded = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(loaded.is_ok_and(|status| status.success()), "{kind} are loaded");
    }

    /// Asks all of it, and counts what the service used.
    pub fn measure(&self, url: &str, questions: &[Vec<u8>], clients: Clients) -> Measured {
        let process = self.child.id().to_string();
        let before = cpu_of(&process);
        let began = Instant::now();
        let answers = clients.post(&self.agent, url, questions);
        let wall = began.elapsed();
        let used = cpu_of(&process).checked_sub(before).unwrap();
        Measured {
            micros: used.as_secs_f64() * 1e6 / questions.len() as f64,
            wall,
            question: questions.iter().map(Vec::len).sum::<usize>() / questions.len(),
            answers,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The path of the program that is measured, if it is not the one that was built with the bench.
const PROGRAM: &str = "BENCH_PROGRAM";

/// The program that is measured.
pub fn program() -> PathBuf {
    std::env::var_os(PROGRAM).map_or_else(|| env!("CARGO_BIN_EXE_notess").into(), PathBuf::from)
}

/// Starts the service, and returns once it answers.
fn serve(program: &Path, key: &str, folder: &Path) -> Child {
    let mut child = Command::new(program)
        .args([
            "demo",
            "--puerto",
            "0",
            "--notificaciones",
            NOTIFICATIONS,
            "--clave-servicio",
            key,
            "--datos",
        ])
        .arg(folder)
        .env("NOTESS_REGISTRO__NIVEL", "info")
        .env("NOTESS_REGISTRO__FORMATO", "json")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    lines
        .find(|line| line.as_ref().is_ok_and(|line| line.starts_with("Serving")))
        .expect("it serves")
        .expect("utf-8");
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn post_at_once(url: &str, questions: &[Vec<u8>]) -> Vec<Vec<u8>> {
    std::thread::scope(|scope| {
        let clients: Vec<_> = questions
            .chunks(questions.len().div_ceil(CLIENTS))
            .map(|part| scope.spawn(move || post_all(&Agent::new_with_defaults(), url, part)))
            .collect();
        let answers = clients
            .into_iter()
            .map(|client| client.join().expect("a client ends well"));
        answers.flatten().collect()
    })
}

/// Posts each and gives the answers, none of which may be a fault.
pub fn post_all(agent: &Agent, url: &str, questions: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let post = |question: &Vec<u8>| {
        let mut response = agent
            .post(url)
            .header("content-type", "text/xml; charset=utf-8")
            .send(question.as_slice())
            .expect("an answer that is no fault");
        response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .expect("its body")
    };
    questions.iter().map(post).collect()
}
