//! Whether the service is ready: what must hold, and what should be mended before it becomes a hindrance.
//!
//! What is asked of the store is asked apart from all that works with it ([`Probe`]), and may block for as long as the store
//! does: it belongs on threads that do nothing else.

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::{Probe, Store, StoreError, cipher, journal};
use crate::trust::{Readiness, outlives_2048};
use crate::usecase::trusted::ListError;

use super::calendars;
use super::counters;
use super::issuers;
use super::practised;
use super::publishing::Publishing;
use super::service::Service;

/// One thing that must hold for the service to be ready.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    /// What it is.
    pub(crate) name: &'static str,
    /// Why it does not hold, in words that strangers may read too: the rest is for the log.
    pub(crate) trouble: Option<String>,
}

/// What is seen of the store by reading.
#[derive(Debug, Clone)]
pub(crate) struct Readable {
    /// What must hold.
    pub(crate) checks: Vec<Check>,
    /// What is no hindrance yet and should be mended.
    pub(crate) notices: Vec<String>,
}

/// How long a row of the journal may be without its number before the operator is told.
const UNNUMBERED: TimeDelta = TimeDelta::minutes(1);

/// The check by which the store can be read.
pub(crate) const STORE: &str = "almacen";
/// The check by which it can be written.
pub(crate) const WRITING: &str = "escritura";
/// The check by which its schema is this program's.
pub(crate) const MIGRATIONS: &str = "migraciones";
/// The check by which somebody can be identified.
pub(crate) const ISSUERS: &str = "certificados_admitidos";

impl Check {
    fn of(name: &'static str, trouble: Option<String>) -> Self {
        counters::ready(name, trouble.is_none());
        Self { name, trouble }
    }
}

impl Service {
    /// Which admitted issuers can be used; what has changed about the others goes to the log.
    ///
    /// Whoever looks whether the service is ready has this looked at, and so has the task of lapsed terms, from the start on:
    /// a list that nobody renewed is told of also where nobody asks.
    pub(super) fn issuers(&self, store: &Store, at: DateTime<Utc>) -> Result<Readiness, ListError> {
        let readiness = self.trusted.current(store)?.readiness_at(at);
        self.issuers.tell(&readiness);
        Ok(readiness)
    }

    /// How long the signing certificate still lasts.
    pub(crate) fn key_expires_in(&self) -> TimeDelta {
        self.identity().seal().until - self.now()
    }

    /// What looks at the store, on connections of its own.
    pub(crate) fn probe(&self) -> Probe {
        self.store.probe()
    }

    /// What must hold, and needs no looking at the store.
    pub(crate) fn own_checks(&self) -> Vec<Check> {
        let now = self.now();
        let identity = self.identity();
        let key = if identity.seal().in_force_at(now) {
            let is_short = identity
                .rsa_bits()
                .is_some_and(|bits| bits < self.rsa_minimo.at(now));
            is_short.then(|| "la clave de firma del servicio tiene menos bits de los que se piden".to_owned())
        } else {
            Some("el certificado de firma del servicio no está en vigor".to_owned())
        };
        let clock = self
            .time
            .doubt()
            .map(|_| "los relojes no concuerdan; el registro del servicio dice cuáles".to_owned());
        vec![Check::of("reloj", clock), Check::of("clave_de_firma", key)]
    }

    /// Whether the store can be read, and what is read of it for whoever asks whether the service is ready.
    pub(crate) fn look_at_store(&self, probe: &Probe) -> Readable {
        let (now, store) = (self.now(), probe.store());
        let read = self.readiness_told.judged(STORE, probe.reads());
        let checks = if read.is_some() {
            // Nothing else could be told.
            let unknown = || Some("no se sabe mientras no se pueda leer el almacén".to_owned());
            vec![
                Check::of(STORE, read),
                Check::of(MIGRATIONS, unknown()),
                Check::of(ISSUERS, unknown()),
            ]
        } else {
            let migrations = match store.pending_migrations() {
                Ok(0) => self.readiness_told.over(MIGRATIONS),
                Ok(pending) => Some(format!("faltan {pending} migraciones")),
                Err(error) => Some(self.readiness_told.failed(MIGRATIONS, &error, error.trouble())),
            };
            let issuers = match self.issuers(store, now) {
                Ok(readiness) => issuers::trouble(&readiness).or_else(|| self.readiness_told.over(ISSUERS)),
                Err(error) => {
                    let trouble = match &error {
                        ListError::Store(error) => error.trouble(),
                        _ => None,
                    };
                    Some(self.readiness_told.failed(ISSUERS, &error, trouble))
                }
            };
            vec![
                Check::of(STORE, None),
                Check::of(MIGRATIONS, migrations),
                Check::of(ISSUERS, issuers),
            ]
        };
        let notices = if checks[0].trouble.is_none() {
            self.notices(store)
        } else {
            Vec::new()
        };
        Readable { checks, notices }
    }

    /// Whether the store can be written.
    pub(crate) fn look_at_writing(&self, probe: &Probe) -> Check {
        Check::of(WRITING, self.readiness_told.judged(WRITING, probe.writes()))
    }

    /// What is no hindrance yet and should be mended.
    fn notices(&self, store: &Store) -> Vec<String> {
        let now = self.now();
        // What keeps the list from being used is told with the checks.
        let mut notices = self
            .issuers(store, now)
            .map_or_else(|_| Vec::new(), |readiness| issuers::notices(&readiness));
        // Nothing is said of a store that cannot be read: the checks say it.
        let missing = store
            .read::<_, StoreError, _>(cipher::lying::missing)
            .unwrap_or_default();
        counters::missing_keys(missing.len());
        if !missing.is_empty() {
            notices.push(
                "faltan claves de cifrado: los documentos de categoría especial que dependen de ellas no se entregan; el \
                 registro del servicio dice cuáles"
                    .to_owned(),
            );
        }
        notices.extend(unnumbered(store, now));
        notices.extend(self.publishing.as_ref().and_then(Publishing::notice));
        match calendars::notice(store, now) {
            Ok(notice) => notices.extend(notice),
            Err(error) => tracing::debug!(%error, "the calendars cannot be read"),
        }
        match practised::notice(store, now) {
            Ok(notice) => notices.extend(notice),
            Err(error) => tracing::debug!(%error, "what was practised elsewhere cannot be read"),
        }
        notices.extend(self.stamps.notice(now));
        let identity = self.identity();
        let until = identity.seal().until;
        if identity
            .rsa_bits()
            .is_some_and(|bits| outlives_2048(bits, now, until))
        {
            notices.push(
                "la clave de firma del servicio es RSA de menos de 3072 bits, que la guía española retira al acabar 2026"
                    .to_owned(),
            );
        }
        notices
    }
}

/// That rows of the journal have had no number for longer than that takes, if they have.
fn unnumbered(store: &Store, now: DateTime<Utc>) -> Option<String> {
    let since = store
        .read::<_, StoreError, _>(journal::waiting_since)
        .unwrap_or_default();
    let waiting = since.map_or(TimeDelta::zero(), |since| (now - since).max(TimeDelta::zero()));
    counters::unnumbered(waiting);
    (waiting > UNNUMBERED).then(|| {
        "hay anotaciones del diario sin número desde hace más de un minuto; el registro del servicio dice por qué".to_owned()
    })
}
