//! Acuses given out to be signed.

use notess::domain::acuse_solicitado::{AcuseSolicitado, Destino};
use notess::domain::notificacion::{Estado, Huella, Sentido};
use notess::domain::rol::Rol;
use notess::store::{Durability, Store, StoreError, acuses_solicitados, notificaciones};
use uuid::Uuid;

use crate::site::{Site, codigo, day, decide, nif, pending, publish};

on_both!(
    the_last_acuse_of_a_signer_and_role_takes_the_place_of_the_one_before,
    a_person_a_representative_and_a_seal_are_different_signers,
    only_a_notification_that_nobody_asked_for_moves,
    an_acuse_of_no_notification_is_refused,
);

fn given(number: u128, persona: Option<u32>, entidad: Option<u32>) -> AcuseSolicitado {
    AcuseSolicitado {
        identificador: Uuid::from_u128(number),
        codigo: codigo(1),
        poderdante: nif(2),
        sentido: Sentido::Aceptacion,
        rol: Rol::Apoderado,
        destino: Destino {
            persona: persona.map(nif),
            entidad: entidad.map(nif),
        },
        advertencia: "ADV-2026-1".to_owned(),
        emitido: day(1),
        peticion: Uuid::from_u128(7),
        certificado: Some(Huella([9; 32])),
        datos: Huella([3; 32]),
        mensaje: Some(Huella([5; 32])),
    }
}

fn keep(store: &Store, acuse: &AcuseSolicitado) -> Result<(), StoreError> {
    store.write(Durability::Full, |conn| acuses_solicitados::keep(conn, acuse))
}

fn last(store: &Store, like: &AcuseSolicitado) -> Option<AcuseSolicitado> {
    let key = (like.poderdante, like.codigo, like.rol, like.destino);
    store.read(|conn| acuses_solicitados::last(conn, key)).unwrap()
}

fn estado(store: &Store) -> Estado {
    let found = store
        .read(|conn| notificaciones::find(conn, nif(2), &[codigo(1)]))
        .unwrap();
    found[0].estado_at(day(1))
}

fn the_last_acuse_of_a_signer_and_role_takes_the_place_of_the_one_before(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    let first = given(1, Some(3), None);
    let second = AcuseSolicitado {
        sentido: Sentido::Rechazo,
        datos: Huella([4; 32]),
        // As one on record from before messages were remembered.
        mensaje: None,
        emitido: day(2),
        ..given(2, Some(3), None)
    };
    let other_role = AcuseSolicitado {
        rol: Rol::AutorizadoRed,
        ..given(3, Some(3), None)
    };
    for acuse in [&first, &other_role, &second] {
        assert_eq!(last(&store, acuse).is_some(), acuse == &second);
        keep(&store, acuse).unwrap();
        assert_eq!(last(&store, acuse).as_ref(), Some(acuse));
    }
    assert_eq!(last(&store, &other_role), Some(other_role));
}

fn a_person_a_representative_and_a_seal_are_different_signers(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    let signers = [
        given(1, Some(3), None),
        given(2, Some(3), Some(4)),
        given(3, None, Some(4)),
        given(4, None, Some(3)),
    ];
    for acuse in &signers {
        assert_eq!(last(&store, acuse), None);
        keep(&store, acuse).unwrap();
    }
    for acuse in signers {
        assert_eq!(last(&store, &acuse), Some(acuse));
    }
}

fn only_a_notification_that_nobody_asked_for_moves(site: &Site) {
    let store = site.store();
    publish(&store, &[pending(1, nif(2), day(0))]);
    assert_eq!(estado(&store), Estado::SinAcuse);
    keep(&store, &given(1, Some(3), None)).unwrap();
    assert_eq!(estado(&store), Estado::AcuseSolicitado);
    let decided = |conn: &mut _| decide(conn, nif(2), &[codigo(1)], Sentido::Rechazo, day(1));
    store
        .write::<_, StoreError, _>(Durability::Full, decided)
        .unwrap();
    keep(&store, &given(2, Some(3), None)).unwrap();
    assert_eq!(estado(&store), Estado::Rechazada);
}

fn an_acuse_of_no_notification_is_refused(site: &Site) {
    let store = site.store();
    let refused = keep(&store, &given(1, Some(3), None));
    assert!(matches!(refused, Err(StoreError::Dangling(_))), "{refused:?}");
}
