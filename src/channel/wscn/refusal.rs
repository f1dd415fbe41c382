//! Why a request of contract WSCN did not get what it asked for, and how that is told: by an error within the operation's
//! own answer, or by a fault.

use std::error::Error;

use crate::channel::away::{self, Told};
use crate::channel::open::{OpenError, unjudged};
use crate::channel::reply::{Inside, Repeat};
use crate::channel::service::Service;
use crate::contract::wscn::certificate_code;
use crate::contract::wscn::code::{self, Coded};
use crate::contract::wscn::message::Operation;
use crate::contract::wscn::message_code::{self, Refused};
use crate::domain::notificacion::Codigo;
use crate::soap::fault::FaultCode;
use crate::usecase::{Caller, UseCaseError};

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
        /// Whether the same may be asked again before long.
        repeat: Repeat,
        /// What only the operator may know.
        inside: Option<Inside>,
    },
}

impl No {
    /// A failure of ours, of which the client learns that it happened and under which name to ask about it.
    pub(super) fn inside(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Fault {
            refused: Refused::receiver(),
            repeat: Repeat::No,
            inside: Some(Inside::failed(error)),
        }
    }

    /// What became of the store's part.
    pub(super) fn away((told, inside): (Told, Option<Inside>)) -> Self {
        let (refused, repeat) = match told {
            Told::Busy => (Refused::receiver(), Repeat::Soon),
            Told::Unavailable => (Refused::receiver(), Repeat::No),
            Told::Uncertain => {
                let refused = Refused {
                    code: FaultCode::Receiver,
                    error: code::uncertain(),
                };
                (refused, Repeat::No)
            }
        };
        Self::Fault {
            refused,
            repeat,
            inside,
        }
    }

    /// There is too much to do.
    pub(super) fn busy() -> Self {
        Self::Fault {
            refused: Refused::receiver(),
            repeat: Repeat::Soon,
            inside: None,
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
                repeat: Repeat::No,
                inside: Some(Inside::failed(error)),
            },
            UseCaseError::ClockInDoubt(_) => Self::Fault {
                refused: Refused {
                    code: FaultCode::Receiver,
                    error: code::clock_in_doubt(),
                },
                repeat: Repeat::No,
                inside: Some(Inside::failed(error)),
            },
            UseCaseError::Unsealed(_) | UseCaseError::Unsealable(_) => {
                Self::away(away::unsealed_acuse(error))
            }
            UseCaseError::Store(error) => Self::away(away::of_store(error)),
            UseCaseError::Denied(denial) => Self::inside(denial),
        }
    }

    /// The same, told of a notification.
    pub(super) fn about(self, codigo: Option<Codigo>) -> Self {
        match self {
            Self::Error { error, .. } => Self::Error { error, codigo },
            fault @ Self::Fault { .. } => fault,
        }
    }

    /// Puts on record a refusal of which no use case knows.
    pub(super) fn on_record(self, service: &Service, caller: &Caller<'_>) -> Self {
        match caller.refuse(&service.store, &|| service.now(), &self.number()) {
            Ok(()) => self,
            Err(failure) => Self::whatever_was_asked(failure),
        }
    }

    /// Its code, as log, metrics and journal have it.
    pub(super) fn number(&self) -> String {
        let (Self::Error { error, .. }
        | Self::Fault {
            refused: Refused { error, .. },
            ..
        }) = self;
        error.codigo.number().to_string()
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
            repeat: Repeat::No,
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
                Self::Fault {
                    refused,
                    repeat: Repeat::No,
                    inside,
                }
            }
            OpenError::Verify(error) => message_code::verify(&error).into(),
            OpenError::List(error) => Self::away(away::of_list(error)),
        }
    }
}
