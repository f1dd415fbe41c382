//! Sealing the acuses of what was decided, soon after it and outside of it, and of what was decided before anybody sealed (E-30).

use std::time::Duration;

use crate::chain::Chain;
use crate::contract::canal::acuse_document;
use crate::store::journal;
use crate::store::{StoreError, acuses_sellados};
use crate::usecase::seal::{self, Sealed, Sealer};
use crate::usecase::{Surroundings, UseCaseError};

use super::seal_key::SealKey;
use super::sealed_to::State;
use super::service::Service;

/// Rows of the journal that are looked at together: each decides one notification or hundreds.
const ROWS: i64 = 256;
/// Acuses that are sealed together: what they take to be written keeps whoever decides waiting for a few milliseconds.
const BATCH: usize = 256;
/// How long it rests where there is nothing to seal.
const AT_REST: Duration = Duration::from_millis(500);
/// How long it rests after what could not be done.
const FAILED: Duration = Duration::from_secs(5);

impl Service {
    /// Runs something that seals, with the seal as it is now.
    pub(super) fn with_sealer<T>(&self, around: &Surroundings<'_>, run: impl FnOnce(&Sealer<'_>) -> T) -> T {
        let key: &SealKey = &self.seal();
        run(&Sealer {
            clock: around.clock,
            ids: around.ids,
            believe: around.believe,
            huella_de_acuse: around.huella_de_acuse,
            validity: key.validity(),
            make: &|served, at| acuse_document::sealed(key.key(), key.chain(), at, served),
        })
    }

    /// Seals some of what is not sealed yet; gives how long to rest. Blocking.
    pub(crate) fn seal_some(&self) -> Duration {
        let mut state = self.sealing.lock();
        match self.seal_batch(&mut state) {
            Ok(pause) => {
                if std::mem::take(&mut state.told) {
                    tracing::warn!("acuses are sealed again");
                }
                pause
            }
            Err(error) => {
                // What it had looked at may be another journal's.
                state.to = None;
                state.waiting.clear();
                if !std::mem::replace(&mut state.told, true) {
                    tracing::error!(error = %Chain(&error), "acuses could not be sealed; trying again later");
                }
                FAILED
            }
        }
    }

    fn seal_batch(&self, state: &mut State) -> Result<Duration, UseCaseError> {
        if state.waiting.is_empty() {
            let known = state.to;
            let (to, codigos, next) = self.store.read::<_, StoreError, _>(|conn| {
                let to = known.map_or_else(|| acuses_sellados::sealed_to(conn), Ok)?;
                let (codigos, next) = journal::decided_after(conn, to, ROWS)?;
                Ok((to, codigos, next))
            })?;
            state.to = Some(if codigos.is_empty() { next } else { to });
            if codigos.is_empty() {
                return Ok(if next > to { Duration::ZERO } else { AT_REST });
            }
            (state.waiting, state.next) = (codigos, next);
        }
        let began = std::time::Instant::now();
        let from = state.waiting.len().saturating_sub(BATCH);
        // They go from the end; the batch that ends them says so on record.
        let batch = state.waiting.get(from..).unwrap_or_default();
        let to = (from == 0).then_some(state.next);
        let Sealed { refused, .. } = self.with_surroundings(&self.identity(), |around| {
            self.with_sealer(around, |sealer| seal::seal(&self.store, sealer, batch, to))
        })?;
        for error in refused {
            tracing::error!(error = %Chain(&error), "an acuse is not sealed; see `notess auditoria verificar`");
        }
        state.waiting.truncate(from);
        if from == 0 {
            state.to = Some(state.next);
        }
        // Half of the time is left to others who write.
        Ok(began.elapsed())
    }
}
