//! The way of a request of contract canal, from its octets to those of its reply. This is the one place that sees all of
//! it.
//!
//! Until the signature is verified nobody is known, and nothing is written; from then on every refusal has its row.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::contract::canal::code::{self, Coded};
use crate::contract::canal::plain::plain;
use crate::contract::canal::{
    acuse_document, certificate_code, confirmation, decode, denial_code, encode, message_code, request_code,
};
use crate::contract::unread::Unread;
use crate::domain::denial::Denial;
use crate::domain::operation::{AcuseServido, DecideRequest, Decided, Request};
use crate::signature::{Freshness, SealError, seal_document, seal_envelope};
use crate::soap::envelope::plain_envelope;
use crate::store::StoreError;
use crate::usecase::{self, Caller, Identified, Mark, Repeated, UseCaseError, by_poderdante};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

use crate::channel::addressing::addressed;
use crate::channel::counters::{self, Decisions};
use crate::channel::identity::Identity;
use crate::channel::open::{OpenError, Opened, unjudged};
use crate::channel::reply::{Call, Inside, OK, Outcome, Reply, UNKNOWN};
use crate::channel::service::Service;

/// How long a response says that it is fresh.
const RESPONSE_LIFE: TimeDelta = TimeDelta::minutes(5);

/// Why a request got no answer: what the client is told, and what only the operator may know.
struct Refusal {
    coded: Coded,
    inside: Option<Inside>,
}

/// By which an answer is signed: what is the same for all that a request may be answered.
struct Sealing<'a> {
    identity: &'a Identity,
    version: SoapVersion,
    peticion: Uuid,
    tag: String,
}

/// What is answered: a payload, and the code under which it is counted.
struct Answer {
    payload: Canonical,
    code: &'static str,
}

impl Service {
    /// Answers a message of contract canal. Blocking: it belongs on a worker.
    pub(in crate::channel) fn answer_canal(&self, call: &Call<'_>, version: SoapVersion) -> Reply {
        let identity = self.identity();
        let opened = match self.open(call.octets, &self.policy) {
            Ok(opened) => opened,
            // Whoever could not be identified costs no signature of ours.
            Err(error) => return unsigned(version, error.into(), call.peticion),
        };
        let version = opened.envelope.version();
        let caller = Some(opened.holder.firmante().titular().masked());
        let sealing = Sealing {
            identity: &identity,
            version,
            peticion: call.peticion,
            tag: confirmation::tag(call.peticion, opened.envelope.replay_key()),
        };
        let (operation, answered) = self.act(&identity, call, &opened);
        match answered {
            Ok(Answer { payload, code }) => self.sealed(
                &sealing,
                200,
                payload,
                Outcome {
                    operation,
                    code: code.into(),
                    caller,
                    inside: None,
                },
            ),
            Err(Refusal { coded, inside }) => {
                let code = coded.codigo.code();
                let fault = coded.into_fault(call.peticion);
                let outcome = Outcome {
                    operation,
                    code: code.into(),
                    caller,
                    inside,
                };
                self.sealed(
                    &sealing,
                    fault.http_status(version),
                    encode::fault(&fault, version),
                    outcome,
                )
            }
        }
    }

    /// The reply to a request for which there is no place.
    pub(in crate::channel) fn busy_canal(version: SoapVersion, peticion: Uuid) -> Reply {
        Reply {
            status: 503,
            ..unsigned(version, code::busy().into(), peticion)
        }
    }

    /// The reply to a message that was not read to its end.
    pub(in crate::channel) fn unread_canal(version: SoapVersion, peticion: Uuid, unread: Unread) -> Reply {
        let reply = unsigned(version, message_code::unread(&unread).into(), peticion);
        match unread {
            Unread::TooLarge { .. } => Reply { status: 413, ..reply },
            Unread::CutShort | Unread::TooSlow { .. } => reply,
        }
    }

    /// The reply when the work did not come to an end.
    pub(in crate::channel) fn failed_canal(version: SoapVersion, peticion: Uuid) -> Reply {
        unsigned(version, Refusal::inside("the work panicked".to_owned()), peticion)
    }

    /// Does what a verified message asks.
    fn act(
        &self,
        identity: &Identity,
        call: &Call<'_>,
        opened: &Opened<'_>,
    ) -> (&'static str, Result<Answer, Refusal>) {
        let (operation, request) = self.understand(call, opened);
        let caller = Caller {
            who: Identified::Certificate(&opened.holder),
            peticion: call.peticion,
            operacion: operation,
            mark: Mark {
                key: *opened.envelope.replay_key(),
                until: opened.envelope.dies().unwrap_or(DateTime::<Utc>::MAX_UTC),
                repeated: Repeated::Refused,
            },
            received: call.octets,
        };
        let answered = match request.and_then(|request| self.confirmed(opened, request)) {
            Ok(request) => self.run(identity, &caller, &request),
            Err(coded) => match caller.refuse(&self.store, &|| self.now(), coded.codigo.code()) {
                Ok(()) => Err(coded.into()),
                Err(failure) => Err(failure.into()),
            },
        };
        (operation, answered)
    }

    /// From the octets that were signed to the name of an operation and what is asked of it.
    fn understand(&self, call: &Call<'_>, opened: &Opened<'_>) -> (&'static str, Result<Request, Coded>) {
        let payload = match opened.envelope.payload() {
            Ok(payload) => payload,
            Err(error) => return (UNKNOWN, Err(message_code::payload(error))),
        };
        let operation = match self.contract.route(payload) {
            Ok(operation) => self.handler(&operation.name),
            Err(error) => return (UNKNOWN, Err(request_code::route_error(&error))),
        };
        if let Err(error) = addressed(call, opened, &self.contract, operation) {
            return (operation, Err(message_code::addressing(&error)));
        }
        let payload = &*plain(payload);
        let request = match self.schemas.validate(payload) {
            Ok(()) => decode::decode(operation, payload).map_err(|error| request_code::decode_error(&error)),
            Err(violation) => Err(decode::explain(payload).map_or_else(
                || message_code::schema(&violation),
                |error| request_code::decode_error(&error),
            )),
        };
        (operation, request)
    }

    /// Lets a request that decides through only if the second engine finds it signed too.
    fn confirmed(&self, opened: &Opened<'_>, request: Request) -> Result<Request, Coded> {
        if matches!(request, Request::Decide(_)) {
            let confirmed = self.confirm(opened, &self.policy);
            confirmed.map_err(|error| message_code::verify(&error.into()))?;
        }
        Ok(request)
    }

    /// Carries out a request and writes its outcome. A «no» about one notification is data, any other a fault.
    fn run(&self, identity: &Identity, caller: &Caller<'_>, request: &Request) -> Result<Answer, Refusal> {
        let store = &self.store;
        self.with_surroundings(identity, |around| match request {
            Request::Poderdantes => {
                let entries = usecase::poderdantes(store, caller, around)?;
                Ok(Answer {
                    payload: encode::poderdantes(&entries, &self.advertencia),
                    code: OK,
                })
            }
            Request::List(wanted) => {
                let page = by_poderdante::list(store, caller, wanted, around)?;
                Ok(Answer {
                    payload: encode::page(&page, &self.rows),
                    code: OK,
                })
            }
            Request::Decide(wanted) => {
                let decided = by_poderdante::decide(store, caller, wanted, around)?;
                count(wanted, &decided);
                Ok(Answer {
                    payload: encode::decided(wanted.sentido, &decided),
                    code: OK,
                })
            }
            Request::Document(wanted) => {
                let served = about_one(by_poderdante::document(store, caller, wanted, around))?;
                Ok(Answer {
                    payload: encode::document(wanted.codigo, served.as_ref()),
                    code: code_of(&served),
                })
            }
            Request::Acuse(wanted) => {
                let served = about_one(by_poderdante::acuse(store, caller, wanted, around))?;
                let signed = served
                    .as_ref()
                    .ok()
                    .map(|served| sign_acuse(identity, served))
                    .transpose()?;
                let outcome = match (&served, &signed) {
                    (Ok(served), Some(signed)) => Ok((served, signed.as_slice())),
                    (Err(denial), _) => Err(denial),
                    (Ok(_), None) => return Err(Refusal::inside("an acuse was not signed".to_owned())),
                };
                Ok(Answer {
                    payload: encode::acuse(wanted.codigo, outcome),
                    code: code_of(&served),
                })
            }
        })
    }

    /// Signs a payload and wraps it.
    fn sealed(&self, sealing: &Sealing<'_>, status: u16, payload: Canonical, outcome: Outcome) -> Reply {
        let Sealing {
            identity,
            version,
            peticion,
            ref tag,
        } = *sealing;
        let now = self.now();
        let freshness = Freshness {
            created: now,
            expires: now + RESPONSE_LIFE,
            tag,
        };
        match seal_envelope(version, identity.key(), freshness, payload) {
            Ok(sealed) => Reply {
                status,
                content_type: version.content_type(),
                octets: sealed,
                outcome,
            },
            // What was done stays done and can be asked for again; the client is told that this answer failed.
            Err(error) => {
                let reply = unsigned(version, error.into(), peticion);
                let outcome = Outcome {
                    operation: outcome.operation,
                    caller: outcome.caller,
                    ..reply.outcome
                };
                Reply { outcome, ..reply }
            }
        }
    }
}

fn sign_acuse(identity: &Identity, served: &AcuseServido) -> Result<Vec<u8>, SealError> {
    let document = acuse_document::acuse_document(served);
    seal_document(identity.key(), &document, &acuse_document::id(&served.acuse))
}

impl Refusal {
    /// A failure of ours, of which the client learns that it happened and under which name to ask about it.
    fn inside(reason: String) -> Self {
        Self {
            coded: code::unavailable(),
            inside: Some(Inside::Failed(reason)),
        }
    }
}

impl From<Coded> for Refusal {
    fn from(coded: Coded) -> Self {
        Self { coded, inside: None }
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Screen(error) => message_code::screen(&error).into(),
            OpenError::Shape(error) => message_code::shape(&error).into(),
            OpenError::Certificate(error) => Self {
                coded: certificate_code::certificate(&error),
                inside: unjudged(&error),
            },
            OpenError::Verify(error) => message_code::verify(&error).into(),
            OpenError::List(error) => Self::inside(error.to_string()),
        }
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        Self::inside(error.to_string())
    }
}

impl From<UseCaseError> for Refusal {
    fn from(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Denied(denial) => denial_code::denial(&denial).into(),
            UseCaseError::Replayed | UseCaseError::Superseded => code::replayed().into(),
            UseCaseError::SealNotInForce { .. } => Self {
                coded: code::seal_not_in_force(),
                inside: Some(Inside::Failed(error.to_string())),
            },
            UseCaseError::ClockInDoubt(_) => Self {
                coded: code::clock_in_doubt(),
                inside: Some(Inside::Failed(error.to_string())),
            },
            UseCaseError::Store(StoreError::Busy(_)) => code::busy().into(),
            UseCaseError::Store(error) => Self::inside(error.to_string()),
        }
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

/// A fault without our signature.
fn unsigned(version: SoapVersion, refusal: Refusal, peticion: Uuid) -> Reply {
    let Refusal { coded, inside } = refusal;
    let outcome = Outcome {
        operation: UNKNOWN,
        code: coded.codigo.code().into(),
        caller: None,
        inside,
    };
    let fault = coded.into_fault(peticion);
    Reply {
        status: fault.http_status(version),
        content_type: version.content_type(),
        octets: plain_envelope(version, encode::fault(&fault, version)),
        outcome,
    }
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
