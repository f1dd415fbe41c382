//! A SOAP request as it came over HTTP, and the reply that goes back: plain data.

use std::borrow::Cow;

use uuid::Uuid;

use super::body::Body;
use super::pieces::Pieces;
use crate::xml::soap::SoapVersion;

/// By which contract a message is read and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contrato {
    /// Canal, in the version of SOAP that the content type speaks.
    Canal(SoapVersion),
    /// WSCN, which is in SOAP 1.1.
    Wscn,
}

/// A request's octets and what names it. Its body leaves its place to others when it is dropped.
pub(super) struct Call {
    /// The body, as received.
    pub(super) body: Body,
    /// By which contract.
    pub(super) contrato: Contrato,
    /// What the addresses of the service begin with, as it was asked.
    pub(super) base: String,
    /// The name under which it is logged and recorded.
    pub(super) peticion: Uuid,
}

/// Why a message was not read to its end. The messages are for the client's programmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    /// It has more octets than are read.
    #[error("el mensaje ocupa más de {most} octetos")]
    TooLarge {
        /// How many are read.
        most: usize,
    },
    /// It ended before its end, or in chunks that are none.
    #[error("el mensaje no llegó entero")]
    CutShort,
    /// It took longer than is waited for it.
    #[error("el mensaje tardó más de {seconds} segundos en llegar")]
    TooSlow {
        /// How long is waited.
        seconds: u64,
    },
}

/// What goes back.
pub(super) struct Reply {
    /// HTTP status.
    pub(super) status: u16,
    /// Content type.
    pub(super) content_type: &'static str,
    /// The envelope.
    pub(super) octets: Pieces,
    /// For log and metrics.
    pub(super) outcome: Outcome,
}

/// The name of an operation that was not understood.
pub(super) const UNKNOWN: &str = "desconocida";
/// The code of what went well.
pub(super) const OK: &str = "OK";

/// What came of a request, in words without personal data.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// The operation, or `desconocida` where it was not understood.
    pub(super) operation: &'static str,
    /// `OK`, or the code of the error or fault.
    pub(super) code: Cow<'static, str>,
    /// The caller, masked; nothing if nobody was identified.
    pub(super) caller: Option<String>,
    /// What only an operator may know.
    pub(super) inside: Option<Inside>,
}

/// What a client is not told of a request that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inside {
    /// The service failed.
    Failed(String),
    /// Why a certificate could not be judged, good or bad. Anybody can have that happen, so that it takes no line of its
    /// own.
    Unjudged(String),
}

impl Inside {
    /// The reason, in words.
    pub(super) fn reason(&self) -> &str {
        let (Self::Failed(reason) | Self::Unjudged(reason)) = self;
        reason
    }
}
