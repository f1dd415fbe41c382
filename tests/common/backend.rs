//! The databases: a world prepared once by the program itself, and a copy of it for each test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use chrono::{DateTime, SubsecRound, Utc};
use notess::channel::cipher_keys;
use notess::config::Settings;
use notess::store::Store;
use tempfile::TempDir;

use super::pg;
use super::scenario::Scenario;

#[derive(Debug, Clone, Copy)]
pub enum Backend {
    Sqlite,
    Postgresql,
}

/// A database of one test, removed with it.
pub enum Database {
    Sqlite(TempDir),
    Postgresql(pg::Database),
    /// One that stands elsewhere, by its URL.
    #[allow(dead_code, reason = "not every test program kills servers")]
    Elsewhere(String),
}

/// The program that is tested: that of this build, unless a drill is to show what another one did.
pub fn program() -> Command {
    let built = env!("CARGO_BIN_EXE_notess");
    Command::new(std::env::var("DRILL_PROGRAM").unwrap_or_else(|_| built.to_owned()))
}

/// What every store keeps of an instant.
pub fn to_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// Runs `notess demo --solo-preparar` into a folder.
pub fn prepare(folder: &Path, database_url: Option<&str>) {
    prepare_more(folder, database_url, &[]);
}

/// The same with more that is told of the world.
pub fn prepare_more(folder: &Path, database_url: Option<&str>, more: &[&str]) {
    let mut command = program();
    command
        .args(["demo", "--solo-preparar", "--puerto", "0", "--datos"])
        .arg(folder)
        .args(more);
    if let Some(url) = database_url {
        command.args(["--database-url", url]);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    unpublish(&folder.join("notess.toml"));
    PREPARED.lock().unwrap().push(folder.to_owned());
}

/// Takes the published log out of a world's settings: of one world there are many databases in tests, and no two of them have one
/// anchor. Whoever tests the log gives it one.
fn unpublish(settings: &Path) {
    let text = std::fs::read_to_string(settings).unwrap();
    if let Some((before, after)) = text.split_once("[transparencia]")
        && let Some((_, after)) = after.split_once("\n[")
    {
        std::fs::write(settings, format!("{before}[{after}")).unwrap();
    }
}

/// Where the worlds are that this process prepared.
static PREPARED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Has a store of a world work with the keys of that world, as its service does.
pub fn unlock(store: &Store) {
    let prepared = PREPARED.lock().unwrap().clone();
    // Drills are over with a world before they prepare the next.
    for folder in prepared.into_iter().filter(|folder| folder.exists()) {
        let settings = Settings::read_alone(&folder.join("notess.toml")).unwrap();
        let wrong = store
            .use_keys(cipher_keys(&settings).unwrap(), Utc::now())
            .unwrap();
        if wrong.is_empty() {
            break;
        }
    }
}

/// A world that tests start from, prepared once in a process.
pub struct World {
    folder: TempDir,
    template: Option<pg::Database>,
    pub scenario: Scenario,
}

impl World {
    fn prepare(template: Option<pg::Database>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), template.as_ref().map(pg::Database::url).as_deref());
        let scenario = Scenario::read(&folder.path().join("escenario.json"));
        Self {
            folder,
            template,
            scenario,
        }
    }

    /// Where its keys, certificates and settings are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Backend {
    /// The world over this database.
    pub fn world(self) -> &'static World {
        static SQLITE: OnceLock<World> = OnceLock::new();
        static POSTGRESQL: OnceLock<World> = OnceLock::new();
        match self {
            Self::Sqlite => SQLITE.get_or_init(|| World::prepare(None)),
            Self::Postgresql => POSTGRESQL.get_or_init(|| World::prepare(Some(pg::Database::create()))),
        }
    }

    /// A database in which nobody has made anything.
    pub fn empty_database(self) -> Database {
        match self {
            Self::Sqlite => Database::Sqlite(tempfile::tempdir().unwrap()),
            Self::Postgresql => Database::Postgresql(pg::Database::create()),
        }
    }

    /// A copy of the world's database.
    pub fn fresh_database(self) -> Database {
        let world = self.world();
        match &world.template {
            None => {
                let folder = tempfile::tempdir().unwrap();
                std::fs::copy(
                    world.folder().join("notess.sqlite3"),
                    folder.path().join("notess.sqlite3"),
                )
                .unwrap();
                Database::Sqlite(folder)
            }
            Some(template) => Database::Postgresql(template.copy()),
        }
    }
}

impl Database {
    /// A copy of it, which nobody may be using.
    #[allow(dead_code, reason = "not every test program copies databases")]
    pub fn copy(&self) -> Self {
        match self {
            Self::Postgresql(one) => Self::Postgresql(one.copy()),
            other => {
                let folder = tempfile::tempdir().unwrap();
                std::fs::copy(other.url(), folder.path().join("notess.sqlite3")).unwrap();
                Self::Sqlite(folder)
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => folder
                .path()
                .join("notess.sqlite3")
                .to_string_lossy()
                .into_owned(),
            Self::Postgresql(database) => database.url(),
            Self::Elsewhere(url) => url.clone(),
        }
    }
}
