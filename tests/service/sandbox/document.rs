//! `docs/entorno-de-pruebas.md`: every call that it shows is made, and every example that it names is run.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Demo;
use crate::common::Backend;
use crate::process::{path, text};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    std::fs::read_to_string(root().join("docs/entorno-de-pruebas.md")).unwrap()
}

/// The blocks of a document that are of this language.
fn blocks<'a>(document: &'a str, language: &str) -> Vec<&'a str> {
    let begins = format!("```{language}\n");
    let found = document.split(begins.as_str()).skip(1);
    found.map(|rest| rest.split("\n```").next().unwrap()).collect()
}

#[test]
fn every_call_that_the_document_shows_is_taken_and_it_shows_all_that_there_are() {
    let document = document();
    let demo = Demo::start(Backend::Sqlite, &[]);
    let place = tempfile::tempdir().unwrap();
    let mut shown = String::new();
    for block in blocks(&document, "sh")
        .into_iter()
        .filter(|block| block.contains("curl"))
    {
        if block.contains("notess demo") {
            continue;
        }
        // What is not taken ends in an error, and so do programs that wait for what does not come.
        let script = block
            .replace("curl -s", "curl -sS --fail-with-body -m 20")
            .replace("http://127.0.0.1:8098", demo.url("control"));
        let ended = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &script])
            .current_dir(place.path())
            .output()
            .unwrap();
        assert!(
            ended.status.success(),
            "{block}\n{}{}",
            text(&ended.stdout),
            text(&ended.stderr)
        );
        shown.push_str(block);
        shown.push('\n');
    }
    let calls = demo.told("GET", "/", "");
    for call in calls.as_array().unwrap() {
        let (method, route) = (call["metodo"].as_str().unwrap(), call["ruta"].as_str().unwrap());
        let route = route.split("NOMBRE").next().unwrap();
        let with = |line: &str| {
            let said = line
                .split("-X ")
                .nth(1)
                .map(|rest| rest.split(' ').next().unwrap());
            let default = if line.contains("-d ") || line.contains("--data") {
                "POST"
            } else {
                "GET"
            };
            let is_route = line.split("8098").nth(1).is_some_and(|rest| {
                let rest = rest.trim_end_matches(|c: char| " \\'\"".contains(c));
                let end = rest.find([' ', '\'', '"', '?']).unwrap_or(rest.len());
                let named = &rest[..end];
                named == route || (route.ends_with('/') && route.len() > 1 && named.starts_with(route))
            });
            is_route && said.unwrap_or(default) == method
        };
        let joined = shown.replace("\\\n", "");
        assert!(joined.lines().any(with), "{method} {route} is not shown");
    }
}

#[test]
fn every_fault_is_told_in_the_document() {
    let document = document();
    let demo = Demo::start(Backend::Sqlite, &["--notificaciones", "0"]);
    let (_, refused) = demo.call("POST", "/fallos", "application/json", b"{}");
    let told = refused["errores"][0]["motivo"].as_str().unwrap().to_owned();
    let names = told.rsplit_once(": ").unwrap().1;
    for name in names.split(", ") {
        assert!(document.contains(&format!("| `{name}` |")), "{name}");
    }
}

/// Runs an example as its document says, against a world of its own.
fn run(command: &mut Command) {
    let demo = Demo::start(Backend::Sqlite, &[]);
    let ended = command
        .env("MUNDO", demo.folder.path())
        .env("NOTESS", env!("CARGO_BIN_EXE_notess"))
        .output()
        .unwrap();
    assert!(
        ended.status.success(),
        "{}\n{}",
        text(&ended.stdout),
        text(&ended.stderr)
    );
}

fn example(name: &str) -> PathBuf {
    assert!(
        document().contains(&format!("../tests/ejemplos/{name}")),
        "{name} is not named"
    );
    root().join("tests/ejemplos").join(name)
}

#[test]
fn the_example_for_pytest_passes() {
    let python = root().join("tests/interop/.venv/bin/python");
    assert!(python.exists(), "run the tests with `make test`");
    run(Command::new(python)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .arg(example("test_notificaciones.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1"));
}

#[test]
fn the_example_for_node_passes() {
    run(Command::new("node")
        .arg("--test")
        .arg(example("notificaciones.test.mjs")));
}

#[test]
fn the_example_for_phpunit_passes() {
    run(Command::new("phpunit")
        .arg("--do-not-cache-result")
        .arg(example("NotificacionesTest.php")));
}

#[test]
fn the_example_for_junit_passes() {
    let jars = ["junit4", "hamcrest-core", "gson"].map(|jar| format!("/usr/share/java/{jar}.jar"));
    let classes = tempfile::tempdir().unwrap();
    let compiled = Command::new("javac")
        .args(["-cp", &jars.join(":"), "-d", path(classes.path())])
        .arg(example("NotificacionesTest.java"))
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", text(&compiled.stderr));
    run(Command::new("java")
        .args(["-cp", &format!("{}:{}", jars.join(":"), path(classes.path()))])
        .args(["org.junit.runner.JUnitCore", "NotificacionesTest"]));
}
