//! A prepared world as a folder: the same for the same seed, as small as is asked for, and at home wherever it is copied to.

use std::path::Path;
use std::process::Command;

use chrono::TimeDelta;
use serde_json::Value;

use super::{Demo, demo};
use crate::common::{Backend, Database};
use crate::process::text;

fn prepared(arguments: &[&str]) -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let made = demo(folder.path())
        .args([
            "--solo-preparar",
            "--clave-titulares",
            "ec",
            "--clave-servicio",
            "ec",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let json = std::fs::read_to_string(folder.path().join("escenario.json")).unwrap();
    (folder, serde_json::from_str(&json).unwrap())
}

#[test]
fn a_seed_gives_the_same_world_each_time_but_for_its_keys() {
    let of = |seed: &str| prepared(&["--semilla", seed, "--notificaciones", "80"]);
    let ((one, first), (other, second)) = (of("7"), of("7"));
    assert_eq!(first["semilla"], 7);
    assert_eq!(first["titulares"], second["titulares"]);
    let key = |folder: &Path| std::fs::read(folder.join("titulares/gestoria.key.pem")).unwrap();
    assert_ne!(key(one.path()), key(other.path()));
    assert_ne!(of("8").1["titulares"], first["titulares"]);
}

#[test]
fn a_prepared_folder_is_served_wherever_it_is_copied_to() {
    let (made, json) = prepared(&["--notificaciones", "60", "--control", "0"]);
    for titular in json["titulares"].as_array().unwrap() {
        for file in ["p12", "certificado", "clave"] {
            let file = Path::new(titular[file].as_str().unwrap());
            assert!(
                file.is_relative() && made.path().join(file).is_file(),
                "{}",
                file.display()
            );
        }
    }
    let copy = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .args(["-r", "--"])
        .arg(format!("{}/.", made.path().display()))
        .arg(copy.path())
        .status()
        .unwrap();
    assert!(copied.success());
    drop(made);
    let demo = Demo::serve(copy, Database::Elsewhere(String::new()), &[]);
    let own = demo.titular("gestoria").by_role(1);
    let caller = demo.caller("gestoria", TimeDelta::zero());
    let pending = caller.pending(&own.nif, None);
    assert_eq!(pending.len(), own.pendientes.len());
    // Its revocation list has come along: who is revoked is refused.
    let revoked = demo.caller("revocado", TimeDelta::zero());
    let told = notess::client::calls::poderdantes(&revoked.connection).unwrap_err();
    assert!(told.to_string().contains("CERTIFICADO_REVOCADO"), "{told}");
    assert!(caller.accept(&own.nif, &pending[..1]).unwrap()[0].acuse.is_some());
    demo.told("POST", "/origen", "");
    assert_eq!(caller.pending(&own.nif, None).len(), own.pendientes.len());
}

#[test]
fn a_world_of_none_is_served_and_filled_by_the_door() {
    let demo = Demo::start(Backend::Sqlite, &["--notificaciones", "0"]);
    let own = demo.titular("gestoria").by_role(1);
    let caller = demo.caller("gestoria", TimeDelta::zero());
    assert_eq!(caller.pending(&own.nif, None), [0; 0]);
    let csv = format!(
        "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento\n1;{};X;TGSS-RD;Y;4.1.a;ejemplo.pdf\n",
        own.nif
    );
    let (status, told) = demo.load("/notificaciones", &csv);
    assert_eq!(status, 200, "{told}");
    assert_eq!(caller.pending(&own.nif, None), [1]);
}
