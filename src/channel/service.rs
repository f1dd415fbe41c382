//! `Service`: what all requests share, made once at the start.

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::config::{Firma, Settings};
use crate::contract::canal::acuse_document;
use crate::domain::advertencia::Advertencia;
use crate::domain::red::Emitidas;
use crate::signature::{Native, XmlSec};
use crate::store::journal::Sequencer;
use crate::store::{Claim, Store};
use crate::trust::RsaMinimo;
use crate::usecase::Surroundings;
use crate::usecase::cea::Verifier;
use crate::usecase::trusted::Trusted;

use super::expiry;
use super::fault::Fault;
use super::identity::Identity;
use super::issuers::Issuers;
use super::key_file::KeyError;
use super::official_time::OfficialTime;
use super::once::Once;
use super::publishing::Publishing;
use super::reply::Call;
use super::seal_key::SealKey;
use super::sealed_to::Sealing;
use super::stamps::Stamps;
use super::told_checks::ToldChecks;

/// What requests share, whatever contract they are of.
pub(crate) struct Service {
    pub(super) store: Store,
    pub(super) _claim: Claim,
    /// What numbers the rows of the journal, where they are not numbered as they are added.
    pub(super) sequencer: Option<Sequencer>,
    /// The log that is published, if one is.
    pub(super) publishing: Option<Publishing>,
    /// Who has issued documents verified.
    pub(super) verifier: Verifier,
    pub(super) trusted: Trusted,
    /// Verifies every message.
    pub(super) engine: Native,
    /// Verifies again what decides.
    pub(super) second_engine: XmlSec,
    /// The legal warning in force here.
    pub(super) advertencia: Advertencia,
    pub(super) identity: ArcSwap<Identity>,
    /// With what acuses and receipts are sealed.
    pub(super) seal: ArcSwap<SealKey>,
    /// How far what was decided is sealed.
    pub(super) sealing: Sealing,
    /// What a demonstration signs with where it is to have changed its key.
    pub(super) other_identity: OnceLock<Arc<Identity>>,
    pub(super) emitidas: Emitidas,
    pub(super) time: OfficialTime,
    /// What has what is kept dated by others.
    pub(super) stamps: Stamps,
    pub(super) sha1_seen: Once,
    pub(super) issuers: Issuers,
    pub(super) expiry_told: expiry::Told,
    /// What the operator was told of the end of the seal's certificate.
    pub(super) seal_told: expiry::Told,
    /// What the operator was told of the year of which there is no calendar.
    pub(super) calendar_told: expiry::Told,
    /// Of how many notifications the operator was told that news of them came late.
    pub(super) late_told: AtomicI64,
    pub(super) readiness_told: ToldChecks,
    /// Whether the log of a SQLite file may hold words that were encrypted since.
    pub(super) log_holds_words: AtomicBool,
    /// What is asked of RSA keys, the service's own among them.
    pub(super) rsa_minimo: RsaMinimo,
}

impl Service {
    /// What the service signs with, now. Whoever answers a request asks once.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        self.identity.load_full()
    }

    /// What the service signs the answer to a message with.
    pub(super) fn identity_for(&self, call: &Call<'_>) -> Arc<Identity> {
        match call.fault {
            Some(Fault::OtherKey) => self
                .other_identity
                .get()
                .map_or_else(|| self.identity(), Arc::clone),
            _ => self.identity(),
        }
    }

    /// Takes the key and the certificate that these settings name in place of those that there are, which stay if they
    /// cannot be used. Requests that have begun end with what they began with.
    pub(crate) fn renew_identity(&self, firma: &Firma) -> Result<Arc<Identity>, KeyError> {
        let identity = Arc::new(Identity::load(firma, self.now())?);
        self.identity.store(Arc::clone(&identity));
        Ok(identity)
    }

    /// With what acuses and receipts are sealed, now.
    pub(crate) fn seal(&self) -> Arc<SealKey> {
        self.seal.load_full()
    }

    /// Takes the seal that these settings name in place of the one that there is, which stays if it cannot be used.
    pub(crate) fn renew_seal(&self, settings: &Settings) -> Result<Arc<SealKey>, KeyError> {
        let seal = Arc::new(SealKey::load(settings, self.now())?);
        self.seal.store(Arc::clone(&seal));
        Ok(seal)
    }

    /// Official time, now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// An identifier that nobody else has: the millisecond and 74 random bits (RFC 9562 §5.7). A counter that puts those of
    /// one millisecond in order, which nobody needs, would ask the kernel for randomness twice.
    #[expect(
        clippy::unused_self,
        reason = "identifiers come from the service, whatever they are made from"
    )]
    pub(crate) fn new_id(&self) -> Uuid {
        Uuid::new_v7(Timestamp::now(NoContext))
    }

    /// Runs an operation with what it takes from outside.
    pub(super) fn with_surroundings<T>(
        &self,
        identity: &Identity,
        run: impl FnOnce(&Surroundings<'_>) -> T,
    ) -> T {
        let clock = || self.now();
        let ids = || self.new_id();
        let believe = |at, last| self.time.believe(at, last);
        run(&Surroundings {
            clock: &clock,
            ids: &ids,
            advertencia: &self.advertencia,
            emitidas: self.emitidas,
            believe: &believe,
            seal: identity.seal(),
            certificado: identity.certificate(),
            huella_de_acuse: &acuse_document::huella,
        })
    }
}
