//! `Caller`: who asks, how that is known, and what of the request must be kept.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::firmante::Firmante;
use crate::store::{Store, StoreError, Writer, mensajes};
use crate::trust::Holder;

use super::act::Row;
use super::author::Author;
use super::surroundings::Clock;
use super::{UseCaseError, act};

/// Somebody who is identified, and what he asks in a message that is known to be his.
pub struct Caller<'a> {
    /// Who asks, by how that is known.
    pub who: Identified<'a>,
    /// The identifier that the answer bears.
    pub peticion: Uuid,
    /// The operation's name, for the journal.
    pub operacion: &'a str,
    /// By what the message is known again.
    pub mark: Mark,
    /// The request as received, the evidence of what it decides.
    pub received: &'a [u8],
}

/// Somebody who may ask, by how it is known who that is. Each way proves something else, of which the journal keeps what
/// can be shown later.
#[derive(Debug, Clone, Copy)]
pub enum Identified<'a> {
    /// By a certificate of an admitted issuer, with whose key the message is signed; it was valid then, and not revoked by
    /// the lists that are named in its holder.
    Certificate(&'a Holder),
}

/// What tells a message from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// SHA-256 of its signature value.
    pub key: [u8; 32],
    /// Until when it could be taken again if it were not marked.
    pub until: DateTime<Utc>,
    /// What is done with the message if it comes again until then.
    pub repeated: Repeated,
}

/// What is done with a message that was taken before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// It is refused.
    Refused,
    /// It is carried out as if it were new: it changes nothing, or its operation gives the same answer again (D-17).
    Answered,
}

impl Caller<'_> {
    /// Whom the caller acts for, and which person acts.
    #[must_use]
    pub fn firmante(&self) -> &Firmante {
        let Identified::Certificate(holder) = self.who;
        holder.firmante()
    }

    pub(super) fn author(&self) -> Author {
        Author::from(self.who)
    }

    /// Marks the message as taken, within a transaction, if it may be taken once only.
    pub(super) fn take(&self, conn: &mut Writer) -> Result<(), UseCaseError> {
        match self.mark {
            Mark {
                key,
                until,
                repeated: Repeated::Refused,
            } if !mensajes::see(conn, &key, until)? => Err(UseCaseError::Replayed),
            _ => Ok(()),
        }
    }

    /// Marks the message of an operation that changes nothing. Losing the mark in a power cut would let the same
    /// caller's own question be asked once more, which is not worth a disk flush for each listing.
    pub(super) fn take_reading(&self, store: &Store) -> Result<(), UseCaseError> {
        match self.mark {
            Mark {
                key,
                until,
                repeated: Repeated::Refused,
            } if !store.take_reading(&key, until)? => Err(UseCaseError::Replayed),
            _ => Ok(()),
        }
    }

    /// Takes back the mark of such a message, which got no answer; gives whether it could be.
    pub(super) fn give_back_reading(&self, store: &Store) -> Result<bool, StoreError> {
        match self.mark.repeated {
            Repeated::Refused => store.give_back_reading(&self.mark.key),
            Repeated::Answered => Ok(true),
        }
    }

    /// Has it known that such a message was marked within a transaction after all.
    pub(super) fn know_reading(&self, store: &Store) {
        if self.mark.repeated == Repeated::Refused {
            store.know_reading(&self.mark.key, self.mark.until);
        }
    }

    /// Records that a message said nothing that could be carried out, and marks it as taken.
    pub fn refuse(&self, store: &Store, clock: Clock<'_>, resultado: &str) -> Result<(), UseCaseError> {
        store.write_act(1, |conn| {
            self.take(conn)?;
            Ok(act::record_now(conn, self, clock, Row::of(None, resultado))?)
        })
    }
}
