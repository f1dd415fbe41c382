//! Why a request of contract canal got no answer, and the reply that says so.

use uuid::Uuid;

use crate::channel::away::{self, Told};
use crate::channel::open::{OpenError, unjudged};
use crate::channel::reply::{Inside, NotAnswered, Outcome, Repeat, Reply};
use crate::contract::canal::code::{self, Coded, ErrorCode};
use crate::contract::canal::{certificate_code, denial_code, encode, message_code};
use crate::contract::unread::Unread;
use crate::signature::SealError;
use crate::soap::envelope::plain_envelope;
use crate::usecase::UseCaseError;
use crate::xml::soap::SoapVersion;

/// Why a request got no answer: what the client is told, and what only the operator may know.
pub(super) struct Refusal {
    pub(super) coded: Coded,
    pub(super) inside: Option<Inside>,
}

impl Refusal {
    /// What became of the store's part.
    fn away((told, inside): (Told, Option<Inside>)) -> Self {
        let coded = match told {
            Told::Busy => code::busy(),
            Told::Unavailable => code::unavailable(),
            Told::Uncertain => code::uncertain(),
        };
        Self { coded, inside }
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
            OpenError::List(error) => Self::away(away::of_list(error)),
        }
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        Self::away(away::unsealed(error))
    }
}

impl From<UseCaseError> for Refusal {
    fn from(error: UseCaseError) -> Self {
        match error {
            UseCaseError::Denied(denial) => denial_code::denial(&denial).into(),
            UseCaseError::Replayed | UseCaseError::Superseded => code::replayed().into(),
            UseCaseError::SealNotInForce { .. } => Self {
                coded: code::seal_not_in_force(),
                inside: Some(Inside::failed(error)),
            },
            UseCaseError::ClockInDoubt(_) => Self {
                coded: code::clock_in_doubt(),
                inside: Some(Inside::failed(error)),
            },
            UseCaseError::Unsealed(_) | UseCaseError::Unsealable(_) => {
                Self::away(away::unsealed_acuse(error))
            }
            UseCaseError::Store(error) => Self::away(away::of_store(error)),
        }
    }
}

/// A fault without our signature.
pub(super) fn unsigned(version: SoapVersion, refusal: Refusal, peticion: Uuid) -> Reply {
    let Refusal { coded, inside } = refusal;
    let outcome = Outcome {
        operation: None,
        code: coded.codigo.code().into(),
        caller: None,
        inside,
    };
    let repeat = repeat(&coded);
    let fault = coded.into_fault(peticion);
    Reply {
        status: fault.http_status(version),
        content_type: version.content_type(),
        octets: plain_envelope(version, encode::fault(&fault, version)),
        repeat,
        outcome,
    }
}

/// Whether what was refused may be asked again before long.
pub(super) fn repeat(coded: &Coded) -> Repeat {
    if coded.codigo == ErrorCode::ServicioOcupado {
        Repeat::Soon
    } else {
        Repeat::No
    }
}

/// The reply to a message that was not answered.
pub(in crate::channel) fn refuse(version: SoapVersion, peticion: Uuid, why: NotAnswered) -> Reply {
    let reply = |coded: Coded| unsigned(version, coded.into(), peticion);
    match why {
        NotAnswered::Busy => Reply {
            status: 503,
            ..reply(code::busy())
        },
        NotAnswered::Unread(unread) => {
            let reply = reply(message_code::unread(&unread));
            match unread {
                Unread::TooLarge { .. } => Reply { status: 413, ..reply },
                Unread::CutShort | Unread::TooSlow { .. } => reply,
            }
        }
        NotAnswered::Panicked => unsigned(version, Refusal::away(away::panicked()), peticion),
        NotAnswered::Gone => unsigned(version, Refusal::away(away::gone()), peticion),
        NotAnswered::Overdue => unsigned(version, Refusal::away(away::overdue()), peticion),
    }
}
