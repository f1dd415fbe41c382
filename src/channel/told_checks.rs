//! `ToldChecks`: what the log was told of each check of readiness, and what strangers are.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chain::Chain;
use crate::store::{StoreError, Trouble};

/// What was last told of each check, so that the log has it once, and once when it is over.
#[derive(Default)]
pub(super) struct ToldChecks(Mutex<HashMap<&'static str, &'static str>>);

impl ToldChecks {
    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<&'static str, &'static str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of a check; gives the words for strangers.
    pub(super) fn judged(&self, check: &'static str, outcome: Result<(), StoreError>) -> Option<String> {
        match outcome {
            Ok(()) => self.over(check),
            Err(error) => Some(self.failed(check, &error, error.trouble())),
        }
    }

    /// That it does not hold; gives the words for strangers.
    pub(super) fn failed(
        &self,
        check: &'static str,
        error: &(dyn Error + 'static),
        trouble: Option<Trouble>,
    ) -> String {
        let code = trouble.map_or("other", Trouble::code);
        if self.lock().insert(check, code) != Some(code) {
            let advice = trouble.map(Trouble::advice);
            tracing::error!(check, trouble = code, error = %Chain(error), advice, "the service is not ready");
        }
        words(trouble).to_owned()
    }

    /// That it holds.
    pub(super) fn over(&self, check: &'static str) -> Option<String> {
        if let Some(trouble) = self.lock().remove(check) {
            tracing::warn!(
                check,
                trouble,
                "the service is ready again, as far as this check goes"
            );
        }
        None
    }
}

/// What strangers are told of it.
fn words(trouble: Option<Trouble>) -> &'static str {
    match trouble {
        Some(Trouble::Unavailable) => "la base de datos no responde; el registro del servicio dice por qué",
        Some(Trouble::Full) => "no queda espacio para escribir; se atienden las consultas",
        Some(Trouble::ReadOnly) => "la base de datos solo se deja leer; se atienden las consultas",
        Some(Trouble::Busy) => "la base de datos está ocupada o tarda demasiado",
        Some(Trouble::Corrupt) => {
            "falla el disco o la base de datos está dañada; el registro del servicio dice más"
        }
        None => "no se puede usar; el registro del servicio dice por qué",
    }
}
