//! The acuse of contract WSCN on its way out, sealed, and on its way back, signed by the client beside the seal.

use std::sync::Arc;

use openssl::x509::X509;

use crate::channel::away;
use crate::channel::counters::{self, Decisions};
use crate::channel::identity::Identity;
use crate::channel::open::note_disagreement;
use crate::channel::service::Service;
use crate::contract::wscn::acuse_code;
use crate::contract::wscn::acuse_document::{data, huella_of, sealed};
use crate::contract::wscn::acuse_error::AcuseError;
use crate::contract::wscn::decode::EnviarAcuse;
use crate::contract::wscn::message::Operation;
use crate::contract::wscn::submitted::{self, Sealed};
use crate::domain::by_rol::{Practicada, RequestAcuse, SubmitAcuse};
use crate::domain::notificacion::Sentido;
use crate::signature::{Agreed, EngineError, Policy};
use crate::store::{StoreError, certificados_servicio};
use crate::trust::Holder;
use crate::usecase::by_rol::{SubmitError, Submitted, request_acuse, submit_acuse};
use crate::usecase::{Caller, Identified, Surroundings, UseCaseError};

use super::refusal::No;

/// With what an acuse is given out to a caller, or taken of him.
pub(super) struct Acuses<'a> {
    pub(super) service: &'a Service,
    /// What is accepted of messages.
    pub(super) policy: &'a Policy,
    pub(super) identity: &'a Identity,
    pub(super) caller: &'a Caller<'a>,
    pub(super) around: &'a Surroundings<'a>,
}

impl Acuses<'_> {
    /// Gives out an acuse to sign.
    pub(super) fn give(&self, wanted: &RequestAcuse) -> Result<Vec<u8>, No> {
        let Self {
            service,
            identity,
            caller,
            around,
            ..
        } = self;
        let given = request_acuse(&service.store, caller, wanted, around, |acuse| {
            huella_of(data(acuse).octets())
        });
        let acuse = given.map_err(|error| No::of(Operation::SolicitarAcuse, error))?;
        // Only what is on record is sealed.
        sealed(identity.key(), &data(&acuse)).map_err(|error| No::away(away::unsealed(error)))
    }

    /// Takes a signed acuse back, and decides as it says.
    pub(super) fn take(&self, wanted: &EnviarAcuse) -> Result<Practicada, No> {
        let Self {
            service,
            identity,
            caller,
            around,
            ..
        } = self;
        let no = |error: AcuseError| {
            if error == AcuseError::Unprocessable(EngineError::Disagreement) {
                note_disagreement();
            }
            let error = match error {
                AcuseError::NotSealed if self.is_of_elsewhere(&wanted.octetos) => AcuseError::SealedElsewhere,
                error => error,
            };
            match error {
                AcuseError::Failed => No::inside(error),
                error => No::from(acuse_code::acuse_error(&error)).on_record(service, caller),
            }
        };
        // The acuse is the act, so both engines must believe it.
        let engine = &Agreed(service.engine, service.second_engine);
        let policy = &self.policy.clone().of_acuses();
        let is_own = |der: &[u8]| der == identity.certificate();
        let inspected = match submitted::inspect(&wanted.octetos, is_own, policy) {
            // It may have been given out under a certificate that another took the place of, or by another instance.
            Err(AcuseError::NotSealed) => {
                let known = self.own_certificates()?;
                let is_known = |der: &[u8]| known.iter().any(|own| own == der);
                submitted::inspect(&wanted.octetos, is_known, policy)
            }
            inspected => inspected,
        };
        let inspected = inspected.map_err(no)?;
        let sealed_by = inspected.seal_certificate();
        let key = if sealed_by == identity.certificate() {
            identity.public_key().clone()
        } else {
            X509::from_der(sealed_by)
                .and_then(|certificate| certificate.public_key())
                .map_err(No::inside)?
        };
        // Whatever is taken from clients, the service's own seal is never of the broken kind.
        let acuse = inspected.sealed(engine, &key, &Policy::wscn()).map_err(no)?;
        let Identified::Certificate(bearer) = caller.who;
        let other = self.other_signer(&acuse, caller, bearer)?;
        let holder = other.as_deref().unwrap_or(bearer);
        let signed = acuse
            .signed(engine, holder.der(), holder.key(), policy)
            .map_err(no)?;
        let sentido = signed.sentido();
        let submit = SubmitAcuse {
            poderdantes: wanted.poderdantes,
            rol: wanted.rol,
            devuelto: signed.by(holder.firmante().clone()),
        };
        let submitted = submit_acuse(&service.store, caller, &submit, around);
        count(sentido, &submitted);
        match submitted {
            Ok(submitted) => Ok(submitted.practicada),
            Err(SubmitError::Acuse(refusal)) => Err(acuse_code::refusal(refusal).into()),
            Err(SubmitError::UseCase(error)) => Err(No::of(Operation::EnviarAcuse, error)),
        }
    }

    /// The certificates with which the service has given out acuses. A seal by one of them counts for the acuse alone that
    /// is on record as given out under it, so that the key of an old one that fell into other hands makes no other.
    fn own_certificates(&self) -> Result<Vec<Vec<u8>>, No> {
        self.service
            .store
            .read::<_, StoreError, _>(certificados_servicio::all)
            .map_err(|error| No::away(away::of_store(error)))
    }

    /// Whether what comes back says itself that another service gave it out. It is told so, and believed in nothing else.
    fn is_of_elsewhere(&self, octets: &[u8]) -> bool {
        let claimed = submitted::claimed_advertencia(octets);
        claimed.is_some_and(|code| self.service.advertencia.check_place(&code).is_err())
    }

    /// Who is to have signed an acuse, if not whoever brings it (D-71). A signature may bring a whole chain, or only name
    /// its key; its bearer's own certificate is the likeliest, and it was validated with the message.
    fn other_signer(
        &self,
        sealed: &Sealed<'_>,
        caller: &Caller<'_>,
        bearer: &Holder,
    ) -> Result<Option<Arc<Holder>>, No> {
        let certificates = sealed.certificates();
        let is_bearers = |der: &Vec<u8>| der == bearer.der();
        let Some(first) = certificates
            .first()
            .filter(|_| !certificates.iter().any(is_bearers))
        else {
            return Ok(None);
        };
        let service = self.service;
        let validator = service.trusted.current(&service.store).map_err(No::inside)?;
        match validator.validate_signer_at(first, service.now()) {
            Ok(holder) => Ok(Some(holder)),
            Err(error) if error.is_retryable() => Err(No::inside(error)),
            Err(error) => Err(No::from(acuse_code::signer(&error)).on_record(service, caller)),
        }
    }
}

/// A failure of ours is none of the results: the same acuse may come again.
fn count(sentido: Sentido, submitted: &Result<Submitted, SubmitError>) {
    let mut came = Decisions::default();
    match submitted {
        Ok(submitted) if submitted.repetida => came.repeated = 1,
        Ok(_) => came.decided = 1,
        Err(SubmitError::Acuse(_) | SubmitError::UseCase(UseCaseError::Denied(_))) => came.denied = 1,
        Err(SubmitError::UseCase(_)) => return,
    }
    counters::decisions("wscn", sentido, came);
}
