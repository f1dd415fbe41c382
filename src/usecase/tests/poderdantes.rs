//! Those whose notifications a caller may receive.

use super::world::*;
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::rol::Rol;
use crate::store::{poderes, red};
use crate::usecase::poderdantes;

#[test]
fn nobody_is_called_by_the_name_of_another() {
    let world = World::with(&[]);
    let unrecorded = Poder {
        referencia: "P-2".to_owned(),
        poderdante: nif("A99999013"),
        ..poder(EstadoPoder::Inscrito)
    };
    world.write(|conn| poderes::tell_poderes(conn, &[unrecorded.clone().into()], instant(0)));
    let entries = world.as_(Who::Apoderado, |store, caller, around| {
        poderdantes(store, caller, around).unwrap()
    });
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.nif.as_str(), entry.rol, entry.denominacion.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("99999901H", Rol::Propio, "ROBLES IBARRA MARTA"),
            ("A99999013", Rol::Apoderado, "A99999013"),
            (EMPRESA, Rol::Apoderado, "HORNOS DEL SUR SL"),
        ]
    );
}

/// D-16, D-32, D-54: who lost the addressee is told of it for as long as what he keeps may be listed.
#[test]
fn who_lost_the_addressee_is_listed_until_nothing_that_he_keeps_is() {
    let world = World::with(&[]);
    world.write(|conn| red::tell_asignaciones(conn, &[asignacion(Some(instant(0)))], instant(0)));
    let two_years = 731 * 86_400;
    for (at, listed) in [(10, true), (two_years - 86_400, true), (two_years + 1, false)] {
        world.now.set(instant(at));
        let entries = world.as_(Who::Gestoria, |store, caller, around| {
            poderdantes(store, caller, around).unwrap()
        });
        let found = entries
            .iter()
            .any(|entry| entry.nif == nif(EMPRESA) && entry.rol == Rol::AutorizadoRed);
        assert_eq!(found, listed, "{at}");
    }
}
