//! The service in a process of its own, and what is asked of it.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use notess::cli::cliente::connection::Connection;
use notess::cli::demo::Escenario;
use notess::contract::canal::request;
use notess::domain::nif::Nif;
use notess::domain::notificacion::Codigo;
use notess::domain::operation::Request;
use notess::signature::SigningKey;
use openssl::x509::X509;
use tempfile::TempDir;
pub use ureq::Agent;

use super::process::cpu_of;

/// Notifications of the world: enough for ten large clients of a thousand each.
const NOTIFICATIONS: &str = "60000";

/// A running service.
pub struct Served {
    child: Child,
    url: String,
    connection: Connection,
    scenario: Escenario,
    agent: Agent,
    _folder: TempDir,
}

/// What some questions cost.
pub struct Measured {
    pub count: usize,
    /// CPU of the service for each, in microseconds.
    pub micros: f64,
    pub wall: Duration,
    /// Octets of a question and of its answer.
    pub question: usize,
    pub answer: usize,
}

impl Served {
    /// Prepares a world and serves it, signing with this kind of key.
    pub fn start(key: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_notess"))
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
            .arg(folder.path())
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
        let text = fs::read(folder.path().join("escenario.json")).expect("the scenario");
        let scenario: Escenario = serde_json::from_slice(&text).expect("the scenario");
        let titular = scenario
            .titulares
            .iter()
            .find(|t| t.p12.ends_with("gestoria.p12"))
            .expect("a gestoría");
        let read = |path| fs::read_to_string(path).expect("a PEM file");
        let signing =
            SigningKey::from_pem(&read(&titular.clave), &read(&titular.certificado)).expect("a key");
        let service = X509::from_pem(read(&scenario.servicio.certificado).as_bytes()).expect("a certificate");
        let url = scenario.urls.canal.clone();
        let connection = Connection::open(&url, signing, &service).expect("a connection");
        Self {
            child,
            url,
            connection,
            scenario,
            agent: Agent::new_with_defaults(),
            _folder: folder,
        }
    }

    pub fn advertencia(&self) -> &str {
        &self.scenario.advertencia
    }

    pub fn sign(&self, request: &Request) -> Vec<u8> {
        self.connection
            .sign(&request::encode(request))
            .expect("it can be signed")
    }

    /// The same question, signed so many times.
    pub fn sign_each(&self, request: &Request, count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|_| self.sign(request)).collect()
    }

    /// The gestoría's clients with most pending, by RED, with their codes.
    pub fn large_clients(&self) -> Vec<(Nif, Vec<Codigo>)> {
        let titular = self
            .scenario
            .titulares
            .iter()
            .find(|t| t.p12.ends_with("gestoria.p12"))
            .expect("a gestoría");
        let mut clients: HashMap<Nif, Vec<Codigo>> = HashMap::new();
        for of in titular
            .poderdantes
            .iter()
            .filter(|of| of.pendientes.len() >= 1000)
        {
            let codes = of.pendientes.iter().filter_map(|code| Codigo::new(*code));
            clients
                .entry(of.nif.parse().expect("a NIF"))
                .or_default()
                .extend(codes);
        }
        let mut clients: Vec<_> = clients.into_iter().collect();
        clients.sort_by_key(|(nif, _)| *nif);
        clients
    }

    /// Asks all of it, one after another, and counts what the service used.
    pub fn measure(&self, questions: &[Vec<u8>]) -> Measured {
        let answer = self
            .connection
            .send(&questions[0])
            .map(|_| ())
            .map_err(|error| error.to_string());
        assert_eq!(answer, Ok(()), "the first question is answered well");
        let questions = &questions[1..];
        let process = self.child.id().to_string();
        let before = cpu_of(&process);
        let began = Instant::now();
        let answer = post_all(&self.agent, &self.url, questions);
        let wall = began.elapsed();
        let used = cpu_of(&process).checked_sub(before).unwrap();
        let question = questions.iter().map(Vec::len).sum::<usize>() / questions.len();
        let micros = used.as_secs_f64() * 1e6 / questions.len() as f64;
        Measured {
            count: questions.len(),
            micros,
            wall,
            question,
            answer,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Posts each and gives the octets of an answer.
pub fn post_all(agent: &Agent, url: &str, questions: &[Vec<u8>]) -> usize {
    let mut octets = 0;
    for question in questions {
        let mut response = agent
            .post(url)
            .header("content-type", "text/xml; charset=utf-8")
            .send(question.as_slice())
            .expect("an answer that is no fault");
        octets = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .expect("its body")
            .len();
    }
    octets
}
