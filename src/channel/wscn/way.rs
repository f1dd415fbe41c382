//! The way of a request of contract WSCN, from its octets to those of its reply. This is the one place that sees all of it.
//!
//! There are two ways to say no: an error within the operation's own answer, and a fault for what no operation can answer.
//! Nothing is signed, since programs in use refuse signed answers; every fault is an HTTP 500.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::contract::unread::{NotSoap, Unread};
use crate::contract::wscn::code::{self, Coded};
use crate::contract::wscn::decode::Request;
use crate::contract::wscn::encode::Answer;
use crate::contract::wscn::message::{Echo, Message, Operation};
use crate::contract::wscn::message_code::{self, Refused};
use crate::contract::wscn::{certificate_code, submitted};
use crate::domain::notificacion::Codigo;
use crate::soap::envelope::plain_envelope;
use crate::soap::fault::FaultCode;
use crate::store::StoreError;
use crate::usecase::{Caller, Identified, Mark, Repeated, UseCaseError, by_rol, poderdantes};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

use crate::channel::addressing::addressed;
use crate::channel::identity::Identity;
use crate::channel::open::{OpenError, Opened, unjudged};
use crate::channel::reply::{Call, Inside, OK, Outcome, Reply, UNKNOWN};
use crate::channel::service::Service;

/// Why what was asked was not done.
pub(super) enum No {
    /// Told within the operation's answer.
    Error {
        error: Coded,
        /// The notification that it is about, where the request itself does not say it.
        codigo: Option<Codigo>,
    },
    /// Told by a fault.
    Fault {
        refused: Refused,
        /// What only the operator may know.
        inside: Option<Inside>,
    },
}

/// What a reply says, for log and metrics too.
struct Said {
    status: u16,
    payload: Canonical,
    code: String,
    inside: Option<Inside>,
}

impl Service {
    /// Answers a message of contract WSCN. Blocking: it belongs on a worker.
    pub(in crate::channel) fn answer_wscn(&self, call: &Call<'_>) -> Reply {
        let answer = self.wscn_answer(call.peticion);
        let identity = self.identity();
        let opened = match self.open(call.octets, &self.wscn.policy) {
            Ok(opened) => opened,
            Err(error) => return as_fault(answer, error.into()).reply(UNKNOWN, None),
        };
        let message = self.understand_wscn(call, &opened);
        let operation = message
            .as_ref()
            .map_or(UNKNOWN, |message| message.operation().name());
        // Old clients sign no Timestamp that would bound for how long a message is to be remembered: they may repeat it.
        let once = opened.envelope.timestamp().is_some()
            && message
                .as_ref()
                .map_or(true, |message| is_taken_once(message.operation()));
        let repeated = if once {
            Repeated::Refused
        } else {
            Repeated::Answered
        };
        let caller = Caller {
            who: Identified::Certificate(&opened.holder),
            peticion: call.peticion,
            operacion: operation,
            mark: mark(&opened, repeated),
            received: call.octets,
        };
        let said = match message {
            Err(refused) => as_fault(answer, self.on_record(&caller, refused.into())),
            Ok(message) => match self.carry_out(&identity, &caller, &message, answer) {
                Ok(payload) => Said {
                    status: 200,
                    payload,
                    code: OK.to_owned(),
                    inside: None,
                },
                Err(No::Error { error, codigo }) => {
                    let echo = message.echo();
                    let codigo = codigo.map_or(echo.codigo, Codigo::number);
                    let payload = answer.error(message.operation(), &Echo { codigo, ..echo }, &error);
                    Said {
                        status: 200,
                        payload,
                        code: number(&error),
                        inside: None,
                    }
                }
                Err(no) => as_fault(answer, no),
            },
        };
        said.reply(operation, Some(opened.holder.firmante().titular().masked()))
    }

    /// The reply to a request for which there is no place.
    pub(in crate::channel) fn busy_wscn(&self, peticion: Uuid) -> Reply {
        as_fault(self.wscn_answer(peticion), Refused::receiver().into()).reply(UNKNOWN, None)
    }

    /// The reply to a message that was not read to its end.
    pub(in crate::channel) fn unread_wscn(&self, peticion: Uuid, unread: Unread) -> Reply {
        as_fault(self.wscn_answer(peticion), message_code::unread(&unread).into()).reply(UNKNOWN, None)
    }

    /// The reply to what is not said to be a message (RFC 9110 §15.5.16). Some programs read a fault with this status too.
    pub(crate) fn not_soap_wscn(&self, peticion: Uuid, not_soap: NotSoap) -> Reply {
        Reply {
            status: 415,
            ..as_fault(
                self.wscn_answer(peticion),
                message_code::not_soap(not_soap).into(),
            )
            .reply(UNKNOWN, None)
        }
    }

    /// The reply when the work did not come to an end.
    pub(in crate::channel) fn failed_wscn(&self, peticion: Uuid) -> Reply {
        let no = No::inside(&"the work panicked");
        as_fault(self.wscn_answer(peticion), no).reply(UNKNOWN, None)
    }

    fn wscn_answer(&self, peticion: Uuid) -> Answer {
        let entorno = self.wscn.entorno;
        Answer { entorno, peticion }
    }

    /// From the octets that were signed to an operation and its members.
    fn understand_wscn(&self, call: &Call<'_>, opened: &Opened<'_>) -> Result<Message, Refused> {
        if opened.envelope.version() != SoapVersion::V11 {
            return Err(message_code::version());
        }
        let payload = opened.envelope.payload().map_err(message_code::payload)?;
        let message = Message::read(payload).map_err(|error| message_code::request(&error))?;
        addressed(call, opened, &self.wscn.contract, message.operation().name())
            .map_err(|error| message_code::addressing(&error))?;
        Ok(message)
    }

    /// Does what a message asks; gives the payload of the answer.
    fn carry_out(
        &self,
        identity: &Identity,
        caller: &Caller<'_>,
        message: &Message,
        answer: Answer,
    ) -> Result<Canonical, No> {
        let request = message
            .request(self.wscn.vacio, self.wscn.page)
            .map_err(|error| self.on_record(caller, code::decode_error(&error).into()))?;
        let operation = message.operation();
        let no = |error| No::of(operation, error);
        let store = &self.store;
        self.with_surroundings(identity, |around| match request {
            Request::Listado(wanted) => by_rol::list(store, caller, &wanted, around)
                .map(|page| answer.listado(&page))
                .map_err(no),
            Request::SolicitarAcuse(wanted) => self
                .give_acuse(identity, caller, &wanted, around)
                .map(|sealed| answer.acuse(wanted.cual.codigo, &sealed)),
            Request::EnviarAcuse(wanted) => self
                .take_acuse(identity, caller, &wanted, around)
                .map(|practicada| answer.recuperada(operation, &practicada))
                .map_err(|no| no.about(submitted::claimed_codigo(&wanted.octetos))),
            Request::Ver(wanted) => by_rol::view(store, caller, &wanted, around)
                .map(|practicada| answer.recuperada(operation, &practicada))
                .map_err(no),
            Request::Poderdantes => poderdantes(store, caller, around)
                .map(|entries| answer.poderdantes(&entries))
                .map_err(no),
        })
    }

    /// Puts on record a refusal of which no use case knows.
    pub(super) fn on_record(&self, caller: &Caller<'_>, no: No) -> No {
        let (No::Error { error, .. }
        | No::Fault {
            refused: Refused { error, .. },
            ..
        }) = &no;
        match caller.refuse(&self.store, &|| self.now(), &number(error)) {
            Ok(()) => no,
            Err(failure) => No::whatever_was_asked(failure),
        }
    }
}

/// What tells a message from every other. Without a signed Timestamp nothing bounds its life.
fn mark(opened: &Opened<'_>, repeated: Repeated) -> Mark {
    let dies = opened.envelope.timestamp().and(opened.envelope.dies());
    Mark {
        key: *opened.envelope.replay_key(),
        until: dies.unwrap_or(DateTime::<Utc>::MAX_UTC),
        repeated,
    }
}

/// Whether a message that asks for this is taken once, if its Timestamp is signed. One that leads to a decision is given
/// the same answer again (D-17).
fn is_taken_once(operation: Operation) -> bool {
    match operation {
        Operation::ConsultarListado | Operation::VerNotificacion | Operation::SolicitarPoderdantes => true,
        Operation::SolicitarAcuse | Operation::EnviarAcuse => false,
    }
}

impl No {
    /// A failure of ours, of which the client learns that it happened and under which name to ask about it.
    pub(super) fn inside(reason: &impl ToString) -> Self {
        Self::Fault {
            refused: Refused::receiver(),
            inside: Some(Inside::Failed(reason.to_string())),
        }
    }

    /// What became of an operation.
    pub(super) fn of(operation: Operation, error: UseCaseError) -> Self {
        match error {
            UseCaseError::Denied(denial) => code::denial(operation, &denial).into(),
            error => Self::whatever_was_asked(error),
        }
    }

    /// What became of a message, for a reason that has nothing to do with its operation.
    fn whatever_was_asked(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Replayed => Refused::sender(code::replayed()).into(),
            UseCaseError::Superseded => Refused::sender(code::superseded()).into(),
            UseCaseError::SealNotInForce { .. } => Self::Fault {
                refused: Refused {
                    code: FaultCode::Receiver,
                    error: code::seal_not_in_force(),
                },
                inside: Some(Inside::Failed(error.to_string())),
            },
            UseCaseError::ClockInDoubt(_) => Self::Fault {
                refused: Refused {
                    code: FaultCode::Receiver,
                    error: code::clock_in_doubt(),
                },
                inside: Some(Inside::Failed(error.to_string())),
            },
            UseCaseError::Store(StoreError::Busy(_)) => Refused::receiver().into(),
            error => Self::inside(&error),
        }
    }

    /// The same, told of a notification.
    fn about(self, codigo: Option<Codigo>) -> Self {
        match self {
            Self::Error { error, .. } => Self::Error { error, codigo },
            fault @ Self::Fault { .. } => fault,
        }
    }
}

impl From<Coded> for No {
    fn from(error: Coded) -> Self {
        Self::Error { error, codigo: None }
    }
}

impl From<Refused> for No {
    fn from(refused: Refused) -> Self {
        Self::Fault {
            refused,
            inside: None,
        }
    }
}

impl From<OpenError> for No {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Screen(error) => message_code::screen(&error).into(),
            OpenError::Shape(error) => message_code::shape(&error).into(),
            OpenError::Certificate(error) => {
                let code = if error.is_retryable() {
                    FaultCode::Receiver
                } else {
                    FaultCode::Sender
                };
                let inside = unjudged(&error);
                let error = certificate_code::certificate(&error);
                let refused = Refused { code, error };
                Self::Fault { refused, inside }
            }
            OpenError::Verify(error) => message_code::verify(&error).into(),
            OpenError::List(error) => Self::inside(&error),
        }
    }
}

/// A fault, also of what would be an error if its operation were known.
fn as_fault(answer: Answer, no: No) -> Said {
    let (refused, inside) = match no {
        No::Error { error, .. } => (Refused::sender(error), None),
        No::Fault { refused, inside } => (refused, inside),
    };
    Said {
        status: refused.code.http_status(SoapVersion::V11),
        payload: answer.fault(refused.code, &refused.error),
        code: number(&refused.error),
        inside,
    }
}

impl Said {
    fn reply(self, operation: &'static str, caller: Option<String>) -> Reply {
        Reply {
            status: self.status,
            content_type: SoapVersion::V11.content_type(),
            octets: plain_envelope(SoapVersion::V11, self.payload),
            outcome: Outcome {
                operation,
                code: self.code.into(),
                caller,
                inside: self.inside,
            },
        }
    }
}

/// A code, as log, metrics and journal have it.
fn number(error: &Coded) -> String {
    error.codigo.number().to_string()
}
