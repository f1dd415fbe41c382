//! Deciding by a clock that may not be believed.

use chrono::TimeDelta;

use super::world::*;
use crate::domain::clock::{Disagreement, Witness};
use crate::domain::notificacion::{Estado, Sentido};
use crate::domain::operation::{DecideRequest, Decided};
use crate::store::{StoreError, journal};
use crate::usecase::UseCaseError;
use crate::usecase::by_poderdante::decide;
use crate::usecase::lapse::record_lapsed;

fn accept(world: &World, number: i32) -> Result<Vec<Decided>, UseCaseError> {
    let request = DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante: nif(EMPRESA),
        rol: None,
        advertencia: world.advertencia.codigo.clone(),
        codigos: vec![codigo(number)],
        motivo: None,
    };
    world.as_(Who::Empresa, |store, caller, around| {
        decide(store, caller, &request, around)
    })
}

fn last_row(world: &World) -> Option<chrono::DateTime<chrono::Utc>> {
    world.store.read::<_, StoreError, _>(journal::last).unwrap()
}

#[test]
fn while_the_clock_is_in_doubt_nothing_is_decided_and_nothing_lapses() {
    let world = World::with(&[notificacion(1), notificacion(2)]);
    let doubt = Disagreement {
        witness: Witness::Elapsed,
        difference: TimeDelta::days(11),
    };
    world.doubt.set(Some(doubt));
    assert!(matches!(accept(&world, 1), Err(UseCaseError::ClockInDoubt(told)) if told == doubt));
    world.now.set(instant(11 * 86_400));
    let lapsed = world.as_(Who::Empresa, |store, _, around| record_lapsed(store, around));
    assert!(matches!(lapsed, Err(UseCaseError::ClockInDoubt(_))));
    assert_eq!(last_row(&world), None, "nothing is recorded of it");
    world.now.set(instant(3600));
    assert_eq!(world.estado(1), Estado::SinAcuse);
    world.doubt.set(None);
    accept(&world, 1).unwrap();
    assert_eq!(world.estado(1), Estado::Aceptada);
}

/// A clock that is a little behind that of another machine goes on from where time was.
#[test]
fn nothing_is_decided_before_the_last_row_of_the_journal() {
    let world = World::with(&[notificacion(1), notificacion(2)]);
    accept(&world, 1).unwrap();
    world.now.set(instant(3590));
    let decided = accept(&world, 2).unwrap();
    let acuse = &decided[0].result.as_ref().unwrap().acuse;
    assert_eq!(acuse.instante, instant(3600));
    assert_eq!(last_row(&world), Some(instant(3600)));
}

#[test]
fn nothing_is_decided_before_it_was_published() {
    let world = World::with(&[notificacion(1)]);
    world.now.set(instant(-1));
    let refused = accept(&world, 1);
    let told = Disagreement {
        witness: Witness::Publication,
        difference: TimeDelta::seconds(-1),
    };
    assert!(matches!(refused, Err(UseCaseError::ClockInDoubt(why)) if why == told));
    world.now.set(instant(0));
    accept(&world, 1).unwrap();
}

#[test]
fn a_batch_of_lapses_has_its_row_in_the_journal() {
    let world = World::with(&[notificacion(1), notificacion(2)]);
    let lapse = notificacion(1).caduca.unwrap();
    world.now.set(lapse);
    let lapsed = world.as_(Who::Empresa, |store, _, around| record_lapsed(store, around));
    assert_eq!(lapsed.unwrap(), 2);
    assert_eq!(last_row(&world), Some(lapse));
    let nothing_more = world.as_(Who::Empresa, |store, _, around| record_lapsed(store, around));
    assert_eq!(nothing_more.unwrap(), 0);
}
