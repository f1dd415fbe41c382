//! The way of a request of contract canal, from its octets to those of its reply. This is the one place that sees all of
//! it.
//!
//! Until the signature is verified nobody is known, and nothing is written; from then on every refusal has its row. What
//! must write comes to a halt before it does: it may have to wait there, which who only asks does not.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::channel::addressing::addressed;
use crate::channel::identity::Identity;
use crate::channel::open::{Dated, Opened};
use crate::channel::reply::{Call, OK, Operation, Outcome, Repeat, Reply, note_operation};
use crate::channel::service::Service;
use crate::contract::canal::code::Coded;
use crate::contract::canal::plain::plain;
use crate::contract::canal::{self, confirmation, decode, encode, message_code, request_code};
use crate::domain::nif::Nif;
use crate::domain::operation::Request;
use crate::signature::{Freshness, seal_envelope};
use crate::trust::Holder;
use crate::usecase::{
    self, Caller, Identified, Mark, Repeated, Unanswered, Unrecorded, UseCaseError, by_poderdante,
};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

use super::Canal;
use super::acts::{Act, Answer};
use super::refusal::{Refusal, repeat, unsigned};

/// How long a response says that it is fresh.
const RESPONSE_LIFE: TimeDelta = TimeDelta::minutes(5);

/// What a request goes its way with, from the moment that its message is verified.
struct Way<'a> {
    canal: &'a Canal,
    service: &'a Service,
    call: &'a Call<'a>,
    verified: Verified,
}

/// A verified message: who asks, and what is the same for all that it may be answered.
struct Verified {
    /// By which its answer is signed, whatever is put in its place meanwhile.
    identity: Arc<Identity>,
    holder: Arc<Holder>,
    version: SoapVersion,
    tag: String,
    /// By which clock its answer is to be of now.
    dated: Dated,
    mark: Mark,
    operation: Option<Operation>,
}

/// A verified message of which what is left must write.
pub(in crate::channel) struct Pending {
    verified: Verified,
    left: Left,
}

/// What is left to do.
enum Left {
    /// What it asks.
    Act(Box<Act>),
    /// To put on record that it asks nothing that can be done.
    Refuse(Coded),
    /// To put on record that what it asks was denied.
    Deny(Unrecorded),
}

impl Pending {
    /// NIF by which turns are shared: of the entity that the certificate represents, or of its holder.
    pub(in crate::channel) fn titular(&self) -> Nif {
        self.verified.holder.firmante().titular()
    }

    /// Its certificate, in DER.
    pub(in crate::channel) fn certificate(&self) -> &[u8] {
        self.verified.holder.der()
    }
}

impl Canal {
    /// Verifies a message, of which its content type said that it is in `version`, and answers it if it only asks. Blocking:
    /// it belongs on a worker.
    pub(in crate::channel) fn begin(
        &self,
        service: &Service,
        call: &Call<'_>,
        version: SoapVersion,
    ) -> Result<Reply, Box<Pending>> {
        let identity = service.identity_for(call);
        let opened = match service.open(call, &self.policy) {
            Ok(opened) => opened,
            // Whoever could not be identified costs no signature of ours.
            Err(error) => return Ok(unsigned(version, error.into(), call.peticion)),
        };
        let (operation, request) = self.understand(call, &opened);
        let operation = operation.map(Operation::Canal);
        note_operation(operation);
        let request = request.and_then(|request| self.confirmed(service, &opened, request));
        let verified = Verified {
            identity,
            version: opened.envelope.version(),
            tag: confirmation::tag(call.peticion, opened.envelope.replay_key()),
            dated: opened.dated,
            mark: Mark {
                key: *opened.envelope.replay_key(),
                until: opened.envelope.dies().unwrap_or(DateTime::<Utc>::MAX_UTC),
                repeated: Repeated::Refused,
            },
            holder: opened.holder,
            operation,
        };
        let way = Way {
            canal: self,
            service,
            call,
            verified,
        };
        match way.ask(request) {
            Ok(answered) => Ok(way.reply(answered)),
            Err(left) => Err(Box::new(Pending {
                verified: way.verified,
                left,
            })),
        }
    }

    /// Does the rest, which may have to wait for others who write. Blocking too.
    pub(in crate::channel) fn finish(&self, service: &Service, call: &Call<'_>, pending: Pending) -> Reply {
        let Pending { verified, left } = pending;
        let way = Way {
            canal: self,
            service,
            call,
            verified,
        };
        way.reply(way.act(left))
    }

    /// From the octets that were signed to an operation and what is asked of it.
    fn understand(
        &self,
        call: &Call<'_>,
        opened: &Opened<'_>,
    ) -> (Option<canal::Operation>, Result<Request, Coded>) {
        let payload = match opened.envelope.payload() {
            Ok(payload) => payload,
            Err(error) => return (None, Err(message_code::payload(error))),
        };
        let operation = match canal::Operation::of(payload) {
            Ok(operation) => operation,
            Err(error) => return (None, Err(request_code::route_error(&error))),
        };
        if let Err(error) = addressed(call, opened, &self.contract, operation.name()) {
            return (Some(operation), Err(message_code::addressing(&error)));
        }
        let payload = &*plain(payload);
        let request = match self.schemas.validate(payload) {
            Ok(()) => decode::decode(operation, payload).map_err(|error| request_code::decode_error(&error)),
            Err(violation) => Err(decode::explain(operation, payload).map_or_else(
                || message_code::schema(&violation),
                |error| request_code::decode_error(&error),
            )),
        };
        (Some(operation), request)
    }

    /// Lets a request that decides through only if the second engine finds it signed too.
    fn confirmed(&self, service: &Service, opened: &Opened<'_>, request: Request) -> Result<Request, Coded> {
        if matches!(request, Request::Decide(_)) {
            let confirmed = service.confirm(opened, &self.policy);
            confirmed.map_err(|error| message_code::verify(&error.into()))?;
        }
        Ok(request)
    }
}

impl Way<'_> {
    fn caller(&self) -> Caller<'_> {
        Caller {
            who: Identified::Certificate(&self.verified.holder),
            peticion: self.call.peticion,
            operacion: Operation::name_of(self.verified.operation),
            mark: self.verified.mark,
            received: self.call.octets,
        }
    }

    /// Answers a request that changes nothing; of any other, says what is left to do.
    fn ask(&self, request: Result<Request, Coded>) -> Result<Result<Answer, Refusal>, Left> {
        let Self {
            canal,
            service,
            ref verified,
            ..
        } = *self;
        let (store, caller) = (&service.store, &self.caller());
        let request = request.map_err(Left::Refuse)?;
        let payload = service.with_surroundings(&verified.identity, |around| match request {
            Request::Poderdantes => Ok(usecase::poderdantes(store, caller, around)
                .map(|represented| encode::poderdantes(&represented.entries, &service.advertencia))),
            Request::List(wanted) => Ok(by_poderdante::list(store, caller, &wanted, around)
                .map(|page| encode::page(&page, &canal.rows))),
            Request::Decide(wanted) => Err(Left::Act(Box::new(Act::Decide(wanted)))),
            Request::Document(wanted) => Err(Left::Act(Box::new(Act::Document(wanted)))),
            Request::Acuse(wanted) => Err(Left::Act(Box::new(Act::Acuse(wanted)))),
        })?;
        match payload {
            Ok(payload) => Ok(Ok(Answer { payload, code: OK })),
            Err(Unanswered::Failed(error)) => Ok(Err(error.into())),
            Err(Unanswered::Denied(unrecorded)) => Err(Left::Deny(unrecorded)),
        }
    }

    /// Does what leaves a row.
    fn act(&self, left: Left) -> Result<Answer, Refusal> {
        let (store, caller) = (&self.service.store, &self.caller());
        let clock = || self.service.now();
        match left {
            Left::Act(act) => act.carry_out(self.service, &self.verified.identity, caller),
            Left::Refuse(coded) => {
                caller.refuse(store, &clock, coded.codigo.code())?;
                Err(coded.into())
            }
            Left::Deny(unrecorded) => {
                let denied = unrecorded.record(store, caller, &clock);
                Err(denied.map_or_else(|error| error, UseCaseError::Denied).into())
            }
        }
    }

    /// Tells the caller what came of its request.
    fn reply(&self, answered: Result<Answer, Refusal>) -> Reply {
        let Verified {
            ref holder,
            version,
            operation,
            ..
        } = self.verified;
        let outcome = |code: &'static str, inside| Outcome {
            operation,
            code: code.into(),
            caller: Some(holder.firmante().titular().masked()),
            inside,
        };
        match answered {
            Ok(Answer { payload, code }) => self.sealed(200, payload, outcome(code, None)),
            Err(Refusal { coded, inside }) => {
                let outcome = outcome(coded.codigo.code(), inside);
                let repeat = repeat(&coded);
                let fault = coded.into_fault(self.call.peticion);
                let status = fault.http_status(version);
                Reply {
                    repeat,
                    ..self.sealed(status, encode::fault(&fault, version), outcome)
                }
            }
        }
    }

    /// Signs a payload and wraps it.
    fn sealed(&self, status: u16, payload: Canonical, outcome: Outcome) -> Reply {
        let Self {
            service,
            call,
            verified,
            ..
        } = self;
        let version = verified.version;
        let now = service.now_by(verified.dated);
        let freshness = Freshness {
            created: now,
            expires: now + RESPONSE_LIFE,
            tag: &verified.tag,
        };
        match seal_envelope(version, verified.identity.key(), freshness, payload) {
            Ok(sealed) => Reply {
                status,
                content_type: version.content_type(),
                octets: sealed,
                repeat: Repeat::No,
                outcome,
            },
            // What was done stays done and can be asked for again; the client is told that nobody tells it here.
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
