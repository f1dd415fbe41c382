//! What operators do is in the journal (D-115): every command that there is leaves its row, or is known to tell of nobody.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use notess::store::{StoreError, admitted};
use serde_json::Value;

use crate::common::{Backend, TestApp};
use crate::process::{notess, path, text};

over_both_databases!(
    every_command_of_operators_leaves_its_row,
    a_batch_and_its_row_are_one_transaction,
    whoever_runs_a_command_is_known_beside_the_name_that_he_says,
    a_journal_that_takes_no_row_is_verified_and_not_shown,
);

/// What is not in here has no way to the store but a desk, which is lent for a row.
const OPEN_THE_STORE: [&str; 3] = ["operator.rs", "demo", "serve.rs"];

#[test]
fn a_command_has_the_store_at_a_desk_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
    let mut files = vec![folder.clone()];
    let mut read = 0;
    while let Some(at) = files.pop() {
        let inside = at.strip_prefix(&folder).unwrap();
        if OPEN_THE_STORE.iter().any(|one| inside.starts_with(one)) {
            continue;
        }
        if at.is_dir() {
            files.extend(std::fs::read_dir(&at).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let code = std::fs::read_to_string(&at).unwrap();
        for way in ["Store::", "Store,", "Store}", "Store;"] {
            assert!(!code.contains(way), "{}: {way}", at.display());
        }
        read += 1;
    }
    assert!(read > 10, "{read}");
}

/// By whom it is done.
const OPERADOR: &str = "Berta Ruiz";

/// What a command leaves.
enum Leaves {
    /// Rows, of which the last is of this operation, with the SHA-256 of this file, if it is done by one.
    Row(&'static str, Vec<String>, Option<PathBuf>),
    /// None, and why.
    Nothing(&'static str),
    /// A row, which needs a published log: this test of `publishing` shows it.
    Elsewhere(&'static str),
}

/// Which lapses are taken back: those of a day before anything was published.
const ON_A_DAY_BEFORE: [&str; 6] = [
    "--desde",
    "2020-02-01",
    "--hasta",
    "2020-02-02",
    "--motivo",
    "corte",
];

/// A file of practices elsewhere that tells of none: what news does has a row of its own, of another operation.
fn without_news() -> PathBuf {
    let file = tempfile::tempdir().unwrap().keep().join("practicadas.csv");
    std::fs::write(&file, "codigo;medio;instante;sentido\n").unwrap();
    file
}

/// What each command leaves, of which none is missing here: whoever adds one says it.
fn leaves(app: &TestApp, command: &str) -> Leaves {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/importar");
    let strings = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let import = |operacion, file: &str, more: &[&str]| {
        let file = samples.join(file);
        Leaves::Row(operacion, strings(&[&[path(&file)], more].concat()), Some(file))
    };
    let of = app.scenario().all_roles().by_role(1);
    let codigo = of.pendientes[0].to_string();
    let row = |operacion, arguments: &[&str]| Leaves::Row(operacion, strings(arguments), None);
    match command {
        "importar notificaciones" => {
            let documents = samples.join("documentos");
            import(
                "importarNotificaciones",
                "notificaciones.csv",
                &["--documentos", path(&documents)],
            )
        }
        "procedimientos cargar" => {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/procedimientos/2026.csv");
            Leaves::Row("cargarProcedimientos", strings(&[path(&file)]), Some(file))
        }
        "importar poderes" => import("importarPoderes", "poderes.csv", &[]),
        "importar practicadas" => {
            let file = without_news();
            Leaves::Row("importarPracticadas", strings(&[path(&file)]), Some(file))
        }
        "importar autorizados-red" => import("importarAutorizadosRed", "autorizados-red.jsonl", &[]),
        "importar sucesiones" => import("importarSucesiones", "sucesiones.csv", &[]),
        "certificados admitir" => {
            let file = app.scenario().ca_no_admitida.certificado.clone();
            let arguments = strings(&[path(&file), "--sin-revocacion"]);
            Leaves::Row("admitirCertificado", arguments, Some(file))
        }
        "certificados retirar" => {
            let id = app.store().read::<_, StoreError, _>(admitted::list).unwrap()[0].id;
            row("retirarCertificado", &[&id.to_string()])
        }
        "auditoria verificar" => row("verificarAuditoria", &[]),
        "auditoria mostrar" => row("mostrarAuditoria", &["--codigo", &codigo]),
        "poderes listar"
        | "red listar"
        | "personas listar"
        | "sucesiones declarar"
        | "sucesiones listar"
        | "sucesiones anular" => of_titles(command, &of.nif),
        "explicar" => row(
            "explicar",
            &["--nif", &of.nif, "--poderdante", &of.nif, "--codigo", &codigo],
        ),
        "cifrado rotar" => row("cifrar", &[]),
        "cifrado limpiar" => row("limpiarCifrado", &[]),
        "reloj aceptar" => row("aceptarReloj", &[]),
        "calendarios cargar" => {
            let file = samples.with_file_name("calendarios").join("2026.csv");
            Leaves::Row("cargarCalendarios", strings(&[path(&file)]), Some(file))
        }
        // On a day before anything was published there.
        "incidencias declarar" => {
            let (from, to) = ("2020-02-01 08:00:00", "2020-02-01 21:00:00");
            row(
                "recontarPlazos",
                &["--desde", from, "--hasta", to, "--motivo", "corte"],
            )
        }
        "incidencias anular" => row("recontarPlazos", &["1", "--motivo", "no la hubo"]),
        "caducidades anular" => row("anularCaducidades", &ON_A_DAY_BEFORE),
        other => none_here(other),
    }
}

/// The same of those that leave none, or whose rows another test looks for.
fn none_here(command: &str) -> Leaves {
    match command {
        "cifrado estado" => Leaves::Nothing("it counts, and shows nobody"),
        "procedimientos listar" => Leaves::Nothing("the table of procedures tells of nobody"),
        "incidencias recontar" => Leaves::Nothing("nothing is left to be counted"),
        "calendarios listar" | "incidencias listar" => Leaves::Nothing("days and outages are nobody"),
        "auditoria sello" => {
            Leaves::Nothing("where the journal ends is nobody's, and it was told to others already")
        }
        "certificados listar" => Leaves::Nothing("issuers are no persons"),
        "reloj estado" => Leaves::Nothing("it tells when the last row was written, and shows none"),
        "transparencia iniciar" => Leaves::Elsewhere("an_anchor_that_is_lost_or_altered_signs_nothing"),
        "transparencia nuevo-origen" => {
            Leaves::Elsewhere("a_database_put_back_from_a_copy_signs_nothing_until_the_operator_has_decided")
        }
        "transparencia prueba" => Leaves::Elsewhere("a_proof_leads_from_the_journal_to_what_was_signed"),
        "transparencia clave" | "transparencia verificar" | "transparencia vigilar" => {
            Leaves::Nothing("they know files, and no store")
        }
        "serve" | "demo" => Leaves::Nothing("the service writes its rows by itself"),
        "tsa-de-prueba" => Leaves::Nothing("it knows no store"),
        of_client if of_client.starts_with("cliente ") => {
            Leaves::Nothing("the service that it asks writes them")
        }
        other => panic!("what does `notess {other}` leave in the journal?"),
    }
}

/// The same of those that tell who may receive; of successions one after the other.
fn of_titles(command: &str, sucesor: &str) -> Leaves {
    let (operacion, arguments) = match command {
        "poderes listar" => ("listarPoderes", Vec::new()),
        "red listar" => ("listarRed", Vec::new()),
        "personas listar" => ("listarPersonas", Vec::new()),
        "sucesiones declarar" => (
            "declararSucesion",
            vec![
                "--antecesor",
                "99999999R",
                "--sucesor",
                sucesor,
                "--entidad",
                "TGSS",
                "--causa",
                "mortis_causa",
                "--desde",
                "2025-01-01",
                "--motivo",
                "fallecimiento",
                "--referencia",
                "28/2026/7",
            ],
        ),
        "sucesiones listar" => ("listarSucesiones", Vec::new()),
        "sucesiones anular" => (
            "anularSucesion",
            vec!["1", "--motivo", "no lo era", "--referencia", "28/2026/8"],
        ),
        other => panic!("what does `notess {other}` leave in the journal?"),
    };
    let arguments = arguments.into_iter().map(str::to_owned).collect();
    Leaves::Row(operacion, arguments, None)
}

/// Runs a command of operators.
fn run(app: &TestApp, command: &str, arguments: &[String]) -> Output {
    let config = app.world_folder().join("notess.toml");
    let mut all: Vec<&str> = command.split(' ').collect();
    all.extend(arguments.iter().map(String::as_str));
    all.extend(["--config", path(&config), "--operador", OPERADOR]);
    notess(&all, &app.settings.database_url)
}

/// How many rows operators have left; the service may write lapses meanwhile.
fn left(app: &TestApp) -> i64 {
    app.count("select count(*) as n from auditoria where emisor = 'operador'")
}

/// A column of the last of them.
fn of_last(app: &TestApp, column: &str) -> String {
    app.column(&format!(
        "select {column} as text from auditoria where emisor = 'operador' order by id desc limit 1"
    ))
    .remove(0)
}

fn detalle(app: &TestApp) -> Value {
    serde_json::from_str(&of_last(app, "detalle")).unwrap()
}

fn every_command_of_operators_leaves_its_row(backend: Backend) {
    let app = TestApp::start(backend);
    let mut leaving = 0;
    for words in notess::cli::commands() {
        let command = words.join(" ");
        let (operacion, arguments, file) = match leaves(&app, &command) {
            Leaves::Row(operacion, arguments, file) => (operacion, arguments, file),
            Leaves::Elsewhere(test) => {
                assert!(
                    [
                        include_str!("publishing/read.rs"),
                        include_str!("publishing/forks.rs")
                    ]
                    .iter()
                    .any(|tests| tests.contains(&format!("fn {test}("))),
                    "{test}"
                );
                continue;
            }
            Leaves::Nothing(_) => continue,
        };
        let before = left(&app);
        let done = run(&app, &command, &arguments);
        assert!(done.status.success(), "{command}: {}", text(&done.stderr));
        assert!(left(&app) > before, "{command}");
        assert_eq!(of_last(&app, "operacion"), operacion, "{command}");
        assert_eq!(of_last(&app, "serie"), OPERADOR, "{command}");
        assert_eq!(of_last(&app, "emisor"), "operador", "{command}");
        if let Some(file) = file {
            let sha256 =
                notess::domain::notificacion::Huella(openssl::sha::sha256(&std::fs::read(file).unwrap()));
            let rows = app.count(&format!(
                "select count(*) as n from auditoria where operacion = '{operacion}' and serie = '{OPERADOR}' \
                 and detalle like '%\"fichero\":\"{sha256}\"%'"
            ));
            assert_eq!(rows, left(&app) - before, "{command}");
        }
        leaving += 1;
    }
    assert!(leaving >= 8, "{leaving}");
    app.journal_rows();
    // Those of which it is said that they leave none do not.
    for command in [
        "certificados listar",
        "reloj estado",
        "calendarios listar",
        "incidencias listar",
        "incidencias recontar",
    ] {
        let before = left(&app);
        assert!(matches!(leaves(&app, command), Leaves::Nothing(why) if !why.is_empty()));
        assert!(run(&app, command, &[]).status.success());
        assert_eq!(left(&app), before, "{command}");
    }
}

/// What was loaded is told with how many and whom, and what was refused too.
fn a_batch_and_its_row_are_one_transaction(backend: Backend) {
    let app = TestApp::start(backend);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("poderes.csv");
    let header = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin\n";
    let good = "P1,B99999120,99999945Q,general,,inscrito,2024-05-01,2029-05-01\n";
    let bad = "P2,B99999120,99999945Q,general,,dormido,2024-05-01,2029-05-01\n";
    std::fs::write(&file, [header, good, bad].concat()).unwrap();
    let load = |code: i32| {
        let before = left(&app);
        let loaded = run(&app, "importar poderes", &[path(&file).to_owned()]);
        assert_eq!(loaded.status.code(), Some(code), "{}", text(&loaded.stderr));
        (before, left(&app))
    };
    let (before, after) = load(3);
    assert_eq!(after, before + 2, "one of the batch, one of the whole");
    let batch = app.column(&format!(
        "select detalle as text from auditoria where emisor = 'operador' order by id limit 1 offset {before}"
    ));
    let batch: Value = serde_json::from_str(&batch[0]).unwrap();
    assert_eq!(batch["cuantas"], 1);
    assert_eq!(batch["nifs"], serde_json::json!(["99999945Q", "B99999120"]));
    let whole = detalle(&app);
    assert_eq!((&whole["cargadas"], &whole["rechazadas"]), (&1.into(), &1.into()));
    assert_eq!(of_last(&app, "resultado"), "terminado");
    // All bear one identifier.
    assert_eq!(
        app.count("select count(distinct peticion) as n from auditoria where emisor = 'operador'"),
        1
    );

    std::fs::write(&file, [header, bad].concat()).unwrap();
    let (before, after) = load(1);
    assert_eq!(after, before + 1);
    assert_eq!(detalle(&app)["rechazadas"], 1);
    std::fs::write(&file, "no_such_column\n").unwrap();
    load(1);
    assert_eq!(of_last(&app, "resultado"), "interrumpido");
    app.journal_rows();
}

fn whoever_runs_a_command_is_known_beside_the_name_that_he_says(backend: Backend) {
    let app = TestApp::start(backend);
    let config = app.world_folder().join("notess.toml");
    let accept = |variables: &[(&str, &str)], more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_notess"));
        command
            .args(["reloj", "aceptar", "--config"])
            .arg(&config)
            .args(more);
        command.env("NOTESS_DATABASE_URL", &app.settings.database_url);
        for variable in ["SUDO_USER", "LOGNAME", "USER"] {
            command.env_remove(variable);
        }
        command.envs(variables.iter().copied()).output().unwrap()
    };
    let name = || (of_last(&app, "serie"), detalle(&app)["cuenta"].clone());
    // Without any name, the account that the kernel knows.
    assert!(accept(&[], &[]).status.success());
    let (account, none) = name();
    assert!(none.is_null() && account != "desconocido", "{account}");
    // A name that somebody says never hides it.
    assert!(accept(&[("USER", "nadie-asi")], &[]).status.success());
    assert_eq!(name(), ("nadie-asi".to_owned(), account.as_str().into()));
    let said = ["--operador", "Ana Prado"];
    assert!(accept(&[("SUDO_USER", "nadie-asi")], &said).status.success());
    assert_eq!(name(), ("Ana Prado".to_owned(), account.as_str().into()));
    for wrong in ["", " ", "ana\nhecho"] {
        let refused = accept(&[], &["--operador", wrong]);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}");
    }
    app.journal_rows();
}

fn a_journal_that_takes_no_row_is_verified_and_not_shown(backend: Backend) {
    let app = TestApp::start(backend);
    if app.settings.database_url.starts_with("postgres") {
        // Nothing can be added.
        app.tamper(
            "auditoria",
            "alter table auditoria add constraint no_more check (id < 0) not valid; \
             update auditoria_cabeza set secuencia = secuencia - 1",
        );
    } else {
        // The head was set back: where the next row would be there is one.
        app.tamper(
            "auditoria_cabeza",
            "update auditoria_cabeza set secuencia = secuencia - 1",
        );
    }
    let verified = run(&app, "auditoria verificar", &[]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(
        text(&verified.stdout).contains("BROKEN"),
        "{}",
        text(&verified.stdout)
    );
    let warned = text(&verified.stderr);
    assert!(warned.contains("does not tell of this verification"), "{warned}");
    let of = app.scenario().all_roles().by_role(1);
    let codigo = of.pendientes[0].to_string();
    let asked = ["--nif", &of.nif, "--poderdante", &of.nif, "--codigo", &codigo].map(str::to_owned);
    let refused = run(&app, "explicar", &asked);
    assert!(!refused.status.success() && refused.stdout.is_empty());
}
