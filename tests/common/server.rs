//! A PostgreSQL server of one test's own, which can be killed, frozen and started again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// A server, removed with this value.
pub struct Server {
    keeper: Child,
    /// Whoever keeps the server lets it go when this is closed.
    hold: Option<ChildStdin>,
    url: String,
    folder: String,
}

fn script() -> Command {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgresql.sh"))
}

/// A synchronous standby of a server, removed with it.
pub struct Standby {
    /// Host and port.
    pub address: String,
    folder: String,
}

impl Standby {
    /// Makes it a primary.
    pub fn promote(&self) {
        tell("promote", &self.folder);
    }
}

impl Server {
    pub fn start() -> Self {
        let mut keeper = script()
            .args(["run", "sh", "-c"])
            .arg("echo \"$NOTESS_TEST_POSTGRES $PRIVATE_POSTGRES_DIR\"; exec cat >/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(keeper.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let (url, folder) = line.trim().split_once(' ').unwrap();
        Self {
            hold: keeper.stdin.take(),
            keeper,
            url: url.to_owned(),
            folder: folder.to_owned(),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        Path::new(&self.folder)
    }

    /// Ends it as a crash would.
    pub fn kill(&self) {
        self.told("kill");
    }

    /// Starts it after it was killed.
    pub fn start_again(&self) {
        self.told("start");
    }

    /// Stops all its processes where they are.
    pub fn freeze(&self) {
        self.told("freeze");
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        self.told("thaw");
    }

    /// Stops one of its processes where it is.
    pub fn freeze_one(&self, process: i32) {
        tell_of("freeze", &[&self.folder, &process.to_string()]);
    }

    /// Lets it go on.
    pub fn thaw_one(&self, process: i32) {
        tell_of("thaw", &[&self.folder, &process.to_string()]);
    }

    /// Gives it a standby: nothing is committed from then on that is not on the disk of both.
    pub fn standby(&self) -> Standby {
        let made = script().args(["standby", &self.folder]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let port = String::from_utf8(made.stdout).unwrap();
        Standby {
            address: format!("127.0.0.1:{}", port.trim()),
            folder: format!("{}/standby", self.folder),
        }
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        let (_, rest) = self.url.split_once('@').unwrap();
        rest.split_once('/').unwrap().0
    }

    /// Runs SQL as its owner.
    pub fn sql(&self, sql: &str) {
        let mut owner = PgConnection::establish(&self.url).unwrap();
        owner.batch_execute(sql).unwrap();
    }

    fn told(&self, what: &str) {
        tell(what, &self.folder);
    }
}

fn tell(what: &str, folder: &str) {
    tell_of(what, &[folder]);
}

fn tell_of(what: &str, arguments: &[&str]) {
    let ended = script().arg(what).args(arguments).status().unwrap();
    assert!(ended.success(), "{what}");
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.hold.take());
        drop(self.keeper.wait());
    }
}
