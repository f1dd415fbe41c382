//! `[cea]`: who may have issued documents verified, for how long, and how often he may be wrong.

use serde::{Deserialize, Serialize};

/// Years for which a document can be verified at least (RD 203/2021 art. 21).
const LEAST_YEARS: u32 = 5;

/// Bounds of the verification of issued documents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cea {
    /// Years from its date for which a document can be verified.
    pub vigencia_anos: u32,
    /// Wrong answers about one document in an hour.
    pub fallos_documento: u32,
    /// Wrong answers from one origin in an hour.
    pub fallos_origen: u32,
}

impl Default for Cea {
    fn default() -> Self {
        Self {
            vigencia_anos: LEAST_YEARS,
            fallos_documento: 5,
            fallos_origen: 30,
        }
    }
}

impl Cea {
    /// Values that are out of range: whether each is, its option and why.
    pub(super) fn out_of_range(&self) -> [(bool, &'static str, &'static str); 3] {
        [
            (
                !(LEAST_YEARS..=100).contains(&self.vigencia_anos),
                "cea.vigencia_anos",
                "must be from 5 to 100",
            ),
            (
                !(1..=100).contains(&self.fallos_documento),
                "cea.fallos_documento",
                "must be from 1 to 100",
            ),
            (
                !(1..=10_000).contains(&self.fallos_origen),
                "cea.fallos_origen",
                "must be from 1 to 10000",
            ),
        ]
    }
}
