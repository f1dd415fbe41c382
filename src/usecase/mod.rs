//! Floor 4: what the service does: domain operations over the store. Contracts are not known here.
//!
//! Every operation takes a [`Caller`], who has been identified and whose message has been verified; each leaves the
//! traces that the rules ask for in the same transaction as what it does. The frame in which it does so is `act`; the two
//! folders hold what differs by how a notification is asked for: by its poderdante, or by the role of who asks.

mod access;
mod act;
mod author;
pub mod by_poderdante;
pub mod by_rol;
pub mod cea;
mod caller;
pub mod explain;
pub mod lapse;
mod poderdantes;
pub mod publish;
mod record;
pub mod recount;
pub mod rest;
pub mod seal;
mod serve;
pub mod stamp;
mod surroundings;
pub mod trusted;
pub mod unlapse;

pub use self::act::{Unanswered, Unrecorded};
pub use self::caller::{Caller, Identified, Mark, Repeated};
pub use self::poderdantes::poderdantes;
pub use self::surroundings::{Believe, Clock, HuellaDeAcuse, Seal, Surroundings};

use chrono::{DateTime, Utc};

use crate::domain::clock::Disagreement;
use crate::domain::denial::Denial;
use crate::domain::notificacion::Codigo;
use crate::signature::SealError;
use crate::store::StoreError;

/// Why an operation gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError {
    /// The rules say no; where they ask for it, the refusal is on record.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// This very message was taken before.
    #[error("the message was already taken")]
    Replayed,
    /// This very message was given an acuse before, in whose place another one has been given since, or which would not
    /// say the same any longer.
    #[error("the acuse that the message was given is not the last one")]
    Superseded,
    /// The certificate with which the service signs is not valid at the decisive instant; nothing was done.
    #[error("the service's signing certificate is valid from {from} until {until} only")]
    SealNotInForce {
        /// First instant at which it can be used.
        from: DateTime<Utc>,
        /// Last instant at which it can be used.
        until: DateTime<Utc>,
    },
    /// The acuse is not sealed yet; nothing was given.
    #[error("the acuse of notification {0} is not sealed")]
    Unsealed(Codigo),
    /// An acuse could not be sealed; nothing was done.
    #[error("an acuse could not be sealed")]
    Unsealable(#[source] SealError),
    /// Something speaks against the clock; nothing was done.
    #[error(transparent)]
    ClockInDoubt(#[from] Disagreement),
    /// The store failed; nothing was done.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests;
