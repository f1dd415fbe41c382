//! Lines of powers.

use super::*;

#[test]
fn powers_by_materias_keep_each_once_and_general_ones_name_none() {
    let mut sink = Memory::default();
    let refused = powers(
        &[
            "P1,B99999120,99999945Q,materias,IMP|IACR IMP,inscrito,2024-05-01,2029-05-01,",
            "P2,B99999120,99999945Q,general,,revocado,2024-05-01,2029-05-01,",
        ],
        &mut sink,
    );
    assert_eq!(refused, []);
    let scopes: Vec<_> = sink.poderes.iter().map(|p| p.poder.alcance.clone()).collect();
    assert_eq!(
        scopes,
        [
            Alcance::Materias(vec![Materia::Imp, Materia::Iacr]),
            Alcance::General
        ]
    );
}

#[test]
fn a_power_of_before_the_second_of_april_of_2021_is_void_unless_adapted() {
    let line = |inscrito: &str, adaptado: &str| {
        power_reasons(&format!(
            "P1,B99999120,99999945Q,general,,inscrito,{inscrito},2026-04-01,{adaptado}"
        ))
    };
    assert_eq!(line("2021-04-01 23:59:59", ""), [Reason::VoidPower]);
    assert_eq!(line("2021-04-01 23:59:59", "si"), []);
    assert_eq!(line("2021-04-02 00:00:00", ""), []);
    assert_eq!(line("2021-04-02", ""), []);
}

#[test]
fn a_power_lasts_five_years_at_most_and_its_last_day_is_whole() {
    let line = |inscrito: &str, fin: &str| {
        power_reasons(&format!(
            "P1,B99999120,99999945Q,general,,inscrito,{inscrito},{fin},"
        ))
    };
    assert_eq!(line("2021-04-02", "2026-04-02"), []);
    assert_eq!(line("2021-04-02", "2026-04-03"), [Reason::LongPower]);
    assert_eq!(line("2021-04-02", "2026-04-03 00:00:00"), []);
    assert_eq!(line("2021-04-02", "2026-04-03 00:00:01"), [Reason::LongPower]);
    assert_eq!(line("2024-02-29", "2029-02-28"), []);
    assert_eq!(line("2024-02-29", "2029-03-01"), [Reason::LongPower]);
    assert_eq!(line("2024-02-29", "2024-02-28"), [Reason::EndsBeforeItBegins]);
}

/// Columns of the life of a power.
fn power_of(line: &str) -> Result<PoderDicho, Vec<Reason>> {
    let mut sink = Memory::default();
    let file = format!(
        "referencia,poderdante,apoderado,tipo,materias,tramites,registro,estado,inscrito,fin,baja\n\
         P1,B99999120,99999945Q,{line}\n"
    );
    let (outcome, mut refused) = drive(&import_poderes, Format::Csv, &file, &mut sink);
    outcome.unwrap();
    match refused.pop() {
        Some(refused) => Err(refused.reasons),
        None => Ok(sink.poderes.remove(0)),
    }
}

#[test]
fn powers_by_tramites_those_of_the_age_and_their_end_are_read() {
    let by_tramites = power_of("tramites,,NOTIF-IMP|ALTA,,inscrito,2024-05-01,2029-05-01,").unwrap();
    let alcance = by_tramites.poder.alcance;
    assert!(alcance.covers(Materia::Imp) && !alcance.covers(Materia::Iacr));
    let age = power_of("general,,,age,inscrito,2020-05-01,2025-05-01,").unwrap();
    assert_eq!(age.registro, Registro::Age);
    let revoked = power_of("general,,,,revocado,2024-05-01,2029-05-01,2026-02-01").unwrap();
    let baja = revoked.poder.baja.map(|at| at.to_rfc3339());
    assert_eq!(baja.as_deref(), Some("2026-01-31T23:00:00+00:00"));
    for (line, reason) in [
        (
            "tramites,,,,inscrito,2024-05-01,2029-05-01,",
            Reason::Missing("tramites"),
        ),
        (
            "tramites,,notif,,inscrito,2024-05-01,2029-05-01,",
            Reason::Tramite("notif".to_owned()),
        ),
        (
            "general,,NOTIF-IMP,,inscrito,2024-05-01,2029-05-01,",
            Reason::OutOfPlace("tramites"),
        ),
        (
            "materias,IMP,,age,inscrito,2024-05-01,2029-05-01,",
            Reason::AgeNotGeneral,
        ),
    ] {
        assert_eq!(power_of(line), Err(vec![reason]), "{line}");
    }
}

/// D-49, D-50: the five years begin anew, and what the power reaches does not.
#[test]
fn a_power_that_was_extended_keeps_its_inscription() {
    let line = |prorrogado: &str, fin: &str| {
        let mut sink = Memory::default();
        let file = format!(
            "referencia,poderdante,apoderado,tipo,estado,inscrito,prorrogado,fin\n\
             P1,B99999120,99999945Q,general,inscrito,2021-04-02,{prorrogado},{fin}\n"
        );
        let (outcome, refused) = drive(&import_poderes, Format::Csv, &file, &mut sink);
        outcome.unwrap();
        let reasons = refused.into_iter().flat_map(|line| line.reasons);
        (reasons.collect::<Vec<_>>(), sink)
    };
    let (reasons, sink) = line("2026-03-01", "2031-03-01");
    assert_eq!(reasons, []);
    assert_eq!(
        sink.poderes[0].poder.inscrito.to_rfc3339(),
        "2021-04-01T22:00:00+00:00"
    );
    assert_eq!(line("2026-03-01", "2031-03-02").0, [Reason::LongPower]);
    assert_eq!(
        line("2021-04-01", "2026-03-01").0,
        [Reason::ExtendedBeforeItBegins]
    );
    assert_eq!(line("2024-03-01", "2024-02-01").0, [Reason::EndsBeforeItBegins]);
    assert_eq!(line("", "2031-03-01").0, [Reason::LongPower]);
}

#[test]
fn each_slip_of_a_power_has_its_reason() {
    let dates = "inscrito,2024-05-01,2029-05-01,";
    for (parties, reason) in [
        (
            "B99999120,H99999344,general,",
            Reason::ApoderadoWithoutPersonality,
        ),
        ("B99999120,B99999120,general,", Reason::SamePerson),
        ("B99999120,99999945Q,general,IMP", Reason::OutOfPlace("materias")),
        ("B99999120,99999945Q,materias,", Reason::Missing("materias")),
        ("B99999120,99999945Q,materias,|", Reason::Missing("materias")),
    ] {
        assert_eq!(
            power_reasons(&format!("P1,{parties},{dates}")),
            [reason],
            "{parties}"
        );
    }
    for (line, column) in [
        (
            "P1,B99999120,99999945Q,especial,,inscrito,2024-05-01,2029-05-01,",
            "tipo",
        ),
        (
            "P1,B99999120,99999945Q,materias,IMP|X,inscrito,2024-05-01,2029-05-01,",
            "materias",
        ),
        (
            "P1,B99999120,99999945Q,general,,vivo,2024-05-01,2029-05-01,",
            "estado",
        ),
    ] {
        let found = power_reasons(line);
        assert!(
            matches!(&found[..], [Reason::NotInList { column: c, .. }] if *c == column),
            "{found:?}"
        );
    }
    // Entities without personality may grant.
    assert_eq!(
        power_reasons(&format!("P1,H99999344,99999945Q,general,,{dates}")),
        []
    );
}

#[test]
fn what_the_store_refuses_does_not_keep_the_rest_of_its_batch_out() {
    let mut sink = Memory {
        refuses_reference: Some("P2"),
        ..Memory::default()
    };
    let line = |n: u32| format!("P{n},B99999120,99999945Q,general,,inscrito,2024-05-01,2029-05-01,");
    let lines: Vec<_> = (1..=3).map(line).collect();
    let refused = powers(&lines.iter().map(String::as_str).collect::<Vec<_>>(), &mut sink);
    let store = Reason::Store("contradiction".to_owned());
    assert_eq!(
        refused,
        [Refusal {
            linea: 3,
            reasons: vec![store]
        }]
    );
    let loaded: Vec<_> = sink.poderes.iter().map(|p| p.poder.referencia.as_str()).collect();
    assert_eq!(loaded, ["P1", "P3"]);
}
