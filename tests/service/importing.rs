//! Importing, as an operator does it: files of spreadsheets, and codes that grow with publication.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use notess::domain::notificacion::{Codigo, Notificacion};
use notess::store::{Durability, StoreError, hold, notificaciones};

use crate::common::Backend;
use crate::place::{DOCUMENT, Place};
use crate::process::text;

over_both_databases!(
    a_spreadsheet_of_spain_is_published_and_accepted,
    a_late_lower_code_is_refused_unless_the_operator_says_so,
    a_lower_code_waits_for_whoever_is_publishing_a_higher_one,
);

const COLUMNS: &str =
    "codigo;nif;denominacion;procedimiento;asunto;obligacion;puesta_a_disposicion;documento";

/// A line of a spreadsheet, published now.
fn line(place: &Place, codigo: i32) -> String {
    let now = chrono::Utc::now().with_timezone(&chrono_tz::Europe::Madrid);
    let now = now.format("%d/%m/%Y %-H:%M");
    format!(
        "{codigo};{};PEÑA IBÁÑEZ, S.L.;TGSS-RD;Reclamación;4.1.a;{now};{DOCUMENT}",
        place.nif
    )
}

/// Where a file of these lines is, in Latin-1.
fn sheet(place: &Place, codes: &[i32]) -> String {
    let lines: Vec<String> = codes.iter().map(|codigo| line(place, *codigo)).collect();
    let octets: Vec<u8> = format!("{COLUMNS}\r\n{}\r\n", lines.join("\r\n"))
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    place.file(&format!("{}.csv", codes[0]), octets)
}

/// Publishes them: the exit code, and what it said.
fn publish(place: &Place, codes: &[i32], more: &[&str]) -> (Option<i32>, String) {
    place.run(&place.publishing(&sheet(place, codes), more))
}

fn pending(place: &Place) -> Vec<i32> {
    let caller = place.app.as_(place.app.scenario().all_roles());
    let mut pending = caller.pending(&place.nif, None);
    pending.retain(|codigo| *codigo > 2_000_000);
    pending
}

fn a_spreadsheet_of_spain_is_published_and_accepted(backend: Backend) {
    let place = Place::new(backend);
    let (code, told) = publish(&place, &[2_000_001], &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("Windows-1252"), "{told}");
    let caller = place.app.as_(place.app.scenario().all_roles());
    assert!(
        caller.accept(&place.nif, &[2_000_001]).unwrap()[0]
            .acuse
            .is_some()
    );
    let book = place.file("libro.xlsx", b"PK\x03\x04");
    let (_, told) = place.run(&["importar", "poderes", &book]);
    assert!(told.contains("CSV UTF-8"), "{told}");
}

fn a_late_lower_code_is_refused_unless_the_operator_says_so(backend: Backend) {
    let place = Place::new(backend);
    assert_eq!(publish(&place, &[2_000_005, 2_000_009], &[]).0, Some(0));
    let (code, told) = publish(&place, &[2_000_007, 2_000_010, 2_000_006], &[]);
    assert_eq!(code, Some(3), "{told}");
    for words in [
        "line 2:",
        "line 4:",
        "2000009",
        "2000010",
        "WSCN",
        "--fuera-de-orden",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(pending(&place), [2_000_005, 2_000_009, 2_000_010]);
    let (code, told) = publish(&place, &[2_000_007, 2_000_006], &["--fuera-de-orden"]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(
        pending(&place),
        [2_000_005, 2_000_006, 2_000_007, 2_000_009, 2_000_010]
    );
}

/// Of two imports at once the one with the higher codes commits first: the other must not go on from what it saw.
fn a_lower_code_waits_for_whoever_is_publishing_a_higher_one(backend: Backend) {
    let place = Place::new(backend);
    let (app, nif) = (&place.app, place.nif.parse().unwrap());
    let of = app.scenario().all_roles().by_role(1);
    let known = [of.pendientes[0]].map(|codigo| Codigo::new(codigo).unwrap());
    let store = app.store();
    let model = store
        .read::<_, StoreError, _>(|conn| notificaciones::find(conn, nif, &known))
        .unwrap()
        .remove(0);
    let mut publicada = (*model.publicada).clone();
    publicada.codigo = Codigo::new(2_000_009).unwrap();
    let higher = Notificacion {
        publicada: Arc::new(publicada),
        ..model
    };
    let file = sheet(&place, &[2_000_005, 2_000_010]);
    let arguments = place.configured(&place.publishing(&file, &[]));
    let other = store
        .write::<_, StoreError, _>(Durability::Full, |conn| {
            hold::hold_publication(conn)?;
            notificaciones::insert_notificaciones(conn, std::slice::from_ref(&higher))?;
            let other = Command::new(Path::new(env!("CARGO_BIN_EXE_notess")))
                .args(&arguments)
                .env("NOTESS_DATABASE_URL", &app.settings.database_url)
                .stderr(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            // Time for it to have read the highest code, and to come to where it waits.
            std::thread::sleep(Duration::from_secs(3));
            Ok(other)
        })
        .unwrap();
    let loaded = other.wait_with_output().unwrap();
    let told = text(&loaded.stderr);
    assert_eq!(loaded.status.code(), Some(3), "{told}");
    assert!(told.contains("line 2:") && told.contains("2000009"), "{told}");
    assert_eq!(pending(&place), [2_000_009, 2_000_010]);
}
