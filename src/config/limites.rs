//! `[database_limites]`: how long the database may keep somebody waiting.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long the database may keep somebody waiting, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limites {
    /// For a connection to PostgreSQL to be made.
    pub conexion_segundos: u64,
    /// For a free connection, for the turn to write, and for a lock that another transaction holds.
    pub turno_segundos: u64,
    /// For a statement on PostgreSQL.
    pub sentencia_segundos: u64,
    /// After which PostgreSQL ends a transaction in which nothing is asked.
    pub transaccion_ociosa_segundos: u64,
    /// After which a connection is given up whose other end acknowledges nothing.
    pub red_segundos: u64,
}

impl Default for Limites {
    fn default() -> Self {
        Self {
            conexion_segundos: 2,
            turno_segundos: 10,
            sentencia_segundos: 10,
            transaccion_ociosa_segundos: 15,
            red_segundos: 10,
        }
    }
}

impl Limites {
    /// The options that cannot be.
    pub(super) fn wrong(&self) -> impl Iterator<Item = &'static str> {
        let Self {
            conexion_segundos,
            turno_segundos,
            sentencia_segundos,
            transaccion_ociosa_segundos,
            red_segundos,
        } = *self;
        // A day is more than anybody waits, and within what PostgreSQL takes.
        let is_wrong = |seconds: &u64| !(1..=86_400).contains(seconds);
        let all = [
            (conexion_segundos, "database_limites.conexion_segundos"),
            (turno_segundos, "database_limites.turno_segundos"),
            (sentencia_segundos, "database_limites.sentencia_segundos"),
            (
                transaccion_ociosa_segundos,
                "database_limites.transaccion_ociosa_segundos",
            ),
            (red_segundos, "database_limites.red_segundos"),
        ];
        let wrong = all.into_iter().filter(move |(seconds, _)| is_wrong(seconds));
        wrong.map(|(_, option)| option)
    }

    /// How long a request may take in all whose database does not answer.
    #[must_use]
    pub fn longest(&self) -> Duration {
        Duration::from_secs(self.turno_segundos + self.sentencia_segundos)
    }
}
