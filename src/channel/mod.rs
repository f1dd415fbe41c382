//! Floor 5: the channel. Octets come in and a reply goes out; nothing here knows of sockets, of HTTP or of threads.
//!
//! `service::Service` holds what requests of all contracts share, `open` makes a message that is verified of octets, and
//! `canal` and `wscn` hold what each contract asks otherwise. Their `way` is the only place that sees the whole way of a
//! request: the two differ in signing, in marks and in the form of errors, so that neither is an instance of the other.

mod addressing;
mod away;
mod calendars;
mod canal;
pub(crate) mod cea;
mod cea_counters;
mod cipher_keys;
pub(crate) mod counters;
mod dating;
mod demonstration;
pub(crate) mod expiry;
mod fault;
mod housekeeping;
pub(crate) mod identity;
mod issuers;
pub(crate) mod key_file;
mod log_key;
mod official_time;
mod once;
mod open;
mod pending;
mod practised;
mod published;
mod publishing;
pub(crate) mod readiness;
pub(crate) mod reply;
mod seal_key;
mod sealed_to;
mod sealing;
mod service;
pub(crate) mod stamp_counters;
mod stamps;
mod start;
mod told_checks;
mod wscn;

pub use cipher_keys::{cipher_keys, loose_keys};
pub use fault::Fault;
pub use key_file::KeyError;
pub use log_key::log_key;
pub use official_time::Clocks;
pub use seal_key::SealKey;
pub use start::{StartError, mistakes};

pub(crate) use pending::Pending;
pub(crate) use service::Service;

use std::sync::atomic::Ordering;

use uuid::Uuid;

use crate::config::{Firma, Settings};
use crate::domain::advertencia::Advertencia;
use crate::store::{Store, StoreError};
use crate::usecase::UseCaseError;

use canal::Canal;
use pending::Begun;
use reply::{Call, Contrato, NotAnswered, Reply};
use wscn::Wscn;

/// The contracts that are served, and what they share.
pub struct Channel {
    pub(crate) service: Service,
    pub(crate) canal: Canal,
    pub(crate) wscn: Wscn,
}

impl Channel {
    /// Reads the contracts, opens the store, applies its pending migrations, and loads keys and list.
    pub fn start(settings: &Settings, clocks: Clocks) -> Result<Self, StartError> {
        let wscn = Wscn::new(settings)?;
        let advertencia = Advertencia::vigente(wscn.entorno.code(), settings.instalacion.as_deref());
        Ok(Self {
            canal: Canal::new(&settings.firma, &advertencia)?,
            wscn,
            service: Service::start(settings, clocks, advertencia)?,
        })
    }

    /// Has a second key ready, with which a demonstration signs when it is told to ([`Fault::OtherKey`]): acuses that are given
    /// out under it come back.
    pub fn ready_other_key(&self, firma: &Firma) -> Result<(), StartError> {
        self.service.ready_other_identity(firma)
    }

    /// The store of a demonstration, which shares all that is remembered of it.
    #[must_use]
    pub fn store(&self) -> Store {
        self.service.store.clone()
    }

    /// Takes the clock of a demonstration for right, which was told another time.
    pub fn settle_clock(&self) -> Result<(), StoreError> {
        // Until the row that says so has its number, those before it have the last word.
        self.service.number_rows()?;
        self.service.time.settle(&self.service.store)
    }

    /// Writes down at once what else is written down every so often; gives how many terms have lapsed.
    pub fn lapse(&self) -> Result<usize, UseCaseError> {
        self.service.housekeeping()
    }

    /// Puts a demonstration back to how it was made, and forgets what is remembered of what it had become. Nobody may be asking
    /// anything meanwhile.
    pub fn put_back(&self) -> Result<(), StoreError> {
        let service = &self.service;
        service.sealing.anew(|| match &service.sequencer {
            Some(sequencer) => sequencer.anew(|| service.store.put_back()),
            None => service.store.put_back(),
        })?;
        service.late_told.store(0, Ordering::Relaxed);
        self.canal.forget();
        self.service.trusted.forget();
        Ok(())
    }

    /// What a demonstration has left in the database, where nothing may be invented: all of it, or an issuer whose key lies on a disk.
    pub fn demonstration(&self) -> Result<Option<&'static str>, StoreError> {
        self.service.demonstration()
    }

    /// Whether a demonstration made the certificate with which acuses are sealed.
    pub fn has_invented_seal(&self) -> bool {
        self.service.has_invented_seal()
    }

    /// Verifies a message, and answers it if it only asks; else gives what is left to do. Blocking: it belongs on a worker.
    /// Whatever is logged meanwhile names the request.
    pub(crate) fn begin(&self, call: &Call<'_>) -> Result<Reply, Pending> {
        let span = call.span();
        let begun = span.in_scope(|| match call.contrato {
            Contrato::Canal(version) => self
                .canal
                .begin(&self.service, call, version)
                .map_err(Begun::Canal),
            Contrato::Wscn => self.wscn.begin(&self.service, call).map_err(Begun::Wscn),
        });
        begun.map_err(|begun| Pending { begun, span })
    }

    /// Does what is left of the same message, which must write: it may have to wait for the disk, and for others who do.
    pub(crate) fn finish(&self, call: &Call<'_>, pending: Pending) -> Reply {
        let Pending { begun, span } = pending;
        span.in_scope(|| match begun {
            Begun::Canal(pending) => self.canal.finish(&self.service, call, *pending),
            Begun::Wscn(pending) => self.wscn.finish(&self.service, call, *pending),
        })
    }

    /// The reply to a message that was not answered.
    pub(crate) fn refuse(&self, contrato: Contrato, peticion: Uuid, why: NotAnswered) -> Reply {
        match contrato {
            Contrato::Canal(version) => canal::refuse(version, peticion, why),
            Contrato::Wscn => self.wscn.refuse(peticion, why),
        }
    }
}

#[cfg(test)]
mod tests;
