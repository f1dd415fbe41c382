//! Accepting and rejecting: one transaction for all that a request decides, its evidence and its journal row.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::acuse::Acuse;
use crate::domain::clock::{self, Disagreement};
use crate::domain::denial::{Denial, Finality};
use crate::domain::notificacion::{Codigo, Huella, Notificacion, Sentido};
use crate::domain::operation::{DecideRequest, Decided, Recorded};
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;
use crate::store::cipher::lying;
use crate::store::journal::{self, Held, detalle};
use crate::store::notificaciones::Taken;
use crate::store::octets::Evidencia;
use crate::store::{Reader, Store, StoreError, Writer, acuses, decisions};

use crate::usecase::act::{Act, Acting, Row, carry_out};
use crate::usecase::record::{Decision, Told, record};
use crate::usecase::serve::counts;
use crate::usecase::{Caller, Surroundings, UseCaseError, access};

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
    let deciding = Deciding {
        request,
        codigos: Vec::from_iter(codigos),
    };
    let mut came = carry_out(store, caller, around, &deciding)?;
    let answers = request.codigos.iter().filter_map(|codigo| {
        Some(Decided {
            codigo: *codigo,
            result: came.results.remove(codigo)?,
        })
    });
    Ok(answers.collect())
}

/// What is to be done with one code.
enum Step {
    Record(Notificacion, Rol),
    Repeat(Box<Acuse>),
    Deny(Denial),
}

/// What came of a request.
struct Came {
    /// Of each code.
    results: HashMap<Codigo, Result<Recorded, Denial>>,
    /// What the journal is told of what was decided now, if anything was.
    told: Option<Told>,
}

/// A request that is to be decided.
struct Deciding<'a> {
    request: &'a DecideRequest,
    /// Its codes, each once, in the order in which they are waited for.
    codigos: Vec<Codigo>,
}

impl Act for Deciding<'_> {
    type Taken = Taken;
    type Given = Came;
    type Error = UseCaseError;

    fn hold(&self, conn: &mut Writer) -> Result<(Taken, Option<Held>), StoreError> {
        let (taken, held) = decisions::hold(conn, self.request.poderdante, &self.codigos)?;
        Ok((taken, Some(held)))
    }

    fn run(&self, conn: &mut Writer, acting: &Acting<'_>, taken: Taken) -> Result<Came, UseCaseError> {
        // What must hold for the request as a whole.
        let request = self.request;
        acting.around.advertencia.check(&request.advertencia)?;
        let reach = access::reach_one(conn, acting, request.poderdante, request.rol)?;
        self.each(conn, acting, &reach, taken)
    }

    fn decisions(&self) -> usize {
        self.codigos.len()
    }

    fn row<'a>(&self, came: Result<&'a Came, &UseCaseError>) -> Option<Row<'a>> {
        match came {
            Ok(came) => Some(self.summary(came)),
            Err(UseCaseError::Denied(denial)) => Some(Row::denied(Some(self.request.poderdante), *denial)),
            Err(_) => None,
        }
    }
}

impl Deciding<'_> {
    /// Decides each code.
    fn each(
        &self,
        conn: &mut Writer,
        acting: &Acting<'_>,
        reach: &Reach,
        taken: Taken,
    ) -> Result<Came, UseCaseError> {
        let Self { request, codigos } = self;
        let Acting { caller, at, .. } = *acting;
        let mut found: HashMap<Codigo, Notificacion> = taken
            .read(conn)?
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
            match self.step(acting, reach, found.remove(&codigo), earlier.remove(&codigo))? {
                Step::Record(notificacion, rol) => to_record.push((notificacion, rol)),
                Step::Repeat(acuse) => to_repeat.push(*acuse),
                Step::Deny(denial) => {
                    results.insert(codigo, Err(denial));
                }
            }
        }

        let closed = self.closed(conn, &to_record)?;
        let unavailable = to_record.extract_if(.., |(one, _)| closed.contains(&one.documento.huella));
        results.extend(unavailable.map(|(one, rol)| (one.codigo, Err(Denial::Unavailable { rol }))));

        let result = |acuse: Acuse, repetida| (acuse.codigo, Ok(Recorded { acuse, repetida }));
        journal::vouch(conn, &to_repeat)?;
        results.extend(to_repeat.into_iter().map(|acuse| result(acuse, true)));
        if to_record.is_empty() {
            let told = None;
            return Ok(Came { results, told });
        }
        let evidencia = Evidencia::of(caller.received, at);
        let decision = Decision {
            acting,
            reach,
            sentido: request.sentido,
            motivo: request.motivo.as_deref(),
            evidencia,
            huella_de_acuse: acting.around.huella_de_acuse,
        };
        let (acuses, told) = record(conn, &decision, to_record)?;
        results.extend(acuses.into_iter().map(|acuse| result(acuse, false)));
        Ok(Came {
            results,
            told: Some(told),
        })
    }

    /// Documents that cannot be given, of notifications that are not accepted therefore: whoever accepts one is to be given it
    /// (D-17).
    fn closed(
        &self,
        conn: &mut Reader,
        decided: &[(Notificacion, Rol)],
    ) -> Result<HashSet<Huella>, StoreError> {
        match self.request.sentido {
            Sentido::Rechazo => Ok(HashSet::new()),
            Sentido::Aceptacion => {
                let decided: Vec<&Notificacion> = decided.iter().map(|(one, _)| one).collect();
                lying::closed(conn, &decided)
            }
        }
    }

    /// The rule for one code (D-7, D-13, D-17, D-22, D-79).
    fn step(
        &self,
        acting: &Acting<'_>,
        reach: &Reach,
        found: Option<Notificacion>,
        earlier: Option<Acuse>,
    ) -> Result<Step, Disagreement> {
        let Self { request, .. } = *self;
        let Acting { caller, at, .. } = *acting;
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
            acuse.sentido == request.sentido
                && acuse.firmante.same_identity(caller.firmante())
                && counts(acuse, &notificacion)
        });
        Ok(match (notificacion.decide(request.sentido, at), same_act) {
            (Ok(decided), _) => Step::Record(decided, rol),
            (Err(Finality::Aceptada | Finality::Rechazada), Some(acuse)) => Step::Repeat(Box::new(acuse)),
            (Err(finality), _) => Step::Deny(Denial::Final { finality, rol }),
        })
    }

    fn summary<'a>(&self, came: &'a Came) -> Row<'a> {
        let codes_where = |wanted: &dyn Fn(&Result<Recorded, Denial>) -> bool| {
            let codes: BTreeSet<i32> = came
                .results
                .iter()
                .filter(|(_, result)| wanted(result))
                .map(|(codigo, _)| codigo.number())
                .collect();
            codes
        };
        let decided = codes_where(&|r| matches!(r, Ok(recorded) if !recorded.repetida));
        let repeated = codes_where(&|r| matches!(r, Ok(recorded) if recorded.repetida));
        let denied = codes_where(&Result::is_err);
        Row {
            poderdante: Some(self.request.poderdante),
            resultado: if denied.is_empty() {
                "hecho"
            } else {
                "hecho_en_parte"
            },
            detalle: detalle::decididas(self.request.sentido, &decided, &repeated, &denied),
            evidencia: came.told.as_ref().map(|told| told.evidencia),
            hojas: came.told.as_ref().map_or(&[], |told| &told.hojas),
        }
    }
}
