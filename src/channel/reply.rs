//! A SOAP request as it came, and the reply that goes back: plain data.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use tracing::Span;
use tracing::field::Empty;
use uuid::Uuid;

use crate::chain::Chain;
use crate::contract::canal;
use crate::contract::unread::Unread;
use crate::contract::wscn::message;
use crate::xml::soap::SoapVersion;
use crate::xml::write::Enclosed;

use super::fault::Fault;

/// By which contract a message is read and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contrato {
    /// Canal, in the version of SOAP that the content type speaks.
    Canal(SoapVersion),
    /// WSCN, which is in SOAP 1.1.
    Wscn,
}

impl Contrato {
    /// Its name in logs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Canal(_) => "canal",
            Self::Wscn => "wscn",
        }
    }
}

/// A request's octets and what names it.
pub(crate) struct Call<'a> {
    /// The message, as received.
    pub(crate) octets: &'a [u8],
    /// By which contract.
    pub(crate) contrato: Contrato,
    /// What the addresses of the service begin with, as it was asked.
    pub(crate) base: &'a str,
    /// The name under which it is logged and recorded.
    pub(crate) peticion: Uuid,
    /// What a demonstration does to it on purpose.
    pub(crate) fault: Option<Fault>,
}

impl Call<'_> {
    /// In which the call is answered, so that whatever is logged meanwhile names it.
    pub(super) fn span(&self) -> Span {
        let Self {
            contrato, peticion, ..
        } = self;
        // Of the highest level, so that no choice of lines leaves it out of those that are written.
        tracing::error_span!("request", %peticion, contrato = contrato.name(), operacion = Empty)
    }
}

/// Why a message was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAnswered {
    /// There was no place for it.
    Busy,
    /// It was not read to its end.
    Unread(Unread),
    /// The work on it did not come to an end.
    Panicked,
    /// The store is known not to answer, so that it was not begun.
    Gone,
    /// It was begun, and its end cannot be waited for any longer.
    Overdue,
}

/// What goes back.
pub(crate) struct Reply {
    /// Status of HTTP (RFC 9110 §15) that goes with it: 200, or that of a fault.
    pub(crate) status: u16,
    /// Media type, with its charset: that of the SOAP version in which the question came.
    pub(crate) content_type: &'static str,
    /// The envelope in UTF-8, signed wherever the service can sign.
    pub(crate) octets: Enclosed,
    /// Whether the same may be asked again.
    pub(crate) repeat: Repeat,
    /// For log and metrics.
    pub(crate) outcome: Outcome,
}

/// An operation of either contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// One of canal.
    Canal(canal::Operation),
    /// One of WSCN.
    Wscn(message::Operation),
}

impl Operation {
    /// Its name, which no other has.
    fn name(self) -> &'static str {
        match self {
            Self::Canal(operation) => operation.name(),
            Self::Wscn(operation) => operation.name(),
        }
    }

    /// How log, metrics and journal name it, or that it was not understood.
    pub(crate) fn name_of(operation: Option<Self>) -> &'static str {
        operation.map_or("desconocida", Self::name)
    }
}

/// Whether what was not done for want of time may be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Nothing is said of it.
    No,
    /// In a moment, as it is: the service had too much to do, and has done nothing of it.
    Soon,
}

/// The code of what went well.
pub(crate) const OK: &str = "OK";

/// What came of a request, in words without personal data.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// The operation, if it was understood.
    pub(crate) operation: Option<Operation>,
    /// `OK`, or the code of the error or fault.
    pub(crate) code: Cow<'static, str>,
    /// The caller, masked; nothing if nobody was identified.
    pub(crate) caller: Option<String>,
    /// What only an operator may know.
    pub(crate) inside: Option<Inside>,
}

/// An error that goes to the log.
pub(crate) type Cause = Arc<dyn Error + Send + Sync>;

/// What a client is not told of a request that came to nothing.
#[derive(Debug, Clone)]
pub(crate) enum Inside {
    /// The service failed.
    Failed(Cause),
    /// The store could not do its part, for a reason of its own that may end: the same may be asked again. Anybody may meet
    /// with that, and many at once, so that only so many have a line.
    Away(Cause),
    /// Why a certificate could not be judged, good or bad. Anybody can have that happen, so that it takes no line of its
    /// own.
    Unjudged(Cause),
}

impl Inside {
    /// That the service failed.
    pub(crate) fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(error.into().into())
    }

    /// That the store could not do its part.
    pub(crate) fn away(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Away(error.into().into())
    }

    /// The reason, with what led to it.
    pub(crate) fn reason(&self) -> Chain<'_> {
        let (Self::Failed(cause) | Self::Away(cause) | Self::Unjudged(cause)) = self;
        Chain(&**cause)
    }
}

/// Has what is logged from here on name the operation that a request turned out to be of.
pub(super) fn note_operation(operation: Option<Operation>) {
    Span::current().record("operacion", Operation::name_of(operation));
}
