//! `[red]`, `[plazo]` and `[compat]`: choices that the law, or programs written long ago, leave to the operator.

use serde::{Deserialize, Serialize};

/// Choices about RED.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Red {
    /// Whether an autorizado keeps what was issued before he lost the addressee (ISM/903 art. 6.1; D-32).
    pub conservar_emitidas: bool,
}

impl Default for Red {
    fn default() -> Self {
        Self {
            conservar_emitidas: true,
        }
    }
}

/// Choices about terms.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plazo {
    /// Whether a term whose last day is inhábil goes on to the next working day (LPAC art. 30.5; D-10).
    pub prorroga_inhabil: bool,
}

/// Choices about programs written long ago.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compat {
    /// Whether a request of contract WSCN may name no poderdante, and then means all whom the caller reaches (D-78).
    pub poderdante_vacio: bool,
}
