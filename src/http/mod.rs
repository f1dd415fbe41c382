//! Floor 5: the HTTP service.
//!
//! [`Application`] binds and serves; [`service::Service`] holds what requests share; `pipeline` and `wscn_pipeline`, one for
//! each contract, are the only places that see the whole way of a request, and `opening` is what they have in common.

mod addressing;
pub mod app;
mod body;
mod exchange;
mod expiry;
mod health;
mod identity;
mod intake;
mod issuers;
mod key_file;
mod line;
mod log_limit;
mod media;
pub mod metrics;
mod official_time;
mod opening;
mod pace;
mod pieces;
mod pipeline;
mod reload;
mod server;
pub mod service;
mod timed;
mod tls;
mod wsdl;
mod workers;
mod wscn;
mod wscn_acuse;
mod wscn_pipeline;

pub use app::Application;
pub use identity::KeyError;
pub use official_time::Clocks;
pub use reload::Reload;
pub use service::{Service, StartError, mistakes};
