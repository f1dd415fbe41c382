//! The program serving, in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::common::Database;

pub struct Served {
    pub child: Child,
    pub address: SocketAddr,
}

impl Served {
    /// Serves the world of a folder over a database, and returns once requests are answered.
    pub fn start(folder: &Path, database: &Database) -> Self {
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
        let served = Self { child, address };
        assert!(served.get("/health/live").contains(" 200 "));
        served
    }

    /// Tells it to stop, as an operator does.
    pub fn tell_to_stop(&self) {
        // The shell has a `kill` of its own; the program is not on every machine.
        let told = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", self.child.id())])
            .status()
            .unwrap();
        assert!(told.success());
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}
