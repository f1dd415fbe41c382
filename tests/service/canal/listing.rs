//! Listings: pages, filters, many poderdantes.

use std::collections::BTreeSet;

use notess::client::calls::{self, AnswerError};
use notess::client::connection::CallError;
use notess::domain::operation::{ListRequest, PageSize};
use notess::domain::rol::{Rol, Roles};

use crate::common::caller::{listing, nif};
use crate::common::{Backend, TestApp};

over_both_databases!(
    pages_give_each_notification_once_in_any_size,
    a_listing_of_all_poderdantes_is_that_of_each,
    the_poderdantes_listed_are_those_of_the_scenario,
    the_scenario_says_what_each_role_reaches,
    one_poderdante_out_of_reach_refuses_the_whole_listing,
);

fn pages_give_each_notification_once_in_any_size(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    let poderdantes: BTreeSet<_> = titular.poderdantes.iter().map(|p| nif(&p.nif)).collect();
    let all = |limite| ListRequest {
        poderdantes: poderdantes.iter().copied().collect(),
        limite: PageSize::new(limite).unwrap(),
        ..listing(&titular.nif_representado.clone().unwrap_or(titular.nif.clone()))
    };
    let codes = |limite| {
        caller
            .list(all(limite))
            .into_iter()
            .map(|n| n.codigo)
            .collect::<Vec<_>>()
    };
    let whole = codes(1000);
    assert!(whole.len() > 500, "more than one page: {}", whole.len());
    assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len());
    for limite in [500, 97] {
        assert_eq!(codes(limite), whole, "pages of {limite}");
    }
}

fn a_listing_of_all_poderdantes_is_that_of_each(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    let poderdantes: BTreeSet<_> = titular.poderdantes.iter().map(|p| nif(&p.nif)).collect();
    let each: BTreeSet<i32> = poderdantes
        .iter()
        .flat_map(|p| caller.list(listing(p.as_str())))
        .map(|n| n.codigo)
        .collect();
    let together = ListRequest {
        poderdantes: poderdantes.into_iter().collect(),
        ..listing("12345678Z")
    };
    let together: BTreeSet<i32> = caller.list(together).iter().map(|n| n.codigo).collect();
    assert_eq!(together, each);
}

fn the_poderdantes_listed_are_those_of_the_scenario(backend: Backend) {
    let app = TestApp::start(backend);
    for titular in app
        .scenario()
        .titulares
        .iter()
        .filter(|t| t.estado_certificado == "vigente")
    {
        let answer = calls::poderdantes(&app.as_(titular).connection).unwrap();
        let listed: BTreeSet<(String, u8)> = answer
            .poderdantes
            .iter()
            .map(|p| (p.nif.clone(), u8::try_from(p.rol).unwrap()))
            .collect();
        let expected: BTreeSet<(String, u8)> = titular
            .poderdantes
            .iter()
            .map(|p| (p.nif.clone(), p.rol))
            .collect();
        assert!(
            expected.is_subset(&listed),
            "{}: {expected:?} {listed:?}",
            titular.nombre
        );
        assert_eq!(answer.advertencia.codigo, app.scenario().advertencia);
    }
}

fn the_scenario_says_what_each_role_reaches(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    for of in &titular.poderdantes {
        let only = Rol::from_number(of.rol.into()).unwrap();
        let mine = ListRequest {
            roles: Roles::NONE.with(only),
            ..listing(&of.nif)
        };
        let listed = caller.list(mine);
        let alone = |estados: &[i32]| -> BTreeSet<i32> {
            let by_this_alone = listed
                .iter()
                .filter(|n| n.roles.roles.len() == 1 || !is_shared(titular, of));
            by_this_alone
                .filter(|n| estados.contains(&n.estado))
                .map(|n| n.codigo)
                .collect()
        };
        let said = |codes: &[i32]| codes.iter().copied().collect::<BTreeSet<i32>>();
        assert!(
            alone(&[0, 1]).is_superset(&said(&of.pendientes)),
            "{} {}",
            of.nif,
            of.rol
        );
        assert!(
            alone(&[2]).is_superset(&said(&of.aceptadas)),
            "{} {}",
            of.nif,
            of.rol
        );
        assert!(
            alone(&[3]).is_superset(&said(&of.rechazadas)),
            "{} {}",
            of.nif,
            of.rol
        );
        assert!(
            alone(&[4]).is_superset(&said(&of.caducadas)),
            "{} {}",
            of.nif,
            of.rol
        );
    }
}

/// Whether the holder reaches the same poderdante by another role too.
fn is_shared(titular: &crate::common::Titular, of: &crate::common::scenario::Alcance) -> bool {
    titular
        .poderdantes
        .iter()
        .any(|other| other.nif == of.nif && other.rol != of.rol)
}

fn one_poderdante_out_of_reach_refuses_the_whole_listing(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let caller = app.as_(titular);
    let mixed = ListRequest {
        poderdantes: [nif(&titular.by_role(1).nif), nif("12345678Z")]
            .into_iter()
            .collect(),
        ..listing("12345678Z")
    };
    match calls::pages(&caller.connection, mixed).next().unwrap() {
        Err(AnswerError::Call(CallError::Fault {
            codigo, descripcion, ..
        })) => {
            assert_eq!(codigo, "SIN_REPRESENTACION");
            assert!(
                descripcion.starts_with("El poderdante número 2 no "),
                "{descripcion}"
            );
        }
        other => panic!("{other:?}"),
    }
}
