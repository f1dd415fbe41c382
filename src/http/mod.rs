//! Floor 6: the channel over HTTP: its messages, its contracts' files, its health and its numbers.
//!
//! [`Application`] binds and serves; `app` lists all that is answered, `intake` has messages answered, and `lanes` has the
//! threads on which that is done.

pub mod app;
mod body;
mod fair;
mod health;
mod hint;
mod intake;
mod lanes;
mod line;
mod log_limit;
mod log_turns;
mod lookout;
mod lookouts;
mod media;
pub mod metrics;
mod numbers;
mod pace;
mod pieces;
mod proxies;
mod publishing;
mod queue;
mod reload;
mod room;
mod server;
mod shared;
mod steering;
mod stream;
mod test_tsa;
mod timed;
mod tls;
mod transparencia;
mod turns;
mod unsupported;
mod verificacion;
mod writers;
mod wsdl;

pub use app::{Application, ServeError, mistakes};
pub use reload::Reload;
pub use steering::{Alone, Faults, Steering};
pub use test_tsa::TestTsa;
