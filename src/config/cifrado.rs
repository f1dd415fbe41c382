//! `[cifrado]`: the keys under which documents and asuntos of acts of a special category lie in the database.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Password;

/// Keys by the ids that each record bears, and which of them encrypts (D-57).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cifrado {
    /// The id of the key that encrypts from now on; the others only decrypt.
    pub actual: Option<String>,
    /// Every key that may be needed, by its id: what one has encrypted stays so until it is encrypted anew.
    pub claves: BTreeMap<String, Clave>,
}

/// One key: 64 hexadecimal figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clave {
    /// The file whose first line it is.
    pub fichero: Option<PathBuf>,
    /// The key itself; better given by the environment than written in a file.
    #[serde(skip_serializing)]
    pub valor: Option<Password>,
}
