//! From settings to the key of the published log.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::config::Transparencia;
use crate::tlog::{KeyError as LogKeyError, LogKey};

use super::key_file::{KeyError, unusable};

/// Rights of others than the owner and his group.
const STRANGERS: u32 = 0o007;

/// The key that the settings name, or what keeps it from being used. It is read once, and nothing writes it.
pub fn log_key(transparencia: &Transparencia) -> Result<LogKey, KeyError> {
    let Transparencia { origen, clave, .. } = transparencia;
    let of_file = |reason: &dyn std::fmt::Display| unusable("transparencia.clave", clave, reason);
    let rights = fs::metadata(clave)
        .map_err(|error| of_file(&error))?
        .permissions()
        .mode();
    if rights & STRANGERS != 0 {
        return Err(of_file(&format_args!(
            "everybody may read or write it ({:04o}); chmod 600 makes it its owner's alone",
            rights & 0o777
        )));
    }
    let pem = fs::read(clave).map_err(|error| of_file(&error))?;
    LogKey::from_pem(&pem, origen).map_err(|error| match error {
        LogKeyError::Name => KeyError {
            option: "transparencia.origen",
            reason: error.to_string(),
        },
        error => of_file(&error),
    })
}
