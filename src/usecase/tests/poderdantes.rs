//! Those whose notifications a caller may receive.

use std::sync::Arc;

use super::world::*;
use crate::domain::materia::Entidad;
use crate::domain::poder::{EstadoPoder, Poder};
use crate::domain::red::CuentasRed;
use crate::domain::rol::Rol;
use crate::domain::sucesion::{ClaseSucesion, Sucesion};
use crate::domain::vigencia::Intervalo;
use crate::store::personas::{self, Persona};
use crate::store::represented::Represented;
use crate::store::{poderes, red, sucesiones};
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
        .entries
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
            .entries
            .iter()
            .any(|entry| entry.nif == nif(EMPRESA) && entry.rol == Rol::AutorizadoRed);
        assert_eq!(found, listed, "{at}");
    }
}

/// Of whom nothing is known but a power, until he is published to.
const OTHER: &str = "A99999013";

fn of_other() -> Poder {
    Poder {
        referencia: "P-2".to_owned(),
        poderdante: nif(OTHER),
        fin: instant(500),
        ..poder(EstadoPoder::Inscrito)
    }
}

fn persona(whom: &str, denominacion: &str) -> Persona {
    Persona {
        nif: nif(whom),
        denominacion: denominacion.to_owned(),
        cuentas: CuentasRed::default(),
    }
}

fn ask(world: &World) -> Arc<Represented> {
    world.as_(Who::Apoderado, |store, caller, around| {
        poderdantes(store, caller, around).unwrap()
    })
}

/// By which roles somebody is told to be represented, and what he is called.
fn told(world: &World, whom: &str) -> Vec<(Rol, String)> {
    let known = ask(world);
    let of_him = known.entries.iter().filter(|entry| entry.nif == nif(whom));
    of_him
        .map(|entry| (entry.rol, entry.denominacion.clone()))
        .collect()
}

/// D-31: what is remembered of whom a caller represents is what would be weighed anew.
#[test]
fn what_is_told_or_ends_meanwhile_is_told_at_once_and_what_does_not_change_is_remembered() {
    let world = World::with(&[]);
    world.now.set(instant(10));
    let by_power = |name: &str| vec![(Rol::Apoderado, name.to_owned())];
    let first = ask(&world);
    assert_eq!(told(&world, EMPRESA).len(), 1);
    assert!(Arc::ptr_eq(&first, &ask(&world)), "nothing was told");

    world.write(|conn| poderes::tell_poderes(conn, &[of_other().into()], instant(0)));
    assert_eq!(told(&world, OTHER), by_power(OTHER));
    assert!(Arc::ptr_eq(&ask(&world), &ask(&world)));
    let named = persona(OTHER, "TALLERES PISUERGA SA");
    world.write(|conn| personas::insert_unknown(conn, std::slice::from_ref(&named)));
    assert_eq!(told(&world, OTHER), by_power("TALLERES PISUERGA SA"));

    // It ends by itself, and begins again only where the clock does.
    for (at, expected) in [(499, 1), (500, 0), (400, 1)] {
        world.now.set(instant(at));
        assert_eq!(told(&world, OTHER).len(), expected, "{at}");
    }
    let revoked = Poder {
        estado: EstadoPoder::Revocado,
        ..of_other()
    };
    world.write(|conn| poderes::tell_poderes(conn, &[revoked.clone().into()], instant(400)));
    assert_eq!(told(&world, OTHER), []);
    let renamed = persona(EMPRESA, "HORNOS DEL NORTE SL");
    world.write(|conn| personas::tell_personas(conn, &[renamed.clone().into()], instant(400)));
    assert_eq!(told(&world, EMPRESA), by_power("HORNOS DEL NORTE SL"));
    let handed_down = Sucesion {
        antecesor: nif(OTHER),
        sucesor: nif("99999901H"),
        clase: ClaseSucesion::InterVivos,
        entidad: Entidad::Tgss,
        vigencia: Intervalo {
            desde: instant(0),
            hasta: None,
        },
    };
    let dicho = sucesiones::Dicho {
        motivo: "fusión".to_owned(),
        referencia: "1".to_owned(),
        registrado: instant(400),
    };
    world.write(|conn| sucesiones::declare(conn, &handed_down, &dicho).map(drop));
    assert_eq!(
        told(&world, OTHER),
        [(Rol::Propio, "TALLERES PISUERGA SA".to_owned())]
    );
}
