//! Terms that are counted anew: what the journal says of it, and that nothing lapses meanwhile.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::world::*;
use crate::domain::clock::{Disagreement, Witness};
use crate::domain::computo::{Incidencia, Prorroga};
use crate::domain::notificacion::Estado;
use crate::store::{Desk, Operador, StoreError, incidencias, plazos};
use crate::usecase::UseCaseError;
use crate::usecase::lapse::record_lapsed;
use crate::usecase::recount::{AtDesk, Recuento, recount, settle};

/// Fourteen hours of the second day.
fn declare(world: &World) {
    let incidencia = Incidencia {
        desde: instant(86_400),
        hasta: instant(86_400) + TimeDelta::hours(14),
    };
    world.write(|conn| {
        let (now, _) = plazos::change::<StoreError>(conn, |_| Ok(world.now.get()))?;
        incidencias::declare(conn, incidencia, "corte", now).map(drop)
    });
}

fn recounted(world: &World) -> Result<Recuento, UseCaseError> {
    world.as_(Who::Empresa, |store, _, around| {
        recount(store, around.into(), |_| ())
    })
}

fn lapse(world: &World) -> usize {
    let lapsed = world.as_(Who::Empresa, |store, _, around| record_lapsed(store, around));
    lapsed.unwrap()
}

#[test]
fn a_batch_of_moved_terms_has_its_row_with_codes_and_ends_and_nothing_is_done_twice() {
    let world = World::with(&[notificacion(1), notificacion(2)]);
    world.now.set(instant(5 * 86_400));
    declare(&world);
    let done = recounted(&world).unwrap();
    assert_eq!((done.movidos, done.sin_calendario), (2, 0));
    let (_, detalle) = world.last_row().unwrap();
    let moved = json!([{ "caduca": "2026-03-22T23:00:00+00:00", "codigos": [1, 2] }]);
    assert_eq!(detalle, json!({ "plazos": moved }));
    assert_eq!(recounted(&world).unwrap(), Recuento::default());
    assert_eq!(world.rows(), 1);
    world.now.set(notificacion(1).caduca.unwrap());
    assert_eq!(world.estado(1), Estado::SinAcuse);
}

#[test]
fn nothing_lapses_while_terms_are_being_counted_anew() {
    let world = World::with(&[notificacion(1)]);
    world.now.set(instant(5 * 86_400));
    declare(&world);
    // Nobody came to it before the former end.
    world.now.set(notificacion(1).caduca.unwrap());
    assert_eq!(lapse(&world), 0);
    assert_eq!(recounted(&world).unwrap().movidos, 1);
    assert_eq!(world.estado(1), Estado::SinAcuse);
    assert_eq!(lapse(&world), 0);
    world.now.set("2026-03-22T23:00:00Z".parse().unwrap());
    assert_eq!(lapse(&world), 1);
}

#[test]
fn while_the_clock_is_in_doubt_no_term_is_moved() {
    let world = World::with(&[notificacion(1)]);
    world.now.set(instant(5 * 86_400));
    declare(&world);
    world.doubt.set(Some(Disagreement {
        witness: Witness::Elapsed,
        difference: TimeDelta::days(11),
    }));
    assert!(matches!(recounted(&world), Err(UseCaseError::ClockInDoubt(_))));
    world.doubt.set(None);
    assert_eq!(recounted(&world).unwrap().movidos, 1);
}

/// By a clock that is behind, an end that is past would seem to come.
#[test]
fn an_operator_moves_no_term_by_a_clock_that_the_journal_contradicts() {
    let world = World::with(&[notificacion(1)]);
    world.now.set(instant(5 * 86_400));
    declare(&world);
    recounted(&world).unwrap();
    let end = world.caduca(1);
    let behind = || world.now.get() - TimeDelta::days(2);
    let operador = Operador {
        nombre: "ana".to_owned(),
        cuenta: None,
    };
    let desk = Desk::new(world.store.clone(), operador, Uuid::now_v7(), &behind);
    let at_desk = AtDesk {
        desk: &desk,
        salto_maximo: TimeDelta::minutes(2),
    };
    let doubt = |error| matches!(error, UseCaseError::ClockInDoubt(_));
    assert!(doubt(at_desk.annul(1, "no la hubo").unwrap_err()));
    world.write(|conn| plazos::change::<StoreError>(conn, |_| Ok(world.now.get())).map(drop));
    assert!(doubt(at_desk.recount(|_| ()).unwrap_err()));
    assert_eq!(world.caduca(1), end);
}

#[test]
fn the_operator_s_choice_of_the_working_day_is_settled_once_and_journalled() {
    let world = World::with(&[notificacion(1)]);
    let choose = |prorroga| settle(&world.store, prorroga, &|| world.now.get(), Uuid::now_v7()).unwrap();
    assert!(!choose(Prorroga::No) && world.rows() == 0);
    assert!(choose(Prorroga::HastaHabil) && !choose(Prorroga::HastaHabil));
    assert_eq!(world.rows(), 1);
    assert_eq!(
        world.last_row().unwrap(),
        ("hecho".to_owned(), json!({ "prorroga_inhabil": true }))
    );
    let chosen = world.store.read::<_, StoreError, _>(plazos::prorroga).unwrap();
    assert_eq!(chosen, Prorroga::HastaHabil);
}
