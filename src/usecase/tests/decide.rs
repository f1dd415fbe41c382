//! Deciding several at once, each on its own.

use serde_json::json;

use super::world::*;
use crate::domain::denial::{Denial, Finality};
use crate::domain::notificacion::{Estado, Sentido, Situacion};
use crate::domain::operation::{DecideRequest, Decided};
use crate::domain::rol::Rol;
use crate::store::{StoreError, octets};
use crate::usecase::by_poderdante::decide;
use crate::usecase::{Repeated, UseCaseError};

fn request(world: &World, sentido: Sentido, codigos: &[i32]) -> DecideRequest {
    DecideRequest {
        sentido,
        poderdante: nif(EMPRESA),
        rol: None,
        advertencia: world.advertencia.codigo.clone(),
        codigos: codigos.iter().copied().map(codigo).collect(),
        motivo: None,
    }
}

fn ask(world: &World, who: Who, request: &DecideRequest) -> Result<Vec<Decided>, Denial> {
    world.as_(who, |store, caller, around| {
        decide(store, caller, request, around).map_err(|error| match error {
            UseCaseError::Denied(denial) => denial,
            other => panic!("{other}"),
        })
    })
}

/// Of each code, whether it had been decided before, or why it is not decided.
fn came(decided: &[Decided]) -> Vec<(i32, Result<bool, Denial>)> {
    let of = |one: &Decided| {
        let result = one.result.as_ref();
        (
            one.codigo.number(),
            result.map(|recorded| recorded.repetida).map_err(|denial| *denial),
        )
    };
    decided.iter().map(of).collect()
}

#[test]
fn each_code_is_decided_on_its_own_and_the_row_says_what_became_of_each() {
    let rejected = Situacion::Decidida {
        sentido: Sentido::Rechazo,
        instante: instant(60),
    };
    let world = World::with(&[notificacion(1), in_situation(2, rejected), notificacion(3)]);
    let decided = ask(
        &world,
        Who::Empresa,
        &request(&world, Sentido::Aceptacion, &[3, 9, 2, 1]),
    )
    .unwrap();
    let rol = Rol::Propio;
    let finality = Finality::Rechazada;
    let expected = vec![
        (3, Ok(false)),
        (9, Err(Denial::Unknown { rol: None })),
        (2, Err(Denial::Final { finality, rol })),
        (1, Ok(false)),
    ];
    assert_eq!(came(&decided), expected, "in the order of the request");
    let detalle = json!({
        "sentido": "aceptacion", "decididas": [1, 3], "repetidas": [], "denegadas": [2, 9], "listas": [],
    });
    assert_eq!(world.last_row(), Some(("hecho_en_parte".to_owned(), detalle)));
    let kept = world.acuse(3).unwrap();
    let evidencia = world
        .store
        .read::<_, StoreError, _>(|conn| octets::evidencia(conn, kept.evidencia))
        .unwrap();
    assert_eq!(evidencia.as_deref(), Some(RECEIVED));
    assert_eq!(
        (kept.rol, kept.instante, kept.peticion),
        (
            rol,
            instant(3600),
            decided[0].result.as_ref().unwrap().acuse.peticion
        )
    );
}

/// D-17.
#[test]
fn what_the_same_signer_decided_is_given_again_and_what_another_decided_is_over() {
    let world = World::with(&[notificacion(1)]);
    let accept = request(&world, Sentido::Aceptacion, &[1]);
    ask(&world, Who::Gestoria, &accept).unwrap();
    let first = world.acuse(1);
    world.now.set(instant(7200));
    let again = ask(&world, Who::Gestoria, &accept).unwrap();
    assert_eq!(came(&again), [(1, Ok(true))]);
    assert_eq!(
        world.last_row().unwrap().1,
        json!({ "sentido": "aceptacion", "decididas": [], "repetidas": [1], "denegadas": [] })
    );
    let over = |rol| {
        let finality = Finality::Aceptada;
        [(1, Err(Denial::Final { finality, rol }))]
    };
    let by_other = ask(&world, Who::Empresa, &accept).unwrap();
    assert_eq!(came(&by_other), over(Rol::Propio));
    let otherwise = ask(&world, Who::Gestoria, &request(&world, Sentido::Rechazo, &[1])).unwrap();
    assert_eq!(came(&otherwise), over(Rol::AutorizadoRed));
    assert_eq!(world.acuse(1), first);
}

/// D-79.
#[test]
fn a_role_decides_what_it_reaches() {
    let world = World::with(&[of_the_inss(1), notificacion(2)]);
    let both = request(&world, Sentido::Rechazo, &[1, 2]);
    let decided = ask(&world, Who::Gestoria, &both).unwrap();
    let unknown = Err(Denial::Unknown { rol: None });
    assert_eq!(came(&decided), [(1, unknown), (2, Ok(false))]);
    let kept = world.acuse(2).unwrap();
    assert_eq!(kept.rol, Rol::AutorizadoRed);
    assert!(kept.autorizacion.is_some());
    assert_eq!(world.estado(1), Estado::SinAcuse);
}

#[test]
fn a_request_that_is_denied_as_a_whole_decides_nothing_and_has_its_row() {
    let world = World::with(&[notificacion(1)]);
    let stranger = ask(&world, Who::Extrano, &request(&world, Sentido::Aceptacion, &[1]));
    let denied = Denial::NotRepresented {
        rol: None,
        numero: None,
    };
    assert_eq!(stranger, Err(denied));
    assert_eq!(world.last_row().unwrap().0, "sin_representacion");
    let stale = DecideRequest {
        advertencia: "ADV-2025-1-PRUEBAS".to_owned(),
        ..request(&world, Sentido::Aceptacion, &[1])
    };
    assert_eq!(ask(&world, Who::Empresa, &stale), Err(Denial::StaleWarning));
    assert_eq!(world.last_row().unwrap().0, "advertencia_no_vigente");
    assert_eq!((world.rows(), world.acuse(1)), (2, None));
}

#[test]
fn a_message_that_may_be_taken_once_decides_once() {
    let world = World::with(&[notificacion(1)]);
    let accept = request(&world, Sentido::Aceptacion, &[1]);
    let send = || {
        world.by(
            Who::Empresa,
            b"one",
            Repeated::Refused,
            |store, caller, around| decide(store, caller, &accept, around),
        )
    };
    assert_eq!(came(&send().unwrap()), [(1, Ok(false))]);
    assert!(matches!(send(), Err(UseCaseError::Replayed)));
    assert_eq!(world.rows(), 1, "of a repetition nothing is recorded");
}

/// No signature of the service's would hold, so that nothing may be decided that it could not show.
#[test]
fn nothing_is_decided_while_the_seal_is_not_in_force_and_the_message_may_come_again() {
    let mut world = World::with(&[notificacion(1)]);
    let accept = request(&world, Sentido::Aceptacion, &[1]);
    let send = |world: &World| {
        world.by(
            Who::Empresa,
            b"one",
            Repeated::Refused,
            |store, caller, around| decide(store, caller, &accept, around),
        )
    };
    let until = std::mem::replace(&mut world.seal.until, instant(3599));
    assert!(matches!(send(&world), Err(UseCaseError::SealNotInForce { .. })));
    assert_eq!((world.rows(), world.estado(1)), (0, Estado::SinAcuse));
    world.seal.until = until;
    assert_eq!(came(&send(&world).unwrap()), [(1, Ok(false))]);
}
