//! The program serving a copy of a world, in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::slow_flush::SlowFlush;
use super::world::{Copy, World, program};

pub struct Served {
    child: Child,
    pub address: SocketAddr,
    _copy: Arc<Copy>,
}

impl Served {
    /// Serves a fresh copy, and returns once it is bound.
    pub fn start(world: &World) -> Self {
        Self::over(world, Arc::new(world.copy()))
    }

    /// The same of a copy that others may serve too.
    pub fn over(world: &World, copy: Arc<Copy>) -> Self {
        let mut command = Command::new(program());
        SlowFlush::preload(&mut command);
        let mut child = command
            .args(["serve", "--config"])
            .arg(world.folder().join("notess.toml"))
            .env("NOTESS_DATABASE_URL", &copy.url)
            .env("NOTESS_SERVICIO__DIRECCION", "127.0.0.1:0")
            .env("NOTESS_REGISTRO__FORMATO", "json")
            .env("NOTESS_REGISTRO__NIVEL", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let address = loop {
            let line = lines
                .next()
                .expect("the service ended before it served")
                .expect("text");
            let json: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
            if let Some(address) = json["address"].as_str() {
                break address.parse().expect("an address");
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            address,
            _copy: copy,
        }
    }

    /// CPU time that it has used, all its threads together, from the kernel's scheduler statistics.
    pub fn cpu(&self) -> Duration {
        let nanos = self
            .tasks("schedstat")
            .filter_map(|stat| stat.split(' ').next()?.parse::<u64>().ok())
            .sum();
        Duration::from_nanos(nanos)
    }

    /// How often its threads have gone to sleep.
    pub fn switches(&self) -> u64 {
        self.tasks("status")
            .filter_map(|status| number(&status, "voluntary_ctxt_switches:"))
            .sum()
    }

    /// How many commits its acts have taken, as far as it tells.
    pub fn commits(&self) -> u64 {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let mut text = String::new();
        let asked = stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n");
        asked
            .and_then(|()| stream.read_to_string(&mut text))
            .expect("an answer");
        number(&text, "notess_act_commits_total ").unwrap_or(0)
    }

    /// Memory that it holds, in KiB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        number(&status.unwrap_or_default(), "VmRSS:").unwrap_or(0)
    }

    fn tasks(&self, file: &'static str) -> impl Iterator<Item = String> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("a process");
        tasks.filter_map(move |task| fs::read_to_string(task.ok()?.path().join(file)).ok())
    }
}

fn number(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
