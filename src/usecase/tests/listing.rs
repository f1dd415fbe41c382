//! Listing by role.

use super::world::*;
use crate::domain::by_rol::{ListByRol, PageByRol, PerRol, Poderdantes};
use crate::domain::denial::Denial;
use crate::domain::notificacion::tests::altered;
use crate::domain::notificacion::{Estado, Notificacion, Obligacion, Situacion};
use crate::domain::operation::PageSize;
use crate::domain::rol::Rol;
use crate::usecase::{Repeated, Unanswered, Unrecorded, UseCaseError, by_rol};

fn request(poderdantes: Poderdantes, rol: Option<Rol>) -> ListByRol {
    ListByRol {
        poderdantes,
        rol,
        desde: PerRol::default(),
        limite: PageSize::default(),
    }
}

fn of_empresa(rol: Option<Rol>) -> ListByRol {
    request(Poderdantes::Uno(nif(EMPRESA)), rol)
}

fn list(world: &World, who: Who, request: &ListByRol) -> Result<PageByRol, Denial> {
    world.as_(who, |store, caller, around| {
        by_rol::list(store, caller, request, around).map_err(|error| match error {
            Unanswered::Denied(unrecorded) => unrecorded.record(store, caller, around.clock).unwrap(),
            Unanswered::Failed(other) => panic!("{other}"),
        })
    })
}

fn codes(page: &PageByRol, rol: Rol) -> Vec<i32> {
    let list = page.notificaciones.get(rol);
    list.iter()
        .map(|notificacion| notificacion.codigo.number())
        .collect()
}

#[test]
fn each_role_lists_what_it_reaches_and_no_other_list() {
    let world = World::with(&[notificacion(1), of_the_inss(2), notificacion(3)]);
    for (who, rol) in BY_ROL {
        let page = list(&world, who, &of_empresa(Some(rol))).unwrap();
        let expected = if rol == Rol::AutorizadoRed {
            vec![1, 3]
        } else {
            vec![1, 2, 3]
        };
        assert_eq!(codes(&page, rol), expected);
        for other in Rol::ALL.into_iter().filter(|other| *other != rol) {
            assert!(codes(&page, other).is_empty());
        }
        assert_eq!((*page.siguiente.get(rol), page.hay_mas), (3, false));
    }
}

/// Whoever is turned away before the row of its denial could be written may send the same message again; once the row is
/// there it may not.
#[test]
fn a_denied_question_is_taken_with_its_row() {
    let world = World::with(&[notificacion(1)]);
    let request = of_empresa(Some(Rol::Propio));
    let asked = || {
        world.by(
            Who::Extrano,
            b"one",
            Repeated::Refused,
            |store, caller, around| match by_rol::list(store, caller, &request, around) {
                Err(Unanswered::Denied(unrecorded)) => Ok(unrecorded),
                Err(Unanswered::Failed(error)) => Err(error),
                Ok(_) => panic!("a stranger is given a page"),
            },
        )
    };
    let (first, second) = (asked().unwrap(), asked().unwrap());
    let record = |unrecorded: Unrecorded| {
        world.by(
            Who::Extrano,
            b"one",
            Repeated::Refused,
            |store, caller, around| unrecorded.record(store, caller, around.clock),
        )
    };
    assert!(record(first).is_ok());
    // Of the same message twice at once one is denied, with one row.
    assert!(matches!(record(second), Err(UseCaseError::Replayed)));
    assert!(matches!(asked(), Err(UseCaseError::Replayed)));
    assert_eq!(world.rows(), 1);
}

#[test]
fn one_reached_by_two_roles_is_in_both_lists() {
    let world = World::with(&[notificacion(1)]);
    world.write(|conn| {
        let own = crate::domain::poder::Poder {
            apoderado: nif("A99999013"),
            referencia: "P-2".to_owned(),
            ..poder(crate::domain::poder::EstadoPoder::Inscrito)
        };
        crate::store::poderes::tell_poderes(conn, &[own.clone().into()], instant(0))
    });
    let page = list(&world, Who::Gestoria, &of_empresa(None)).unwrap();
    assert_eq!(codes(&page, Rol::AutorizadoRed), [1]);
    assert_eq!(codes(&page, Rol::Apoderado), [1]);
    assert!(codes(&page, Rol::Propio).is_empty());
}

#[test]
fn who_is_not_represented_is_denied_by_role_and_gets_empty_lists_in_all() {
    let world = World::with(&[notificacion(1)]);
    for rol in Rol::ALL {
        let denied = list(&world, Who::Extrano, &of_empresa(Some(rol)));
        assert_eq!(
            denied,
            Err(Denial::NotRepresented {
                rol: Some(rol),
                numero: None
            })
        );
    }
    let page = list(&world, Who::Extrano, &of_empresa(None)).unwrap();
    assert!(Rol::ALL.iter().all(|rol| codes(&page, *rol).is_empty()));
    assert!(!page.hay_mas);
}

/// D-28: with a certificate of representation, own is the entity's, and not the person's too.
#[test]
fn own_is_the_holder_s_nif_and_no_other() {
    let world = World::with(&[notificacion(1)]);
    let personal = request(Poderdantes::Uno(nif("99999912Y")), Some(Rol::Propio));
    let denied = list(&world, Who::Empresa, &personal);
    assert_eq!(
        denied,
        Err(Denial::NotRepresented {
            rol: Some(Rol::Propio),
            numero: None
        })
    );
}

/// D-78: where the operator lets nobody be named.
#[test]
fn nobody_named_is_everybody_reached_by_the_role() {
    let other = altered(notificacion(1), |publicada| publicada.sujeto = nif("A99999013"));
    let world = World::with(&[other, notificacion(2), notificacion(3)]);
    let all = |who, rol| {
        list(&world, who, &request(Poderdantes::Todos, rol)).map(|page| codes(&page, rol.unwrap()))
    };
    assert_eq!(all(Who::Gestoria, Some(Rol::Propio)), Ok(vec![1]));
    assert_eq!(all(Who::Gestoria, Some(Rol::AutorizadoRed)), Ok(vec![2, 3]));
    assert_eq!(all(Who::Apoderado, Some(Rol::Apoderado)), Ok(vec![2, 3]));
    assert_eq!(
        all(Who::Extrano, Some(Rol::AutorizadoRed)),
        Err(Denial::NotRepresented {
            rol: Some(Rol::AutorizadoRed),
            numero: None
        })
    );
    let page = list(&world, Who::Gestoria, &request(Poderdantes::Todos, None)).unwrap();
    assert_eq!(codes(&page, Rol::Propio), [1]);
    assert_eq!(codes(&page, Rol::AutorizadoRed), [2, 3]);
}

#[test]
fn pages_reach_each_once_past_what_the_role_does_not_reach() {
    // More than are read at once lie between the two that RED reaches.
    let rows: Vec<Notificacion> = (1..=400)
        .map(|number| match number {
            1 | 350 => notificacion(number),
            _ => of_the_inss(number),
        })
        .collect();
    let world = World::with(&rows);
    let mut asked = of_empresa(None);
    asked.limite = PageSize::new(3).unwrap();
    let page = list(&world, Who::Gestoria, &asked).unwrap();
    assert_eq!(codes(&page, Rol::AutorizadoRed), [1, 350]);
    asked.rol = Some(Rol::Propio);
    let mut seen = Vec::new();
    loop {
        let page = list(&world, Who::Empresa, &asked).unwrap();
        seen.extend(codes(&page, Rol::Propio));
        asked.desde = page.siguiente;
        if !page.hay_mas {
            break;
        }
    }
    assert_eq!(seen, (1..=400).collect::<Vec<_>>());
}

/// D-16, D-24.
#[test]
fn finished_ones_are_listed_for_two_years_and_open_ones_whenever_they_are_from() {
    let long_ago = instant(-731 * 86_400);
    let old = |number, situacion, obligacion| Notificacion {
        caduca: Notificacion::lapse_of(long_ago, obligacion),
        situacion,
        ..altered(notificacion(number), |publicada| {
            publicada.puesta_a_disposicion = long_ago;
            publicada.obligacion = obligacion;
        })
    };
    let pending = Situacion::Pendiente {
        acuse_solicitado: false,
    };
    let world = World::with(&[
        old(1, Situacion::Caducada, Obligacion::Articulo41a),
        old(2, pending, Obligacion::Articulo41a),
        old(3, pending, Obligacion::Copia),
        notificacion(4),
    ]);
    let page = list(&world, Who::Empresa, &of_empresa(Some(Rol::Propio))).unwrap();
    assert_eq!(codes(&page, Rol::Propio), [3, 4]);
    world.now.set(notificacion(4).caduca.unwrap());
    let page = list(&world, Who::Empresa, &of_empresa(Some(Rol::Propio))).unwrap();
    let last = page.notificaciones.propio.last().unwrap();
    assert_eq!(last.estado_at(page.at), Estado::Caducada);
}
