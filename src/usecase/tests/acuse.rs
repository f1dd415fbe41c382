//! Asking for an acuse and returning it.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::world::*;
use crate::domain::acuse_solicitado::{AcuseAFirmar, AcuseDevuelto, AcuseRefusal};
use crate::domain::by_rol::{OneByRol, Poderdantes, Practicada, RequestAcuse, SubmitAcuse};
use crate::domain::denial::{Denial, Finality};
use crate::domain::notificacion::{Estado, Huella, Sentido};
use crate::domain::poder::EstadoPoder;
use crate::domain::red::Emitidas;
use crate::domain::rol::Rol;
use crate::store::{StoreError, octets, poderes, red};
use crate::usecase::by_rol::{SubmitError, Submitted, request_acuse, submit_acuse};
use crate::usecase::{Repeated, UseCaseError};

/// Why nothing was decided.
#[derive(Debug, PartialEq, Eq)]
enum No {
    Denied(Denial),
    Acuse(AcuseRefusal),
}

fn huella_of(acuse: &AcuseAFirmar) -> Huella {
    Huella(openssl::sha::sha256(acuse.identificador.as_bytes()))
}

fn ask(world: &World, who: Who, rol: Rol, sentido: Sentido) -> Result<AcuseAFirmar, Denial> {
    ask_for(world, who, &one(rol, 1), sentido)
}

fn ask_for(world: &World, who: Who, cual: &OneByRol, sentido: Sentido) -> Result<AcuseAFirmar, Denial> {
    let key = Uuid::now_v7();
    ask_by(world, who, cual, sentido, key.as_bytes()).map_err(|error| match error {
        UseCaseError::Denied(denial) => denial,
        other => panic!("{other}"),
    })
}

/// All by which an acuse is known: what it says of the notification is as it was.
fn same(acuse: &AcuseAFirmar) -> (Uuid, Sentido, DateTime<Utc>, Uuid) {
    (acuse.identificador, acuse.sentido, acuse.emitido, acuse.peticion)
}

/// Asks by the message that has this signature.
fn ask_by(
    world: &World,
    who: Who,
    cual: &OneByRol,
    sentido: Sentido,
    signature: &[u8],
) -> Result<AcuseAFirmar, UseCaseError> {
    let request = RequestAcuse { cual: *cual, sentido };
    world.by(who, signature, Repeated::Answered, |store, caller, around| {
        request_acuse(store, caller, &request, around, huella_of)
    })
}

fn devuelto(world: &World, signer: Who, acuse: &AcuseAFirmar) -> AcuseDevuelto {
    AcuseDevuelto {
        identificador: acuse.identificador,
        codigo: acuse.notificacion.codigo,
        advertencia: acuse.advertencia.codigo.clone(),
        datos: huella_of(acuse),
        certificado: Huella(openssl::sha::sha256(b"certificate")),
        firmante: world.holder(signer).firmante().clone(),
        octetos: format!("signed {}", acuse.identificador).into_bytes(),
    }
}

fn submit(world: &World, who: Who, rol: Rol, devuelto: AcuseDevuelto) -> Result<Submitted, No> {
    let request = SubmitAcuse {
        poderdantes: Poderdantes::Uno(nif(EMPRESA)),
        rol,
        devuelto,
    };
    world.as_(who, |store, caller, around| {
        submit_acuse(store, caller, &request, around).map_err(|error| match error {
            SubmitError::Acuse(refusal) => No::Acuse(refusal),
            SubmitError::UseCase(UseCaseError::Denied(denial)) => No::Denied(denial),
            SubmitError::UseCase(other) => panic!("{other}"),
        })
    })
}

fn give_back(world: &World, who: Who, rol: Rol, acuse: &AcuseAFirmar) -> Result<Practicada, No> {
    submit(world, who, rol, devuelto(world, who, acuse)).map(|done| done.practicada)
}

fn over(finality: Finality, rol: Rol) -> No {
    No::Denied(Denial::Final { finality, rol })
}

#[test]
fn an_acceptance_gives_the_document_and_keeps_the_evidence_as_received() {
    for (who, rol) in BY_ROL {
        let world = World::with(&[notificacion(1)]);
        let acuse = ask(&world, who, rol, Sentido::Aceptacion).unwrap();
        assert_eq!(world.estado(1), Estado::AcuseSolicitado);
        world.now.set(instant(7200));
        let expected = Practicada {
            codigo: codigo(1),
            sentido: Sentido::Aceptacion,
            instante: instant(7200),
            documento: Some(PDF.to_vec()),
        };
        assert_eq!(give_back(&world, who, rol, &acuse), Ok(expected));
        assert_eq!(world.estado(1), Estado::Aceptada);
        let kept = world.acuse(1).unwrap();
        assert_eq!((kept.rol, kept.instante), (rol, instant(7200)));
        assert_eq!(kept.autorizacion.is_some(), rol == Rol::AutorizadoRed);
        let evidence = world
            .store
            .read::<_, StoreError, _>(|conn| octets::evidencia(conn, kept.evidencia))
            .unwrap();
        assert_eq!(evidence, Some(devuelto(&world, who, &acuse).octetos));
    }
}

#[test]
fn a_rejection_gives_no_document_and_binds_everyone() {
    let world = World::with(&[notificacion(1)]);
    let (rol, sentido) = (Rol::Propio, Sentido::Rechazo);
    let acuse = ask(&world, Who::Empresa, rol, sentido).unwrap();
    let done = give_back(&world, Who::Empresa, rol, &acuse).unwrap();
    assert_eq!((done.sentido, done.documento), (Sentido::Rechazo, None));
    assert_eq!(world.estado(1), Estado::Rechazada);
    for (who, rol) in BY_ROL {
        let denied = ask(&world, who, rol, Sentido::Aceptacion);
        let finality = Finality::Rechazada;
        assert_eq!(denied, Err(Denial::Final { finality, rol }));
    }
}

/// D-14.
#[test]
fn only_the_last_acuse_given_to_a_signer_counts() {
    let world = World::with(&[notificacion(1)]);
    let (who, rol) = (Who::Empresa, Rol::Propio);
    let first = ask(&world, who, rol, Sentido::Aceptacion).unwrap();
    let last = ask(&world, who, rol, Sentido::Rechazo).unwrap();
    assert_eq!(
        give_back(&world, who, rol, &first),
        Err(No::Acuse(AcuseRefusal::NotTheLast))
    );
    assert_eq!(world.estado(1), Estado::AcuseSolicitado);
    assert_eq!(
        give_back(&world, who, rol, &last).unwrap().sentido,
        Sentido::Rechazo
    );
}

#[test]
fn the_same_message_is_given_the_same_acuse_while_it_is_the_last() {
    let world = World::with(&[notificacion(1)]);
    for (who, rol) in BY_ROL {
        let one = one(rol, 1);
        let by = |signature: &str, sentido| {
            let signature = format!("{signature} of {rol:?}");
            ask_by(&world, who, &one, sentido, signature.as_bytes())
        };
        let first = by("first", Sentido::Aceptacion).unwrap();
        let rows = world.rows();
        world.now.set(world.now.get() + TimeDelta::minutes(1));
        assert_eq!(same(&by("first", Sentido::Aceptacion).unwrap()), same(&first));
        assert_eq!(world.rows(), rows, "nothing was given that was not");

        let later = by("later", Sentido::Rechazo).unwrap();
        let refused = by("first", Sentido::Aceptacion);
        assert!(matches!(refused, Err(UseCaseError::Superseded)), "{refused:?}");
        assert_eq!(world.rows(), rows + 1);
        // Nor did that take anything from the later one, which is still given and still decides.
        assert_eq!(same(&by("later", Sentido::Rechazo).unwrap()), same(&later));
    }
    let (who, rol) = BY_ROL[0];
    let signature = format!("later of {rol:?}");
    let again = || ask_by(&world, who, &one(rol, 1), Sentido::Rechazo, signature.as_bytes());
    let last = again().unwrap();
    assert!(give_back(&world, who, rol, &last).is_ok());
    let over = again();
    assert!(
        matches!(over, Err(UseCaseError::Denied(Denial::Final { .. }))),
        "{over:?}"
    );
}

/// What the signer would sign now is not what was given: another RED authorisation, another warning.
#[test]
fn an_acuse_that_would_not_say_the_same_is_not_given_again() {
    let world = World::with(&[notificacion(1)]);
    let (who, cual) = (Who::Empresa, one(Rol::Propio, 1));
    let request = RequestAcuse {
        cual,
        sentido: Sentido::Aceptacion,
    };
    let ask = |huella: [u8; 32]| {
        world.by(who, b"one", Repeated::Answered, |store, caller, around| {
            request_acuse(store, caller, &request, around, |_| Huella(huella))
        })
    };
    let given = ask([1; 32]).unwrap();
    assert!(matches!(ask([2; 32]), Err(UseCaseError::Superseded)));
    assert_eq!(same(&ask([1; 32]).unwrap()), same(&given));
}

/// D-23.
#[test]
fn of_open_acuses_the_first_to_come_back_decides() {
    let world = World::with(&[notificacion(1)]);
    let red = ask(&world, Who::Gestoria, Rol::AutorizadoRed, Sentido::Aceptacion).unwrap();
    let own = ask(&world, Who::Empresa, Rol::Propio, Sentido::Rechazo).unwrap();
    assert!(give_back(&world, Who::Empresa, Rol::Propio, &own).is_ok());
    assert_eq!(
        give_back(&world, Who::Gestoria, Rol::AutorizadoRed, &red),
        Err(over(Finality::Rechazada, Rol::AutorizadoRed))
    );
}

/// D-17.
#[test]
fn the_same_octets_again_get_the_same_answer_and_any_others_that_it_is_over() {
    let world = World::with(&[notificacion(1)]);
    let (who, rol) = (Who::Apoderado, Rol::Apoderado);
    let acuse = ask(&world, who, rol, Sentido::Aceptacion).unwrap();
    let done = submit(&world, who, rol, devuelto(&world, who, &acuse)).unwrap();
    assert!(!done.repetida);
    let kept = world.acuse(1);
    world.now.set(instant(30 * 86_400));
    let again = Submitted {
        repetida: true,
        ..done
    };
    assert_eq!(submit(&world, who, rol, devuelto(&world, who, &acuse)), Ok(again));
    assert_eq!(world.acuse(1), kept);
    let other = AcuseDevuelto {
        octetos: b"other octets".to_vec(),
        ..devuelto(&world, who, &acuse)
    };
    assert_eq!(
        submit(&world, who, rol, other),
        Err(over(Finality::Aceptada, rol))
    );
}

/// D-6, D-24: what counts is when it is committed.
#[test]
fn an_acuse_asked_for_in_time_and_returned_too_late_is_refused() {
    let world = World::with(&[notificacion(1)]);
    let (who, rol) = (Who::Empresa, Rol::Propio);
    let lapse = notificacion(1).caduca.unwrap();
    world.now.set(lapse - chrono::TimeDelta::seconds(1));
    let acuse = ask(&world, who, rol, Sentido::Aceptacion).unwrap();
    world.now.set(lapse);
    assert_eq!(
        give_back(&world, who, rol, &acuse),
        Err(over(Finality::Caducada, rol))
    );
    assert_eq!(world.acuse(1), None);
}

/// D-31: titles are weighed anew when the acuse comes back.
#[test]
fn who_lost_its_title_meanwhile_decides_nothing() {
    let mut world = World::with(&[notificacion(1)]);
    world.emitidas = Emitidas::Perder;
    let red = ask(&world, Who::Gestoria, Rol::AutorizadoRed, Sentido::Aceptacion).unwrap();
    let power = ask(&world, Who::Apoderado, Rol::Apoderado, Sentido::Aceptacion).unwrap();
    world.write(|conn| {
        red::tell_asignaciones(conn, &[asignacion(Some(instant(3000)))], instant(3000))?;
        poderes::tell_poderes(conn, &[poder(EstadoPoder::Revocado).into()], instant(3000))
    });
    for (who, rol, acuse) in [
        (Who::Gestoria, Rol::AutorizadoRed, red),
        (Who::Apoderado, Rol::Apoderado, power),
    ] {
        let denied = No::Denied(Denial::NotRepresented {
            rol: Some(rol),
            numero: None,
        });
        assert_eq!(give_back(&world, who, rol, &acuse), Err(denied));
    }
    assert_eq!(world.estado(1), Estado::AcuseSolicitado);
}

/// D-4: who signed it read something else.
#[test]
fn an_acuse_whose_warning_is_no_longer_in_force_decides_nothing() {
    let mut world = World::with(&[notificacion(1)]);
    let (who, rol) = (Who::Empresa, Rol::Propio);
    let acuse = ask(&world, who, rol, Sentido::Aceptacion).unwrap();
    world.advertencia.codigo = "ADV-2027-1-PRUEBAS".to_owned();
    let stale = Err(No::Denied(Denial::StaleWarning));
    assert_eq!(give_back(&world, who, rol, &acuse), stale);
    assert_eq!(world.estado(1), Estado::AcuseSolicitado);
    let anew = ask(&world, who, rol, Sentido::Aceptacion).unwrap();
    assert!(give_back(&world, who, rol, &anew).is_ok());
}

/// D-70.
#[test]
fn an_acuse_is_returned_only_by_the_pair_that_signed_it_and_to_which_it_was_given() {
    let world = World::with(&[notificacion(1)]);
    let acuse = ask(&world, Who::Empresa, Rol::Propio, Sentido::Aceptacion).unwrap();
    let by_other = devuelto(&world, Who::Apoderado, &acuse);
    assert_eq!(
        submit(&world, Who::Empresa, Rol::Propio, by_other.clone()),
        Err(No::Acuse(AcuseRefusal::OtherSigner))
    );
    // Somebody else's acuse, signed and returned by one who is entitled as well.
    assert_eq!(
        submit(&world, Who::Apoderado, Rol::Apoderado, by_other),
        Err(No::Acuse(AcuseRefusal::NotTheLast))
    );
    assert_eq!(world.estado(1), Estado::AcuseSolicitado);
}

#[test]
fn an_acuse_that_says_something_else_than_the_one_given_out_is_none() {
    let world = World::with(&[notificacion(1), notificacion(2)]);
    let acuse = ask(&world, Who::Empresa, Rol::Propio, Sentido::Aceptacion).unwrap();
    let good = devuelto(&world, Who::Empresa, &acuse);
    for spoilt in [
        AcuseDevuelto {
            datos: Huella([9; 32]),
            ..good.clone()
        },
        AcuseDevuelto {
            codigo: codigo(2),
            ..good
        },
    ] {
        let refused = submit(&world, Who::Empresa, Rol::Propio, spoilt);
        assert_eq!(refused, Err(No::Acuse(AcuseRefusal::NotTheLast)));
    }
}

#[test]
fn an_unknown_one_and_one_out_of_reach_are_told_alike() {
    let world = World::with(&[of_the_inss(1)]);
    let rol = Rol::AutorizadoRed;
    for number in [1, 2] {
        let denied = ask_for(&world, Who::Gestoria, &one(rol, number), Sentido::Aceptacion);
        assert_eq!(denied, Err(Denial::Unknown { rol: Some(rol) }));
    }
    assert_eq!(world.estado(1), Estado::SinAcuse);
}
