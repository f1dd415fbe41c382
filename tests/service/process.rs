//! The program itself, run as an operator or a client's programmer runs it.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use notess::domain::poder::EstadoPoder;
use notess::store::{StoreError, access};

use crate::common::{Backend, TestApp, Titular};
use crate::served::Served;

over_both_databases!(
    the_bundled_client_lists_accepts_and_gets,
    imported_notifications_are_served_and_bad_lines_are_told,
    the_samples_of_files_to_import_are_loaded_whole,
    a_revocation_later_in_the_same_file_holds,
    the_journal_is_verified_from_the_command_line,
    a_service_that_is_told_to_stop_ends_well,
);

pub fn notess(arguments: &[&str], database: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(arguments)
        .env("NOTESS_DATABASE_URL", database)
        .output()
        .unwrap()
}

/// Runs the bundled client as this holder.
pub fn cliente(app: &TestApp, titular: &Titular, url: &str, operation: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["cliente", operation, "--url", url, "--p12", path(&titular.p12)];
    arguments.extend([
        "--contrasena",
        &titular.contrasena,
        "--servicio",
        path(&app.scenario().servicio.certificado),
    ]);
    arguments.extend(more);
    notess(&arguments, "")
}

pub fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

pub fn path(of: &Path) -> &str {
    of.to_str().unwrap()
}

fn the_bundled_client_lists_accepts_and_gets(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(2);
    let url = app.url("/canal/v1");
    let run = |operation: &str, more: &[&str]| cliente(&app, titular, &url, operation, more);
    let listed = run(
        "consultar",
        &[
            "--poderdante",
            &of.nif,
            "--rol",
            "2",
            "--estado",
            "0",
            "--estado",
            "1",
            "--json",
        ],
    );
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let codes: Vec<i64> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["codigo"].as_i64().unwrap())
        .collect();
    assert!(of.pendientes.iter().all(|code| codes.contains(&i64::from(*code))));

    let warning = app.scenario().advertencia.as_str();
    let one = of.pendientes[0].to_string();
    let decide = ["--poderdante", &of.nif, "--advertencia", warning];
    assert!(run("firmar", &[&decide[..], &[&one]].concat()).status.success());
    let some_denied = run("firmar", &[&decide[..], &[&one, "2147483647"]].concat());
    assert_eq!(some_denied.status.code(), Some(3));
    let everything = run("rechazar", &[&decide[..], &["--todas", "--json"]].concat());
    assert!(everything.status.success(), "{}", text(&everything.stderr));
    let results: serde_json::Value = serde_json::from_slice(&everything.stdout).unwrap();
    assert_eq!(results.as_array().unwrap().len(), codes.len() - 1);
    let neither = run("firmar", &decide);
    assert_eq!(neither.status.code(), Some(2));
    assert!(
        text(&neither.stderr).contains("CODIGO"),
        "{}",
        text(&neither.stderr)
    );
    gets_what_was_decided(&run, &of.nif, &one, codes.len());
}

/// The bundled client gets the document of one code, which is accepted, and the acuses of at least so many.
fn gets_what_was_decided(run: &dyn Fn(&str, &[&str]) -> Output, nif: &str, one: &str, decided: usize) {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("one.pdf");
    assert!(
        run("documento", &["--poderdante", nif, one, "--salida", path(&pdf)])
            .status
            .success()
    );
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
    let refused = run(
        "documento",
        &["--poderdante", "12345678Z", one, "--salida", path(&pdf)],
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("SIN_REPRESENTACION"),
        "{}",
        text(&refused.stderr)
    );

    let whose = ["--poderdante", nif, "--carpeta", path(folder.path()), "--json"];
    let several = run("documento", &[&whose[..], &[one, "2147483647"]].concat());
    assert_eq!(several.status.code(), Some(3));
    let several: serde_json::Value = serde_json::from_slice(&several.stdout).unwrap();
    assert!(several[0]["octetos"].is_number() && several[0]["error"].is_null());
    assert_eq!(several[1]["error"]["codigo"], "NOTIFICACION_DESCONOCIDA");
    let acuses = run("acuse", &[&whose[..], &["--todas"]].concat());
    assert!(acuses.status.success(), "{}", text(&acuses.stderr));
    let acuses: serde_json::Value = serde_json::from_slice(&acuses.stdout).unwrap();
    let got = acuses.as_array().unwrap();
    assert!(got.len() >= decided);
    for one in got {
        assert!(Path::new(one["fichero"].as_str().unwrap()).exists());
    }
}

/// `notess cliente … | head`.
#[test]
fn who_reads_only_the_beginning_of_an_answer_ends_the_client_in_peace() {
    let app = TestApp::start(Backend::Sqlite);
    let titular = app.scenario().all_roles();
    let mut client = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args([
            "cliente",
            "poderdantes",
            "--url",
            &app.url("/canal/v1"),
            "--p12",
            path(&titular.p12),
        ])
        .args(["--contrasena", &titular.contrasena])
        .args(["--servicio", path(&app.scenario().servicio.certificado)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(client.stdout.take());
    let ended = client.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", text(&ended.stderr));
}

fn imported_notifications_are_served_and_bad_lines_are_told(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), b"%PDF-1.4\n%%EOF\n").unwrap();
    let now = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ");
    let line = |code: i32, document: &str| {
        format!(
            "{{\"codigo\":{code},\"nif\":\"{}\",\"denominacion\":\"X\",\"procedimiento\":\"TGSS-RD\",\"asunto\":\"Y\",\
             \"obligacion\":\"4.1.a\",\"puesta_a_disposicion\":\"{now}\",\"documento\":\"{document}\"}}\n",
            of.nif
        )
    };
    let file = folder.path().join("new.jsonl");
    std::fs::write(
        &file,
        line(2_000_001, "a.pdf") + &line(2_000_002, "../a.pdf") + &line(2_000_003, "a.pdf"),
    )
    .unwrap();
    let config = path(&app.world_folder().join("notess.toml")).to_owned();
    let arguments = [
        "importar",
        "notificaciones",
        path(&file),
        "--documentos",
        path(folder.path()),
        "--config",
        &config,
    ];
    let loaded = notess(&arguments, &app.settings.database_url);
    assert_eq!(loaded.status.code(), Some(3), "{}", text(&loaded.stderr));
    assert!(
        text(&loaded.stderr).contains("line 2:"),
        "{}",
        text(&loaded.stderr)
    );
    let caller = app.as_(titular);
    let pending = caller.pending(&of.nif, None);
    assert!(pending.contains(&2_000_001) && !pending.contains(&2_000_002) && pending.contains(&2_000_003));
    assert!(caller.accept(&of.nif, &[2_000_003]).unwrap()[0].acuse.is_some());
    let again = notess(&arguments, &app.settings.database_url);
    assert_eq!(again.status.code(), Some(1), "nothing of it can be loaded twice");
}

fn the_samples_of_files_to_import_are_loaded_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/importar");
    let config = path(&app.world_folder().join("notess.toml")).to_owned();
    let load = |what: &str, file: &str, more: &[&str]| {
        let file = samples.join(file);
        let arguments = [&["importar", what, path(&file), "--config", &config], more].concat();
        let loaded = notess(&arguments, &app.settings.database_url);
        assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    };
    let documents = samples.join("documentos");
    for file in ["notificaciones.csv", "notificaciones.jsonl"] {
        load("notificaciones", file, &["--documentos", path(&documents)]);
    }
    load(
        "notificaciones",
        "historico.csv",
        &["--documentos", path(&documents), "--historico"],
    );
    load("practicadas", "practicadas.csv", &[]);
    load("poderes", "poderes.csv", &[]);
    load("autorizados-red", "autorizados-red.jsonl", &[]);
    load("sucesiones", "sucesiones.csv", &[]);
}

fn a_revocation_later_in_the_same_file_holds(backend: Backend) {
    let app = TestApp::start(backend);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("poderes.csv");
    let line = |estado: &str| format!("P1,B99999120,99999945Q,general,,{estado},2024-05-01,2029-05-01\n");
    let header = "referencia,poderdante,apoderado,tipo,materias,estado,inscrito,fin\n";
    std::fs::write(&file, header.to_owned() + &line("inscrito") + &line("revocado")).unwrap();
    let config = path(&app.world_folder().join("notess.toml")).to_owned();
    let arguments = ["importar", "poderes", path(&file), "--config", &config];
    let loaded = notess(&arguments, &app.settings.database_url);
    assert!(loaded.status.success(), "{}", text(&loaded.stderr));
    let [poderdante, apoderado] = ["B99999120", "99999945Q"].map(|nif| nif.parse().unwrap());
    let titles = app
        .store()
        .read::<_, StoreError, _>(|conn| access::titles(conn, apoderado, &[poderdante]))
        .unwrap();
    let held: Vec<_> = titles[&poderdante]
        .poderes
        .iter()
        .map(|poder| poder.estado)
        .collect();
    assert_eq!(held, [EstadoPoder::Revocado]);
}

fn the_journal_is_verified_from_the_command_line(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(3);
    app.as_(titular).accept(&of.nif, &of.pendientes[..2]).unwrap();
    let config = path(&app.world_folder().join("notess.toml")).to_owned();
    let verified = notess(
        &["auditoria", "verificar", "--config", &config],
        &app.settings.database_url,
    );
    assert!(verified.status.success());
    let told = text(&verified.stdout);
    assert!(told.starts_with("whole: "), "{told}");

    // Whatever is not as it was recorded is named, and the command fails.
    let codigo = of.pendientes[1];
    app.tamper(
        "acuses",
        &format!("update acuses set sentido = 'rechazo' where codigo = {codigo}"),
    );
    let verify = |more: &[&str]| {
        let asked = [&["auditoria", "verificar", "--config", &config], more].concat();
        let broken = notess(&asked, &app.settings.database_url);
        assert!(!broken.status.success());
        text(&broken.stdout)
    };
    let told = verify(&[]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert_eq!(
        lines[0],
        format!("acuses {codigo}: sentido is not what the journal says")
    );
    assert_eq!(
        lines[1],
        format!("notificaciones {codigo}: estado is not what the acuse says")
    );
    assert!(lines[2].starts_with("BROKEN: 2 faults: "), "{told}");
    let json: Vec<serde_json::Value> = verify(&["--json"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(json[0]["tabla"], "acuses");
    assert_eq!(json[0]["clave"], codigo.to_string());
    assert_eq!(json[0]["columna"], "sentido");
    assert_eq!(json[2]["fallos"], 2);
}

fn a_service_that_is_told_to_stop_ends_well(backend: Backend) {
    let database = backend.fresh_database();
    let mut served = Served::start(backend.world().folder(), &database);
    served.tell_to_stop();
    let began = Instant::now();
    assert!(served.child.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_sqlite_file_that_has_a_service_is_refused_to_another() {
    let app = TestApp::start(Backend::Sqlite);
    let config = app.world_folder().join("notess.toml");
    let ended = notess(&["serve", "--config", path(&config)], &app.settings.database_url);
    assert!(!ended.status.success());
    let told = text(&ended.stderr);
    assert!(told.contains("`database_url`: another service"), "{told}");
}

#[test]
fn bad_settings_stop_the_start_and_name_the_option() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.toml");
    let least = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'c.pem'\nclave = 'k.pem'\n";
    for (settings, named) in [
        (format!("{least}sha256 = true\n"), "sha256"),
        (least.to_owned(), "firma.certificado"),
        (format!("{least}[servicio]\ncola = 0\n"), "servicio.cola"),
        (
            format!("{least}[servicio]\ndireccion = 'x'\n"),
            "servicio.direccion",
        ),
        (least.replace("n.sqlite3", "mysql://x"), "database_url"),
        (format!("{least}[registro]\nnivel = 'inof'\n"), "registro.nivel"),
        (format!("{least}[registro]\nnivel = ''\n"), "registro.nivel"),
    ] {
        std::fs::write(&file, &settings).unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(["serve", "--config", path(&file)])
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(1), "{settings}");
        assert!(
            text(&ended.stderr).contains(named),
            "{named}: {}",
            text(&ended.stderr)
        );
    }
    let nowhere = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(["serve", "--config", "/no/such.toml"])
        .output()
        .unwrap();
    assert!(text(&nowhere.stderr).contains("/no/such.toml"));
}

#[test]
fn of_the_signing_key_and_its_certificate_the_option_that_is_wrong_is_named() {
    let world = Backend::Sqlite.world();
    let own = |name: &str| world.folder().join("servicio").join(name);
    let (certificate, key) = (own("servicio.crt.pem"), own("servicio.key.pem"));
    let other = &world.scenario.all_roles().clave;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("n.toml");
    for (certificado, clave, named) in [
        (&key, &key, "`firma.certificado`"),
        (&file, &key, "`firma.certificado`"),
        (&certificate, &certificate, "`firma.clave`"),
        (&certificate, other, "`firma.clave`"),
    ] {
        let settings = format!(
            "database_url = 'n.sqlite3'\n[firma]\ncertificado = '{}'\nclave = '{}'\n",
            path(certificado),
            path(clave)
        );
        std::fs::write(&file, settings).unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(["serve", "--config", path(&file)])
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(1));
        let told = text(&ended.stderr);
        assert!(told.contains(named), "{named}: {told}");
    }
}
