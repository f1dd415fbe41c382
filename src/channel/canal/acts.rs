//! What a request of contract canal asks to be done, each of which leaves its row.

use crate::channel::counters::{self, Decisions};
use crate::channel::identity::Identity;
use crate::channel::reply::OK;
use crate::channel::service::Service;
use crate::contract::canal::{denial_code, encode};
use crate::domain::denial::Denial;
use crate::domain::operation::{DecideRequest, Decided, OneNotificacion};
use crate::usecase::{Caller, UseCaseError, by_poderdante};
use crate::xml::write::Canonical;

use super::refusal::Refusal;

/// What is to be done.
pub(super) enum Act {
    /// Accept or reject.
    Decide(DecideRequest),
    /// Give the document of an accepted notification.
    Document(OneNotificacion),
    /// Give the acuse of a decided one.
    Acuse(OneNotificacion),
}

/// What is answered: a payload, and the code under which it is counted.
pub(super) struct Answer {
    pub(super) payload: Canonical,
    pub(super) code: &'static str,
}

impl Act {
    /// Carries it out, and writes its outcome. A «no» about one notification is data, any other a fault.
    pub(super) fn carry_out(
        &self,
        service: &Service,
        identity: &Identity,
        caller: &Caller<'_>,
    ) -> Result<Answer, Refusal> {
        let store = &service.store;
        service.with_surroundings(identity, |around| match self {
            Self::Decide(wanted) => {
                let decided = by_poderdante::decide(store, caller, wanted, around)?;
                count(wanted, &decided);
                Ok(Answer {
                    payload: encode::decided(wanted.sentido, &decided),
                    code: OK,
                })
            }
            Self::Document(wanted) => {
                let served = about_one(by_poderdante::document(store, caller, wanted, around))?;
                Ok(Answer {
                    payload: encode::document(wanted.codigo, served.as_ref()),
                    code: code_of(&served),
                })
            }
            Self::Acuse(wanted) => {
                let served = service.with_sealer(around, |sealer| {
                    by_poderdante::acuse(store, caller, wanted, around, sealer)
                });
                let served = about_one(served)?;
                let outcome = served
                    .as_ref()
                    .map(|(served, sealed)| (served, sealed.as_slice()));
                let payload = encode::acuse(wanted.codigo, outcome);
                Ok(Answer {
                    payload,
                    code: code_of(&served),
                })
            }
        })
    }
}

/// Sets a denial about one notification, which is an answer, apart from what is a fault.
fn about_one<T>(served: Result<T, UseCaseError>) -> Result<Result<T, Denial>, Refusal> {
    match served {
        Ok(served) => Ok(Ok(served)),
        Err(UseCaseError::Denied(denial)) if !matches!(denial, Denial::NotRepresented { .. }) => {
            Ok(Err(denial))
        }
        Err(error) => Err(error.into()),
    }
}

fn code_of<T>(served: &Result<T, Denial>) -> &'static str {
    served
        .as_ref()
        .err()
        .map_or(OK, |denial| denial_code::denial(denial).codigo.code())
}

fn count(request: &DecideRequest, decided: &[Decided]) {
    let mut came = Decisions::default();
    for one in decided {
        match &one.result {
            Ok(recorded) if recorded.repetida => came.repeated += 1,
            Ok(_) => came.decided += 1,
            Err(_) => came.denied += 1,
        }
    }
    counters::decisions("canal", request.sentido, came);
}
