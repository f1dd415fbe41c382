//! Listing of some poderdantes, page by page.

use super::world::*;
use crate::domain::denial::Denial;
use crate::domain::operation::{Cursor, ListRequest, Page, PageSize};
use crate::domain::rol::Roles;
use crate::usecase::Unanswered;
use crate::usecase::by_poderdante::list;

/// A person whom nobody here represents, and whose NIF comes before the company's.
const OTRA: &str = "12345678Z";

fn ask(world: &World, poderdantes: &[&str], cursor: Option<Cursor>) -> Result<Page, Denial> {
    let request = ListRequest {
        poderdantes: poderdantes.iter().map(|text| nif(text)).collect(),
        roles: Roles::ALL,
        estados: Vec::new(),
        entidades: Vec::new(),
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor,
        limite: PageSize::new(1).unwrap(),
        practicada: false,
    };
    world.as_(Who::Gestoria, |store, caller, around| {
        list(store, caller, &request, around).map_err(|error| match error {
            Unanswered::Denied(unrecorded) => unrecorded.record(store, caller, around.clock).unwrap(),
            Unanswered::Failed(other) => panic!("{other}"),
        })
    })
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let world = World::with(&[notificacion(1), of_the_inss(2), notificacion(3)]);
    let first = ask(&world, &["A99999013", EMPRESA], None).unwrap();
    let second = ask(&world, &["A99999013", EMPRESA], first.next).unwrap();
    let codes = [&first, &second].map(|page| page.notificaciones[0].notificacion.codigo.number());
    assert_eq!(codes, [1, 3]);
    assert!(first.next.is_some() && second.next.is_none());
}

#[test]
fn only_those_of_whom_something_may_follow_are_weighed_again() {
    let world = World::with(&[notificacion(1)]);
    let both = [OTRA, EMPRESA];
    let denied = Err(Denial::NotRepresented {
        rol: None,
        numero: Some(1),
    });
    let from = |poderdante| {
        Some(Cursor {
            poderdante: nif(poderdante),
            codigo: codigo(1),
        })
    };
    assert_eq!(ask(&world, &both, None), denied);
    assert_eq!(ask(&world, &both, from(OTRA)), denied);
    assert!(
        ask(&world, &both, from(EMPRESA))
            .unwrap()
            .notificaciones
            .is_empty()
    );
    assert!(
        ask(&world, &both, from("X9999901F"))
            .unwrap()
            .notificaciones
            .is_empty()
    );
}

#[test]
fn who_is_not_represented_is_told_by_its_number_in_the_request() {
    let world = World::with(&[notificacion(1)]);
    let denied = |poderdantes: &[&str], cursor| match ask(&world, poderdantes, cursor) {
        Err(Denial::NotRepresented { numero, .. }) => numero,
        other => panic!("{other:?}"),
    };
    assert_eq!(denied(&[OTRA], None), None);
    assert_eq!(denied(&[OTRA, OTRA], None), None);
    assert_eq!(denied(&[EMPRESA, OTRA], None), Some(2));
    assert_eq!(denied(&[EMPRESA, EMPRESA, OTRA], None), Some(3));
    // Of several the first, whatever their NIFs.
    assert_eq!(denied(&[EMPRESA, "99999945Q", OTRA], None), Some(2));
    // Those that the cursor has passed are not weighed, but count.
    let passed = Cursor {
        poderdante: nif("99999945Q"),
        codigo: codigo(1),
    };
    assert_eq!(denied(&[OTRA, EMPRESA, "X9999901F"], Some(passed)), Some(3));
}
