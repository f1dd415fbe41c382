//! What an act costs the store, counted: its statements, and those among them that are prepared anew each time.

use std::cell::RefCell;
use std::collections::BTreeSet;

use diesel::connection::{InstrumentationEvent, set_default_instrumentation};

use super::world::*;
use crate::domain::acuse_solicitado::{AcuseAFirmar, AcuseDevuelto};
use crate::domain::by_rol::{ListByRol, PerRol, Poderdantes, RequestAcuse, SubmitAcuse};
use crate::domain::materia::Entidad;
use crate::domain::notificacion::{Huella, Sentido};
use crate::domain::operation::{DecideRequest, ListRequest, PageSize};
use crate::domain::rol::{Rol, Roles};
use crate::usecase::by_poderdante::{decide, list};
use crate::usecase::by_rol::{self, request_acuse, submit_acuse};

thread_local! {
    /// The statements that this thread has run, and those that a connection keeps prepared.
    static SEEN: RefCell<Option<(Vec<String>, BTreeSet<String>)>> = const { RefCell::new(None) };
}

/// Has the connections that are made from here on tell their statements to the thread that runs them.
fn watch() {
    SEEN.set(Some(Default::default()));
    let told = set_default_instrumentation(|| {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            SEEN.with_borrow_mut(|seen| match (seen, event) {
                (Some((run, _)), InstrumentationEvent::StartQuery { query, .. }) => {
                    let text = query.to_string();
                    run.push(text.split(" -- binds").next().unwrap().to_owned());
                }
                (Some((_, kept)), InstrumentationEvent::CacheQuery { sql, .. }) => {
                    kept.insert(sql.to_owned());
                }
                _ => {}
            });
        }))
    });
    told.unwrap();
}

/// How many statements something takes, beginning and end of its transactions among them; each of the others must be one
/// that was kept prepared before.
fn statements(act: impl FnOnce()) -> usize {
    SEEN.with_borrow_mut(|seen| seen.as_mut().unwrap().0.clear());
    act();
    let (run, kept) = SEEN.with_borrow(|seen| seen.clone().unwrap());
    let of_transactions = |text: &str| {
        ["begin", "COMMIT", "ROLLBACK"]
            .iter()
            .any(|word| text.starts_with(word))
    };
    for text in run.iter().filter(|text| !of_transactions(text)) {
        assert!(kept.contains(text), "prepared anew each time: {text}");
    }
    run.len()
}

fn huella_of(acuse: &AcuseAFirmar) -> Huella {
    Huella(openssl::sha::sha256(acuse.identificador.as_bytes()))
}

fn accept(world: &World, number: i32) {
    let request = DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante: nif(EMPRESA),
        rol: None,
        advertencia: world.advertencia.codigo.clone(),
        codigos: vec![codigo(number)],
        motivo: None,
    };
    world.as_(Who::Gestoria, |store, caller, around| {
        let decided = decide(store, caller, &request, around).unwrap();
        assert!(decided[0].result.is_ok());
    });
}

fn ask_for_acuse(world: &World, number: i32) -> AcuseAFirmar {
    let request = RequestAcuse {
        cual: one(Rol::AutorizadoRed, number),
        sentido: Sentido::Aceptacion,
    };
    world.as_(Who::Gestoria, |store, caller, around| {
        request_acuse(store, caller, &request, around, huella_of).unwrap()
    })
}

fn give_back(world: &World, acuse: &AcuseAFirmar) {
    let request = SubmitAcuse {
        poderdantes: Poderdantes::Uno(nif(EMPRESA)),
        rol: Rol::AutorizadoRed,
        devuelto: AcuseDevuelto {
            identificador: acuse.identificador,
            codigo: acuse.notificacion.codigo,
            advertencia: acuse.advertencia.codigo.clone(),
            datos: huella_of(acuse),
            certificado: Huella(openssl::sha::sha256(b"certificate")),
            firmante: acuse.firmante.clone(),
            octetos: format!("signed {}", acuse.identificador).into_bytes(),
        },
    };
    world.as_(Who::Gestoria, |store, caller, around| {
        assert!(submit_acuse(store, caller, &request, around).is_ok());
    });
}

fn list_page(world: &World, entidades: &[Entidad], practicada: bool) {
    let request = ListRequest {
        poderdantes: std::iter::once(nif(EMPRESA)).collect(),
        roles: Roles::ALL,
        estados: Vec::new(),
        entidades: entidades.to_vec(),
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor: None,
        limite: PageSize::default(),
        practicada,
    };
    world.as_(Who::Gestoria, |store, caller, around| {
        assert!(list(store, caller, &request, around).is_ok());
    });
}

fn list_lists(world: &World) {
    let request = ListByRol {
        poderdantes: Poderdantes::Uno(nif(EMPRESA)),
        rol: Some(Rol::AutorizadoRed),
        desde: PerRol::default(),
        limite: PageSize::default(),
    };
    world.as_(Who::Gestoria, |store, caller, around| {
        assert!(by_rol::list(store, caller, &request, around).is_ok());
    });
}

fn view(world: &World, number: i32) {
    let wanted = one(Rol::AutorizadoRed, number);
    world.as_(Who::Gestoria, |store, caller, around| {
        assert!(by_rol::view(store, caller, &wanted, around).is_ok());
    });
}

#[test]
fn an_act_takes_few_statements_and_prepares_none_of_them_anew() {
    watch();
    let world = World::with(&[1, 2, 3, 4].map(notificacion));
    // A connection keeps what it has prepared: the first of each is not counted.
    accept(&world, 1);
    give_back(&world, &ask_for_acuse(&world, 3));
    list_page(&world, &[], false);
    list_page(&world, &[Entidad::Tgss], false);
    list_page(&world, &[], true);
    list_lists(&world);
    view(&world, 1);

    let accepted = statements(|| accept(&world, 2));
    let mut acuse = None;
    let asked = statements(|| acuse = Some(ask_for_acuse(&world, 4)));
    let given_back = statements(|| give_back(&world, &acuse.unwrap()));
    let listed = [
        statements(|| list_page(&world, &[], false)),
        statements(|| list_page(&world, &[Entidad::Tgss], false)),
        statements(|| list_page(&world, &[], true)),
        statements(|| list_lists(&world)),
    ];
    let seen = statements(|| view(&world, 2));
    // How each was practised is one question more for the page; WSCN always asks by which way what is decided was.
    assert_eq!(
        (accepted, asked, given_back, listed, seen),
        (13, 13, 15, [5, 5, 6, 6], 12)
    );
}
