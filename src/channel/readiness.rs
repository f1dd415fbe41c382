//! Whether the service is ready to answer, and what should be mended before it becomes a hindrance.

use chrono::{DateTime, TimeDelta, Utc};

use crate::trust::{Readiness, outlives_2048};
use crate::usecase::trusted::ListError;

use super::issuers;
use super::service::Service;

/// One thing that must hold for the service to be ready.
pub(crate) struct Check {
    /// What it is.
    pub(crate) name: &'static str,
    /// Why it does not hold, in words for the operator.
    pub(crate) trouble: Option<String>,
}

impl Service {
    /// Which admitted issuers can be used; what has changed about the others goes to the log.
    ///
    /// Whoever asks whether the service is ready has this looked at, and so has the task of lapsed terms, from the start on:
    /// a list that nobody renewed is told of also where nobody asks.
    pub(crate) fn issuers(&self, at: DateTime<Utc>) -> Result<Readiness, ListError> {
        let readiness = self.trusted.current(&self.store)?.readiness_at(at);
        self.issuers.tell(&readiness);
        Ok(readiness)
    }

    /// How long the signing certificate still lasts.
    pub(crate) fn key_expires_in(&self) -> TimeDelta {
        self.identity().seal().until - self.now()
    }

    /// What is no hindrance yet and should be mended.
    pub(crate) fn notices(&self) -> Vec<String> {
        let now = self.now();
        // What keeps the list from being used is told with the checks.
        let mut notices = self
            .issuers(now)
            .map_or_else(|_| Vec::new(), |readiness| issuers::notices(&readiness));
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

    /// What must hold for the service to be ready.
    pub(crate) fn checks(&self) -> Vec<Check> {
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
        // Strangers may ask too: what went wrong inside is for the log.
        let inside = |name, error: &dyn std::error::Error| {
            tracing::error!(check = name, %error, "the service is not ready");
            Some("no se puede usar; el registro del servicio dice por qué".to_owned())
        };
        let store = match self.store.ping() {
            Ok(()) => None,
            Err(error) => inside("almacen", &error),
        };
        let migrations = match self.store.pending_migrations() {
            Ok(0) => None,
            Ok(pending) => Some(format!("faltan {pending} migraciones")),
            Err(error) => inside("migraciones", &error),
        };
        let admitted = match self.issuers(now) {
            Ok(readiness) => issuers::trouble(&readiness),
            Err(error) => inside("certificados_admitidos", &error),
        };
        let clock = self
            .time
            .doubt()
            .map(|_| "los relojes no concuerdan; el registro del servicio dice cuáles".to_owned());
        vec![
            Check {
                name: "reloj",
                trouble: clock,
            },
            Check {
                name: "almacen",
                trouble: store,
            },
            Check {
                name: "migraciones",
                trouble: migrations,
            },
            Check {
                name: "clave_de_firma",
                trouble: key,
            },
            Check {
                name: "certificados_admitidos",
                trouble: admitted,
            },
        ]
    }
}
