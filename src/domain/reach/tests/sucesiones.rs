//! What somebody reaches of whom he succeeds.

use super::*;
use crate::domain::materia::Entidad;
use crate::domain::sucesion::{ClaseSucesion, Sucesion};

pub(super) fn sucesion(entidad: Entidad, desde: i64, hasta: Option<i64>) -> Sucesion {
    Sucesion {
        antecesor: sujeto(),
        sucesor: gestor(),
        clase: ClaseSucesion::InterVivos,
        entidad,
        vigencia: Intervalo {
            desde: day(desde),
            hasta: hasta.map(day),
        },
    }
}

fn reach(sucesiones: Vec<Sucesion>, at: i64) -> Reach {
    let titles = Titles {
        sucesiones,
        ..Titles::default()
    };
    Reach::weigh(gestor(), sujeto(), titles, Emitidas::Conservar, day(at))
}

fn own(told: &[Sucesion], at: i64, notificacion: &Notificacion) -> bool {
    reach(told.to_vec(), at).over(notificacion).contains(Rol::Propio)
}

#[test]
fn a_successor_reaches_what_was_pending_at_the_event_and_what_comes_later_of_the_body_that_admits_him() {
    let accepted = |published, at| {
        let sentido = Sentido::Aceptacion;
        issued(published).decide(sentido, day(at)).unwrap()
    };
    let told = [sucesion(Entidad::Tgss, 3, Some(20))];
    for (notificacion, at, expected) in [
        (issued(1), 2, false),
        (issued(1), 3, true),
        (issued(4), 5, true),
        (accepted(1, 2), 5, false),
        (accepted(1, 3), 5, true),
        (accepted(1, 4), 19, true),
        (accepted(1, 4), 20, false),
        // Lapsed before, and after.
        (issued(-9), 5, false),
        (issued(-6), 8, true),
    ] {
        assert_eq!(
            own(&told, at, &notificacion),
            expected,
            "{notificacion:?} on day {at}"
        );
    }
    assert!(!own(&[sucesion(Entidad::Inss, 3, None)], 5, &issued(4)));
    assert!(own(&[sucesion(Entidad::Inss, 3, None), told[0]], 5, &issued(4)));
}

#[test]
fn who_succeeds_is_told_until_when_and_nothing_where_no_end_is_known() {
    let until = |told: &[Sucesion], at| {
        let reach = reach(told.to_vec(), at);
        (reach.listed_roles().contains(Rol::Propio), reach.own_until())
    };
    let short = sucesion(Entidad::Tgss, 3, Some(9));
    let long = sucesion(Entidad::Inss, 3, Some(12));
    let endless = sucesion(Entidad::Ism, 5, None);
    assert_eq!(until(&[short], 2), (false, None));
    assert_eq!(until(&[short], 3), (true, Some(day(9))));
    assert_eq!(until(&[short, long], 3), (true, Some(day(12))));
    assert_eq!(until(&[short, endless], 4), (true, Some(day(9))));
    assert_eq!(until(&[short, endless], 5), (true, None));
    assert_eq!(until(&[short], 9), (false, None));
    let addressee = Reach::weigh(sujeto(), sujeto(), Titles::default(), Emitidas::Conservar, day(3));
    assert_eq!(addressee.own_until(), None);
}

#[test]
fn each_succession_says_why() {
    let told = vec![
        sucesion(Entidad::Tgss, 1, Some(4)),
        sucesion(Entidad::Tgss, 4, None),
        sucesion(Entidad::Inss, 1, None),
        sucesion(Entidad::Tgss, 7, None),
    ];
    let razones = reach(told, 5).razones(&issued(2));
    let said: Vec<Juicio> = razones
        .iter()
        .filter(|razon| razon.rol == Rol::Propio)
        .map(|razon| razon.juicio)
        .collect();
    assert_eq!(
        said,
        [
            Ok(Alcanza::Pendiente { desde: day(4) }),
            Err(Impide::DeOtroOrgano(Entidad::Inss)),
            Err(Impide::SucesionTerminada { fin: day(4) }),
            Err(Impide::AunNo { desde: day(7) }),
        ]
    );
    let rule = |razon: &Reason| match razon.juicio {
        Ok(alcanza) => alcanza.regla(razon.rol).numero(),
        Err(impide) => impide.regla(razon.rol).numero(),
    };
    let own = razones.iter().filter(|razon| razon.rol == Rol::Propio);
    assert!(own.map(rule).all(|rule| rule == 20));
    // Who succeeds nobody has no title of his own.
    let nobody = reach(Vec::new(), 5).razones(&issued(2));
    assert_eq!(nobody[0].juicio, Err(Impide::SinTitulo(Rol::Propio)));
}
