//! Listings: their order and filters.

use chrono::TimeDelta;
use notess::domain::materia::{Entidad, Procedimiento};
use notess::domain::nif::Nif;
use notess::domain::notificacion::{Codigo, Estado, Notificacion, Sentido, Situacion};
use notess::domain::operation::Cursor;
use notess::store::Store;
use notess::store::listing::{ListFilter, list};

use crate::site::{Site, altered, codigos, copy, day, nif, pending, publish};

on_both!(
    a_listing_goes_by_poderdante_and_code_and_keeps_to_those_asked_for,
    what_is_out_of_term_is_listed_as_lapsed_at_once,
    each_filter_leaves_out_what_it_should,
    what_is_finished_is_listed_for_two_years_and_what_is_open_for_ever,
);

pub(crate) fn everything(poderdantes: &[Nif]) -> ListFilter<'_> {
    ListFilter {
        poderdantes,
        after: None,
        estados: &[],
        entidades: &[],
        desde: None,
        hasta: None,
        fin_antes_de: None,
        published_from: None,
        at: day(1),
        limit: 1000,
    }
}

pub(crate) fn listed(store: &Store, filter: &ListFilter<'_>) -> Vec<Codigo> {
    let found = store.read(|conn| list(conn, filter)).unwrap();
    found
        .into_iter()
        .map(|notificacion| notificacion.codigo)
        .collect()
}

fn a_listing_goes_by_poderdante_and_code_and_keeps_to_those_asked_for(site: &Site) {
    let store = site.store();
    let new = [(9, 3), (1, 7), (5, 3), (2, 5), (8, 7), (3, 4)]
        .map(|(number, sujeto)| pending(number, nif(sujeto), day(0)));
    publish(&store, &new);
    let asked = [nif(3), nif(5), nif(6), nif(7)];
    assert_eq!(listed(&store, &everything(&asked)), codigos([5, 9, 2, 1, 8]));
    let from = |sujeto, number| {
        let after = Some(Cursor {
            poderdante: nif(sujeto),
            codigo: codigos([number])[0],
        });
        listed(
            &store,
            &ListFilter {
                after,
                ..everything(&asked)
            },
        )
    };
    assert_eq!(from(3, 5), codigos([9, 2, 1, 8]));
    assert_eq!(from(3, 9), codigos([2, 1, 8]));
    assert_eq!(from(4, 1), codigos([2, 1, 8]));
    assert_eq!(from(7, 8), []);
    assert_eq!(from(9, 1), []);
    assert_eq!(listed(&store, &everything(&[])), []);
    let two = ListFilter {
        limit: 2,
        ..everything(&asked)
    };
    assert_eq!(listed(&store, &two), codigos([5, 9]));
}

/// One notification in each situation; 6 was recorded as lapsed, 5 is out of term and not recorded yet.
fn one_of_each() -> Vec<Notificacion> {
    let situaciones = [
        (
            1,
            5,
            Situacion::Pendiente {
                acuse_solicitado: false,
            },
        ),
        (
            2,
            5,
            Situacion::Pendiente {
                acuse_solicitado: true,
            },
        ),
        (
            3,
            5,
            Situacion::Decidida {
                sentido: Sentido::Aceptacion,
                instante: day(6),
            },
        ),
        (
            4,
            5,
            Situacion::Decidida {
                sentido: Sentido::Rechazo,
                instante: day(6),
            },
        ),
        (
            5,
            -20,
            Situacion::Pendiente {
                acuse_solicitado: true,
            },
        ),
        (6, -20, Situacion::Caducada),
    ];
    situaciones
        .map(|(number, published, situacion)| Notificacion {
            situacion,
            ..pending(number, nif(3), day(published))
        })
        .to_vec()
}

fn what_is_out_of_term_is_listed_as_lapsed_at_once(site: &Site) {
    let store = site.store();
    let all = one_of_each();
    let asked = [nif(3)];
    publish(&store, &all);
    // Every set of states, against what the domain says of each notification.
    for at in [day(7), day(40)] {
        for mask in 0..32_u32 {
            let estados: Vec<_> = Estado::ALL
                .into_iter()
                .filter(|estado| mask & 1 << estado.number() != 0)
                .collect();
            let expected: Vec<_> = all
                .iter()
                .filter(|n| estados.is_empty() || estados.contains(&n.estado_at(at)))
                .map(|n| n.codigo)
                .collect();
            let filter = ListFilter {
                estados: &estados,
                at,
                ..everything(&asked)
            };
            assert_eq!(listed(&store, &filter), expected, "{estados:?} at {at}");
        }
    }
}

fn each_filter_leaves_out_what_it_should(site: &Site) {
    let store = site.store();
    let of = |number, codigo, at| {
        altered(pending(number, nif(3), day(at)), |publicada| {
            publicada.procedimiento = Procedimiento::find(codigo).unwrap();
        })
    };
    let copy = copy(of(4, "INSS-IT", 3));
    publish(
        &store,
        &[
            of(1, "TGSS-RD", 0),
            of(2, "INSS-IT", 1),
            of(3, "ISM-EST", 2),
            copy,
        ],
    );
    let asked = [nif(3)];
    let base = everything(&asked);
    let entidades = |entidades| {
        listed(
            &store,
            &ListFilter {
                entidades,
                ..everything(&asked)
            },
        )
    };
    assert_eq!(entidades(&[Entidad::Inss]), codigos([2, 4]));
    assert_eq!(entidades(&[Entidad::Ism, Entidad::Tgss]), codigos([1, 3]));
    let desde = ListFilter {
        desde: Some(day(1)),
        ..base.clone()
    };
    assert_eq!(listed(&store, &desde), codigos([2, 3, 4]));
    let hasta = ListFilter {
        hasta: Some(day(1)),
        ..base.clone()
    };
    assert_eq!(listed(&store, &hasta), codigos([1]));
    let within = ListFilter {
        hasta: Some(day(3)),
        ..desde
    };
    assert_eq!(listed(&store, &within), codigos([2, 3]));
    // The last second of 1's term is before the end that is asked for; a copy's term never ends.
    let last_second = of(1, "TGSS-RD", 0).caduca.unwrap() - TimeDelta::seconds(1);
    let ends_before = |end| {
        listed(
            &store,
            &ListFilter {
                fin_antes_de: Some(end),
                ..everything(&asked)
            },
        )
    };
    assert_eq!(ends_before(last_second), []);
    assert_eq!(
        ends_before(last_second + TimeDelta::microseconds(1)),
        codigos([1])
    );
    assert_eq!(ends_before(day(1000)), codigos([1, 2, 3]));
    let far = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    let anything = ListFilter {
        desde: Some(chrono::DateTime::<chrono::Utc>::MIN_UTC),
        hasta: Some(far),
        ..base
    };
    assert_eq!(listed(&store, &anything).len(), 4);
}

/// D-16, and D-8 for the copy that nobody need ever accept.
fn what_is_finished_is_listed_for_two_years_and_what_is_open_for_ever(site: &Site) {
    let store = site.store();
    let copy = copy(pending(3, nif(3), day(0)));
    let accepted = Situacion::Decidida {
        sentido: Sentido::Aceptacion,
        instante: day(2),
    };
    publish(
        &store,
        &[
            Notificacion {
                situacion: accepted,
                ..pending(1, nif(3), day(0))
            },
            pending(2, nif(3), day(0)),
            copy,
            Notificacion {
                situacion: accepted,
                ..pending(4, nif(3), day(1))
            },
        ],
    );
    let asked = [nif(3)];
    let filter = ListFilter {
        published_from: Some(day(1)),
        at: day(740),
        ..everything(&asked)
    };
    assert_eq!(listed(&store, &filter), codigos([3, 4]));
    let open = ListFilter {
        estados: &[Estado::SinAcuse],
        ..filter
    };
    assert_eq!(listed(&store, &open), codigos([3]));
}
