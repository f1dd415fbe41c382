//! The service over a real socket and both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test program"
)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
#[path = "../decisiones/mod.rs"]
#[allow(dead_code, reason = "the tests of the store use what is left")]
mod decisiones;
#[path = "../store/site.rs"]
#[allow(dead_code, reason = "the tests of the store use what is left")]
mod site;
use common::{pg, x509};

mod addressing;
mod admitting;
mod bodies;
mod canal;
mod certificates;
mod cipher;
mod clocks;
mod cost;
mod decision_tables;
mod deeds;
mod demonstration;
mod expiry;
mod explained;
mod historico;
mod importing;
mod faketime;
mod files;
mod interop;
mod keys;
mod lanes;
mod operators;
mod outage;
mod place;
mod last_second;
mod leaves;
mod listed;
mod log;
mod practised;
mod procedimientos;
mod process;
mod proxies;
mod published_files;
mod publishing;
mod settings;
mod reload;
mod rivals;
mod sandbox;
mod seal_key;
mod sealed;
mod revocation;
mod served;
mod shown;
mod slow;
mod stamps;
mod stopped;
mod stuck;
mod successions;
mod tampering;
mod tls;
mod terms;
mod told;
mod transparencia;
mod unlapse;
mod untaken;
mod verificacion;
mod wire_answers;
mod wscn;
