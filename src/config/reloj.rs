//! `[reloj]`: when the machine's clock is not believed.

use std::path::PathBuf;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// When the machine's clock is not believed (D-100).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reloj {
    /// By how many seconds it may differ from what speaks against it, ahead or behind.
    pub salto_maximo: u32,
    /// After how many seconds of having been stopped, across a boot of the machine, an operator must say that the clock is
    /// right; without it nobody need.
    pub parada_maxima: Option<u32>,
    /// By how many seconds it may differ from the time of whoever dates what is kept (E-20, E-22).
    pub desfase_maximo: u32,
    /// File with the seconds by which official time is ahead of the machine's clock, behind it if they are negative: of a
    /// demonstration, and never with `entorno = "produccion"`.
    pub desfase_fichero: Option<PathBuf>,
}

impl Reloj {
    /// By how much the clock may differ.
    #[must_use]
    pub fn salto_maximo(&self) -> TimeDelta {
        TimeDelta::seconds(self.salto_maximo.into())
    }

    /// By how much it may differ from the time of whoever dates.
    #[must_use]
    pub fn desfase_maximo(&self) -> TimeDelta {
        TimeDelta::seconds(self.desfase_maximo.into())
    }

    /// How long the service may have been stopped.
    #[must_use]
    pub fn parada_maxima(&self) -> Option<TimeDelta> {
        self.parada_maxima
            .map(|seconds| TimeDelta::seconds(seconds.into()))
    }
}

impl Default for Reloj {
    fn default() -> Self {
        Self {
            salto_maximo: 120,
            parada_maxima: None,
            desfase_maximo: 30,
            desfase_fichero: None,
        }
    }
}
