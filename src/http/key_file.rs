//! `KeyFile`: a private key in a file, and the password that opens it, if it is encrypted.

use std::path::Path;

use openssl::pkey::{PKey, Private};

use crate::config::{Contrasena, Firma, Tls};
use crate::signature::{PrivateKeyError, private_key};

use super::identity::{KeyError, unusable};

/// Where a key and its password are, and which options say so.
pub(super) struct KeyFile<'a> {
    option: &'static str,
    path: &'a Path,
    password: Option<&'a Contrasena>,
    password_option: &'static str,
    password_path: Option<&'a Path>,
    /// By which variable the password may come.
    variable: &'static str,
}

/// The octets of both files.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct KeyOctets {
    key: Vec<u8>,
    password: Option<Vec<u8>>,
}

impl<'a> KeyFile<'a> {
    /// The key of the service's signature.
    pub(super) fn of_signature(firma: &'a Firma) -> Self {
        Self {
            option: "firma.clave",
            path: &firma.clave,
            password: firma.contrasena.as_ref(),
            password_option: "firma.contrasena_fichero",
            password_path: firma.contrasena_fichero.as_deref(),
            variable: "NOTESS_FIRMA__CONTRASENA",
        }
    }

    /// The key of TLS.
    pub(super) fn of_tls(tls: &'a Tls) -> Self {
        Self {
            option: "tls.clave",
            path: &tls.clave,
            password: tls.contrasena.as_ref(),
            password_option: "tls.contrasena_fichero",
            password_path: tls.contrasena_fichero.as_deref(),
            variable: "NOTESS_TLS__CONTRASENA",
        }
    }

    /// Reads the files.
    pub(super) fn read(&self) -> Result<KeyOctets, KeyError> {
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
    pub(super) fn open(&self, octets: &KeyOctets) -> Result<PKey<Private>, KeyError> {
        let KeyOctets { key, password } = octets;
        private_key(key, password.as_deref()).map_err(|error| {
            let remedy = match error {
                PrivateKeyError::Encrypted => {
                    format!(
                        "; name a file with its password in `{}`, or give it in {}",
                        self.password_option, self.variable
                    )
                }
                PrivateKeyError::Unreadable | PrivateKeyError::Password => String::new(),
            };
            self.unusable(&format!("{error}{remedy}"))
        })
    }

    /// Reads the files, and gives the key.
    pub(super) fn load(&self) -> Result<PKey<Private>, KeyError> {
        self.open(&self.read()?)
    }

    /// Says that the key cannot be used, for another reason.
    pub(super) fn unusable(&self, reason: &dyn std::fmt::Display) -> KeyError {
        unusable(self.option, self.path, reason)
    }
}

/// A file that people write ends with a line break, which is no part of the password.
fn first_line(mut text: Vec<u8>) -> Vec<u8> {
    if let Some(end) = text.iter().position(|octet| matches!(octet, b'\n' | b'\r')) {
        text.truncate(end);
    }
    text
}
