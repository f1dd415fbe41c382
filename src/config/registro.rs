//! `[registro]`: which lines the log has, and how they look.

use serde::{Deserialize, Serialize};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineFormat {
    /// One JSON object a line.
    Json,
    /// For people to read: `texto`.
    #[serde(rename = "texto")]
    Text,
}

/// What is logged, and how a line is written: `[registro]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registro {
    /// How lines look.
    pub formato: LineFormat,
    /// Which lines: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,notess=debug`.
    pub nivel: String,
}

impl Default for Registro {
    fn default() -> Self {
        Self {
            formato: LineFormat::Json,
            nivel: "info".to_owned(),
        }
    }
}
