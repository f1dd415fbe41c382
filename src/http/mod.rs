//! Floor 6: the channel over HTTP: its messages, its contracts' files, its health and its numbers.
//!
//! [`Application`] binds and serves; `app` lists all that is answered, and `intake` has messages answered by workers.

pub mod app;
mod body;
mod health;
mod intake;
mod line;
mod log_limit;
mod lookout;
mod media;
pub mod metrics;
mod pace;
mod pieces;
mod reload;
mod server;
mod shared;
mod timed;
mod tls;
mod wsdl;
mod workers;

pub use app::{Application, ServeError, mistakes};
pub use reload::Reload;
