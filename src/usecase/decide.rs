//! Accepting and rejecting: one transaction for all that a request decides, its evidence and its journal row.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::domain::acuse::Acuse;
use crate::domain::clock::{self, Disagreement};
use crate::domain::denial::{Denial, Finality};
use crate::domain::notificacion::{Codigo, Huella, Notificacion};
use crate::domain::operation::{DecideRequest, Decided, Recorded};
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;
use crate::store::journal::{self, detalle};
use crate::store::{Durability, Store, Writer, acuses, decisions, notificaciones, octets};

use super::caller::{Act, When, resultado_of};
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
            let held = decisions::hold(conn, request.poderdante, &codigos)?;
            let deciding = Deciding {
                caller,
                request,
                around,
                at: around.decisive(&held)?,
            };
            match deciding.weigh(conn) {
                Ok(reach) => {
                    let (mut results, evidencia) = deciding.each(conn, &reach, &codigos)?;
                    let when = When::Decided(deciding.at, held);
                    caller.journal(conn, summary(request, &results, evidencia, when))?;
                    let answers = request.codigos.iter().filter_map(|codigo| {
                        Some(Decided {
                            codigo: *codigo,
                            result: results.remove(codigo)?,
                        })
                    });
                    Ok(Ok(answers.collect()))
                }
                Err(UseCaseError::Denied(denial)) => {
                    let act = Act {
                        when: When::Decided(deciding.at, held),
                        ..Act::refusal(around.clock, Some(request.poderdante), resultado_of(denial))
                    };
                    caller.journal(conn, act)?;
                    Ok(Err(denial))
                }
                Err(other) => Err(other),
            }
        })?
        .map_err(UseCaseError::Denied)
}

/// What is to be done with one code.
enum Step {
    Record(Notificacion, Rol),
    Repeat(Box<Acuse>),
    Deny(Denial),
}

/// What came of each code.
type Results = HashMap<Codigo, Result<Recorded, Denial>>;

/// A request that is being decided, at the instant that counts.
struct Deciding<'a> {
    caller: &'a Caller<'a>,
    request: &'a DecideRequest,
    around: &'a Surroundings<'a>,
    at: DateTime<Utc>,
}

impl Deciding<'_> {
    /// What must hold for the request as a whole.
    fn weigh(&self, conn: &mut Writer) -> Result<Reach, UseCaseError> {
        let Self {
            caller,
            request,
            around,
            at,
        } = *self;
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

    /// Decides each code; gives what came of each, and the evidence if any was decided now.
    fn each(
        &self,
        conn: &mut Writer,
        reach: &Reach,
        codigos: &[Codigo],
    ) -> Result<(Results, Option<Huella>), UseCaseError> {
        let Self {
            caller,
            request,
            around,
            at,
        } = *self;
        let mut found: HashMap<Codigo, Notificacion> =
            notificaciones::find(conn, request.poderdante, codigos)?
                .into_iter()
                .map(|notificacion| (notificacion.codigo, notificacion))
                .collect();
        let decided_before: Vec<Codigo> = found
            .values()
            .filter(|n| n.open_at(at).is_err())
            .map(|n| n.codigo)
            .collect();
        let mut earlier: HashMap<Codigo, Acuse> =
            acuses::acuses_of(conn, request.poderdante, &decided_before)?
                .into_iter()
                .map(|acuse| (acuse.codigo, acuse))
                .collect();

        let mut results = HashMap::with_capacity(codigos.len());
        let mut to_record = Vec::new();
        let mut to_repeat = Vec::new();
        for &codigo in codigos {
            match self.step(reach, found.remove(&codigo), earlier.remove(&codigo))? {
                Step::Record(notificacion, rol) => to_record.push((notificacion, rol)),
                Step::Repeat(acuse) => to_repeat.push(*acuse),
                Step::Deny(denial) => {
                    results.insert(codigo, Err(denial));
                }
            }
        }

        let result = |acuse: Acuse, repetida| (acuse.codigo, Ok(Recorded { acuse, repetida }));
        journal::vouch(conn, &to_repeat)?;
        results.extend(to_repeat.into_iter().map(|acuse| result(acuse, true)));
        if to_record.is_empty() {
            return Ok((results, None));
        }
        let evidencia = octets::keep_evidencia(conn, caller.received, at)?;
        let decision = Decision {
            caller,
            reach,
            sentido: request.sentido,
            motivo: request.motivo.as_deref(),
            evidencia,
            at,
        };
        let recorded = record(conn, &decision, to_record, around)?;
        results.extend(recorded.into_iter().map(|acuse| result(acuse, false)));
        Ok((results, Some(evidencia)))
    }

    /// The rule for one code (D-7, D-13, D-17, D-22, D-79).
    fn step(
        &self,
        reach: &Reach,
        found: Option<Notificacion>,
        earlier: Option<Acuse>,
    ) -> Result<Step, Disagreement> {
        let Self {
            caller, request, at, ..
        } = *self;
        let unknown = Step::Deny(Denial::Unknown { rol: request.rol });
        let Some(notificacion) = found else {
            return Ok(unknown);
        };
        let Some(rol) = reach
            .over(&notificacion)
            .iter()
            .find(|rol| request.rol.is_none_or(|asked| asked == *rol))
        else {
            return Ok(unknown);
        };
        clock::published_by(at, notificacion.puesta_a_disposicion)?;
        let same_act = earlier.filter(|acuse| {
            acuse.sentido == request.sentido && acuse.firmante.same_identity(caller.firmante())
        });
        Ok(match (notificacion.decide(request.sentido, at), same_act) {
            (Ok(decided), _) => Step::Record(decided, rol),
            (Err(Finality::Aceptada | Finality::Rechazada), Some(acuse)) => Step::Repeat(Box::new(acuse)),
            (Err(finality), _) => Step::Deny(Denial::Final { finality, rol }),
        })
    }
}

fn summary(
    request: &DecideRequest,
    results: &Results,
    evidencia: Option<Huella>,
    when: When<'static>,
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
        when,
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
