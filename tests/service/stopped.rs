//! A load that is killed in the middle goes on where it was, and nothing is loaded twice.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::Backend;
use crate::place::{DOCUMENT, Place};

over_both_databases!(a_load_that_is_killed_goes_on_where_it_was_and_doubles_nothing);

/// Enough that the first batches are there long before the last.
const LINES: i32 = 12_000;
const FIRST: i32 = 2_000_001;

fn a_load_that_is_killed_goes_on_where_it_was_and_doubles_nothing(backend: Backend) {
    let place = Place::new(backend);
    let (app, nif) = (&place.app, &place.nif);
    let mut lines = String::from("codigo;nif;denominacion;procedimiento;asunto;obligacion;documento\n");
    for number in 0..LINES {
        // Each thousandth has something wrong.
        let procedure = if number % 1000 == 500 { "NADA" } else { "TGSS-RD" };
        let code = FIRST + number;
        writeln!(
            lines,
            "{code};{nif};HORNOS;{procedure};Reclamación;4.1.a;{DOCUMENT}"
        )
        .unwrap();
    }
    let file = place.file("many.csv", lines);
    let publishing = place.publishing(&file, &[]);
    let loaded = || app.count("select count(*) as n from notificaciones where codigo > 2000000");
    let mut first = Command::new(env!("CARGO_BIN_EXE_notess"))
        .args(place.configured(&publishing))
        .env("NOTESS_DATABASE_URL", &app.settings.database_url)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while loaded() == 0 {
        assert!(began.elapsed() < Duration::from_mins(2));
        std::thread::sleep(Duration::from_millis(5));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let before = loaded();
    assert!(before < i64::from(LINES), "it was killed too late");

    let (code, told) = place.run(&publishing);
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("it goes on behind line") && told.contains(&format!("{before} loaded")),
        "{told}"
    );
    let bad = i64::from(LINES / 1000);
    assert_eq!(loaded(), i64::from(LINES) - bad);
    assert!(
        told.contains(&format!("{} lines loaded, {bad} refused", i64::from(LINES) - bad)),
        "{told}"
    );
    assert_eq!(app.count("select count(*) as n from cargas"), 0);

    // It has come to its end: once more it is another load, of which all is on record.
    assert_eq!(place.run(&publishing).0, Some(1));
    assert_eq!(loaded(), i64::from(LINES) - bad);
}
