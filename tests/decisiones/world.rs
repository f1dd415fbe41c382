//! What the people of a case ask of the service, as its callers do.

use chrono::{DateTime, TimeDelta, Utc};
use notess::client::calls;
use notess::contract::canal::acuse_document;
use notess::domain::advertencia::Advertencia;
use notess::domain::operation::{AcuseServido, DecideRequest, OneNotificacion};
use notess::domain::red::Emitidas;
use notess::domain::rol::Roles;
use notess::store::{Desk, Operador, Store, StoreError, octets};
use notess::usecase::explain::{Explicacion, Pregunta, explain};
use notess::usecase::seal::Sealer;
use notess::usecase::{Caller, Identified, Mark, Repeated, Seal, Surroundings, by_poderdante};
use uuid::Uuid;

use super::cast::Cast;
use crate::site::day;

/// What is asked, and of whom.
pub(crate) struct Asked<'a> {
    pub(crate) cast: &'a Cast,
    pub(crate) quien: &'a str,
    pub(crate) one: OneNotificacion,
    pub(crate) at: DateTime<Utc>,
}

/// Runs an operation as somebody, at an instant.
fn as_caller<T>(
    cast: &Cast,
    quien: &str,
    at: DateTime<Utc>,
    ask: impl FnOnce(&Caller<'_>, &Surroundings<'_>) -> T,
) -> T {
    let caller = Caller {
        who: Identified::Certificate(cast.holder(quien)),
        peticion: Uuid::now_v7(),
        operacion: "prueba",
        mark: Mark {
            key: openssl::sha::sha256(Uuid::now_v7().as_bytes()),
            until: day(1000),
            repeated: Repeated::Answered,
        },
        received: b"the signed request",
    };
    surroundings(at, |around| ask(&caller, around))
}

/// Runs what the service does, at an instant.
pub(crate) fn surroundings<T>(at: DateTime<Utc>, run: impl FnOnce(&Surroundings<'_>) -> T) -> T {
    run(&Surroundings {
        clock: &|| at,
        ids: &Uuid::now_v7,
        advertencia: &Advertencia::vigente("pruebas", None),
        emitidas: Emitidas::Conservar,
        believe: &|_, _| Ok(()),
        seal: Seal {
            from: day(-100),
            until: day(1000),
        },
        certificado: b"certificate",
        huella_de_acuse: &acuse_document::huella,
    })
}

/// Lends the desk of an operator, at an instant.
pub(crate) fn at_desk<T>(store: &Store, at: DateTime<Utc>, run: impl FnOnce(&Desk<'_>) -> T) -> T {
    let operador = Operador {
        nombre: "prueba".to_owned(),
        cuenta: None,
    };
    let clock = || at;
    run(&Desk::new(store.clone(), operador, Uuid::now_v7(), &clock))
}

/// By which roles it stands in the caller's listing.
pub(crate) fn listed(store: &Store, asked: &Asked<'_>) -> Roles {
    let request = calls::everything(vec![asked.one.poderdante], None);
    let page = as_caller(asked.cast, asked.quien, asked.at, |caller, around| {
        by_poderdante::list(store, caller, &request, around)
    });
    let found = page.ok().and_then(|page| {
        let mut listed = page.notificaciones.into_iter();
        listed.find(|one| one.notificacion.codigo == asked.one.codigo)
    });
    found.map_or(Roles::NONE, |one| one.roles)
}

pub(crate) fn is_given(store: &Store, asked: &Asked<'_>) -> bool {
    as_caller(asked.cast, asked.quien, asked.at, |caller, around| {
        by_poderdante::document(store, caller, &asked.one, around).is_ok()
    })
}

/// Decides as the callers of the service do.
pub(crate) fn decide(store: &Store, cast: &Cast, quien: &str, request: &DecideRequest, at: DateTime<Utc>) {
    let decided = as_caller(cast, quien, at, |caller, around| {
        by_poderdante::decide(store, caller, request, around).unwrap()
    });
    assert!(decided.iter().all(|one| one.result.is_ok()), "{decided:?}");
}

pub(crate) fn explanation(
    store: &Store,
    asked: &Asked<'_>,
    en: Option<DateTime<Utc>>,
    ahora: DateTime<Utc>,
) -> Explicacion {
    let pregunta = Pregunta {
        nif: asked.cast.nif(asked.quien),
        poderdante: asked.one.poderdante,
        codigo: asked.one.codigo,
        en,
        sabido: None,
    };
    at_desk(store, ahora, |desk| {
        explain(desk, Emitidas::Conservar, &pregunta).unwrap()
    })
}

// ---- By the names of a case ----

fn asked<'a>(cast: &'a Cast, quien: &'a str, name: &str, at: DateTime<Utc>) -> Asked<'a> {
    let one = cast.notificacion(name);
    Asked { cast, quien, one, at }
}

/// By which roles a notification stands in somebody's listing.
pub(crate) fn listed_as(store: &Store, cast: &Cast, quien: &str, name: &str, at: DateTime<Utc>) -> Roles {
    listed(store, &asked(cast, quien, name, at))
}

/// The octets of its document, where they are given.
pub(crate) fn document_of(
    store: &Store,
    cast: &Cast,
    quien: &str,
    name: &str,
    at: DateTime<Utc>,
) -> Option<Vec<u8>> {
    let one = cast.notificacion(name);
    as_caller(cast, quien, at, |caller, around| {
        let given = by_poderdante::document(store, caller, &one, around);
        given.ok().map(|given| given.contenido)
    })
}

/// Its acuse and the octets of what was received with it, where they are given.
pub(crate) fn acuse_of(
    store: &Store,
    cast: &Cast,
    quien: &str,
    name: &str,
    at: DateTime<Utc>,
) -> Option<(String, Option<Vec<u8>>)> {
    let one = cast.notificacion(name);
    let given = as_caller(cast, quien, at, |caller, around| {
        let sealer = Sealer {
            clock: around.clock,
            ids: around.ids,
            believe: around.believe,
            huella_de_acuse: around.huella_de_acuse,
            validity: around.seal,
            make: &|served, _| Ok(acuse_document::acuse_document(served).into_octets()),
        };
        by_poderdante::acuse(store, caller, &one, around, &sealer)
    });
    let (AcuseServido { acuse, .. }, _) = given.ok()?;
    let evidencia = store.read::<_, StoreError, _>(|conn| octets::evidencia(conn, acuse.evidencia));
    Some((format!("{acuse:?}"), evidencia.unwrap()))
}

/// What is explained of an instant, a day after it.
pub(crate) fn explanation_of(
    store: &Store,
    cast: &Cast,
    quien: &str,
    name: &str,
    at: DateTime<Utc>,
) -> Explicacion {
    explanation(
        store,
        &asked(cast, quien, name, at),
        Some(at),
        at.max(Utc::now()) + TimeDelta::days(1),
    )
}
