//! Taking back a signed acuse: the decision itself, recorded as every other (D-6, D-14, D-17, D-22, D-31).

use crate::domain::acuse::Acuse;
use crate::domain::acuse_solicitado::{AcuseDevuelto, AcuseRefusal, AcuseSolicitado, Destino};
use crate::domain::by_rol::{Practicada, SubmitAcuse};
use crate::domain::clock;
use crate::domain::denial::Denial;
use crate::domain::notificacion::{Huella, Notificacion, Sentido};
use crate::domain::reach::Reach;
use crate::store::journal::{self, Held, detalle};
use crate::store::octets::Evidencia;
use crate::store::{Reader, Store, StoreError, Writer, acuses, acuses_solicitados};

use super::find::{self, Suya};
use crate::usecase::act::{Act, Acting, Row, carry_out};
use crate::usecase::record::{Decision, Told, record};
use crate::usecase::serve::{counts, documento};
use crate::usecase::{Caller, Surroundings, UseCaseError};

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
    carry_out(store, caller, around, request).map(Submitted::of)
}

impl Submitted {
    fn of((practicada, told): (Practicada, Option<Told>)) -> Self {
        let repetida = told.is_none();
        Self { practicada, repetida }
    }
}

impl Act for SubmitAcuse {
    type Taken = Suya;
    /// What was decided, and what the journal is told of it if it was decided now.
    type Given = (Practicada, Option<Told>);
    type Error = SubmitError;

    fn hold(&self, conn: &mut Writer) -> Result<(Suya, Option<Held>), StoreError> {
        find::hold(conn, &self.cual())
    }

    fn run(&self, conn: &mut Writer, acting: &Acting<'_>, suya: Suya) -> Result<Self::Given, SubmitError> {
        match step(conn, acting, self, suya)? {
            Step::Repeat(acuse) => {
                journal::vouch(conn, [&acuse])?;
                Ok((practicada(conn, &acuse)?, None))
            }
            Step::Record(decided, reach, sentido) => {
                let evidencia = Evidencia::of(&self.devuelto.octetos, acting.at);
                let decision = Decision {
                    acting,
                    reach: &reach,
                    sentido,
                    motivo: None,
                    evidencia,
                    // The acuse that its bearer and the service signed.
                    huella_de_acuse: &|_, _| self.devuelto.datos,
                };
                let (acuses, told) = record(conn, &decision, vec![(decided, self.rol)])?;
                // One notification went in, so that one acuse comes out.
                let acuse = acuses.first().ok_or(StoreError::Conflict)?;
                Ok((practicada(conn, acuse)?, Some(told)))
            }
        }
    }

    fn row<'a>(&self, came: Result<&'a Self::Given, &SubmitError>) -> Option<Row<'a>> {
        let poderdante = self.poderdantes.uno();
        let (row, sentido) = match came {
            Ok((practicada, Some(Told { evidencia, hojas }))) => {
                let row = Row {
                    evidencia: Some(*evidencia),
                    hojas,
                    ..Row::of(poderdante, "hecho")
                };
                (row, Some(practicada.sentido))
            }
            Ok((practicada, None)) => (Row::of(poderdante, "repetida"), Some(practicada.sentido)),
            Err(SubmitError::Acuse(AcuseRefusal::OtherSigner)) => {
                (Row::of(poderdante, "acuse_de_otro_firmante"), None)
            }
            Err(SubmitError::Acuse(AcuseRefusal::NotTheLast)) => {
                (Row::of(poderdante, "acuse_no_vigente"), None)
            }
            Err(SubmitError::UseCase(UseCaseError::Denied(denial))) => {
                (Row::denied(poderdante, *denial), None)
            }
            Err(SubmitError::UseCase(_)) => return None,
        };
        let AcuseDevuelto {
            codigo,
            identificador,
            ..
        } = self.devuelto;
        let detalle = detalle::devuelto(codigo, self.rol, identificador, sentido);
        Some(Row { detalle, ..row })
    }
}

/// The rule for an acuse whose signatures hold.
fn step(
    conn: &mut Reader,
    acting: &Acting<'_>,
    request: &SubmitAcuse,
    suya: Suya,
) -> Result<Step, SubmitError> {
    let Acting { caller, around, at } = *acting;
    let devuelto = &request.devuelto;
    if !devuelto.firmante.same_identity(caller.firmante()) {
        return Err(AcuseRefusal::OtherSigner.into());
    }
    // The service's key may seal for several: what was signed for another is told before what is known of it here.
    around.advertencia.check_place(&devuelto.advertencia)?;
    let rol = request.rol;
    let (reach, notificacion) = find::held(conn, acting, &request.cual(), suya)?;
    clock::published_by(at, notificacion.puesta_a_disposicion).map_err(UseCaseError::from)?;
    if let Err(finality) = notificacion.open_at(at) {
        let earlier = acuses::acuses_of(conn, notificacion.sujeto, &[notificacion.codigo])?.pop();
        return earlier
            .filter(|acuse| is_of(acuse, request) && counts(acuse, &notificacion))
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
