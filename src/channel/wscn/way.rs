//! The way of a request of contract WSCN, from its octets to those of its reply. This is the one place that sees all of it.
//!
//! There are two ways to say no: an error within the operation's own answer, and a fault for what no operation can answer.
//! Nothing is signed, since programs in use refuse signed answers; every fault is an HTTP 500.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::channel::addressing::addressed;
use crate::channel::away;
use crate::channel::identity::Identity;
use crate::channel::open::Opened;
use crate::channel::reply::{self, Call, Inside, NotAnswered, OK, Outcome, Reply, note_operation};
use crate::channel::service::Service;
use crate::contract::unread::NotSoap;
use crate::contract::wscn::code;
use crate::contract::wscn::decode::Request;
use crate::contract::wscn::encode::Answer;
use crate::contract::wscn::message::{Echo, Message, Operation};
use crate::contract::wscn::message_code::{self, Refused};
use crate::contract::wscn::submitted;
use crate::domain::notificacion::Codigo;
use crate::soap::envelope::plain_envelope;
use crate::usecase::{Caller, Identified, Mark, Repeated, by_rol, poderdantes};
use crate::xml::soap::SoapVersion;
use crate::xml::write::Canonical;

use super::Wscn;
use super::acuse::Acuses;
use super::refusal::No;

/// What a reply says, for log and metrics too.
struct Said {
    status: u16,
    payload: Canonical,
    code: String,
    inside: Option<Inside>,
}

impl Wscn {
    /// Answers a message. Blocking: it belongs on a worker.
    pub(in crate::channel) fn answer(&self, service: &Service, call: &Call<'_>) -> Reply {
        let answer = self.blank(call.peticion);
        let identity = service.identity();
        let opened = match service.open(call.octets, &self.policy) {
            Ok(opened) => opened,
            Err(error) => return as_fault(answer, error.into()).reply(None, None),
        };
        let message = self.understand(call, &opened);
        let operation = message
            .as_ref()
            .ok()
            .map(|message| reply::Operation::Wscn(message.operation()));
        note_operation(operation);
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
            operacion: reply::Operation::name_of(operation),
            mark: mark(&opened, repeated),
            received: call.octets,
        };
        let said = match message {
            Err(refused) => as_fault(answer, No::from(refused).on_record(service, &caller)),
            Ok(message) => match self.carry_out(service, &identity, &caller, &message, answer) {
                Ok(payload) => Said {
                    status: 200,
                    payload,
                    code: OK.to_owned(),
                    inside: None,
                },
                Err(no) => as_answer(answer, &message, no),
            },
        };
        said.reply(operation, Some(opened.holder.firmante().titular().masked()))
    }

    /// The reply to a message that was not answered.
    pub(in crate::channel) fn refuse(&self, peticion: Uuid, why: NotAnswered) -> Reply {
        let no = match why {
            NotAnswered::Busy => Refused::receiver().into(),
            NotAnswered::Unread(unread) => message_code::unread(&unread).into(),
            NotAnswered::Panicked => No::inside(&"the work panicked"),
            NotAnswered::Gone => No::away(away::gone()),
            NotAnswered::Overdue => No::away(away::overdue()),
        };
        as_fault(self.blank(peticion), no).reply(None, None)
    }

    /// The reply to what is not said to be a message (RFC 9110 §15.5.16). Some programs read a fault with this status too.
    pub(crate) fn not_soap(&self, peticion: Uuid, not_soap: NotSoap) -> Reply {
        Reply {
            status: 415,
            ..as_fault(self.blank(peticion), message_code::not_soap(not_soap).into()).reply(None, None)
        }
    }

    /// What an answer of this environment is written with.
    fn blank(&self, peticion: Uuid) -> Answer {
        let entorno = self.entorno;
        Answer { entorno, peticion }
    }

    /// From the octets that were signed to an operation and its members.
    fn understand(&self, call: &Call<'_>, opened: &Opened<'_>) -> Result<Message, Refused> {
        if opened.envelope.version() != SoapVersion::V11 {
            return Err(message_code::version());
        }
        let payload = opened.envelope.payload().map_err(message_code::payload)?;
        let message = Message::read(payload).map_err(|error| message_code::request(&error))?;
        addressed(call, opened, &self.contract, message.operation().name())
            .map_err(|error| message_code::addressing(&error))?;
        Ok(message)
    }

    /// Does what a message asks; gives the payload of the answer.
    fn carry_out(
        &self,
        service: &Service,
        identity: &Identity,
        caller: &Caller<'_>,
        message: &Message,
        answer: Answer,
    ) -> Result<Canonical, No> {
        let request = message
            .request(self.vacio, self.page)
            .map_err(|error| No::from(code::decode_error(&error)).on_record(service, caller))?;
        let operation = message.operation();
        let no = |error| No::of(operation, error);
        let store = &service.store;
        service.with_surroundings(identity, |around| {
            let acuses = Acuses {
                service,
                policy: &self.policy,
                identity,
                caller,
                around,
            };
            match request {
                Request::Listado(wanted) => by_rol::list(store, caller, &wanted, around)
                    .map(|page| answer.listado(&page))
                    .map_err(no),
                Request::SolicitarAcuse(wanted) => acuses
                    .give(&wanted)
                    .map(|sealed| answer.acuse(wanted.cual.codigo, &sealed)),
                Request::EnviarAcuse(wanted) => acuses
                    .take(&wanted)
                    .map(|practicada| answer.recuperada(operation, &practicada))
                    .map_err(|no| no.about(submitted::claimed_codigo(&wanted.octetos))),
                Request::Ver(wanted) => by_rol::view(store, caller, &wanted, around)
                    .map(|practicada| answer.recuperada(operation, &practicada))
                    .map_err(no),
                Request::Poderdantes => poderdantes(store, caller, around)
                    .map(|entries| answer.poderdantes(&entries))
                    .map_err(no),
            }
        })
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

/// What says no within the answer of its operation, if that can.
fn as_answer(answer: Answer, message: &Message, no: No) -> Said {
    let code = no.number();
    match no {
        No::Error { error, codigo } => {
            let echo = message.echo();
            let codigo = codigo.map_or(echo.codigo, Codigo::number);
            Said {
                status: 200,
                payload: answer.error(message.operation(), &Echo { codigo, ..echo }, &error),
                code,
                inside: None,
            }
        }
        fault @ No::Fault { .. } => as_fault(answer, fault),
    }
}

/// A fault, also of what would be an error if its operation were known.
fn as_fault(answer: Answer, no: No) -> Said {
    let code = no.number();
    let (refused, inside) = match no {
        No::Error { error, .. } => (Refused::sender(error), None),
        No::Fault { refused, inside } => (refused, inside),
    };
    Said {
        status: refused.code.http_status(SoapVersion::V11),
        payload: answer.fault(refused.code, &refused.error),
        code,
        inside,
    }
}

impl Said {
    fn reply(self, operation: Option<reply::Operation>, caller: Option<String>) -> Reply {
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
