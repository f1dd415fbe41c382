//! Floor 2: the store. Diesel over SQLite or PostgreSQL, from one code base.
//!
//! Everything happens in a transaction of [`Store`]: [`Store::read`] lends a [`Reader`], [`Store::write`] a
//! [`Writer`], which also serves wherever a reader is asked for. Queries are functions that take one of the two,
//! so that nothing can be written outside a transaction that is meant to write. Instants are UTC and kept to the
//! microsecond; see [`to_the_microsecond`]. What is read is parsed as strictly as what comes from outside.

#![expect(
    clippy::ref_option_ref,
    reason = "it is what derive(Insertable) makes of a nullable text"
)]

mod again;
mod among;
mod backend;
mod believed;
mod claim;
mod columns;
mod cuentas;
mod decided;
mod deflated;
mod desk;
mod error;
mod group;
mod insert;
mod limits;
mod line;
mod migration;
mod open;
mod origin;
mod owner_only;
mod place;
mod pool;
mod presence;
mod probe;
mod published;
pub mod represented;
mod memory;
mod schema;
mod stored;
#[cfg(test)]
mod testing;
mod transaction;
mod update;
mod upsert;
mod url;

pub mod access;
pub mod as_of;
pub mod acuses;
pub mod acuses_sellados;
pub mod acuses_solicitados;
pub mod cargas;
pub mod certificados_servicio;
pub mod cipher;
pub mod admitted;
pub mod audit;
pub mod by_codigo;
pub mod caducidades;
pub mod calendarios;
pub mod cea;
pub mod clock;
pub mod decisions;
pub mod demonstration;
pub mod documentos_emitidos;
pub mod historicas;
pub mod hold;
pub mod incidencias;
pub mod journal;
pub mod listado;
pub mod listing;
pub mod mensajes;
pub mod notificaciones;
pub mod octets;
pub mod personas;
pub mod plazos;
pub mod poderes;
pub mod practicadas;
pub mod practised_how;
pub mod procedimientos;
pub mod red;
pub mod transparencia;
pub mod sucesiones;
pub mod sellos;

pub use backend::{Reader, Writer};
pub use believed::believed;
pub use claim::Claim;
pub use desk::{Deed, Desk, Operador, Verified};
pub use error::{StoreError, Trouble};
pub use group::Flushes;
pub use limits::Limits;
pub use owner_only::Loose;
pub use probe::Probe;
pub use transaction::{Durability, Store};
pub use url::{DatabaseUrl, UrlError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// An instant as the store will give it back: without what is finer than a microsecond. Whoever keeps the instant of
/// an act, to sign it or to answer it, cuts it first.
#[must_use]
pub fn to_the_microsecond(at: DateTime<Utc>) -> DateTime<Utc> {
    // Only instants that no clock shows have no nanosecond count.
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}
