//! Changes of account, of holder and of users.

use super::*;

/// From day 3 on the addressee has another main CCC.
fn moved(asignaciones: Vec<Asignacion>) -> Titles {
    Titles {
        cuentas: vec![
            accounts(SIEMPRE, Some(CCC), None),
            accounts(day(3), Some(NEW_CCC), None),
        ],
        ..red(asignaciones, vec![])
    }
}

/// D-32: the same authorisation on the old and the new main CCC loses nothing, whatever the operator has chosen.
#[test]
fn an_authorisation_that_goes_with_the_main_ccc_loses_nothing() {
    let same = || moved(vec![assigned(CCC, 0, Some(3)), assigned(NEW_CCC, 3, None)]);
    for emitidas in [Emitidas::Conservar, Emitidas::Perder] {
        for reached in [issued(1), issued(4), accepted(1, 2), accepted(1, 4)] {
            assert!(by_red(same(), emitidas, 5, &reached));
        }
    }
    // Assigned to the new account though the old one was never taken from it.
    let both = || moved(vec![assigned(CCC, 0, None), assigned(NEW_CCC, 3, None)]);
    assert!(by_red(both(), Emitidas::Perder, 5, &accepted(1, 2)));
}

/// D-32, D-33.
#[test]
fn another_authorisation_on_the_new_main_ccc_is_new_and_the_former_keeps_what_was_issued_before() {
    let former = || moved(vec![assigned(CCC, 0, None)]);
    let new = || moved(vec![assigned(NEW_CCC, 3, None)]);
    for (titles, emitidas, expected) in [
        (former(), Emitidas::Conservar, [true, true, false, true]),
        (former(), Emitidas::Perder, [false; 4]),
        (new(), Emitidas::Conservar, [true, false, true, true]),
        (new(), Emitidas::Perder, [true, false, true, true]),
    ] {
        let asked = [issued(1), accepted(1, 2), issued(4), accepted(1, 4)];
        let reached = asked.map(|one| by_red(titles.clone(), emitidas, 5, &one));
        assert_eq!(reached, expected, "{emitidas:?} {titles:?}");
    }
}

/// D-32: what a holder was given stays his to see; the rest goes with the authorisation.
#[test]
fn a_former_holder_keeps_seeing_what_was_accepted_while_he_held_and_nothing_else() {
    let titles = |desde, hasta: Option<i64>| Titles {
        red: vec![held_between(assigned(CCC, 0, None), desde, hasta.map(day))],
        ..red(vec![], vec![])
    };
    let rejected = issued(1).decide(Sentido::Rechazo, day(2)).unwrap();
    let asked = || {
        [
            accepted(1, 2),
            issued(1),
            rejected.clone(),
            accepted(1, 4),
            issued(4),
        ]
    };
    for (titles, emitidas, expected) in [
        (
            titles(SIEMPRE, Some(3)),
            Emitidas::Conservar,
            [true, false, false, false, false],
        ),
        (titles(SIEMPRE, Some(3)), Emitidas::Perder, [false; 5]),
        (
            titles(day(3), None),
            Emitidas::Conservar,
            [false, true, false, true, true],
        ),
        (
            titles(day(3), None),
            Emitidas::Perder,
            [false, true, false, true, true],
        ),
        (titles(SIEMPRE, None), Emitidas::Conservar, [true; 5]),
    ] {
        let reached = asked().map(|one| by_red(titles.clone(), emitidas, 5, &one));
        assert_eq!(reached, expected, "{emitidas:?} {titles:?}");
    }
}

/// D-32: whoever held the authorisation only when it had lost the addressee, or not got it yet.
#[test]
fn who_never_held_it_while_it_managed_the_addressee_reaches_nothing() {
    let titles = |asignacion, desde, hasta: Option<i64>| Titles {
        red: vec![held_between(asignacion, desde, hasta.map(day))],
        ..red(vec![], vec![])
    };
    let after = titles(assigned(CCC, 0, Some(2)), day(3), None);
    let before = titles(assigned(CCC, 3, None), SIEMPRE, Some(2));
    for (titles, impide) in [
        (after, Impide::ExcluidoDesdeAntes(Loss::Desvinculacion(day(2)))),
        (before, Impide::NuncaALaVez),
    ] {
        assert!(!by_red(titles.clone(), Emitidas::Conservar, 5, &issued(1)));
        let reach = Reach::weigh(gestor(), sujeto(), titles, Emitidas::Conservar, day(5));
        let found: Vec<_> = reach
            .razones(&issued(1))
            .into_iter()
            .map(|one| one.juicio)
            .collect();
        assert!(found.contains(&Err(impide)), "{found:?}");
    }
}

/// D-34.
#[test]
fn a_user_reaches_what_the_holder_reaches_while_he_is_one() {
    let asignacion = assigned(CCC, 0, None);
    let titulares = [TitularRed {
        autorizacion: asignacion.autorizacion,
        titular: nif("A99999013"),
        desde: SIEMPRE,
    }];
    let usuario = UsuarioRed {
        autorizacion: asignacion.autorizacion,
        usuario: gestor(),
        vigencia: Intervalo {
            desde: day(3),
            hasta: Some(day(6)),
        },
    };
    let tenencia = tenencias(&titulares, &[usuario])[1];
    let titles = || Titles {
        red: vec![TituloRed {
            asignacion: asignacion.clone(),
            tenencia,
        }],
        ..red(vec![], vec![])
    };
    for one in [issued(1), accepted(1, 2)] {
        let reached = [2, 3, 5, 6].map(|at| by_red(titles(), Emitidas::Conservar, at, &one));
        assert_eq!(reached, [false, true, true, false]);
    }
}

/// D-32, D-33: what was practised while the addressee shut autorizados out was never theirs; what they had before is, and what
/// is pending when they are let in again.
#[test]
fn reasignacion_gives_nothing_that_was_practised_while_autorizados_were_shut_out() {
    let marks = || vec![change(Voluntad::Desasignar, 3), change(Voluntad::Reasignar, 6)];
    let since = |desde| red(vec![assigned(CCC, desde, None)], marks());
    for emitidas in [Emitidas::Conservar, Emitidas::Perder] {
        for (titles, expected) in [
            // Assigned all along.
            (since(0), [true, true, true, false, true, true]),
            // Assigned while they were shut out.
            (since(5), [true, false, false, false, true, true]),
        ] {
            let asked = [
                issued(1),
                accepted(1, 2),
                accepted(1, 4),
                accepted(4, 5),
                issued(4),
                issued(7),
            ];
            let reached = asked.map(|one| by_red(titles.clone(), emitidas, 8, &one));
            assert_eq!(reached, expected, "{emitidas:?} {titles:?}");
        }
    }
}

/// D-16, D-54.
#[test]
fn who_lost_the_addressee_is_listed_for_as_long_as_what_he_keeps() {
    let two_years = 731;
    let now = red(vec![assigned(CCC, 0, None)], vec![]);
    let lost = red(vec![assigned(CCC, 0, Some(3))], vec![]);
    let out = red(
        vec![assigned(CCC, 0, None)],
        vec![change(Voluntad::Desasignar, 3)],
    );
    let former = Titles {
        red: vec![held_between(assigned(CCC, 0, None), SIEMPRE, Some(day(3)))],
        ..red(vec![], vec![])
    };
    for (titles, always) in [(now, true), (lost, false), (out, false), (former, false)] {
        for (at, listed) in [(2, true), (4, true), (two_years, true), (3 + two_years, always)] {
            let reach = Reach::weigh(gestor(), sujeto(), titles.clone(), Emitidas::Conservar, day(at));
            assert!(reach.roles().contains(Rol::AutorizadoRed));
            assert_eq!(
                reach.listed_roles().contains(Rol::AutorizadoRed),
                listed,
                "{at} {titles:?}"
            );
        }
    }
}
