//! `[tls]`: certificate and key of the HTTPS service.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Password;

/// Certificate and key of the HTTPS service, both PEM.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Chain, the server's own first.
    pub certificado: PathBuf,
    /// File of the private key, PEM, which may be encrypted.
    pub clave: PathBuf,
    /// What opens the key, if it is encrypted; better given by the environment than written in a file.
    #[serde(skip_serializing)]
    pub contrasena: Option<Password>,
    /// A file with it instead.
    pub contrasena_fichero: Option<PathBuf>,
}

impl Tls {
    /// A certificate and a key that is not encrypted.
    #[must_use]
    pub fn new(certificado: PathBuf, clave: PathBuf) -> Self {
        Self {
            certificado,
            clave,
            contrasena: None,
            contrasena_fichero: None,
        }
    }
}
