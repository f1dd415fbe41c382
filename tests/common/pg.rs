//! A PostgreSQL database for one test, on the server that `tests/postgresql.sh` brings up.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Names the server where databases may be made.
const SERVER: &str = "NOTESS_TEST_POSTGRES";

/// An empty database, dropped with this value.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes one, empty. Without a server the test fails: half a test run must not pass for a whole one.
    pub(crate) fn create() -> Self {
        Self::made("")
    }

    /// Makes a copy of this one, which nobody may be using.
    #[allow(dead_code, reason = "not every test program copies databases")]
    pub(crate) fn copy(&self) -> Self {
        Self::made(&format!(" template {}", self.name))
    }

    fn made(how: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!(
                "{SERVER} does not name a PostgreSQL server: run the tests through tests/postgresql.sh run …"
            )
        });
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("notess_test_{}_{count}", std::process::id());
        let database = Self { server, name };
        database.on_server(&format!("create database {}{how}", database.name));
        database
    }

    /// Its URL, with the user who owns it.
    pub(crate) fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    fn on_server(&self, sql: &str) {
        PgConnection::establish(&self.server)
            .unwrap()
            .batch_execute(sql)
            .unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.on_server(&format!("drop database {} with (force)", self.name));
        }
    }
}
