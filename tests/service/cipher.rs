//! Acts of a special category lie encrypted: what callers and operators see of it when a key is missing (D-57).

use std::path::Path;

use notess::client::calls;
use notess::config::{Cifrado, Clave};
use notess::store::{StoreError, cipher};

use crate::common::backend::program;
use crate::common::caller::code_of;
use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};
use crate::served::Served;

over_both_databases!(
    without_its_key_a_document_is_given_to_nobody_and_all_else_is_served,
    without_a_key_nothing_special_is_published_in_production_and_a_key_is_changed_by_command,
    what_has_its_document_in_common_with_a_special_act_is_not_accepted_without_the_key_either,
);

/// A pending notification of a special category, another one, and whose they are.
fn two_of(app: &TestApp) -> (String, i32, i32) {
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    titular
        .poderdantes
        .iter()
        .filter(|of| of.rol != 2)
        .find_map(|of| {
            let listed = caller.list(crate::common::caller::listing(&of.nif));
            let pending = |special: bool| {
                let mut those = listed
                    .iter()
                    .filter(|one| one.categoria_especial == special && of.pendientes.contains(&one.codigo));
                those.next().map(|one| one.codigo)
            };
            Some((of.nif.clone(), pending(true)?, pending(false)?))
        })
        .expect("the demonstration has one of each kind")
}

fn without_its_key_a_document_is_given_to_nobody_and_all_else_is_served(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let (nif, special, ordinary) = two_of(&app);
    let keys = app.settings.cifrado.clone();
    let before = app.as_(titular).list(crate::common::caller::listing(&nif));

    let app = app.restarted_with(|settings| settings.cifrado = Cifrado::default());
    let caller = app.as_(titular);
    assert_eq!(caller.list(crate::common::caller::listing(&nif)), before);
    let results = caller.accept(&nif, &[special, ordinary]).unwrap();
    assert_eq!(
        results[0].error.as_ref().unwrap().codigo,
        "SERVICIO_NO_DISPONIBLE"
    );
    assert!(results[1].acuse.is_some());
    assert!(
        caller.pending(&nif, None).contains(&special),
        "nothing was decided"
    );
    assert!(calls::documento(&caller.connection, &nif, ordinary).is_ok());
    let (status, ready) = app.get("/health/ready");
    assert_eq!(status, 200, "{ready}");
    assert!(ready.contains("faltan claves de cifrado"), "{ready}");
    assert!(app.get("/metrics").1.contains("notess_cipher_keys_missing"));

    let other: Cifrado = Cifrado {
        actual: Some("demo".to_owned()),
        claves: [("demo".to_owned(), other_key(app.world_folder()))].into(),
    };
    let app = app.restarted_with(|settings| settings.cifrado = other);
    let results = app.as_(titular).accept(&nif, &[special]).unwrap();
    assert_eq!(
        results[0].error.as_ref().unwrap().codigo,
        "SERVICIO_NO_DISPONIBLE"
    );

    let app = app.restarted_with(|settings| settings.cifrado = keys);
    let caller = app.as_(titular);
    assert!(caller.accept(&nif, &[special]).unwrap()[0].acuse.is_some());
    let document = calls::documento(&caller.connection, &nif, special).unwrap();
    assert!(document.starts_with(b"%PDF-"));
    assert!(!app.get("/health/ready").1.contains("claves de cifrado"));
    let missing = app.store().read::<_, StoreError, _>(cipher::lying::missing);
    assert_eq!(missing.unwrap(), []);

    let app = app.restarted_with(|settings| settings.cifrado = Cifrado::default());
    let caller = app.as_(titular);
    let told = code_of(calls::documento(&caller.connection, &nif, special));
    assert_eq!(told, "SERVICIO_NO_DISPONIBLE");
    assert!(calls::acuse(&caller.connection, &nif, special).is_ok());
}

/// A file of a key that is not that of the demonstration.
fn other_key(folder: &Path) -> Clave {
    let file = folder.join(format!("otra-{:?}.key", std::thread::current().id()));
    std::fs::write(&file, "0123456789abcdef".repeat(4)).unwrap();
    Clave {
        fichero: Some(file),
        valor: None,
    }
}

/// A service in production and its operator, with a file of settings and one of notifications.
struct Office {
    app: TestApp,
    folder: tempfile::TempDir,
    nif: String,
}

impl Office {
    fn new(backend: Backend) -> Self {
        let app = TestApp::start(backend);
        let nif = app.scenario().all_roles().by_role(1).nif.clone();
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("a.pdf", "%PDF-1.4\n%%EOF\n".to_owned()),
            ("uno", "ab".repeat(31) + "01\n"),
            ("dos", "cd".repeat(31) + "01\n"),
        ] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        Self { app, folder, nif }
    }

    /// Runs a command by settings with these keys.
    fn run(&self, keys: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
        let config = self.folder.path().join("notess.toml");
        let least = "database_url = 'x'\nentorno = 'produccion'\n[firma]\ncertificado = 'c'\nclave = 'c'\n";
        std::fs::write(&config, format!("{least}{keys}")).unwrap();
        let all = [arguments, &["--config", path(&config)]].concat();
        let ran = notess(&all, &self.app.settings.database_url);
        (ran.status.code(), text(&ran.stdout), text(&ran.stderr))
    }

    /// Publishes notifications of these codes, flagged or not.
    fn publish(&self, keys: &str, lines: &[(i32, &str)]) -> (Option<i32>, String, String) {
        let now = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Madrid);
        let now = now.format("%d/%m/%Y %-H:%M");
        let columns = "codigo;nif;denominacion;procedimiento;asunto;obligacion;especial;especial_confirmado;\
                       puesta_a_disposicion;documento";
        let nif = &self.nif;
        let lines: Vec<String> = lines
            .iter()
            .map(|(codigo, yes)| {
                format!("{codigo};{nif};PEREZ;TGSS-RD;Palabra secreta;4.1.a;{yes};{yes};{now};a.pdf\n")
            })
            .collect();
        let file = self.folder.path().join("n.csv");
        std::fs::write(&file, format!("{columns}\n{}", lines.concat())).unwrap();
        let documents = path(self.folder.path());
        self.run(
            keys,
            &[
                "importar",
                "notificaciones",
                path(&file),
                "--documentos",
                documents,
            ],
        )
    }

    /// What the command that counts says of all keys, and how it ends.
    fn state(&self, keys: &str) -> (Option<i32>, serde_json::Value) {
        let (code, state, told) = self.run(keys, &["cifrado", "estado", "--json"]);
        (code, serde_json::from_str(&state).expect(&told))
    }
}

/// What is said of one key.
fn of<'a>(state: &'a serde_json::Value, clave: &str) -> &'a serde_json::Value {
    let all = state["claves"].as_array().unwrap();
    all.iter().find(|one| one["clave"] == clave).unwrap()
}

const ONE: &str = "[cifrado]\nactual = 'uno'\n[cifrado.claves.uno]\nfichero = 'uno'\n";
const BOTH: &str = "[cifrado]\nactual = 'dos'\n[cifrado.claves.uno]\nfichero = 'uno'\n[cifrado.claves.dos]\nfichero = 'dos'\n";
const WRONG: &str =
    "[cifrado]\nactual = 'tres'\n[cifrado.claves.uno]\nfichero = 'dos'\n[cifrado.claves.dos]\nvalor = '12'\n";

fn without_a_key_nothing_special_is_published_in_production_and_a_key_is_changed_by_command(
    backend: Backend,
) {
    let office = Office::new(backend);
    let (code, loaded, told) = office.publish("", &[(200_001, "no"), (200_002, "si")]);
    assert_eq!(code, Some(3), "{told}");
    assert!(loaded.contains("1 lines loaded, 1 refused"), "{loaded}");
    assert!(
        told.contains("line 3") && told.contains("`cifrado.actual`"),
        "{told}"
    );

    let (code, _, told) = office.publish(ONE, &[(200_002, "si")]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("uno (0644)"), "{told}");
    let app = &office.app;
    let asunto = app.column("select asunto as text from notificaciones where codigo = 200002");
    assert!(!asunto[0].contains("secreta"), "{asunto:?}");

    // The demonstration's key is missing here.
    let (code, state) = office.state(ONE);
    assert_eq!(code, Some(1), "{state}");
    assert_eq!(of(&state, "uno")["asuntos"], 1);
    assert_eq!(of(&state, "uno")["actual"], true);
    assert_eq!(of(&state, "demo")["estado"], "falta");

    let (code, turned, told) = office.run(BOTH, &["cifrado", "rotar"]);
    assert_eq!(code, Some(1), "what lies under the demonstration's stays: {told}");
    assert!(
        turned.contains("1 subjects and 1 documents are now under the key dos"),
        "{turned}"
    );
    let (_, state) = office.state(BOTH);
    assert_eq!(of(&state, "uno")["asuntos"], 0);
    assert_eq!(of(&state, "dos")["documentos"], 1);
    assert_eq!(state["sin_cifrar"], 0);
    assert!(app.count("select count(*) as n from auditoria where operacion = 'cifrar'") > 0);

    let (code, _, told) = office.run(WRONG, &["cifrado", "estado"]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("`cifrado.claves.dos.valor`: must hold 64"),
        "{told}"
    );
    let key = "5e".repeat(31) + "01";
    let confused = BOTH.replace("fichero = 'dos'", &format!("fichero = '{key}'"));
    let (code, _, told) = office.run(&confused, &["cifrado", "estado"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("`cifrado.claves.dos.fichero`: is a key"), "{told}");
    assert!(!told.contains(&key), "{told}");
}

fn what_has_its_document_in_common_with_a_special_act_is_not_accepted_without_the_key_either(
    backend: Backend,
) {
    let office = Office::new(backend);
    let (code, _, told) = office.publish(ONE, &[(200_001, "si"), (200_002, "no"), (200_003, "no")]);
    assert_eq!(code, Some(0), "{told}");
    // The key is not one of those of the service, which was started before it was first used.
    let (app, nif) = (&office.app, &office.nif);
    let caller = app.as_(app.scenario().all_roles());
    for result in caller.accept(nif, &[200_001, 200_002]).unwrap() {
        assert_eq!(result.error.unwrap().codigo, "SERVICIO_NO_DISPONIBLE");
    }
    let decided = caller.reject(nif, &[200_003]).unwrap();
    assert!(decided[0].acuse.is_some(), "nobody is given its document");
    let decided = app.count("select count(*) as n from acuses where codigo in (200001, 200002)");
    assert_eq!(decided, 0);
}

#[test]
fn a_wrong_key_under_which_nothing_lies_yet_is_told_at_the_start() {
    let folder = Backend::Sqlite.world().folder();
    let empty = tempfile::tempdir().unwrap();
    let database = path(&empty.path().join("n.sqlite3")).to_owned();
    let config = folder.join("notess.toml");
    let ran = notess(&["cifrado", "estado", "--config", path(&config)], &database);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let other = other_key(empty.path()).fichero.unwrap();
    let mut command = Served::command(program(), folder, &Backend::Sqlite.fresh_database());
    let served = Served::run(
        command
            .env("NOTESS_DATABASE_URL", &database)
            .env("NOTESS_CIFRADO__CLAVES__DEMO__FICHERO", &other),
    );
    let told = served.logged("cifrado.claves.demo");
    assert!(told.iter().any(|line| line.contains("ERROR")), "{told:?}");
}
