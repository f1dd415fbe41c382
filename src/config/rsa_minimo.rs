//! `RsaMinimo`: how many bits RSA keys must have, from days on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How many bits RSA keys must have; 2048 if nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(
    untagged,
    expecting = "neither a number of bits nor a list of { desde, bits }"
)]
pub enum RsaMinimo {
    /// So many, always.
    Bits(u32),
    /// So many, from days on.
    Dated(Vec<Dated>),
}

/// So many bits, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// The day, of Madrid; nothing for those that hold before any day.
    #[serde(default)]
    pub desde: Option<NaiveDate>,
    /// Bits of the modulus, from 2048 on.
    pub bits: u32,
}

impl Default for RsaMinimo {
    fn default() -> Self {
        Self::Dated(Vec::new())
    }
}

impl RsaMinimo {
    /// Bits, each with the day on which they begin.
    #[must_use]
    pub fn parts(&self) -> Vec<(Option<NaiveDate>, u32)> {
        match self {
            Self::Bits(bits) => vec![(None, *bits)],
            Self::Dated(parts) => parts.iter().map(|part| (part.desde, part.bits)).collect(),
        }
    }
}
