//! Taking back a signed acuse: the decision itself, recorded as every other (D-6, D-14, D-17, D-22, D-31).

use chrono::{DateTime, Utc};

use crate::domain::acuse::Acuse;
use crate::domain::acuse_solicitado::{AcuseRefusal, AcuseSolicitado, Destino};
use crate::domain::by_rol::{Practicada, SubmitAcuse};
use crate::domain::clock;
use crate::domain::denial::Denial;
use crate::domain::notificacion::{Huella, Notificacion, Sentido};
use crate::domain::reach::Reach;
use crate::store::journal::{self, detalle};
use crate::store::{Durability, Reader, Store, StoreError, Writer, acuses, acuses_solicitados, octets};

use super::caller::{Act, When, resultado_of};
use super::record::{Decision, record};
use super::serve::documento;
use super::{Caller, Surroundings, UseCaseError, by_rol};

/// Why a signed acuse decided nothing.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// It is not the bearer's to return.
    #[error(transparent)]
    Acuse(#[from] AcuseRefusal),
    /// The notification cannot be decided by the bearer, or the service failed.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
}

impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        Self::UseCase(error.into())
    }
}

impl From<Denial> for SubmitError {
    fn from(denial: Denial) -> Self {
        Self::UseCase(denial.into())
    }
}

impl SubmitError {
    /// The journal's word for it; nothing where the service failed, which leaves no row.
    fn resultado(&self) -> Option<&'static str> {
        match self {
            Self::Acuse(AcuseRefusal::OtherSigner) => Some("acuse_de_otro_firmante"),
            Self::Acuse(AcuseRefusal::NotTheLast) => Some("acuse_no_vigente"),
            Self::UseCase(UseCaseError::Denied(denial)) => Some(resultado_of(*denial)),
            Self::UseCase(_) => None,
        }
    }
}

/// What came of a signed acuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// What its bearer gets.
    pub practicada: Practicada,
    /// Whether these very octets had decided it before (D-17).
    pub repetida: bool,
}

/// What is to be done with an acuse.
enum Step {
    Record(Notificacion, Reach, Sentido),
    Repeat(Acuse),
}

/// Decides as a signed acuse says, and returns when that is durable. The same octets from the same signer again give
/// the same answer and change nothing (D-17).
pub fn submit_acuse(
    store: &Store,
    caller: &Caller<'_>,
    request: &SubmitAcuse,
    around: &Surroundings<'_>,
) -> Result<Submitted, SubmitError> {
    store.write(Durability::Full, |conn| {
        let held = by_rol::hold(conn, &request.cual())?;
        let at = around.decisive(&held)?;
        let done = submit(conn, caller, request, around, at);
        let (resultado, evidencia) = match &done {
            Ok((_, Some(evidencia))) => ("hecho", Some(*evidencia)),
            Ok((_, None)) => ("repetida", None),
            Err(error) => match error.resultado() {
                Some(resultado) => (resultado, None),
                None => return done.map(|done| Ok(Submitted::of(done))),
            },
        };
        let act = Act {
            when: When::Decided(at, held),
            poderdante: request.poderdantes.uno(),
            resultado,
            detalle: detalle::devuelto(
                request.devuelto.codigo,
                request.rol,
                request.devuelto.identificador,
                done.as_ref().ok().map(|(practicada, _)| practicada.sentido),
            ),
            evidencia,
        };
        caller.journal(conn, act)?;
        // A refusal is an outcome, not a failure: its row must stay.
        Ok(done.map(Submitted::of))
    })?
}

impl Submitted {
    fn of((practicada, evidencia): (Practicada, Option<Huella>)) -> Self {
        let repetida = evidencia.is_none();
        Self { practicada, repetida }
    }
}

/// What was decided, and the evidence of it if it was decided now.
fn submit(
    conn: &mut Writer,
    caller: &Caller<'_>,
    request: &SubmitAcuse,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
) -> Result<(Practicada, Option<Huella>), SubmitError> {
    match step(conn, caller, request, around, at)? {
        Step::Repeat(acuse) => {
            journal::vouch(conn, [&acuse])?;
            Ok((practicada(conn, &acuse)?, None))
        }
        Step::Record(decided, reach, sentido) => {
            let evidencia = octets::keep_evidencia(conn, &request.devuelto.octetos, at)?;
            let decision = Decision {
                caller,
                reach: &reach,
                sentido,
                motivo: None,
                evidencia,
                at,
            };
            let acuses = record(conn, &decision, vec![(decided, request.rol)], around)?;
            // One notification went in, so that one acuse comes out.
            let acuse = acuses.first().ok_or(StoreError::Conflict)?;
            Ok((practicada(conn, acuse)?, Some(evidencia)))
        }
    }
}

/// The rule for an acuse whose signatures hold.
fn step(
    conn: &mut Writer,
    caller: &Caller<'_>,
    request: &SubmitAcuse,
    around: &Surroundings<'_>,
    at: DateTime<Utc>,
) -> Result<Step, SubmitError> {
    let devuelto = &request.devuelto;
    if !devuelto.firmante.same_identity(caller.firmante()) {
        return Err(AcuseRefusal::OtherSigner.into());
    }
    // The service's key may seal for several: what was signed for another is told before what is known of it here.
    around.advertencia.check_place(&devuelto.advertencia)?;
    let rol = request.rol;
    let (reach, notificacion) = by_rol::find(conn, caller, &request.cual(), around, at)?;
    clock::published_by(at, notificacion.puesta_a_disposicion).map_err(UseCaseError::from)?;
    if let Err(finality) = notificacion.open_at(at) {
        let earlier = acuses::acuses_of(conn, notificacion.sujeto, &[notificacion.codigo])?.pop();
        return earlier
            .filter(|acuse| is_of(acuse, request))
            .map(Step::Repeat)
            .ok_or(Denial::Final { finality, rol }.into());
    }
    let solicitado = current(conn, &notificacion, request)?.ok_or(AcuseRefusal::NotTheLast)?;
    around.advertencia.check(&solicitado.advertencia)?;
    let sentido = solicitado.sentido;
    notificacion
        .decide(sentido, at)
        .map(|decided| Step::Record(decided, reach, sentido))
        .map_err(|finality| Denial::Final { finality, rol }.into())
}

/// The acuse given out of which this is the answer, if it is the last one (D-14).
fn current(
    conn: &mut Reader,
    notificacion: &Notificacion,
    request: &SubmitAcuse,
) -> Result<Option<AcuseSolicitado>, StoreError> {
    let devuelto = &request.devuelto;
    let key = (
        notificacion.sujeto,
        notificacion.codigo,
        request.rol,
        Destino::of(&devuelto.firmante),
    );
    let last = acuses_solicitados::last(conn, key)?;
    Ok(last.filter(|solicitado| devuelto.answers(solicitado)))
}

/// Whether an acuse on record is what these very octets decided, by the same signer and role (D-17).
fn is_of(acuse: &Acuse, request: &SubmitAcuse) -> bool {
    acuse.evidencia == Huella(openssl::sha::sha256(&request.devuelto.octetos))
        && acuse.rol == request.rol
        && acuse.firmante.same_identity(&request.devuelto.firmante)
}

/// What the bearer gets: on acceptance, the document. A decision whose document cannot be given is not taken.
fn practicada(conn: &mut Reader, acuse: &Acuse) -> Result<Practicada, StoreError> {
    let documento = match acuse.sentido {
        Sentido::Rechazo => None,
        Sentido::Aceptacion => Some(documento(conn, acuse.codigo, acuse.documento)?),
    };
    Ok(Practicada {
        codigo: acuse.codigo,
        sentido: acuse.sentido,
        instante: acuse.instante,
        documento,
    })
}
