//! Files of procedures.

use super::*;

const HEADER: &str = "codigo;entidad;materia;denominacion;neutra;especial;desde;hasta";

fn load(line: &str) -> Result<ProcedimientoDicho, Vec<Reason>> {
    let mut sink = Memory::default();
    let text = format!("# Founded on nothing.\n{HEADER}\n{line}\n");
    let (outcome, mut refused) = drive(&import_procedimientos, Format::Csv, &text, &mut sink);
    outcome.unwrap();
    match refused.pop() {
        Some(refused) => {
            assert_eq!(refused.linea, 3);
            Err(refused.reasons)
        }
        None => Ok(sink.procedimientos.remove(0)),
    }
}

#[test]
fn a_line_tells_a_procedure_and_its_dates() {
    let told =
        load("INSS-JUB;INSS;PREST;Jubilación;Resolución de prestaciones;no;2026-01-01;2026-12-31").unwrap();
    let one = told.procedimiento;
    assert_eq!(
        (one.codigo, one.materia, one.especial),
        ("INSS-JUB", Materia::Prestaciones, false)
    );
    let day = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
    assert_eq!(day(told.desde).as_deref(), Some("2025-12-31T23:00:00+00:00"));
    assert_eq!(day(told.hasta).as_deref(), Some("2026-12-31T23:00:00+00:00"));
}

#[test]
fn each_slip_of_a_procedure_has_its_reason() {
    let good = "Resolución de prestaciones;;;";
    for (line, reason) in [
        (
            format!("inss-x;INSS;PREST;Jubilación;{good}"),
            Reason::ProcedureCode,
        ),
        (format!("-X;INSS;PREST;Jubilación;{good}"), Reason::ProcedureCode),
        (
            format!("INSS-X;INSS;IACR;Jubilación;{good}"),
            Reason::MateriaOfTgss,
        ),
        (
            "INSS-X;INSS;PREST;Jubilación;;;;".to_owned(),
            Reason::Missing("neutra"),
        ),
        (
            "INSS-X;INSS;PREST;Jubilación;Jubilación de alguien;;;".to_owned(),
            Reason::NotNeutral,
        ),
        (
            "INSS-X;INSS;PREST;Jubilación;Acto de la TGSS;;;".to_owned(),
            Reason::NotNeutral,
        ),
        (
            "INSS-X;INSS;PREST;Jubilación;Resolución;;2026-02-01;2026-01-01".to_owned(),
            Reason::EndsBeforeItBegins,
        ),
        (
            "INSS-X;INSS;PREST;Jubilación;Resolución;quizá;;".to_owned(),
            Reason::NotYesNo("especial"),
        ),
        (
            "INSS-X;INSS;PREST;Jubilación;Resolución;;ayer;".to_owned(),
            Reason::Instant("desde"),
        ),
    ] {
        assert_eq!(load(&line), Err(vec![reason]), "{line}");
    }
    // A word that has the letters of another body's name in it is no name.
    assert!(load("INSS-X;INSS;PREST;Jubilación;Mecanismo de prestaciones;;;").is_ok());
}

/// The edition that the project has: whole, and saying of the first one what that says.
#[test]
fn the_edition_in_the_project_is_taken_whole() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/procedimientos/2026.csv");
    let text = fs::read_to_string(file).unwrap();
    let mut sink = Memory::default();
    let (outcome, refused) = drive(&import_procedimientos, Format::Csv, &text, &mut sink);
    assert_eq!(refused, []);
    assert!(outcome.unwrap().cargadas > 40);
    let tabla = Tabla::primera();
    let mut added = 0;
    for told in &sink.procedimientos {
        let row = tabla.told(told, now());
        assert!(row.is_ok(), "{told:?}: {row:?}");
        added += usize::from(row.unwrap().is_some());
    }
    assert_eq!(
        sink.procedimientos.len() - added,
        crate::domain::materia::PROCEDIMIENTOS.len()
    );
}
