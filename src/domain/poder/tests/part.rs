//! What is left of a power, and when that is a revocation in part (D-44).

use super::*;

/// Art. 2.
#[test]
fn of_a_power_that_is_not_by_tramites_no_part_is_revoked() {
    let covers = |alcance: &Alcance| {
        let mut told = dicho(EstadoPoder::Inscrito);
        told.poder.alcance = alcance.clone();
        told
    };
    let materias = |codes: &[Materia]| Alcance::Materias(codes.to_vec());
    let refused = Err(Contradiccion::SoloTramitesEnParte);
    for (then, now, expected) in [
        (Alcance::General, materias(&[Materia::Imp]), refused.clone()),
        (
            materias(&[Materia::Imp, Materia::Iacr]),
            materias(&[Materia::Imp]),
            refused.clone(),
        ),
        (
            materias(&[Materia::Imp, Materia::Iacr]),
            tramites(&["NOTIF-IMP"]),
            refused.clone(),
        ),
        (materias(&[Materia::Imp]), tramites(&["ALTA-TRABAJADOR"]), refused),
        (
            tramites(&["NOTIF-IMP", "NOTIF-IACR"]),
            tramites(&["NOTIF-IMP"]),
            Ok(vec![(ClaseSuceso::RevocacionParcial, day(50))]),
        ),
        (
            materias(&[Materia::Imp]),
            tramites(&["NOTIF-IACR"]),
            Ok(vec![(ClaseSuceso::Modificacion, day(50))]),
        ),
    ] {
        assert_eq!(
            happens(&covers(&then), &covers(&now), 50),
            expected,
            "{now:?} of {then:?}"
        );
    }
}

/// Art. 2 is of what was inscribed: until then nothing was the apoderado's.
#[test]
fn what_was_only_asked_for_is_inscribed_in_part() {
    let then = [Alcance::General, Alcance::Materias(Materia::ALL.to_vec())];
    let now = [Alcance::Materias(vec![Materia::Imp]), tramites(&["NOTIF-IMP"])];
    let pairs: Vec<_> = then
        .iter()
        .flat_map(|then| now.iter().map(move |now| (then, now)))
        .collect();
    let states = EstadoPoder::ALL
        .iter()
        .filter(|estado| estado.is_before_inscription());
    for &estado in states {
        for (then, now) in &pairs {
            let mut asked = dicho(estado);
            asked.poder.alcance = (*then).clone();
            let mut told = dicho(EstadoPoder::Inscrito);
            told.poder.alcance = (*now).clone();
            assert_eq!(
                happens(&asked, &told, 50),
                Ok(vec![(ClaseSuceso::Inscripcion, day(10))]),
                "{now:?} of {then:?}, {estado:?}"
            );
        }
    }
}

/// Art. 2: what takes from a power by materias what it covered is a revocation in part, in whatever words; what gives it
/// something else is a change.
#[test]
fn what_is_left_of_a_power_is_part_of_it_though_it_is_told_as_tramites() {
    let materias = |codes: &[Materia]| Alcance::Materias(codes.to_vec());
    for (now, then, part) in [
        (tramites(&["NOTIF-IMP"]), materias(&[Materia::Imp]), true),
        (
            tramites(&["NOTIF-IMP"]),
            materias(&[Materia::Imp, Materia::Iacr]),
            true,
        ),
        (tramites(&["NOTIF-IACR"]), materias(&[Materia::Imp]), false),
        (tramites(&["NOTIF-IMP"]), Alcance::General, true),
        (materias(&[Materia::Imp]), tramites(&["NOTIF-IMP"]), false),
        (Alcance::General, materias(&[Materia::Imp]), false),
        (
            materias(&[Materia::Imp, Materia::Iacr]),
            materias(&[Materia::Iacr, Materia::Imp]),
            false,
        ),
    ] {
        assert_eq!(now.is_part_of(&then), part, "{now:?} of {then:?}");
    }
}
