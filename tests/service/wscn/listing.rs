//! Listings by role, page after page, as the programs of the field follow them.

use std::collections::BTreeSet;

use crate::common::wscn::Answer;
use crate::common::{Backend, TestApp, Titular};

over_both_databases!(
    following_the_cursors_gives_everything_of_each_role_once,
    the_role_of_all_gives_the_lists_of_each,
    asking_again_from_the_last_code_shows_it_first,
    the_poderdantes_are_those_who_granted_a_power,
    nobody_named_means_everybody_only_where_the_operator_says_so,
);

const LISTS: [(&str, &str); 3] = [
    ("notificacionesPropias", "codigoSiguienteNotificacionPropia"),
    (
        "notificacionesAutorizadoRED",
        "codigoSiguienteNotificacionAutorizadoRED",
    ),
    ("notificacionesApoderado", "codigoSiguienteNotificacionApoderado"),
];

fn cursors(page: &Answer) -> [i32; 3] {
    LISTS.map(|(_, cursor)| page.text_of(cursor).unwrap().parse().unwrap())
}

fn has_more(page: &Answer) -> bool {
    page.text_of("hayMas").as_deref() == Some("true")
}

/// Every notification by a role, in the order in which it came.
fn follow(app: &TestApp, titular: &Titular, rol: u8, poderdante: &str) -> [Vec<i32>; 3] {
    let program = app.wscn_as(titular);
    let mut all = [const { Vec::new() }; 3];
    let mut from = [-1; 3];
    loop {
        let page = program.list(rol, poderdante, from);
        assert_eq!(page.codigo(), 0, "{page:?}");
        for (all, (list, _)) in all.iter_mut().zip(LISTS) {
            let listed = page.listed(list).into_iter().map(|(codigo, _)| codigo);
            // An exhausted list begins again with its last one.
            all.extend(
                listed
                    .filter(|codigo| all.last() != Some(codigo))
                    .collect::<Vec<_>>(),
            );
        }
        let next = cursors(&page);
        if !has_more(&page) {
            return all;
        }
        assert_ne!(next, from, "a page always leads further");
        from = next;
    }
}

fn following_the_cursors_gives_everything_of_each_role_once(backend: Backend) {
    let small = TestApp::start_with(backend, |settings| settings.servicio.pagina_wscn = 17);
    let titular = small.scenario().all_roles();
    for rol in 1..=3 {
        let of = titular.by_role(rol);
        let lists = follow(&small, titular, rol, &of.nif);
        for (other, list) in (1..).zip(&lists) {
            assert!(other == rol || list.is_empty(), "rol {rol} gave list {other}");
        }
        let list = &lists[usize::from(rol) - 1];
        assert!(list.is_sorted(), "by code");
        let set: BTreeSet<_> = list.iter().collect();
        assert_eq!(set.len(), list.len(), "each once");
        for codigo in of.pendientes.iter().chain(&of.aceptadas).chain(&of.rechazadas) {
            assert!(set.contains(codigo), "rol {rol}: {codigo}");
        }
    }
}

fn the_role_of_all_gives_the_lists_of_each(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.servicio.pagina_wscn = 23);
    let titular = app.scenario().all_roles();
    for rol in 1..=3 {
        let of = titular.by_role(rol);
        let all = follow(&app, titular, 0, &of.nif);
        let place = usize::from(rol) - 1;
        assert_eq!(all[place], follow(&app, titular, rol, &of.nif)[place]);
    }
}

fn asking_again_from_the_last_code_shows_it_first(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| settings.servicio.pagina_wscn = 1000);
    let titular = app.scenario().all_roles();
    let program = app.wscn_as(titular);
    let of = titular.by_role(1);
    let from_on = |from| program.list(1, &of.nif, [from, 0, 0]);
    let whole = from_on(0);
    assert!(!has_more(&whole));
    let codes = whole.listed(LISTS[0].0);
    let last = codes.last().unwrap().0;
    assert_eq!(
        cursors(&whole),
        [last, 0, 0],
        "an empty list gives what was asked"
    );
    assert_eq!(from_on(last).listed(LISTS[0].0), [*codes.last().unwrap()]);
    let after = from_on(last + 1);
    assert_eq!((after.listed(LISTS[0].0).len(), has_more(&after)), (0, false));
}

fn the_poderdantes_are_those_who_granted_a_power(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let answer = app.wscn_as(titular).poderdantes();
    assert_eq!(answer.text_of("tienePoderdantes").as_deref(), Some("true"));
    for of in &titular.poderdantes {
        let tag = format!("<identificador>{}</identificador>", of.nif);
        let granted = titular.poderdantes.iter().any(|p| p.nif == of.nif && p.rol == 3);
        assert_eq!(answer.text.contains(&tag), granted, "{}", of.nif);
    }
}

fn nobody_named_means_everybody_only_where_the_operator_says_so(backend: Backend) {
    let strict = TestApp::start(backend);
    let titular = strict.scenario().all_roles();
    for rol in 0..=3 {
        let refused = strict.wscn_as(titular).list(rol, "", [0; 3]);
        assert_eq!((refused.codigo(), has_more(&refused)), (133, false), "D-78");
    }
    let lax = TestApp::start_with(backend, |settings| settings.compat.poderdante_vacio = true);
    let all = follow(&lax, titular, 0, "");
    for of in &titular.poderdantes {
        let list: BTreeSet<_> = all[usize::from(of.rol) - 1].iter().collect();
        assert!(of.pendientes.iter().all(|codigo| list.contains(codigo)));
    }
    let of = titular.by_role(2);
    let program = lax.wscn_as(titular);
    assert_eq!(program.decide(2, "", of.pendientes[0], true).codigo(), 0);
    assert_eq!(program.view(2, "", of.pendientes[0]).codigo(), 0);
    assert_eq!(program.view(2, "", i32::MAX).codigo(), 117);
}
