//! The way of a request of contract WSCN, from its octets to those of its reply. This is the one place that sees all of it.
//!
//! There are two ways to say no: an error within the operation's own answer, and a fault for what no operation can answer.
//! Nothing is signed, since programs in use refuse signed answers; every fault is an HTTP 500. What must write comes to a
//! halt before it does: it may have to wait there, which who only asks does not.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::channel::addressing::addressed;
use crate::channel::away;
use crate::channel::identity::Identity;
use crate::channel::open::Opened;
use crate::channel::reply::{self, Call, Inside, NotAnswered, OK, Outcome, Repeat, Reply, note_operation};
use crate::channel::service::Service;
use crate::contract::unread::NotSoap;
use crate::contract::wscn::code;
use crate::contract::wscn::decode::{EnviarAcuse, Request};
use crate::contract::wscn::encode::Answer;
use crate::contract::wscn::message::{Echo, Message, Operation};
use crate::contract::wscn::message_code::{self, Refused};
use crate::contract::wscn::submitted;
use crate::domain::by_rol::{OneByRol, RequestAcuse};
use crate::domain::nif::Nif;
use crate::domain::notificacion::Codigo;
use crate::soap::envelope::plain_envelope;
use crate::trust::Holder;
use crate::usecase::{
    Caller, Identified, Mark, Repeated, Unanswered, Unrecorded, UseCaseError, by_rol, poderdantes,
};
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
    repeat: Repeat,
    inside: Option<Inside>,
}

/// A verified message: who asks what.
struct Verified {
    identity: Arc<Identity>,
    holder: Arc<Holder>,
    mark: Mark,
    /// What was understood of it.
    message: Option<Message>,
}

/// A verified message of which what is left must write.
pub(in crate::channel) struct Pending {
    verified: Verified,
    left: Left,
}

/// What is left to do.
enum Left {
    /// What it asks.
    Act(Operation, Box<Act>),
    /// To put on record that it asks nothing that can be done.
    Refuse(No),
    /// To put on record that what it asks was denied.
    Deny(Operation, Unrecorded),
}

/// What is to be done.
enum Act {
    /// Give out an acuse to sign.
    Give(RequestAcuse),
    /// Take a signed one, and decide as it says.
    Take(EnviarAcuse),
    /// Give the document of an accepted notification.
    View(OneByRol),
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

impl Verified {
    fn operation(&self) -> Option<reply::Operation> {
        let message = self.message.as_ref();
        message.map(|message| reply::Operation::Wscn(message.operation()))
    }

    fn caller<'a>(&'a self, call: &'a Call<'_>) -> Caller<'a> {
        Caller {
            who: Identified::Certificate(&self.holder),
            peticion: call.peticion,
            operacion: reply::Operation::name_of(self.operation()),
            mark: self.mark,
            received: call.octets,
        }
    }

    /// Tells the caller what came of its message.
    fn reply(&self, answer: Answer, came: Result<Canonical, No>) -> Reply {
        let said = match (came, &self.message) {
            (Ok(payload), _) => Said {
                status: 200,
                payload,
                code: OK.to_owned(),
                repeat: Repeat::No,
                inside: None,
            },
            (Err(no), Some(message)) => as_answer(answer, message, no),
            (Err(no), None) => as_fault(answer, no),
        };
        said.reply(self.operation(), Some(self.holder.firmante().titular().masked()))
    }
}

impl Wscn {
    /// Verifies a message, and answers it if it only asks. Blocking: it belongs on a worker.
    pub(in crate::channel) fn begin(
        &self,
        service: &Service,
        call: &Call<'_>,
    ) -> Result<Reply, Box<Pending>> {
        let answer = self.blank(call.peticion);
        let identity = service.identity_for(call);
        let opened = match service.open(call, &self.policy) {
            Ok(opened) => opened,
            Err(error) => return Ok(as_fault(answer, error.into()).reply(None, None)),
        };
        let (message, request) = match self.understand(call, &opened) {
            Ok(message) => {
                let request = message.request(self.vacio, self.page);
                let request = request.map_err(|error| code::decode_error(&error).into());
                let operation = message.operation();
                (Some(message), request.map(|request| (operation, request)))
            }
            Err(refused) => (None, Err(refused.into())),
        };
        let verified = Verified {
            identity,
            mark: mark(&opened, message.as_ref()),
            holder: opened.holder,
            message,
        };
        note_operation(verified.operation());
        let asked = request
            .map_err(Left::Refuse)
            .and_then(|asked| self.ask(service, &verified, call, asked));
        match asked {
            Ok(came) => Ok(verified.reply(answer, came)),
            Err(left) => Err(Box::new(Pending { verified, left })),
        }
    }

    /// Does the rest, which may have to wait for others who write. Blocking too.
    pub(in crate::channel) fn finish(&self, service: &Service, call: &Call<'_>, pending: Pending) -> Reply {
        let Pending { verified, left } = pending;
        let answer = self.blank(call.peticion);
        let caller = verified.caller(call);
        let came = match left {
            Left::Act(operation, act) => {
                let acting = (service, &*verified.identity, &caller);
                self.act(acting, operation, *act, answer)
            }
            Left::Refuse(no) => Err(no.on_record(service, &caller)),
            Left::Deny(operation, unrecorded) => {
                let denied = unrecorded.record(&service.store, &caller, &|| service.now());
                let denied = denied.map_or_else(|error| error, UseCaseError::Denied);
                Err(No::of(operation, denied))
            }
        };
        verified.reply(answer, came)
    }

    /// The reply to a message that was not answered.
    pub(in crate::channel) fn refuse(&self, peticion: Uuid, why: NotAnswered) -> Reply {
        let no = match why {
            NotAnswered::Busy => No::busy(),
            NotAnswered::Unread(unread) => message_code::unread(&unread).into(),
            NotAnswered::Panicked => No::away(away::panicked()),
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

    /// Answers a message that asks for nothing that is written; of any other, says what is left to do.
    fn ask(
        &self,
        service: &Service,
        verified: &Verified,
        call: &Call<'_>,
        (operation, request): (Operation, Request),
    ) -> Result<Result<Canonical, No>, Left> {
        let answer = self.blank(call.peticion);
        let (store, caller) = (&service.store, &verified.caller(call));
        let asked = service.with_surroundings(&verified.identity, |around| match request {
            Request::Listado(wanted) => {
                Ok(by_rol::list(store, caller, &wanted, around).map(|page| answer.listado(&page)))
            }
            Request::Poderdantes => {
                Ok(poderdantes(store, caller, around).map(|one| answer.poderdantes(&one.entries)))
            }
            Request::SolicitarAcuse(wanted) => Err(Left::Act(operation, Box::new(Act::Give(wanted)))),
            Request::EnviarAcuse(wanted) => Err(Left::Act(operation, Box::new(Act::Take(wanted)))),
            Request::Ver(wanted) => Err(Left::Act(operation, Box::new(Act::View(wanted)))),
        })?;
        match asked {
            Ok(payload) => Ok(Ok(payload)),
            Err(Unanswered::Failed(error)) => Ok(Err(No::of(operation, error))),
            Err(Unanswered::Denied(unrecorded)) => Err(Left::Deny(operation, unrecorded)),
        }
    }

    /// Does what a message asks, which leaves its row; gives the payload of the answer.
    fn act(
        &self,
        (service, identity, caller): (&Service, &Identity, &Caller<'_>),
        operation: Operation,
        act: Act,
        answer: Answer,
    ) -> Result<Canonical, No> {
        service.with_surroundings(identity, |around| {
            let acuses = Acuses {
                service,
                policy: &self.policy,
                identity,
                caller,
                around,
            };
            match act {
                Act::Give(wanted) => acuses
                    .give(&wanted)
                    .map(|sealed| answer.acuse(wanted.cual.codigo, &sealed)),
                Act::Take(wanted) => acuses
                    .take(&wanted)
                    .map(|practicada| answer.recuperada(operation, &practicada))
                    .map_err(|no| no.about(submitted::claimed_codigo(&wanted.octetos))),
                Act::View(wanted) => by_rol::view(&service.store, caller, &wanted, around)
                    .map(|practicada| answer.recuperada(operation, &practicada))
                    .map_err(|error| No::of(operation, error)),
            }
        })
    }
}

/// What tells a message from every other. Without a signed Timestamp nothing bounds its life: old clients sign none, and may
/// repeat what they ask.
fn mark(opened: &Opened<'_>, message: Option<&Message>) -> Mark {
    let dies = opened.envelope.timestamp().and(opened.envelope.dies());
    let once = opened.envelope.timestamp().is_some()
        && message.is_none_or(|message| is_taken_once(message.operation()));
    let repeated = if once {
        Repeated::Refused
    } else {
        Repeated::Answered
    };
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
                repeat: Repeat::No,
                inside: None,
            }
        }
        fault @ No::Fault { .. } => as_fault(answer, fault),
    }
}

/// A fault, also of what would be an error if its operation were known.
fn as_fault(answer: Answer, no: No) -> Said {
    let code = no.number();
    let (refused, repeat, inside) = match no {
        No::Error { error, .. } => (Refused::sender(error), Repeat::No, None),
        No::Fault {
            refused,
            repeat,
            inside,
        } => (refused, repeat, inside),
    };
    Said {
        status: refused.code.http_status(SoapVersion::V11),
        payload: answer.fault(refused.code, &refused.error),
        code,
        repeat,
        inside,
    }
}

impl Said {
    fn reply(self, operation: Option<reply::Operation>, caller: Option<String>) -> Reply {
        Reply {
            status: self.status,
            content_type: SoapVersion::V11.content_type(),
            octets: plain_envelope(SoapVersion::V11, self.payload),
            repeat: self.repeat,
            outcome: Outcome {
                operation,
                code: self.code.into(),
                caller,
                inside: self.inside,
            },
        }
    }
}
