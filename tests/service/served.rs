//! The program serving, in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use notess::client::connection::Connection;
use openssl::x509::X509;

use crate::common::backend::program;
use crate::common::caller::{Caller, key_of};
use crate::common::slow_flush::SlowFlush;
use crate::common::{Database, Scenario};

pub struct Served {
    pub child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// Serves the world of a folder over a database, and returns once requests are answered.
    pub fn start(folder: &Path, database: &Database) -> Self {
        Self::start_logging(folder, database, "info")
    }

    /// The same, with a filter of log lines.
    pub fn start_logging(folder: &Path, database: &Database, nivel: &str) -> Self {
        let mut command = Self::command(program(), folder, database);
        let served = Self::run(command.env("NOTESS_REGISTRO__NIVEL", nivel));
        assert!(served.get("/health/live").contains(" 200 "));
        served
    }

    /// The same on a disk whose flushes take longer.
    pub fn start_slowly(folder: &Path, database: &Database, slow: &SlowFlush) -> Self {
        let mut command = Self::command(program(), folder, database);
        slow.preload(&mut command);
        Self::run(&mut command)
    }

    /// What serves the settings of a folder over a database, by this program or by one that runs it.
    pub fn command(mut program: Command, folder: &Path, database: &Database) -> Command {
        program
            .args(["serve", "--config"])
            .arg(folder.join("notess.toml"))
            .env("NOTESS_DATABASE_URL", database.url())
            .env("NOTESS_SERVICIO__DIRECCION", "127.0.0.1:0")
            .env("NOTESS_REGISTRO__FORMATO", "json");
        program
    }

    /// Runs a command that serves, and returns once it is bound.
    pub fn run(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log: Arc<Mutex<Vec<String>>> = Arc::default();
        let address = loop {
            let line = lines.next().expect("the service ended before it served").unwrap();
            let json: serde_json::Value = serde_json::from_str(&line).unwrap();
            log.lock().unwrap().push(line);
            if let Some(address) = json["address"].as_str() {
                break address.parse().unwrap();
            }
        };
        let kept = Arc::clone(&log);
        thread::spawn(move || lines.for_each(|line| kept.lock().unwrap().push(line.unwrap())));
        Self { child, address, log }
    }

    /// Calls as who has every role.
    pub fn caller(&self, scenario: &Scenario) -> Caller {
        self.caller_ahead(scenario, TimeDelta::zero())
    }

    /// The same of somebody whose clock is ahead of the machine's.
    pub fn caller_ahead(&self, scenario: &Scenario, ahead: TimeDelta) -> Caller {
        let service = X509::from_pem(&std::fs::read(&scenario.servicio.certificado).unwrap()).unwrap();
        let url = format!("http://{}/canal/v1", self.address);
        let connection = Connection::open(&url, key_of(scenario.all_roles()), &service).unwrap();
        Caller::new(connection.ahead(ahead), scenario)
    }

    /// Ends it as a crash would: nothing in the process gets to run any more.
    #[allow(dead_code, reason = "of the drills")]
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop, as an operator does.
    pub fn tell_to_stop(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        // The shell has a `kill` of its own; the program is not on every machine.
        let told = Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", self.child.id())])
            .status()
            .unwrap();
        assert!(told.success());
    }

    pub fn get(&self, path: &str) -> String {
        self.send(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())
    }

    /// How many acts were written, and how many commits they took, as the metrics say.
    pub fn flushes(&self) -> (u64, u64) {
        let metrics = self.get("/metrics");
        let counted = |name: &str| {
            let value = metrics.lines().find_map(|line| line.strip_prefix(name));
            value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
        };
        (
            counted("notess_acts_written_total "),
            counted("notess_act_commits_total "),
        )
    }

    /// Sends octets, and gives what comes back until the connection ends.
    pub fn send(&self, octets: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(octets).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The lines of the log that hold a text.
    pub fn logged(&self, text: &str) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|line| line.contains(text)).cloned().collect()
    }

    /// The first line that holds a text, which may take a moment to come.
    pub fn awaited(&self, text: &str) -> String {
        self.awaited_times(1, text).remove(0)
    }

    /// The lines that hold a text, once there are so many.
    pub fn awaited_times(&self, times: usize, text: &str) -> Vec<String> {
        let began = Instant::now();
        loop {
            let lines = self.logged(text);
            if lines.len() >= times {
                return lines;
            }
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{text}: {:?}",
                self.log
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
