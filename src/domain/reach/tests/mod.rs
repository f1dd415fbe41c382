//! What is reached by each title, and why.

mod changes;
mod model;
mod sucesiones;

use super::*;
use crate::domain::firmante::Firmante;
use crate::domain::materia::{Materia, Procedimiento};
use crate::domain::notificacion::tests::{altered, published};
use crate::domain::notificacion::{Categoria, Obligacion, Publicada, Sentido};
use crate::domain::poder::{Alcance, EstadoPoder};
use crate::domain::red::{CuentasRed, TitularRed, UsuarioRed, Voluntad, tenencias};
use crate::domain::vigencia::{Intervalo, SIEMPRE};

const DAY: i64 = 86_400;

fn day(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_000_000 + n * DAY, 0).unwrap()
}

fn issued(n: i64) -> Notificacion {
    published(1_773_000_000 + n * DAY)
}

fn nif(text: &str) -> Nif {
    text.parse().unwrap()
}

fn gestor() -> Nif {
    nif("99999901H")
}

/// That the gestor holds an authorisation for all that concerns the test.
fn held(asignacion: Asignacion) -> TituloRed {
    held_between(asignacion, SIEMPRE, None)
}

/// That he holds it for so long.
fn held_between(asignacion: Asignacion, desde: DateTime<Utc>, hasta: Option<DateTime<Utc>>) -> TituloRed {
    let titulares = [TitularRed {
        autorizacion: asignacion.autorizacion,
        titular: gestor(),
        desde,
    }];
    let next = hasta.map(|desde| TitularRed {
        titular: nif("99999945Q"),
        desde,
        ..titulares[0]
    });
    let titulares: Vec<_> = titulares.into_iter().chain(next).collect();
    let tenencia = tenencias(&titulares, &[])[0];
    TituloRed { asignacion, tenencia }
}

fn accounts(desde: DateTime<Utc>, ccc: Option<&str>, naf: Option<&str>) -> CuentasDesde {
    CuentasDesde {
        desde,
        cuentas: CuentasRed {
            ccc_principal: ccc.map(|ccc| ccc.parse().unwrap()),
            naf: naf.map(|naf| naf.parse().unwrap()),
        },
    }
}

fn sujeto() -> Nif {
    "B99999120".parse().unwrap()
}

fn assigned(cuenta: &str, desde: i64, hasta: Option<i64>) -> Asignacion {
    Asignacion {
        autorizacion: AutorizacionRed::try_from(7).unwrap(),
        sujeto: sujeto(),
        cuenta: cuenta.parse().unwrap(),
        desde: day(desde),
        hasta: hasta.map(day),
    }
}

fn change(voluntad: Voluntad, at: i64) -> CambioRed {
    CambioRed {
        sujeto: sujeto(),
        voluntad,
        instante: day(at),
    }
}

const CCC: &str = "28999990168";
const NAF: &str = "289999990119";
/// The main CCC that the addressee has later.
const NEW_CCC: &str = "08098765422";

fn red(asignaciones: Vec<Asignacion>, cambios: Vec<CambioRed>) -> Titles {
    Titles {
        cuentas: vec![accounts(SIEMPRE, Some(CCC), Some(NAF))],
        red: asignaciones.into_iter().map(held).collect(),
        cambios,
        ..Titles::default()
    }
}

fn by_red(titles: Titles, emitidas: Emitidas, at: i64, notificacion: &Notificacion) -> bool {
    let reach = Reach::weigh(gestor(), sujeto(), titles, emitidas, day(at));
    reach.over(notificacion).contains(Rol::AutorizadoRed)
}

fn poder(inscrito: i64, fin: i64, alcance: Alcance) -> Poder {
    Poder {
        referencia: "P1".to_owned(),
        poderdante: sujeto(),
        apoderado: "99999901H".parse().unwrap(),
        alcance,
        estado: EstadoPoder::Inscrito,
        inscrito: day(inscrito),
        fin: day(fin),
        baja: None,
    }
}

fn by_power(poderes: Vec<Poder>, at: i64, notificacion: &Notificacion) -> bool {
    let titles = Titles {
        poderes,
        ..Titles::default()
    };
    Reach::weigh(gestor(), sujeto(), titles, Emitidas::Conservar, day(at))
        .over(notificacion)
        .contains(Rol::Apoderado)
}

#[test]
fn one_s_own_are_those_of_the_entity_that_the_certificate_represents() {
    let representative = Firmante::Representante {
        nif: "99999912Y".parse().unwrap(),
        nombre: "PABLO LUNA".to_owned(),
        entidad: sujeto(),
        denominacion: "HORNOS DEL SUR SL".to_owned(),
    };
    let own = |nif: Nif| {
        Reach::weigh(
            representative.titular(),
            nif,
            Titles::default(),
            Emitidas::Conservar,
            day(1),
        )
        .roles()
    };
    assert!(own(sujeto()).contains(Rol::Propio));
    assert!(own("99999912Y".parse().unwrap()).is_empty());
}

#[test]
fn red_reaches_a_benefit_never_nor_what_is_flagged_nor_a_ground_outside_41a_and_b() {
    let assigned_now = || red(vec![assigned(CCC, 0, None)], vec![]);
    let reaches = |n: &Notificacion| by_red(assigned_now(), Emitidas::Conservar, 5, n);
    assert!(reaches(&issued(1)));
    let reaches_altered = |alter: fn(&mut Publicada)| reaches(&altered(issued(1), alter));
    assert!(!reaches_altered(|publicada| {
        publicada.procedimiento = Procedimiento::find("INSS-IT").unwrap();
    }));
    assert!(!reaches_altered(
        |publicada| publicada.categoria = Categoria::Especial
    ));
    assert!(!reaches_altered(
        |publicada| publicada.obligacion = Obligacion::Eleccion
    ));
}

#[test]
fn with_a_main_ccc_the_naf_does_not_count_nor_does_another_ccc() {
    for other in [NAF, "08098765422"] {
        assert!(
            !by_red(
                red(vec![assigned(other, 0, None)], vec![]),
                Emitidas::Conservar,
                5,
                &issued(1)
            ),
            "{other}"
        );
    }
    let only_naf = Titles {
        cuentas: vec![accounts(SIEMPRE, None, Some(NAF))],
        red: vec![held(assigned(NAF, 0, None))],
        ..Titles::default()
    };
    assert!(by_red(only_naf, Emitidas::Conservar, 5, &issued(1)));
}

#[test]
fn who_was_shut_out_keeps_what_was_issued_before_if_the_operator_leaves_it_so() {
    let out = || {
        red(
            vec![assigned(CCC, 0, None)],
            vec![change(Voluntad::Desasignar, 3)],
        )
    };
    assert!(by_red(out(), Emitidas::Conservar, 5, &issued(1)));
    assert!(!by_red(out(), Emitidas::Conservar, 5, &issued(4)));
    assert!(!by_red(out(), Emitidas::Perder, 5, &issued(1)));
}

#[test]
fn a_new_autorizado_reaches_older_pending_ones_and_the_old_one_only_those_of_his_time() {
    let new = || red(vec![assigned(CCC, 3, None)], vec![]);
    let old = || red(vec![assigned(CCC, 0, Some(3))], vec![]);
    assert!(
        by_red(new(), Emitidas::Conservar, 5, &issued(1))
            && by_red(old(), Emitidas::Conservar, 5, &issued(1))
    );
    assert!(
        by_red(new(), Emitidas::Conservar, 5, &issued(4))
            && !by_red(old(), Emitidas::Conservar, 5, &issued(4))
    );
}

#[test]
fn being_assigned_after_the_addressee_opted_out_reaches_nothing_until_reasignacion() {
    let marks = vec![change(Voluntad::Desasignar, 1), change(Voluntad::Reasignar, 6)];
    let titles = || red(vec![assigned(CCC, 3, None)], marks.clone());
    assert!(!by_red(titles(), Emitidas::Conservar, 5, &issued(0)));
    assert!(by_red(titles(), Emitidas::Conservar, 7, &issued(0)));
}

/// D-33, D-36: letting autorizados in again is for who is assigned then.
#[test]
fn who_lost_the_addressee_while_shut_out_gains_nothing_by_reasignacion() {
    let marks = vec![change(Voluntad::Desasignar, 3), change(Voluntad::Reasignar, 6)];
    let former = || red(vec![assigned(CCC, 0, Some(5))], marks.clone());
    assert!(by_red(former(), Emitidas::Conservar, 7, &issued(2)));
    assert!(!by_red(former(), Emitidas::Conservar, 7, &issued(4)));
    let until_then = || red(vec![assigned(CCC, 0, Some(6))], marks.clone());
    assert!(!by_red(until_then(), Emitidas::Conservar, 7, &issued(4)));
    let present = || red(vec![assigned(CCC, 0, None)], marks.clone());
    assert!(by_red(present(), Emitidas::Conservar, 7, &issued(4)));
}

/// D-32, D-38.
#[test]
fn shutting_out_again_who_is_shut_out_gives_back_nothing() {
    let marks = vec![change(Voluntad::Desasignar, 3), change(Voluntad::Desasignar, 6)];
    let titles = || red(vec![assigned(CCC, 0, None)], marks.clone());
    assert!(by_red(titles(), Emitidas::Conservar, 7, &issued(2)));
    assert!(!by_red(titles(), Emitidas::Conservar, 7, &issued(4)));
}

/// D-33: what is published from then on, and what was pending.
#[test]
fn an_autorizado_does_not_reach_what_was_practised_before_his_time() {
    let titles = || red(vec![assigned(CCC, 3, None)], vec![]);
    let accepted = |at| issued(1).decide(Sentido::Aceptacion, day(at)).unwrap();
    assert!(!by_red(titles(), Emitidas::Conservar, 5, &accepted(2)));
    assert!(by_red(titles(), Emitidas::Conservar, 5, &accepted(4)));
    // What he received himself the first time stays within his reach.
    let twice = red(vec![assigned(CCC, 0, Some(2)), assigned(CCC, 3, None)], vec![]);
    assert!(by_red(twice, Emitidas::Conservar, 5, &accepted(2)));
}

/// D-25.
#[test]
fn the_authorisation_is_one_that_reaches_the_notification_and_rather_one_that_still_has_the_addressee() {
    let by = |number, desde, hasta| Asignacion {
        autorizacion: AutorizacionRed::try_from(number).unwrap(),
        ..assigned(CCC, desde, hasta)
    };
    let titles = red(vec![by(3, 0, Some(2)), by(5, 2, None)], vec![]);
    let reach = Reach::weigh(gestor(), sujeto(), titles, Emitidas::Conservar, day(9));
    let through = |n: &Notificacion| {
        let named = reach.autorizacion(Rol::AutorizadoRed, n);
        named.map(AutorizacionRed::number)
    };
    assert_eq!(through(&issued(1)), Some(5));
    assert_eq!(reach.autorizacion(Rol::Apoderado, &issued(1)), None);
    let accepted = issued(0).decide(Sentido::Aceptacion, day(1)).unwrap();
    assert_eq!(through(&accepted), Some(3));
}

#[test]
fn a_power_reaches_its_materias_while_in_force() {
    let imp = || vec![poder(0, 9, Alcance::Materias(vec![Materia::Imp]))];
    assert!(!by_power(imp(), 5, &issued(1)));
    let general = || vec![poder(0, 9, Alcance::General)];
    assert!(by_power(general(), 5, &issued(1)));
    assert!(!by_power(general(), 9, &issued(1)));
    let revoked = Poder {
        estado: EstadoPoder::Revocado,
        ..poder(0, 9, Alcance::General)
    };
    assert!(!by_power(vec![revoked], 5, &issued(1)));
}

#[test]
fn a_power_that_is_over_reaches_nothing_not_even_what_was_accepted_by_it() {
    let accepted = issued(1).decide(Sentido::Aceptacion, day(2)).unwrap();
    let power = || poder(0, 9, Alcance::General);
    assert!(by_power(vec![power()], 5, &accepted));
    assert!(!by_power(vec![power()], 9, &accepted));
    for estado in [EstadoPoder::Revocado, EstadoPoder::Renunciado] {
        let over = Poder { estado, ..power() };
        assert!(!by_power(vec![over], 5, &accepted), "{estado:?}");
    }
}

#[test]
fn a_power_reaches_what_was_pending_at_its_inscription_but_not_what_was_decided_before() {
    let later = || vec![poder(3, 90, Alcance::General)];
    assert!(by_power(later(), 5, &issued(1)));
    let accepted = issued(1).decide(Sentido::Aceptacion, day(2)).unwrap();
    assert!(!by_power(later(), 5, &accepted));
    let accepted_later = issued(1).decide(Sentido::Aceptacion, day(4)).unwrap();
    assert!(by_power(later(), 5, &accepted_later));
}

fn accepted(published: i64, at: i64) -> Notificacion {
    issued(published).decide(Sentido::Aceptacion, day(at)).unwrap()
}

/// Whoever explains a decision says the same as whoever takes it.
#[test]
fn reasons_say_of_each_role_what_is_reached() {
    let titles = Titles {
        poderes: vec![
            poder(0, 9, Alcance::General),
            poder(4, 90, Alcance::Materias(vec![Materia::Imp])),
        ],
        ..red(
            vec![assigned(CCC, 3, None)],
            vec![change(Voluntad::Desasignar, 6)],
        )
    };
    for at in 0..12 {
        let reach = Reach::weigh(gestor(), sujeto(), titles.clone(), Emitidas::Conservar, day(at));
        for one in [issued(1), issued(7), accepted(1, 2), accepted(1, 4)] {
            let said: Roles = reach
                .razones(&one)
                .iter()
                .filter(|razon| razon.juicio.is_ok())
                .map(|razon| razon.rol)
                .collect();
            assert_eq!(said, reach.over(&one), "day {at}");
        }
    }
}

/// D-49 to D-52.
#[test]
fn only_an_inscribed_power_has_effect_and_only_within_its_dates() {
    for &estado in EstadoPoder::ALL {
        let power = Poder {
            estado,
            ..poder(1, 2, Alcance::General)
        };
        let counts = estado == EstadoPoder::Inscrito;
        let in_force = [0, 1, 2].map(|at| in_force(&power, day(at)).is_ok());
        assert_eq!(in_force, [false, counts, false], "{estado:?}");
    }
}
