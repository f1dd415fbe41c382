//! Serving the document and the acuse of a notification of a poderdante.

use serde_json::json;

use super::world::*;
use crate::domain::clock::{Disagreement, Witness};
use crate::domain::denial::Denial;
use crate::domain::notificacion::{Huella, Sentido, Situacion};
use crate::domain::operation::{AcuseServido, DocumentoServido, OneNotificacion};
use crate::domain::rol::Rol;
use crate::usecase::by_poderdante::{acuse, document};
use crate::usecase::seal::Sealer;
use crate::usecase::{Repeated, UseCaseError};

fn wanted(number: i32) -> OneNotificacion {
    OneNotificacion {
        poderdante: nif(EMPRESA),
        codigo: codigo(number),
    }
}

fn denial(error: UseCaseError) -> Denial {
    match error {
        UseCaseError::Denied(denial) => denial,
        other => panic!("{other}"),
    }
}

fn document_of(world: &World, who: Who, number: i32) -> Result<DocumentoServido, Denial> {
    world.as_(who, |store, caller, around| {
        document(store, caller, &wanted(number), around).map_err(denial)
    })
}

fn acuse_of(world: &World, who: Who, number: i32) -> Result<AcuseServido, Denial> {
    sealed_of(world, who, number)
        .map(|(served, _)| served)
        .map_err(denial)
}

/// The same, with its octets: each time that one is sealed they are others.
fn sealed_of(world: &World, who: Who, number: i32) -> Result<(AcuseServido, Vec<u8>), UseCaseError> {
    world.as_(who, |store, caller, around| {
        let sealer = Sealer {
            clock: around.clock,
            ids: around.ids,
            believe: around.believe,
            huella_de_acuse: around.huella_de_acuse,
            validity: world.seal,
            make: &|_, _| Ok((around.ids)().as_bytes().to_vec()),
        };
        acuse(store, caller, &wanted(number), around, &sealer)
    })
}

fn decided(sentido: Sentido) -> Situacion {
    Situacion::Decidida {
        sentido,
        instante: instant(60),
    }
}

/// One pending, one accepted, one rejected, one lapsed.
fn world() -> World {
    let pending = Situacion::Pendiente {
        acuse_solicitado: false,
    };
    World::with(&[
        in_situation(1, pending),
        in_situation(2, decided(Sentido::Aceptacion)),
        in_situation(3, decided(Sentido::Rechazo)),
        in_situation(4, Situacion::Caducada),
    ])
}

/// D-15.
#[test]
fn the_document_is_served_of_what_was_accepted_alone_whoever_accepted_it() {
    let world = world();
    for (who, rol) in BY_ROL {
        let served = DocumentoServido {
            codigo: codigo(2),
            contenido: PDF.to_vec(),
            huella: Huella(openssl::sha::sha256(PDF)),
        };
        assert_eq!(document_of(&world, who, 2), Ok(served));
        let row = ("servido".to_owned(), json!({ "codigo": 2 }));
        assert_eq!(world.last_row(), Some(row), "before it leaves the house");
        assert_eq!(document_of(&world, who, 1), Err(Denial::Undecided { rol }));
        assert_eq!(document_of(&world, who, 3), Err(Denial::Rejected { rol }));
        assert_eq!(document_of(&world, who, 4), Err(Denial::Lapsed { rol }));
        assert_eq!(world.last_row().unwrap().0, "caducada");
    }
}

#[test]
fn the_acuse_is_served_of_whatever_was_decided() {
    let world = world();
    for (number, sentido) in [(2, Sentido::Aceptacion), (3, Sentido::Rechazo)] {
        let served = acuse_of(&world, Who::Empresa, number).unwrap();
        assert_eq!(Some(&served.acuse), world.acuse(number).as_ref());
        assert_eq!(served.acuse.sentido, sentido);
        assert_eq!(served.notificacion.situacion, decided(sentido));
    }
    let rol = Rol::Propio;
    assert_eq!(acuse_of(&world, Who::Empresa, 1), Err(Denial::Undecided { rol }));
    assert_eq!(acuse_of(&world, Who::Empresa, 4), Err(Denial::Lapsed { rol }));
    // Out of term although nothing has recorded it (D-24).
    world.now.set(instant(40 * 86_400));
    assert_eq!(acuse_of(&world, Who::Empresa, 1), Err(Denial::Lapsed { rol }));
}

#[test]
fn one_out_of_reach_is_told_as_an_unknown_one_and_a_stranger_reaches_none() {
    let world = World::with(&[of_the_inss(1)]);
    let unknown = Denial::Unknown { rol: None };
    for number in [1, 9] {
        assert_eq!(document_of(&world, Who::Gestoria, number), Err(unknown));
        assert_eq!(acuse_of(&world, Who::Gestoria, number), Err(unknown));
    }
    let nobody = Denial::NotRepresented {
        rol: None,
        numero: None,
    };
    assert_eq!(document_of(&world, Who::Extrano, 1), Err(nobody));
}

/// D-104.
#[test]
fn an_acuse_is_sealed_once_and_the_journal_says_so_before_it_leaves_the_house() {
    let world = world();
    let rows = world.rows();
    let (_, first) = sealed_of(&world, Who::Empresa, 2).unwrap();
    assert_eq!(
        world.rows(),
        rows + 2,
        "that it was sealed, and that it was given"
    );
    for (who, _) in BY_ROL {
        assert_eq!(sealed_of(&world, who, 2).unwrap().1, first);
    }
    assert_eq!(world.rows(), rows + 5);
    assert_ne!(sealed_of(&world, Who::Empresa, 3).unwrap().1, first);
}

/// Nothing is decided nor sealed by a clock in doubt, and all that was sealed can still be seen; who gives it out signs.
#[test]
fn a_clock_in_doubt_keeps_nobody_from_seeing_and_a_seal_that_is_over_keeps_acuses_back() {
    let mut world = world();
    assert!(acuse_of(&world, Who::Empresa, 2).is_ok());
    world.doubt.set(Some(Disagreement {
        witness: Witness::Elapsed,
        difference: chrono::TimeDelta::days(11),
    }));
    assert!(document_of(&world, Who::Empresa, 2).is_ok());
    assert!(acuse_of(&world, Who::Empresa, 2).is_ok());
    let rows = world.rows();
    let unsealed = sealed_of(&world, Who::Empresa, 3);
    assert!(matches!(unsealed, Err(UseCaseError::ClockInDoubt(_))));
    assert_eq!(world.rows(), rows, "nothing was sealed");
    world.seal.until = instant(3599);
    assert!(document_of(&world, Who::Empresa, 2).is_ok());
    let rows = world.rows();
    let refused = sealed_of(&world, Who::Empresa, 2);
    assert!(matches!(refused, Err(UseCaseError::SealNotInForce { .. })));
    assert_eq!(world.rows(), rows, "nothing was served");
}

#[test]
fn a_message_that_may_be_taken_once_is_served_once() {
    let world = world();
    let send = || {
        world.by(
            Who::Empresa,
            b"one",
            Repeated::Refused,
            |store, caller, around| document(store, caller, &wanted(2), around),
        )
    };
    assert!(send().is_ok());
    let rows = world.rows();
    assert!(matches!(send(), Err(UseCaseError::Replayed)));
    assert_eq!(world.rows(), rows);
}
