//! The program under `faketime`, with which people try what comes later: terms that lapse, certificates that end.

use std::process::Command;

use chrono::{TimeDelta, Utc};

use crate::common::Backend;
use crate::process::{path, text};
use crate::served::Served;

over_both_databases!(a_service_goes_by_the_time_that_it_is_told);

/// How `faketime` has a program see another time. It stays between a program and whoever ends it, so that a service is run
/// with its variables instead.
fn variables(offset: &str) -> Vec<(String, String)> {
    let ended = Command::new("faketime").args(["-f", offset, "env"]).output();
    let ended = ended.expect("faketime is among the packages of tests");
    assert!(ended.status.success(), "{}", text(&ended.stderr));
    let all = text(&ended.stdout);
    let named = ["LD_PRELOAD", "FAKETIME"];
    let pairs = all.lines().filter_map(|line| line.split_once('='));
    pairs
        .filter(|(name, _)| named.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn a_service_goes_by_the_time_that_it_is_told(backend: Backend) {
    let world = backend.world();
    let database = backend.fresh_database();
    let ahead = TimeDelta::days(2);
    let program = Command::new(env!("CARGO_BIN_EXE_notess"));
    let mut command = Served::command(program, world.folder(), &database);
    // Not the clock of the database's server, which would speak against it.
    command.env("NOTESS_RELOJ__SALTO_MAXIMO", "1000000");
    let served = Served::run(command.envs(variables("+2d")));
    let alive = served.get("/health/live");
    assert!(alive.contains(" 200 "), "{alive}");
    let tomorrow = (Utc::now() + ahead - TimeDelta::minutes(10)).to_rfc3339();
    let serving: serde_json::Value = serde_json::from_str(&served.awaited("serving")).unwrap();
    assert!(
        serving["timestamp"].as_str().unwrap() > tomorrow.as_str(),
        "{serving}"
    );

    let titular = world.scenario.all_roles();
    let of = titular.by_role(1);
    let now = served.caller(&world.scenario);
    assert!(
        now.accept(&of.nif, &of.pendientes[..1]).is_err(),
        "its message is two days old"
    );
    let caller = served.caller_ahead(&world.scenario, ahead);
    let accepted = caller.accept(&of.nif, &of.pendientes[..1]).unwrap();
    let fecha = &accepted[0].acuse.as_ref().unwrap().fecha;
    assert!(fecha.as_str() > tomorrow.as_str(), "{fecha} {tomorrow}");
}

#[test]
fn a_world_can_be_prepared_at_another_time() {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("datos");
    let ended = Command::new("faketime")
        .args(["2031-02-03 10:00:00", env!("CARGO_BIN_EXE_notess")])
        .args(["demo", "--solo-preparar", "--datos", path(&world)])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", text(&ended.stderr));
    let issued = std::fs::read(world.join("servicio/servicio.crt.pem")).unwrap();
    let issued = openssl::x509::X509::from_pem(&issued).unwrap();
    assert!(
        issued.not_before().to_string().contains("2031"),
        "{}",
        issued.not_before()
    );
}
