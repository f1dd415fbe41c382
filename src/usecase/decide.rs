//! Accepting and rejecting: one transaction for all that a request decides, its evidence and its journal row.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::domain::acuse::Acuse;
use crate::domain::denial::{Denial, Finality};
use crate::domain::notificacion::{Codigo, Huella, Notificacion};
use crate::domain::operation::{DecideRequest, Decided, Recorded};
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;
use crate::store::journal::{self, detalle};
use crate::store::{Durability, Store, Writer, acuses, decisions, notificaciones, octets};

use super::caller::{Act, resultado_of};
use super::record::{Decision, record};
use super::{Caller, Surroundings, UseCaseError, access};

/// Decides each code on its own, and returns when what succeeded is durable (D-6, D-17, D-22).
///
/// What the same caller had decided in the same sense before is given again, marked as repeated.
pub fn decide(
    store: &Store,
    caller: &Caller<'_>,
    request: &DecideRequest,
    around: &Surroundings<'_>,
) -> Result<Vec<Decided>, UseCaseError> {
    let codigos: BTreeSet<Codigo> = request.codigos.iter().copied().collect();
    let codigos = Vec::from_iter(codigos);
    store
        .write(Durability::Full, |conn| {
            caller.take(conn)?;
            decisions::hold(conn, request.poderdante, &codigos)?;
            let at = (around.clock)();
            around.seal.check(at)?;
            match weigh(conn, caller, request, around, at) {
                Ok(reach) => Ok(Ok(decide_each(
                    conn, caller, request, &codigos, around, &reach, at,
                )?)),
                Err(UseCaseError::Denied(denial)) => {
                    let act = Act::refusal(Some(request.poderdante), resultado_of(denial));
                    caller.journal(conn, around.clock, act)?;
                    Ok(Err(denial))
                }
                Err(other) => Err(other),
            }
        })?
        .map_err(UseCaseError::Denied)
}

/// What must hold for the request as a whole.
fn weigh(
    conn: &mut Writer,
    caller: &Caller<'_>,
    request: &DecideRequest,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
) -> Result<Reach, UseCaseError> {
    around.advertencia.check(&request.advertencia)?;
    access::reach_one(
        conn,
        caller.firmante(),
        request.poderdante,
        request.rol,
        around.emitidas,
        at,
    )
}

/// What is to be done with one code.
enum Step {
    Record(Notificacion, Rol),
    Repeat(Box<Acuse>),
    Deny(Denial),
}

fn decide_each(
    conn: &mut Writer,
    caller: &Caller<'_>,
    request: &DecideRequest,
    codigos: &[Codigo],
    around: &Surroundings<'_>,
    reach: &Reach,
    at: DateTime<Utc>,
) -> Result<Vec<Decided>, UseCaseError> {
    let mut found: HashMap<Codigo, Notificacion> = notificaciones::find(conn, request.poderdante, codigos)?
        .into_iter()
        .map(|notificacion| (notificacion.codigo, notificacion))
        .collect();
    let decided_before: Vec<Codigo> = found
        .values()
        .filter(|n| n.open_at(at).is_err())
        .map(|n| n.codigo)
        .collect();
    let mut earlier: HashMap<Codigo, Acuse> = acuses::acuses_of(conn, request.poderdante, &decided_before)?
        .into_iter()
        .map(|acuse| (acuse.codigo, acuse))
        .collect();

    let mut results = HashMap::with_capacity(codigos.len());
    let mut to_record = Vec::new();
    let mut to_repeat = Vec::new();
    for &codigo in codigos {
        match step(
            caller,
            request,
            reach,
            found.remove(&codigo),
            earlier.remove(&codigo),
            at,
        ) {
            Step::Record(notificacion, rol) => to_record.push((notificacion, rol)),
            Step::Repeat(acuse) => to_repeat.push(*acuse),
            Step::Deny(denial) => {
                results.insert(codigo, Err(denial));
            }
        }
    }

    journal::vouch(conn, &to_repeat)?;
    results.extend(to_repeat.into_iter().map(|acuse| {
        let codigo = acuse.codigo;
        let repetida = true;
        (codigo, Ok(Recorded { acuse, repetida }))
    }));

    let evidencia = if to_record.is_empty() {
        None
    } else {
        Some(octets::keep_evidencia(conn, caller.received, at)?)
    };
    if let Some(evidencia) = evidencia {
        let decision = Decision {
            caller,
            reach,
            sentido: request.sentido,
            motivo: request.motivo.as_deref(),
            evidencia,
            at,
        };
        let recorded = record(conn, &decision, to_record, around)?;
        results.extend(recorded.into_iter().map(|acuse| {
            (
                acuse.codigo,
                Ok(Recorded {
                    acuse,
                    repetida: false,
                }),
            )
        }));
    }
    caller.journal(conn, around.clock, summary(request, &results, evidencia, at))?;

    let answers = request.codigos.iter().filter_map(|codigo| {
        Some(Decided {
            codigo: *codigo,
            result: results.remove(codigo)?,
        })
    });
    Ok(answers.collect())
}

/// The rule for one code (D-7, D-13, D-17, D-22, D-79).
fn step(
    caller: &Caller<'_>,
    request: &DecideRequest,
    reach: &Reach,
    found: Option<Notificacion>,
    earlier: Option<Acuse>,
    at: DateTime<Utc>,
) -> Step {
    let unknown = Step::Deny(Denial::Unknown { rol: request.rol });
    let Some(notificacion) = found else { return unknown };
    let Some(rol) = reach
        .over(&notificacion)
        .iter()
        .find(|rol| request.rol.is_none_or(|asked| asked == *rol))
    else {
        return unknown;
    };
    let same_act = earlier
        .filter(|acuse| acuse.sentido == request.sentido && acuse.firmante.same_identity(caller.firmante()));
    match (notificacion.decide(request.sentido, at), same_act) {
        (Ok(decided), _) => Step::Record(decided, rol),
        (Err(Finality::Aceptada | Finality::Rechazada), Some(acuse)) => Step::Repeat(Box::new(acuse)),
        (Err(finality), _) => Step::Deny(Denial::Final { finality, rol }),
    }
}

fn summary(
    request: &DecideRequest,
    results: &HashMap<Codigo, Result<Recorded, Denial>>,
    evidencia: Option<Huella>,
    at: DateTime<Utc>,
) -> Act<'static> {
    let codes_where = |wanted: &dyn Fn(&Result<Recorded, Denial>) -> bool| {
        let codes: BTreeSet<i32> = results
            .iter()
            .filter(|(_, result)| wanted(result))
            .map(|(codigo, _)| codigo.number())
            .collect();
        codes
    };
    let decided = codes_where(&|r| matches!(r, Ok(recorded) if !recorded.repetida));
    let repeated = codes_where(&|r| matches!(r, Ok(recorded) if recorded.repetida));
    let denied = codes_where(&Result::is_err);
    Act {
        at: Some(at),
        poderdante: Some(request.poderdante),
        resultado: if denied.is_empty() {
            "hecho"
        } else {
            "hecho_en_parte"
        },
        detalle: detalle::decididas(request.sentido, &decided, &repeated, &denied),
        evidencia,
    }
}
