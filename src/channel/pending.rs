//! `Pending`: a verified message that was begun, of which what is left must write.

use tracing::Span;

use crate::domain::nif::Nif;

use super::canal::way as canal;
use super::wscn::way as wscn;

/// A verified message of which what is left must write.
pub(crate) struct Pending {
    pub(super) begun: Begun,
    /// What names it in whatever is logged.
    pub(super) span: Span,
}

/// The same, by its contract.
pub(super) enum Begun {
    /// Of contract canal.
    Canal(Box<canal::Pending>),
    /// Of contract WSCN.
    Wscn(Box<wscn::Pending>),
}

impl Pending {
    /// Who asks: whom the certificate speaks for.
    pub(crate) fn titular(&self) -> Nif {
        match &self.begun {
            Begun::Canal(pending) => pending.titular(),
            Begun::Wscn(pending) => pending.titular(),
        }
    }

    /// The certificate by which it was verified, in DER.
    pub(crate) fn certificate(&self) -> &[u8] {
        match &self.begun {
            Begun::Canal(pending) => pending.certificate(),
            Begun::Wscn(pending) => pending.certificate(),
        }
    }
}
