//! `Entorno`: what a running service is for.

use serde::{Deserialize, Serialize};

/// What a running service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Entorno {
    /// For trying: what is done has no legal effect.
    #[default]
    Pruebas,
    /// For what has legal effect.
    Produccion,
}
