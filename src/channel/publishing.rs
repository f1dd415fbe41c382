//! `Publishing`: the published log, as the service has it: whether it goes on, and what is told of it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::chain::Chain;
use crate::config::Transparencia;
use crate::store::transparencia;
use crate::store::{Store, StoreError};
use crate::tlog::{SignedCheckpoint, Tile};
use crate::usecase::publish::{AnchorError, Hindrance, Publisher, Standing};

use super::counters;
use super::key_file::KeyError;
use super::log_key::log_key;

/// How old what was read of the last checkpoint may be.
const FRESH: Duration = Duration::from_secs(1);
/// How long the publisher rests where only an operator can tell what is right: it may have to read all leaves to find that out.
const HINDERED: Duration = Duration::from_mins(1);

/// The log that this service publishes.
pub(crate) struct Publishing {
    publisher: Publisher,
    every: Duration,
    told: Mutex<Told>,
    seen: Mutex<Option<(Instant, Option<SignedCheckpoint>)>>,
}

/// What the operator was told last.
#[derive(Default)]
struct Told {
    /// Something was found that may be gone when it is looked at again: another instance was between anchor and commit.
    suspected: bool,
    log: Option<String>,
    /// Since when this size is the last that is signed, as far as this process has seen.
    since: Option<(u64, Instant)>,
    notice: Option<&'static str>,
}

impl Publishing {
    pub(super) fn new(settings: &Transparencia) -> Result<Self, KeyError> {
        Ok(Self {
            publisher: Publisher::new(log_key(settings)?, settings.ancla.clone()),
            every: settings.every(),
            told: Mutex::default(),
            seen: Mutex::default(),
        })
    }

    /// Signs the next checkpoint of the log, if it can be; gives how long to rest until the next. Blocking.
    pub(super) fn publish(&self, store: &Store) -> Duration {
        let outcome = self.publisher.publish(store);
        let standing = match &outcome {
            Ok(standing) => Some(standing.clone()),
            Err(_) => self.publisher.standing(store).ok(),
        };
        if let Some(standing) = standing {
            self.count(&standing);
        }
        if self.suspects(&outcome) {
            return FRESH;
        }
        self.tell(&outcome);
        // That the store is away is no matter of the log's.
        let is_lasting = outcome.is_err_and(|hindrance| !matches!(hindrance, Hindrance::Store(_)));
        if is_lasting {
            self.every.max(HINDERED)
        } else {
            self.every
        }
    }

    /// The last checkpoint, if there is one: no older than a second. Blocking.
    pub(super) fn checkpoint(&self, store: &Store) -> Result<Option<SignedCheckpoint>, Hindrance> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((when, signed)) = &*seen
            && when.elapsed() < FRESH
        {
            return Ok(signed.clone());
        }
        let signed = self.publisher.standing(store)?.signed;
        *seen = Some((Instant::now(), signed.clone()));
        Ok(signed)
    }

    /// A tile of what is published; nothing where that does not have it. Blocking.
    pub(super) fn tile(&self, store: &Store, tile: Tile) -> Result<Option<Vec<u8>>, Hindrance> {
        let signed = self.checkpoint(store)?;
        if !signed.is_some_and(|signed| tile.is_within(signed.checkpoint().size)) {
            return Ok(None);
        }
        let octets = store.read::<_, StoreError, _>(|conn| transparencia::tile(conn, tile))?;
        Ok(Some(octets))
    }

    /// Its name.
    pub(crate) fn origin(&self) -> &str {
        self.publisher.verifier().origin()
    }

    /// The public key, as notes name it, and in PEM.
    pub(crate) fn public_key(&self) -> String {
        let verifier = self.publisher.verifier();
        // A key that was made or read can be written.
        let pem = verifier.to_pem().unwrap_or_default();
        format!("{verifier}\n\n{}", String::from_utf8_lossy(&pem))
    }

    /// What is to be told to whoever asks whether the service is ready, if anything.
    pub(super) fn notice(&self) -> Option<String> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.notice.map(str::to_owned)
    }

    fn count(&self, standing: &Standing) {
        let signed = standing
            .signed
            .as_ref()
            .map_or(0, |signed| signed.checkpoint().size);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = match told.since {
            Some((size, since)) if size == signed => since,
            _ => Instant::now(),
        };
        told.since = Some((signed, since));
        counters::log(signed, standing.there.saturating_sub(signed), since.elapsed());
    }

    /// Whether something keeps the log from being signed that was found for the first time: it is looked at again before it is
    /// told.
    fn suspects(&self, outcome: &Result<Standing, Hindrance>) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut told.suspected, outcome.is_err()) && outcome.is_err()
    }

    /// The log has it once, and once when it is over.
    fn tell(&self, outcome: &Result<Standing, Hindrance>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_hindered = matches!(outcome, Err(hindrance) if !matches!(hindrance, Hindrance::Store(_)));
        counters::log_hindered(is_hindered);
        match outcome {
            Ok(standing) => {
                if told.log.take().is_some() {
                    tracing::warn!(leaves = standing.there, "the log is published again");
                }
                told.notice = None;
            }
            Err(hindrance) => {
                let said = Chain(hindrance).to_string();
                if told.log.as_ref() == Some(&said) {
                    return;
                }
                if is_hindered {
                    tracing::error!(
                        option = "transparencia.ancla", error = %said,
                        "nothing more is signed of the log until an operator has decided what is right; decisions go on"
                    );
                } else {
                    tracing::error!(error = %said, "the log cannot be published; trying again");
                }
                told.log = Some(said);
                told.notice = words(hindrance);
            }
        }
    }
}

/// What strangers are told, if it is not told of the store already.
fn words(hindrance: &Hindrance) -> Option<&'static str> {
    Some(match hindrance {
        Hindrance::Store(_) => return None,
        Hindrance::AnchorGone(_) => {
            "no se firma el registro de transparencia: falta su ancla; si la base de datos es la que debe, \
             «notess transparencia iniciar» la escribe de nuevo"
        }
        Hindrance::Anchor(AnchorError::OtherOrigin { .. }) | Hindrance::OtherOrigin { .. } => {
            "no se firma el registro de transparencia: lo firmado lleva otro nombre que el de la configuración; con \
             «notess transparencia nuevo-origen» empieza otro registro"
        }
        Hindrance::Anchor(_) => {
            "no se firma el registro de transparencia: su ancla no es la que era o no se puede usar; el registro del servicio \
             dice más"
        }
        Hindrance::Unknown(_) | Hindrance::Altered(_) | Hindrance::Fork(_) => {
            "no se firma el registro de transparencia: la base de datos no contiene lo que se había firmado; o no es la que \
             debe, o empieza otro registro con «notess transparencia nuevo-origen»"
        }
        Hindrance::Sign(_) => {
            "no se firma el registro de transparencia: su clave no sirve; el registro del servicio dice más"
        }
    })
}
