//! Commands of operators over the world of a service, and a world beside a folder of its own, in which files are written that
//! they load.

use std::process::Output;

use notess::domain::nif::Nif;
use notess::domain::notificacion::{Codigo, Notificacion};
use notess::store::{StoreError, notificaciones};

use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

/// Runs a command of operators on the database of a service.
pub fn operate(app: &TestApp, arguments: &[&str]) -> Output {
    let config = app.world_folder().join("notess.toml");
    let all = [arguments, &["--config", path(&config)]].concat();
    notess(&all, &app.settings.database_url)
}

/// The same of one that ends well: what it wrote.
pub fn done(app: &TestApp, arguments: &[&str]) -> String {
    let output = operate(app, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// A notification as the database of a service has it.
pub fn row(app: &TestApp, sujeto: &str, codigo: i32) -> Notificacion {
    let sujeto: Nif = sujeto.parse().unwrap();
    let codigo = Codigo::new(codigo).unwrap();
    app.store()
        .read::<_, StoreError, _>(|conn| notificaciones::find(conn, sujeto, &[codigo]))
        .unwrap()
        .remove(0)
}

/// The document that published lines name.
pub const DOCUMENT: &str = "a.pdf";

pub struct Place {
    pub app: TestApp,
    /// Who signs and has notifications of his own.
    pub nif: String,
    folder: tempfile::TempDir,
    config: String,
}

impl Place {
    pub fn new(backend: Backend) -> Self {
        Self::of(TestApp::start(backend))
    }

    pub fn of(app: TestApp) -> Self {
        let nif = app.scenario().all_roles().by_role(1).nif.clone();
        let config = path(&app.world_folder().join("notess.toml")).to_owned();
        let folder = tempfile::tempdir().unwrap();
        let place = Self {
            app,
            nif,
            folder,
            config,
        };
        place.file(DOCUMENT, b"%PDF-1.4\n%%EOF\n");
        place
    }

    /// Writes a file, and says where it is.
    pub fn file(&self, name: &str, octets: impl AsRef<[u8]>) -> String {
        let file = self.folder.path().join(name);
        std::fs::write(&file, octets).unwrap();
        path(&file).to_owned()
    }

    /// Runs a command over this world: the exit code, and what it said.
    pub fn run(&self, command: &[&str]) -> (Option<i32>, String) {
        let ended = operate(&self.app, command);
        (ended.status.code(), text(&ended.stdout) + &text(&ended.stderr))
    }

    /// A command with the settings of this world.
    pub fn configured<'a>(&'a self, command: &[&'a str]) -> Vec<&'a str> {
        [command, &["--config", &self.config]].concat()
    }

    /// The command that publishes what a file tells, with the documents of the folder.
    pub fn publishing<'a>(&'a self, file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let documents = path(self.folder.path());
        [
            &["importar", "notificaciones", file, "--documentos", documents],
            more,
        ]
        .concat()
    }
}
