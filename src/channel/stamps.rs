//! `Stamps`: who dates what is kept, how often, and what came of it last (E-18, E-21).

use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use openssl::x509::X509;

use crate::chain::Chain;
use crate::config::{Entorno, Mistake, Sello as Opciones, Settings};
use crate::stamping::{Authorities, after};
use crate::store::sellos::{self, Punto};
use crate::store::{Reader, StoreError};
use crate::trust::TsaTrust;

use super::demonstration::is_invented;

/// Who dates, how often, and what came of it last.
pub(super) struct Stamps {
    pub(super) authorities: Option<Authorities>,
    /// How long it is from one stamp to the next.
    pub(super) every: TimeDelta,
    /// That there is no authority, and nobody has said that there is to be none.
    forgotten: bool,
    /// The name of the log whose checkpoints are dated; where none is published, it is the end of the journal.
    pub(super) log: Option<String>,
    state: Mutex<State>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct State {
    /// How long the machine will have been running when it is looked at again.
    pub(super) due: TimeDelta,
    /// How often in a row nobody dated.
    pub(super) failures: u32,
    /// The instant at which nobody dated first, of those failures.
    failing_since: Option<DateTime<Utc>>,
    /// What the newest stamp says.
    pub(super) newest: Option<DateTime<Utc>>,
}

/// What of these settings cannot be used.
pub(super) fn mistakes(settings: &Settings) -> Vec<Mistake> {
    trust(&settings.sello, settings.entorno)
        .err()
        .into_iter()
        .collect()
}

/// Whom one lets date, if there is anybody.
fn trust(sello: &Opciones, entorno: Entorno) -> Result<Option<TsaTrust>, Mistake> {
    let Some(path) = &sello.tsa_cadena else {
        return Ok(None);
    };
    let unusable = |why: &dyn Display| Mistake::new("sello.tsa_cadena", format!("{}: {why}", path.display()));
    let chain = std::fs::read(path).map_err(|error| unusable(&error))?;
    let invented = X509::stack_from_pem(&chain).is_ok_and(|all| all.iter().any(|one| is_invented(one)));
    if entorno == Entorno::Produccion && invented {
        return Err(unusable(
            &"a demonstration made it: what it dates is dated by nobody in \"produccion\"",
        ));
    }
    TsaTrust::load(&chain, &sello.tsa_revocacion)
        .map(Some)
        .map_err(|error| unusable(&Chain(&error)))
}

impl Stamps {
    /// By these settings.
    pub(super) fn new(settings: &Settings) -> Result<Self, Mistake> {
        let sello = &settings.sello;
        let trust = trust(sello, settings.entorno)?.filter(|_| !sello.tsa_url.is_empty());
        let urls = sello.tsa_url.iter().map(|url| url.as_str().to_owned()).collect();
        let policy = sello.tsa_politica.clone();
        let authorities =
            trust.map(|trust| Authorities::new(urls, trust, policy, settings.reloj.desfase_maximo()));
        let chosen = authorities.is_some() || sello.sin_tsa || settings.entorno == Entorno::Pruebas;
        if !chosen {
            tracing::warn!(
                option = "sello.tsa_url",
                "nobody dates what is kept: name an authority, or say `sello.sin_tsa = true`"
            );
        }
        Ok(Self {
            authorities,
            every: TimeDelta::from_std(sello.cada()).unwrap_or(TimeDelta::MAX),
            forgotten: !chosen,
            log: settings.transparencia.as_ref().map(|log| log.origen.clone()),
            state: Mutex::default(),
        })
    }

    /// What is to be dated now, if there is anything.
    pub(super) fn next(&self, conn: &mut Reader) -> Result<Option<Punto>, StoreError> {
        match &self.log {
            Some(log) => sellos::last_of_log(conn, log),
            None => sellos::end_of_journal(conn),
        }
    }

    /// What should be mended, if anything should.
    pub(super) fn notice(&self, now: DateTime<Utc>) -> Option<String> {
        if self.forgotten {
            return Some("no hay autoridad de sellado de tiempo (opción «sello.tsa_url»)".to_owned());
        }
        let since = self.lock().failing_since?;
        let seconds = (now - since).num_seconds().max(0);
        Some(format!(
            "no se obtienen sellos de tiempo desde hace {seconds} segundos; el registro del servicio dice por qué"
        ))
    }

    /// What came of it last. Nothing panics while it is held.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// After a look.
    pub(super) fn after(
        &mut self,
        came: &Came,
        every: TimeDelta,
        (now, running): (DateTime<Utc>, TimeDelta),
    ) {
        let pause = match came {
            Came::Nothing(pause) => *pause,
            Came::Dated => {
                if self.failing_since.take().is_some() {
                    tracing::warn!("what is kept is dated again");
                }
                self.failures = 0;
                every
            }
            Came::Failed => {
                self.failures = self.failures.saturating_add(1);
                self.failing_since.get_or_insert(now);
                TimeDelta::from_std(after(self.failures)).unwrap_or(every)
            }
        };
        self.due = running.checked_add(&pause).unwrap_or(TimeDelta::MAX);
    }
}

/// What came of one look.
pub(super) enum Came {
    /// Nothing is to be dated before so long.
    Nothing(TimeDelta),
    /// It was dated.
    Dated,
    /// Nobody dated it.
    Failed,
}
