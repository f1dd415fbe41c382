mod part;

use super::*;
use crate::domain::calendario::tests::national;
use crate::domain::contradiccion::Contradiccion;
use chrono::TimeDelta;

/// So many days after a Monday.
fn day(n: i64) -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(n)
}

fn dicho(estado: EstadoPoder) -> PoderDicho {
    Poder {
        referencia: "P1".to_owned(),
        poderdante: "B99999120".parse().unwrap(),
        apoderado: "99999901H".parse().unwrap(),
        alcance: Alcance::General,
        estado,
        inscrito: day(10),
        fin: day(1000),
        baja: None,
    }
    .into()
}

fn tramites(codes: &[&str]) -> Alcance {
    Alcance::Tramites(codes.iter().filter_map(|code| Tramite::from_code(code)).collect())
}

type Happened = Result<Vec<(ClaseSuceso, DateTime<Utc>)>, Contradiccion>;

fn happens(before: &PoderDicho, told: &PoderDicho, registrado: i64) -> Happened {
    let sucesos = told.sucesos(Some(before), day(registrado), &national())?;
    Ok(sucesos.iter().map(|one| (one.clase, one.efecto)).collect())
}

#[test]
fn a_power_by_tramites_serves_if_it_names_that_of_receiving_notifications() {
    let both = tramites(&["NOTIF-IMP", "ALTA-TRABAJADOR"]);
    assert!(both.covers(Materia::Imp) && !both.covers(Materia::Iacr));
    assert!(!tramites(&["ALTA-TRABAJADOR"]).covers(Materia::Imp));
    for bad in ["", "notif-imp", "NOTIF IMP", &"X".repeat(31)] {
        assert_eq!(Tramite::from_code(bad), None, "{bad}");
    }
}

#[test]
fn each_thing_that_happens_has_its_kind_and_its_instant() {
    use EstadoPoder::{Caducado, Inscrito, NoAceptado, PendienteAceptacion, Renunciado, Revocado};
    let altered = |estado, alter: &dyn Fn(&mut PoderDicho)| {
        let mut told = dicho(estado);
        alter(&mut told);
        told
    };
    let asked = || altered(PendienteAceptacion, &|told| told.poder.inscrito = day(1));
    let by_tramites = || {
        altered(Inscrito, &|told| {
            told.poder.alcance = tramites(&["NOTIF-IMP", "NOTIF-IACR"]);
        })
    };
    for (before, told, expected) in [
        (dicho(Inscrito), dicho(Inscrito), vec![]),
        (
            asked(),
            altered(Inscrito, &|told| told.aceptado = Some(day(9))),
            vec![
                (ClaseSuceso::Aceptacion, day(9)),
                (ClaseSuceso::Inscripcion, day(10)),
            ],
        ),
        (
            asked(),
            altered(NoAceptado, &|told| told.poder.inscrito = day(1)),
            vec![(ClaseSuceso::NoAceptacion, day(50))],
        ),
        (
            dicho(Inscrito),
            altered(Inscrito, &|told| {
                told.prorrogado = Some(day(40));
                told.poder.fin = day(1800);
            }),
            vec![(ClaseSuceso::Prorroga, day(40))],
        ),
        (
            dicho(Inscrito),
            dicho(Revocado),
            vec![(ClaseSuceso::Revocacion, day(50))],
        ),
        (
            dicho(Inscrito),
            altered(Renunciado, &|told| told.poder.baja = Some(day(30))),
            vec![(ClaseSuceso::Renuncia, day(30))],
        ),
        (
            dicho(Inscrito),
            altered(Caducado, &|told| told.poder.fin = day(45)),
            vec![(ClaseSuceso::Caducidad, day(45))],
        ),
        (
            by_tramites(),
            altered(Inscrito, &|told| {
                told.poder.alcance = tramites(&["NOTIF-IMP"]);
                told.modificado = Some(day(20));
            }),
            vec![(ClaseSuceso::RevocacionParcial, day(20))],
        ),
    ] {
        assert_eq!(happens(&before, &told, 50), Ok(expected), "{told:?}");
    }
}

#[test]
fn what_cannot_be_beside_what_is_on_record_is_refused() {
    use EstadoPoder::{Caducado, Inscrito, PendienteAceptacion, Renunciado, Revocado};
    let altered = |estado, alter: &dyn Fn(&mut PoderDicho)| {
        let mut told = dicho(estado);
        alter(&mut told);
        told
    };
    for (before, told, expected) in [
        (
            dicho(Revocado),
            dicho(Inscrito),
            Contradiccion::Resucitado(Revocado),
        ),
        (
            dicho(Revocado),
            dicho(Renunciado),
            Contradiccion::Resucitado(Revocado),
        ),
        (
            dicho(Revocado),
            altered(Revocado, &|told| told.poder.fin = day(1001)),
            Contradiccion::PoderMuerto,
        ),
        (
            dicho(Inscrito),
            dicho(PendienteAceptacion),
            Contradiccion::Retrocede,
        ),
        (
            dicho(Inscrito),
            altered(Inscrito, &|told| {
                told.poder.apoderado = "99999912Y".parse().unwrap();
            }),
            Contradiccion::OtrasPartes,
        ),
        (
            altered(Inscrito, &|told| told.poder.fin = day(30)),
            altered(Inscrito, &|told| told.poder.fin = day(900)),
            Contradiccion::ProrrogaTardia,
        ),
        (
            altered(Inscrito, &|told| told.poder.fin = day(30)),
            altered(Inscrito, &|told| {
                told.prorrogado = Some(day(30));
                told.poder.fin = day(900);
            }),
            Contradiccion::ProrrogaTardia,
        ),
        (
            dicho(Inscrito),
            altered(Revocado, &|told| told.poder.baja = Some(day(9))),
            Contradiccion::FechasAlReves,
        ),
        (
            dicho(Inscrito),
            altered(Revocado, &|told| told.poder.baja = Some(day(51))),
            Contradiccion::Futuro("baja"),
        ),
        (
            dicho(Inscrito),
            altered(Inscrito, &|told| {
                told.prorrogado = Some(day(51));
                told.poder.fin = day(1800);
            }),
            Contradiccion::Futuro("prorrogado"),
        ),
        (
            dicho(Inscrito),
            altered(Inscrito, &|told| told.poder.baja = Some(day(30))),
            Contradiccion::BajaDeVigente,
        ),
        (
            altered(Inscrito, &|told| told.poder.fin = day(51)),
            altered(Caducado, &|told| told.poder.fin = day(51)),
            Contradiccion::Futuro("fin"),
        ),
    ] {
        assert_eq!(happens(&before, &told, 50), Err(expected), "{told:?}");
    }
}

/// D-47, D-48: granted on Monday 2 March, the month ends on Thursday 2 April, a working day.
#[test]
fn what_is_accepted_or_declared_after_its_month_is_refused() {
    let told = |alter: &dyn Fn(&mut PoderDicho)| {
        let mut told = dicho(EstadoPoder::Inscrito);
        told.solicitado = Some(day(0));
        told.poder.inscrito = day(40);
        alter(&mut told);
        told.sucesos(None, day(50), &national()).map(|_| ())
    };
    assert_eq!(told(&|told| told.aceptado = Some(day(31))), Ok(()));
    assert_eq!(
        told(&|told| told.aceptado = Some(day(32))),
        Err(Contradiccion::AceptadoTarde)
    );
    // It is inscribed with the acceptance.
    assert_eq!(told(&|_| ()), Err(Contradiccion::AceptadoTarde));
    assert_eq!(
        told(&|told| {
            told.aceptado = Some(day(31));
            told.declarado = Some(day(32));
        }),
        Err(Contradiccion::DeclaradoTarde)
    );
}

#[test]
fn a_power_first_told_of_as_over_had_effect_until_its_end_if_that_is_known() {
    let mut revoked = dicho(EstadoPoder::Revocado);
    let first = revoked.sucesos(None, day(50), &national()).unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].efecto, day(10));
    let mut over = dicho(EstadoPoder::Caducado);
    assert_eq!(
        over.sucesos(None, day(50), &national()),
        Err(Contradiccion::Futuro("fin"))
    );
    over.poder.fin = day(50);
    let over: Vec<_> = over
        .sucesos(None, day(50), &national())
        .unwrap()
        .into_iter()
        .map(|one| (one.clase, one.efecto))
        .collect();
    assert_eq!(
        over,
        [
            (ClaseSuceso::Inscripcion, day(10)),
            (ClaseSuceso::Caducidad, day(50)),
        ]
    );
    revoked.poder.baja = Some(day(20));
    let known: Vec<_> = revoked
        .sucesos(None, day(50), &national())
        .unwrap()
        .into_iter()
        .map(|one| (one.clase, one.efecto, one.queda.poder.estado))
        .collect();
    assert_eq!(
        known,
        [
            (ClaseSuceso::Inscripcion, day(10), EstadoPoder::Inscrito),
            (ClaseSuceso::Revocacion, day(20), EstadoPoder::Revocado),
        ]
    );
}

/// A date that is told late rewrites nothing but what it says: where it is later than had been known, the power had effect
/// until then.
#[test]
fn the_end_of_a_power_that_is_over_is_corrected_with_the_time_before_it() {
    let ended = |estado, baja: Option<i64>| {
        let mut told = dicho(estado);
        told.poder.baja = baja.map(day);
        told
    };
    let alive = EstadoPoder::Inscrito;
    for estado in [EstadoPoder::Revocado, EstadoPoder::Renunciado] {
        for (before, told, expected) in [
            (None, Some(20), vec![(day(10), alive), (day(20), estado)]),
            (Some(20), Some(30), vec![(day(20), alive), (day(30), estado)]),
            (Some(20), Some(15), vec![(day(15), estado)]),
        ] {
            let before = ended(estado, before);
            let sucesos = ended(estado, told)
                .sucesos(Some(&before), day(50), &national())
                .unwrap();
            let found: Vec<_> = sucesos
                .iter()
                .map(|one| (one.efecto, one.queda.poder.estado))
                .collect();
            assert_eq!(found, expected);
            assert!(sucesos.iter().all(|one| one.clase == ClaseSuceso::Rectificacion));
        }
    }
    // One that ended by time ended when it says.
    let mut before = dicho(EstadoPoder::Caducado);
    before.poder.fin = day(40);
    let mut told = before.clone();
    told.poder.fin = day(30);
    assert_eq!(
        happens(&before, &told, 50),
        Ok(vec![(ClaseSuceso::Rectificacion, day(30))])
    );
    // Of what is not told nothing is made up.
    let unknown = ended(EstadoPoder::Revocado, None);
    let mut told = unknown.clone();
    told.modificado = Some(day(12));
    let sucesos = told.sucesos(Some(&unknown), day(50), &national()).unwrap();
    assert_eq!(sucesos.last().unwrap().queda.poder.baja, None);
}

/// Powers were on record without the dates of their life: a line that tells them changes nothing of one that is over.
#[test]
fn the_date_of_an_extension_that_was_not_on_record_is_no_extension() {
    for estado in [EstadoPoder::Revocado, EstadoPoder::Renunciado] {
        let before = dicho(estado);
        let mut told = dicho(estado);
        told.prorrogado = Some(day(20));
        assert!(happens(&before, &told, 50).is_ok());
        let mut again = told.clone();
        again.prorrogado = Some(day(30));
        assert_eq!(happens(&told, &again, 50), Err(Contradiccion::PoderMuerto));
    }
}

#[test]
fn of_a_power_that_is_over_it_may_be_unknown_since_when() {
    for &estado in EstadoPoder::ALL {
        let mut power = dicho(estado).poder;
        let without_date = matches!(estado, EstadoPoder::Revocado | EstadoPoder::Renunciado);
        let before_its_end = without_date || estado == EstadoPoder::Caducado;
        assert_eq!(
            power.ended_when_nobody_knows(day(20)),
            before_its_end,
            "{estado:?}"
        );
        assert_eq!(
            power.ended_when_nobody_knows(day(1000)),
            without_date,
            "{estado:?}"
        );
        power.baja = Some(day(15));
        assert!(!power.ended_when_nobody_knows(day(20)), "{estado:?}");
    }
}
