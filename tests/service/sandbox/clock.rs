//! Official time of a demonstration, as it is told and moved.

use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Demo, demo};
use crate::common::Backend;
use crate::common::caller::only_error;
use crate::process::{path, text};

over_both_databases!(
    a_world_is_laid_out_by_the_time_that_it_is_told_and_goes_on_by_it,
    terms_lapse_as_soon_as_the_clock_is_moved_and_callers_go_by_their_own,
    the_clock_goes_back_and_what_had_lapsed_stays_so,
);

fn official(demo: &Demo) -> DateTime<Utc> {
    let clock = demo.told("GET", "/reloj", "");
    clock["oficial"].as_str().unwrap().parse().unwrap()
}

fn ahead(demo: &Demo) -> TimeDelta {
    let clock = demo.told("GET", "/reloj", "");
    TimeDelta::seconds(clock["adelanto_segundos"].as_i64().unwrap())
}

fn near(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    (one - other).abs() < TimeDelta::minutes(5)
}

fn a_world_is_laid_out_by_the_time_that_it_is_told_and_goes_on_by_it(backend: Backend) {
    let demo = Demo::start(backend, &["--reloj", "+3d"]);
    assert_eq!(ahead(&demo), TimeDelta::days(3));
    let own = demo.titular("gestoria").by_role(1);
    let caller = demo.caller("gestoria", TimeDelta::zero());
    let mut pending = caller.pending(&own.nif, None);
    pending.reverse();
    let mut told = own.pendientes.clone();
    told.sort_unstable();
    pending.sort_unstable();
    assert_eq!(pending, told);
    let decided = caller.accept(&own.nif, &told[..1]).unwrap().remove(0);
    let at: DateTime<Utc> = decided.acuse.unwrap().fecha.parse().unwrap();
    assert!(near(at, Utc::now() + TimeDelta::days(3)), "{at}");

    // It is the world's: whoever starts it again, or operates, has it too.
    let (folder, database) = demo.end();
    let settings = folder.path().join("notess.toml");
    let said = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(["reloj", "estado", "--config", path(&settings)])
        .output()
        .unwrap();
    let told_by = text(&said.stdout);
    let machine = told_by.lines().next().unwrap().split_once(' ').unwrap().1;
    let at: DateTime<Utc> = machine.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(near(at, Utc::now() + TimeDelta::days(3)), "{told_by}");
    let demo = Demo::serve(folder, database, &[]);
    assert_eq!(ahead(&demo), TimeDelta::days(3));
    let own = demo.titular("gestoria").by_role(1);
    let again = demo.caller("gestoria", TimeDelta::zero());
    assert!(again.accept(&own.nif, &told[1..2]).unwrap()[0].acuse.is_some());
    demo.verified();
}

fn terms_lapse_as_soon_as_the_clock_is_moved_and_callers_go_by_their_own(backend: Backend) {
    let demo = Demo::start(backend, &[]);
    let own = demo.titular("gestoria").by_role(1);
    let by_machine = demo.caller("gestoria", TimeDelta::zero());
    assert!(!by_machine.pending(&own.nif, None).is_empty());
    let moved = demo.told("POST", "/reloj", r#"{"avance": "+11d"}"#);
    assert_eq!(moved["adelanto_segundos"], 11 * 86_400);
    assert!(moved["caducadas"].as_u64().unwrap() > 0, "{moved}");
    // By either clock.
    for ahead in [TimeDelta::zero(), TimeDelta::days(11)] {
        let caller = demo.caller("gestoria", ahead);
        assert_eq!(caller.pending(&own.nif, None), [0; 0]);
        let denied = caller.accept(&own.nif, &own.pendientes[..1]).unwrap();
        assert_eq!(only_error(&denied), "CADUCADA");
    }
    // And by none else.
    let lost = demo.caller("gestoria", TimeDelta::days(5));
    assert!(lost.accept(&own.nif, &own.pendientes[..1]).is_err());
    let at = "2031-05-06T07:08:09+02:00";
    demo.told("POST", "/reloj", &format!(r#"{{"instante": "{at}"}}"#));
    let then: DateTime<Utc> = at.parse().unwrap();
    assert!(official(&demo) >= then && near(official(&demo), then));
    demo.verified();
}

fn the_clock_goes_back_and_what_had_lapsed_stays_so(backend: Backend) {
    let demo = Demo::start(backend, &[]);
    let own = demo.titular("gestoria").by_role(1);
    let caller = demo.caller("gestoria", TimeDelta::zero());
    demo.told("POST", "/reloj", r#"{"avance": "+11d"}"#);
    let back = demo.told("POST", "/reloj", r#"{"avance": "-11d"}"#);
    assert_eq!(
        (back["adelanto_segundos"].as_i64(), back["caducadas"].as_u64()),
        (Some(0), Some(0))
    );
    assert_eq!(caller.pending(&own.nif, None), [0; 0]);
    // What is published now is pending, and is decided at once.
    let line = format!("900001;{};X;TGSS-RD;Y;4.1.a;ejemplo.pdf\n", own.nif);
    let header = "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento\n";
    assert_eq!(demo.load("/notificaciones", &(header.to_owned() + &line)).0, 200);
    let decided = caller.accept(&own.nif, &[900_001]).unwrap().remove(0);
    let at: DateTime<Utc> = decided.acuse.unwrap().fecha.parse().unwrap();
    assert!(near(at, Utc::now()), "{at}");
}

#[test]
fn a_time_of_its_own_has_no_service_and_no_database_that_no_demonstration_made() {
    let folder = tempfile::tempdir().unwrap();
    let made = demo(folder.path())
        .args([
            "--solo-preparar",
            "--notificaciones",
            "0",
            "--clave-titulares",
            "ec",
        ])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    let settings = folder.path().join("notess.toml");
    let written = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(folder.path().join("reloj.txt"), "86400\n").unwrap();
    std::fs::write(
        &settings,
        written.replace("\"notess.sqlite3\"", "\"other.sqlite3\""),
    )
    .unwrap();
    let notess = |arguments: &[&str]| {
        let ended = Command::new(env!("CARGO_BIN_EXE_notess"))
            .args(arguments)
            .args(["--config", path(&settings)])
            .env("NOTESS_SERVICIO__DIRECCION", "127.0.0.1:0")
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
        text(&ended.stderr)
    };
    for command in [&["serve"][..], &["reloj", "estado"]] {
        let told = notess(command);
        assert!(told.contains("`reloj.desfase_fichero`"), "{told}");
        assert!(told.contains("none made this database"), "{told}");
    }
    std::fs::write(&settings, written.replace("\"pruebas\"", "\"produccion\"")).unwrap();
    let told = notess(&["serve"]);
    assert!(
        told.contains("`reloj.desfase_fichero`") && told.contains("never"),
        "{told}"
    );
    std::fs::remove_file(folder.path().join("reloj.txt")).unwrap();
    for option in [["--reloj", "+1d"], ["--control", "0"]] {
        let refused = demo(folder.path()).args(option).output().unwrap();
        let told = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1));
        assert!(told.contains(option[0]) && told.contains("produccion"), "{told}");
    }
}
