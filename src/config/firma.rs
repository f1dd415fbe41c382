//! `[firma]`: with what responses and acuses are signed, and what signatures are taken.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Password, RsaMinimo};

/// Certificate and key with which responses and acuses are signed, both PEM; what signatures are taken.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Firma {
    /// File of the certificate, PEM; a path that is not absolute is taken from the settings' folder.
    pub certificado: PathBuf,
    /// Its private key: RSA of 2048 bits or more, or EC on P-256 or P-384.
    pub clave: PathBuf,
    /// What opens the key, if it is encrypted; better given by the environment than written in a file.
    #[serde(skip_serializing)]
    pub contrasena: Option<Password>,
    /// A file with it instead.
    pub contrasena_fichero: Option<PathBuf>,
    /// Whether signatures of clients may use SHA-1. It is broken: only for clients that cannot be mended.
    #[serde(default)]
    pub sha1: bool,
    /// How many bits RSA keys must have, those of clients and the service's own.
    #[serde(default)]
    pub rsa_minimo: RsaMinimo,
}
