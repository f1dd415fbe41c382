//! `Surroundings`: what operations take from outside: time, chance, and the operator's choices.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::acuse::Acuse;
use crate::domain::advertencia::Advertencia;
use crate::domain::clock::{self, Disagreement};
use crate::domain::notificacion::{Huella, Notificacion};
use crate::domain::red::Emitidas;
use crate::store::journal::Held;

use super::UseCaseError;

/// Official time, each time that it is asked.
pub type Clock<'a> = &'a dyn Fn() -> DateTime<Utc>;

/// Whether the clock may be believed at what it says, beside the newest instant of the journal.
pub type Believe<'a> = &'a dyn Fn(DateTime<Utc>, Option<DateTime<Utc>>) -> Result<(), Disagreement>;

/// SHA-256 of the acuse of a decision, as it is before it is signed.
pub type HuellaDeAcuse<'a> = &'a dyn Fn(&Acuse, &Notificacion) -> Huella;

/// What operations take from outside.
pub struct Surroundings<'a> {
    /// Official time, asked at the moment that it matters (D-6, D-100).
    pub clock: Clock<'a>,
    /// A new identifier each time.
    pub ids: &'a dyn Fn() -> Uuid,
    /// The legal warning in force here (D-4).
    pub advertencia: &'a Advertencia,
    /// Whether an autorizado keeps what had been issued before he lost the addressee (D-32).
    pub emitidas: Emitidas,
    /// Whether the clock may be believed at what it says, beside the newest instant of the journal.
    pub believe: Believe<'a>,
    /// From when until when the certificate is valid with which the service signs what it decides and gives out.
    pub seal: Seal,
    /// That certificate, in DER.
    pub certificado: &'a [u8],
    /// By which a decision stands in the log, where it is not by what its signer was given to sign.
    pub huella_de_acuse: HuellaDeAcuse<'a>,
}

impl Surroundings<'_> {
    /// The instant of an act that decides, or gives out an acuse, asked for when nothing is left to wait for. It is refused while the clock may not be believed, or no signature of the service's would hold.
    pub(super) fn decisive(&self, held: &Held) -> Result<DateTime<Utc>, UseCaseError> {
        let at = (self.clock)();
        (self.believe)(at, held.last())?;
        let at = clock::not_before(at, held.last());
        self.seal.check(at)?;
        Ok(at)
    }
}

/// The validity of the certificate with which the service signs, both ends within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// `notBefore` of the certificate.
    pub from: DateTime<Utc>,
    /// `notAfter` of the certificate.
    pub until: DateTime<Utc>,
}

impl Seal {
    /// Whether the service can sign at `at` so that it holds.
    #[must_use]
    pub fn in_force_at(self, at: DateTime<Utc>) -> bool {
        self.from <= at && at <= self.until
    }

    /// Refuses to decide, or to give an acuse, at an instant at which no signature of the service's would hold: what it
    /// decided then could not be shown. Nothing is recorded, so that the same message may come again.
    pub(super) fn check(self, at: DateTime<Utc>) -> Result<(), UseCaseError> {
        let Self { from, until } = self;
        if self.in_force_at(at) {
            Ok(())
        } else {
            Err(UseCaseError::SealNotInForce { from, until })
        }
    }
}
