//! `Password`: the password of a private key, which shows itself to nobody.

use std::fmt;

use serde::Deserialize;

/// A password as it was given. Neither `Debug` nor what is written of settings has it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// For whoever opens the key.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
