//! A demonstration world on each database, prepared once; each scenario has a copy that nobody has touched.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use notess::demo::{Escenario, TitularEscenario, scenario};
use notess::signature::SigningKey;
use tempfile::TempDir;

/// Notifications of the world: enough for ten large clients of a thousand each.
const NOTIFICATIONS: &str = "60000";
/// Names the server where PostgreSQL databases may be made.
const SERVER: &str = "NOTESS_TEST_POSTGRES";

/// The program that is tried.
pub fn program() -> String {
    std::env::var("CARGA_PROGRAMA").unwrap_or_else(|_| env!("CARGO_BIN_EXE_notess").to_owned())
}

/// A prepared world.
pub struct World {
    folder: TempDir,
    pub scenario: Escenario,
    postgres: Option<Postgres>,
}

/// Where to connect, and what made the world.
struct Postgres {
    server: String,
    name: String,
}

/// A database with the world in it, for one service.
pub struct Copy {
    pub url: String,
    _folder: TempDir,
    dropped: Option<Postgres>,
}

impl World {
    /// On SQLite, and on PostgreSQL if there is a server.
    pub fn all() -> impl Iterator<Item = Self> {
        let postgres = std::env::var(SERVER).ok().map(|server| Postgres {
            server,
            name: format!("notess_carga_{}", std::process::id()),
        });
        if postgres.is_none() {
            println!("({SERVER} names no server: over SQLite alone)");
        }
        std::iter::once(None).chain(postgres.map(Some)).map(Self::prepare)
    }

    fn prepare(postgres: Option<Postgres>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(program());
        command
            .args(["demo", "--solo-preparar", "--clave-servicio", "ec"])
            .args(["--notificaciones", NOTIFICATIONS, "--datos"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(postgres) = &postgres {
            postgres.on_server(&format!("create database {}", postgres.name));
            command.args(["--database-url", &postgres.url()]);
        }
        assert!(command.status().expect("the program runs").success());
        let scenario = scenario::read(folder.path()).expect("the scenario");
        Self {
            folder,
            scenario,
            postgres,
        }
    }

    pub fn database(&self) -> &'static str {
        match self.postgres {
            None => "SQLite",
            Some(_) => "PostgreSQL",
        }
    }

    /// Whether several services may have one copy.
    pub fn is_shared(&self) -> bool {
        self.postgres.is_some()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A copy for one service.
    pub fn copy(&self) -> Copy {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().expect("a temporary folder");
        match &self.postgres {
            None => {
                let path = folder.path().join("notess.sqlite3");
                fs::copy(self.folder().join("notess.sqlite3"), &path).expect("it can be copied");
                Copy {
                    url: format!("sqlite:{}", path.display()),
                    _folder: folder,
                    dropped: None,
                }
            }
            Some(of) => {
                let count = COUNT.fetch_add(1, Ordering::Relaxed);
                let copy = Postgres {
                    server: of.server.clone(),
                    name: format!("{}_{count}", of.name),
                };
                copy.on_server(&format!("create database {} template {}", copy.name, of.name));
                Copy {
                    url: copy.url(),
                    _folder: folder,
                    dropped: Some(copy),
                }
            }
        }
    }

    /// Who represents most.
    pub fn gestoria(&self) -> &TitularEscenario {
        let mut titulares = self.scenario.titulares.iter();
        titulares
            .find(|titular| titular.p12.ends_with("gestoria.p12"))
            .expect("a gestoría")
    }

    /// Another caller, who has most to decide of all the others.
    pub fn other(&self) -> &TitularEscenario {
        let others = self.scenario.titulares.iter().filter(|titular| {
            titular.estado_certificado == "vigente" && !titular.p12.ends_with("gestoria.p12")
        });
        others
            .max_by_key(|titular| pending(titular).len())
            .expect("another caller")
    }
}

/// What a holder may decide: whose it is, and its code.
pub fn pending(titular: &TitularEscenario) -> Vec<(String, i32)> {
    let mut seen = HashSet::new();
    let mut pending = Vec::new();
    for of in &titular.poderdantes {
        let codes = of.pendientes.iter().filter(|code| seen.insert(**code));
        pending.extend(codes.map(|code| (of.nif.clone(), *code)));
    }
    pending
}

pub fn signing_key(titular: &TitularEscenario) -> SigningKey {
    let read = |path| fs::read_to_string(path).expect("a PEM file");
    SigningKey::from_pem(&read(&titular.clave), &read(&titular.certificado)).expect("a key")
}

impl Postgres {
    fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').expect("a URL");
        format!("{server}/{}", self.name)
    }

    fn on_server(&self, sql: &str) {
        PgConnection::establish(&self.server)
            .expect("a server")
            .batch_execute(sql)
            .expect("a database");
    }

    fn drop_it(&self) {
        self.on_server(&format!("drop database {} with (force)", self.name));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(postgres) = &self.postgres {
            postgres.drop_it();
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if let Some(postgres) = &self.dropped {
            postgres.drop_it();
        }
    }
}
