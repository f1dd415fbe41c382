//! SOAP clients of other languages, made from the WSDL that is served, against a running service.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use notess::config::Sello;

use crate::common::{Backend, TestApp};

over_both_databases!(
    python_zeep_goes_through_the_whole_cycle,
    python_zeep_goes_through_the_whole_cycle_of_wscn,
    old_programs_that_sign_with_sha1_are_served_where_the_operator_lets_them,
    node_soap_goes_through_the_whole_cycle,
    node_soap_goes_through_the_whole_cycle_of_wscn,
    php_soap_goes_through_the_whole_cycle_of_wscn,
    java_wss4j_goes_through_the_whole_cycle,
    java_axis_goes_through_the_whole_cycle,
    java_wss4j_goes_through_the_whole_cycle_of_wscn,
);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}

/// Runs a client's program against a service of its own.
fn run(backend: Backend, program: &Path, script: &str) {
    run_against(&without_seal(backend), program, script, &[]);
}

/// A service that seals acuses with the key by which it signs its answers: these programs verify both by its certificate.
fn without_seal(backend: Backend) -> TestApp {
    TestApp::start_with(backend, |settings| settings.sello.take_seal(&Sello::default()))
}

fn run_against(app: &TestApp, program: &Path, script: &str, arguments: &[&str]) {
    let place = tempfile::tempdir().unwrap();
    let scenario = app.scenario_file(place.path());
    succeed(
        Command::new(program)
            .arg(folder().join(script))
            .arg(scenario)
            .args(arguments),
    );
}

fn succeed(command: &mut Command) {
    let output = command.current_dir(folder()).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn python() -> PathBuf {
    let python = folder().join(".venv/bin/python");
    assert!(python.exists(), "run the tests with `make test`");
    python
}

fn python_zeep_goes_through_the_whole_cycle(backend: Backend) {
    run(backend, &python(), "canal_zeep.py");
}

fn python_zeep_goes_through_the_whole_cycle_of_wscn(backend: Backend) {
    run(backend, &python(), "wscn_zeep.py");
}

fn old_programs_that_sign_with_sha1_are_served_where_the_operator_lets_them(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.firma.sha1 = true);
    run_against(&app, &python(), "wscn_zeep.py", &["sha1"]);
    let counted = |metrics: &str| {
        let line = metrics
            .lines()
            .find(|line| line.starts_with("notess_sha1_signatures_total "));
        line.is_some_and(|line| !line.ends_with(" 0"))
    };
    assert!(counted(&app.get("/metrics").1));
}

fn run_node(backend: Backend, script: &str) {
    assert!(
        folder().join("node_modules/soap").exists(),
        "run the tests with `make test`"
    );
    run(backend, Path::new("node"), script);
}

fn node_soap_goes_through_the_whole_cycle(backend: Backend) {
    run_node(backend, "canal_soap.js");
}

fn node_soap_goes_through_the_whole_cycle_of_wscn(backend: Backend) {
    run_node(backend, "wscn_soap.js");
}

fn php_soap_goes_through_the_whole_cycle_of_wscn(backend: Backend) {
    run(backend, Path::new("php"), "wscn_php.php");
}

/// The Java programs, compiled once for every test, with client classes made from the WSDL that is served.
fn java_programs(app: &TestApp) -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("java");
        succeed(
            Command::new(folder().join("java/build.sh"))
                .arg(app.url("/INFRWSCN_Pruebas/WSCNPruebasService?wsdl"))
                .arg(app.url("/canal/v1?wsdl"))
                .arg(&place),
        );
        place
    })
}

fn run_java(app: &TestApp, program: &str, arguments: &[&str]) {
    let place = tempfile::tempdir().unwrap();
    succeed(
        Command::new("java")
            .arg(format!("@{}/args", java_programs(app).display()))
            .arg(program)
            .arg(app.scenario_file(place.path()))
            .args(arguments),
    );
}

fn java_wss4j_goes_through_the_whole_cycle(backend: Backend) {
    run_java(&without_seal(backend), "Canal", &[]);
}

fn java_axis_goes_through_the_whole_cycle(backend: Backend) {
    run_java(&without_seal(backend), "CanalAxis", &[]);
}

fn java_wss4j_goes_through_the_whole_cycle_of_wscn(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.servicio.pagina_wscn = 20);
    run_java(&app, "Wscn", &["20"]);
}
