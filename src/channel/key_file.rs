//! `KeyFile`: a private key in a file, and the password that opens it, if it is encrypted.

use std::fmt::Display;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use openssl::pkey::{PKey, Private};

use crate::config::{Firma, Mistake, Password, named};
use crate::signature::{PrivateKeyError, private_key};

/// Rights of others than the owner and his group.
const STRANGERS: u32 = 0o007;

/// Where a key and its password are, and which options say so.
pub(crate) struct KeyFile<'a> {
    pub(crate) option: &'static str,
    pub(crate) path: &'a Path,
    pub(crate) password: Option<&'a Password>,
    pub(crate) password_option: &'static str,
    pub(crate) password_path: Option<&'a Path>,
    /// By which variable the password may come, if by one.
    pub(crate) variable: Option<&'static str>,
}

/// The octets of both files.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KeyOctets {
    key: Vec<u8>,
    password: Option<Vec<u8>>,
}

/// Why a key or a certificate of the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", named(.option))]
pub struct KeyError {
    /// Which option names it.
    pub option: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl From<KeyError> for Mistake {
    fn from(KeyError { option, reason }: KeyError) -> Self {
        Self::new(option, reason)
    }
}

impl<'a> KeyFile<'a> {
    /// The key of the service's signature.
    pub(crate) fn of_signature(firma: &'a Firma) -> Self {
        Self {
            option: "firma.clave",
            path: &firma.clave,
            password: firma.contrasena.as_ref(),
            password_option: "firma.contrasena_fichero",
            password_path: firma.contrasena_fichero.as_deref(),
            variable: Some("NOTESS_FIRMA__CONTRASENA"),
        }
    }

    /// Reads the files.
    pub(crate) fn read(&self) -> Result<KeyOctets, KeyError> {
        let key = std::fs::read(self.path).map_err(|error| unusable(self.option, self.path, &error))?;
        let password = match (self.password, self.password_path) {
            (Some(password), _) => Some(password.reveal().as_bytes().to_vec()),
            (None, Some(path)) => Some(first_line(
                std::fs::read(path).map_err(|error| unusable(self.password_option, path, &error))?,
            )),
            (None, None) => None,
        };
        Ok(KeyOctets { key, password })
    }

    /// The key that was read.
    pub(crate) fn open(&self, octets: &KeyOctets) -> Result<PKey<Private>, KeyError> {
        let KeyOctets { key, password } = octets;
        private_key(key, password.as_deref()).map_err(|error| {
            let remedy = match error {
                PrivateKeyError::Encrypted => {
                    let or_in = self.variable.map(|name| format!(", or give it in {name}"));
                    format!(
                        "; name a file with its password in `{}`{}",
                        self.password_option,
                        or_in.unwrap_or_default()
                    )
                }
                PrivateKeyError::Unreadable | PrivateKeyError::Password => String::new(),
            };
            self.unusable(&format!("{error}{remedy}"))
        })
    }

    /// Reads the files, and gives the key.
    pub(crate) fn load(&self) -> Result<PKey<Private>, KeyError> {
        self.open(&self.read()?)
    }

    /// Says that the key cannot be used, for another reason.
    pub(crate) fn unusable(&self, reason: &dyn Display) -> KeyError {
        unusable(self.option, self.path, reason)
    }
}

/// Refuses a key's file that others than its owner and his group may read or write.
pub(super) fn for_few(option: &'static str, path: &Path) -> Result<(), KeyError> {
    let metadata = std::fs::metadata(path).map_err(|error| unusable(option, path, &error))?;
    let rights = metadata.permissions().mode();
    if rights & STRANGERS == 0 {
        return Ok(());
    }
    Err(unusable(
        option,
        path,
        &format_args!(
            "everybody may read or write it ({:04o}); chmod 600 makes it its owner's alone",
            rights & 0o777
        ),
    ))
}

/// A file that an option names and that cannot be used.
pub(crate) fn unusable(option: &'static str, path: &Path, reason: &dyn Display) -> KeyError {
    KeyError {
        option,
        reason: format!("{}: {reason}", path.display()),
    }
}

/// A file that people write ends with a line break, which is no part of the password.
pub(super) fn first_line(mut text: Vec<u8>) -> Vec<u8> {
    if let Some(end) = text.iter().position(|octet| matches!(octet, b'\n' | b'\r')) {
        text.truncate(end);
    }
    text
}
