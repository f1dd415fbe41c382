//! Procedures are data: what is loaded can be published at once, and what was published stays what it was.

use notess::domain::materia::{Entidad, PROCEDIMIENTOS};
use notess::domain::operation::ListRequest;

use crate::common::Backend;
use crate::common::caller::listing;
use crate::place::{DOCUMENT, Place};
use crate::process::path;

over_both_databases!(
    the_first_edition_is_what_the_program_had,
    a_procedure_that_was_loaded_is_published_and_listed_and_one_that_is_over_is_not,
);

fn load(place: &Place, lines: &str) -> (Option<i32>, String) {
    let header = "codigo;entidad;materia;denominacion;neutra;especial;desde;hasta";
    let file = place.file("procedimientos.csv", format!("{header}\n{lines}\n"));
    place.run(&["procedimientos", "cargar", &file])
}

fn publish(place: &Place, codigo: i32, procedimiento: &str) -> (Option<i32>, String) {
    let header = "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento";
    let line = format!(
        "{codigo};{};HORNOS;{procedimiento};Asunto;4.1.a;{DOCUMENT}",
        place.nif
    );
    let file = place.file("notificaciones.csv", format!("{header}\n{line}\n"));
    place.run(&place.publishing(&file, &[]))
}

/// Codes that were published here, of some bodies, and the words for their procedures.
fn listed(place: &Place, entidades: Vec<Entidad>) -> Vec<(i32, String)> {
    let caller = place.app.as_(place.app.scenario().all_roles());
    let asked = ListRequest {
        entidades,
        ..listing(&place.nif)
    };
    let listed = caller.list(asked).into_iter();
    listed
        .filter(|one| one.codigo > 2_000_000)
        .map(|one| (one.codigo, one.procedimiento))
        .collect()
}

fn the_first_edition_is_what_the_program_had(backend: Backend) {
    let place = Place::new(backend);
    let (code, told) = place.run(&["procedimientos", "listar", "--json"]);
    assert_eq!(code, Some(0), "{told}");
    let rows: serde_json::Value = serde_json::from_str(&told).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), PROCEDIMIENTOS.len());
    for one in PROCEDIMIENTOS {
        let row = rows.iter().find(|row| row["codigo"] == one.codigo).unwrap();
        assert_eq!(row["entidad"], one.entidad.code());
        assert_eq!(row["materia"], one.materia.code());
        assert_eq!(row["denominacion"], one.denominacion);
        assert_eq!(row["especial"], one.especial);
        assert_eq!(row["neutra"], one.neutra);
        assert!(row["desde"].is_null() && row["hasta"].is_null());
    }
}

fn a_procedure_that_was_loaded_is_published_and_listed_and_one_that_is_over_is_not(backend: Backend) {
    let place = Place::new(backend);
    let (code, told) = publish(&place, 2_000_001, "INSS-JUB");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 2: procedimiento:"), "{told}");

    let edition = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/procedimientos/2026.csv");
    let rows = || place.app.count("select count(*) as n from procedimientos");
    for _ in 0..2 {
        let (code, told) = place.run(&["procedimientos", "cargar", path(&edition)]);
        assert_eq!(code, Some(0), "{told}");
        // What the table says already is not told twice.
        assert_eq!(rows(), 65);
    }
    assert_eq!(publish(&place, 2_000_001, "INSS-JUB").0, Some(0));
    assert_eq!(publish(&place, 2_000_002, "INSS-IP").0, Some(0));
    let expected = [
        (2_000_001, "Jubilación".to_owned()),
        (2_000_002, "Resolución de prestaciones".to_owned()),
    ];
    assert_eq!(listed(&place, vec![Entidad::Inss]), expected);
    assert_eq!(listed(&place, vec![Entidad::Tgss]), []);

    // Another name from now on; what was published keeps its own.
    let line = "INSS-JUB;INSS;PREST;Pensión de jubilación;Resolución de prestaciones;no;";
    let (code, told) = load(&place, &format!("{line}2026-01-01;"));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 2: desde:"), "{told}");
    assert_eq!(load(&place, &format!("{line};")).0, Some(0));
    assert_eq!(publish(&place, 2_000_003, "INSS-JUB").0, Some(0));
    let (code, told) = load(&place, "INSS-JUB;TGSS;IACR;Jubilación;Acto;no;;");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 2: entidad:"), "{told}");
    let names: Vec<String> = listed(&place, Vec::new())
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(
        names,
        [
            "Jubilación",
            "Resolución de prestaciones",
            "Pensión de jubilación"
        ]
    );

    // It is over in a moment.
    let end = (chrono::Utc::now() + chrono::TimeDelta::seconds(5)).to_rfc3339();
    let (code, told) = load(&place, &format!("{line};{end}"));
    assert_eq!(code, Some(0), "{told}");
    std::thread::sleep(std::time::Duration::from_secs(6));
    let (code, told) = publish(&place, 2_000_004, "INSS-JUB");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("not in force"), "{told}");
    let (_, told) = place.run(&["procedimientos", "listar"]);
    assert!(told.contains("INSS-IP ") && !told.contains("INSS-JUB "), "{told}");
}
