//! The way of a request of contract canal, from its octets to those of its reply. This is the one place that sees all of
//! it.
//!
//! Until the signature is verified nobody is known, and nothing is written; from then on every refusal has its row.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::channel::addressing::addressed;
use crate::channel::counters::{self, Decisions};
use crate::channel::identity::Identity;
use crate::channel::open::Opened;
use crate::channel::reply::{Call, OK, Operation, Outcome, Reply, note_operation};
use crate::channel::service::Service;
use crate::contract::canal::code::Coded;
use crate::contract::canal::plain::plain;
use crate::contract::canal::{
    self, acuse_document, confirmation, decode, denial_code, encode, message_code, request_code,
};
use crate::domain::denial::Denial;
use crate::domain::operation::{AcuseServido, DecideRequest, Decided, Request};
use crate::signature::{Freshness, SealError, seal_document, seal_envelope};
use crate::usecase::{self, Caller, Identified, Mark, Repeated, UseCaseError, by_poderdante};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

use super::Canal;
use super::refusal::{Refusal, unsigned};

/// How long a response says that it is fresh.
const RESPONSE_LIFE: TimeDelta = TimeDelta::minutes(5);

/// What a request goes its way with, from the moment that its message is verified.
struct Way<'a> {
    canal: &'a Canal,
    service: &'a Service,
    /// By which its answer is signed, whatever is put in its place meanwhile.
    identity: Arc<Identity>,
    call: &'a Call<'a>,
    opened: Opened<'a>,
}

/// What is answered: a payload, and the code under which it is counted.
struct Answer {
    payload: Canonical,
    code: &'static str,
}

impl Canal {
    /// Answers a message, of which its content type said that it is in `version`. Blocking: it belongs on a worker.
    pub(in crate::channel) fn answer(
        &self,
        service: &Service,
        call: &Call<'_>,
        version: SoapVersion,
    ) -> Reply {
        let identity = service.identity();
        match service.open(call.octets, &self.policy) {
            // Whoever could not be identified costs no signature of ours.
            Err(error) => unsigned(version, error.into(), call.peticion),
            Ok(opened) => Way {
                canal: self,
                service,
                identity,
                call,
                opened,
            }
            .answer(),
        }
    }
}

impl Way<'_> {
    fn answer(&self) -> Reply {
        let caller = Some(self.opened.holder.firmante().titular().masked());
        let (operation, answered) = self.act();
        match answered {
            Ok(Answer { payload, code }) => {
                let outcome = Outcome {
                    operation,
                    code: code.into(),
                    caller,
                    inside: None,
                };
                self.sealed(200, payload, outcome)
            }
            Err(Refusal { coded, inside }) => {
                let version = self.opened.envelope.version();
                let code = coded.codigo.code();
                let fault = coded.into_fault(self.call.peticion);
                let outcome = Outcome {
                    operation,
                    code: code.into(),
                    caller,
                    inside,
                };
                self.sealed(
                    fault.http_status(version),
                    encode::fault(&fault, version),
                    outcome,
                )
            }
        }
    }

    /// Does what a verified message asks.
    fn act(&self) -> (Option<Operation>, Result<Answer, Refusal>) {
        let Self {
            service,
            call,
            ref opened,
            ..
        } = *self;
        let (operation, request) = self.understand();
        let operation = operation.map(Operation::Canal);
        note_operation(operation);
        let caller = Caller {
            who: Identified::Certificate(&opened.holder),
            peticion: call.peticion,
            operacion: Operation::name_of(operation),
            mark: Mark {
                key: *opened.envelope.replay_key(),
                until: opened.envelope.dies().unwrap_or(DateTime::<Utc>::MAX_UTC),
                repeated: Repeated::Refused,
            },
            received: call.octets,
        };
        let answered = match request.and_then(|request| self.confirmed(request)) {
            Ok(request) => self.run(&caller, &request),
            Err(coded) => match caller.refuse(&service.store, &|| service.now(), coded.codigo.code()) {
                Ok(()) => Err(coded.into()),
                Err(failure) => Err(failure.into()),
            },
        };
        (operation, answered)
    }

    /// From the octets that were signed to an operation and what is asked of it.
    fn understand(&self) -> (Option<canal::Operation>, Result<Request, Coded>) {
        let Self {
            canal, call, opened, ..
        } = self;
        let payload = match opened.envelope.payload() {
            Ok(payload) => payload,
            Err(error) => return (None, Err(message_code::payload(error))),
        };
        let operation = match canal::Operation::of(payload) {
            Ok(operation) => operation,
            Err(error) => return (None, Err(request_code::route_error(&error))),
        };
        if let Err(error) = addressed(call, opened, &canal.contract, operation.name()) {
            return (Some(operation), Err(message_code::addressing(&error)));
        }
        let payload = &*plain(payload);
        let request = match canal.schemas.validate(payload) {
            Ok(()) => decode::decode(operation, payload).map_err(|error| request_code::decode_error(&error)),
            Err(violation) => Err(decode::explain(operation, payload).map_or_else(
                || message_code::schema(&violation),
                |error| request_code::decode_error(&error),
            )),
        };
        (Some(operation), request)
    }

    /// Lets a request that decides through only if the second engine finds it signed too.
    fn confirmed(&self, request: Request) -> Result<Request, Coded> {
        if matches!(request, Request::Decide(_)) {
            let confirmed = self.service.confirm(&self.opened, &self.canal.policy);
            confirmed.map_err(|error| message_code::verify(&error.into()))?;
        }
        Ok(request)
    }

    /// Carries out a request and writes its outcome. A «no» about one notification is data, any other a fault.
    fn run(&self, caller: &Caller<'_>, request: &Request) -> Result<Answer, Refusal> {
        let Self {
            service, identity, ..
        } = self;
        let store = &service.store;
        service.with_surroundings(identity, |around| match request {
            Request::Poderdantes => {
                let entries = usecase::poderdantes(store, caller, around)?;
                Ok(Answer {
                    payload: encode::poderdantes(&entries, &service.advertencia),
                    code: OK,
                })
            }
            Request::List(wanted) => {
                let page = by_poderdante::list(store, caller, wanted, around)?;
                Ok(Answer {
                    payload: encode::page(&page, &self.canal.rows),
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
    fn sealed(&self, status: u16, payload: Canonical, outcome: Outcome) -> Reply {
        let Self {
            service,
            identity,
            call,
            opened,
            ..
        } = self;
        let version = opened.envelope.version();
        let now = service.now();
        let freshness = Freshness {
            created: now,
            expires: now + RESPONSE_LIFE,
            tag: &confirmation::tag(call.peticion, opened.envelope.replay_key()),
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
                let reply = unsigned(version, error.into(), call.peticion);
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
