//! From settings to the key of the published log.

use std::fs;

use crate::config::Transparencia;
use crate::tlog::{KeyError as LogKeyError, LogKey};

use super::key_file::{KeyError, for_few, unusable};

/// The option that names it.
const OPTION: &str = "transparencia.clave";

/// The key that the settings name, or what keeps it from being used. It is read once, and nothing writes it.
pub fn log_key(transparencia: &Transparencia) -> Result<LogKey, KeyError> {
    let Transparencia { origen, clave, .. } = transparencia;
    let of_file = |reason: &dyn std::fmt::Display| unusable(OPTION, clave, reason);
    for_few(OPTION, clave)?;
    let pem = fs::read(clave).map_err(|error| of_file(&error))?;
    LogKey::from_pem(&pem, origen).map_err(|error| match error {
        LogKeyError::Name => KeyError {
            option: "transparencia.origen",
            reason: error.to_string(),
        },
        error => of_file(&error),
    })
}
