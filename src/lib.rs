//! `notess`: a server for bulk official notifications over signed SOAP.
//!
//! The modules are floors; each imports from its own and from those above it in this list only.

pub mod chain;
pub mod domain;
pub mod papel;
pub mod recibo;
pub mod remembered;
pub mod tlog;
pub mod whole_file;
pub mod xml;
pub mod signature;
pub mod trust;
pub mod cms;
pub mod tsp;
pub mod pades;
pub mod store;
pub mod soap;
pub mod contract;
pub mod usecase;
pub mod config;
pub mod stamping;
pub mod client;
pub mod demo;
pub mod importar;
pub mod channel;
pub mod http;
pub mod sandbox;
pub mod cli;
