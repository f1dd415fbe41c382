//! Seeing an accepted one again.

use super::world::*;
use crate::domain::by_rol::{OneByRol, Poderdantes, Practicada};
use crate::domain::denial::Denial;
use crate::domain::notificacion::{Sentido, Situacion};
use crate::domain::rol::Rol;
use crate::usecase::UseCaseError;
use crate::usecase::by_rol;

fn view(world: &World, who: Who, wanted: &OneByRol) -> Result<Practicada, Denial> {
    world.as_(who, |store, caller, around| {
        by_rol::view(store, caller, wanted, around).map_err(|error| match error {
            UseCaseError::Denied(denial) => denial,
            other => panic!("{other}"),
        })
    })
}

/// D-15: five states, three roles.
#[test]
fn only_what_was_accepted_is_seen_and_the_rest_has_its_denial_by_role() {
    let decided = |sentido| Situacion::Decidida {
        sentido,
        instante: instant(60),
    };
    let pending = |acuse_solicitado| Situacion::Pendiente { acuse_solicitado };
    let world = World::with(&[
        in_situation(1, pending(false)),
        in_situation(2, pending(true)),
        in_situation(3, decided(Sentido::Aceptacion)),
        in_situation(4, decided(Sentido::Rechazo)),
        in_situation(5, Situacion::Caducada),
    ]);
    let late = instant(40 * 86_400);
    for (who, rol) in BY_ROL {
        let seen = |number| view(&world, who, &one(rol, number));
        let accepted = Practicada {
            codigo: codigo(3),
            sentido: Sentido::Aceptacion,
            instante: instant(60),
            documento: Some(PDF.to_vec()),
        };
        assert_eq!(seen(1), Err(Denial::Undecided { rol }));
        assert_eq!(seen(2), Err(Denial::Undecided { rol }));
        assert_eq!(seen(3), Ok(accepted));
        assert_eq!(seen(4), Err(Denial::Rejected { rol }));
        assert_eq!(seen(5), Err(Denial::Lapsed { rol }));
        // Out of term although nothing has recorded it (D-24).
        let before = world.now.replace(late);
        assert_eq!(view(&world, who, &one(rol, 1)), Err(Denial::Lapsed { rol }));
        world.now.set(before);
    }
}

#[test]
fn one_out_of_reach_is_told_in_the_same_words_as_an_unknown_one() {
    let world = World::with(&[of_the_inss(1)]);
    let rol = Some(Rol::AutorizadoRed);
    for number in [1, 2] {
        let seen = view(&world, Who::Gestoria, &one(Rol::AutorizadoRed, number));
        assert_eq!(seen, Err(Denial::Unknown { rol }));
    }
}

/// D-78: where nobody is named, neither the notification nor its owner may be told.
#[test]
fn with_nobody_named_somebody_else_s_is_an_unknown_one() {
    let accepted = Situacion::Decidida {
        sentido: Sentido::Aceptacion,
        instante: instant(60),
    };
    let world = World::with(&[in_situation(1, accepted)]);
    let wanted = |rol, number| OneByRol {
        poderdantes: Poderdantes::Todos,
        ..one(rol, number)
    };
    for (who, rol) in BY_ROL {
        assert!(view(&world, who, &wanted(rol, 1)).is_ok());
        let unknown = Err(Denial::Unknown { rol: Some(rol) });
        assert_eq!(view(&world, who, &wanted(rol, 9)), unknown);
        assert_eq!(view(&world, Who::Extrano, &wanted(rol, 1)), unknown);
    }
}
