//! `notess transparencia nuevo-origen`.

use std::process::ExitCode;

use clap::Args;

use crate::cli::{Failure, Operator};
use crate::usecase::publish::begin_anew;

use super::log_of;

/// Begins a log of another name in the place of one that cannot go on, since the database does not hold what was signed any more
/// (it was put back from a copy, say). The journal says so, with the last checkpoint of the former log.
///
/// First put another name into `transparencia.origen`, one that no log had, and stop the service; then run this; then start it.
/// Tell whoever watches the log: his watcher must begin anew too, and may ask why. Acts that were in the former log and are not in
/// the database were lost with it.
#[derive(Debug, Args)]
pub(in crate::cli) struct NuevoOrigen {
    #[command(flatten)]
    operator: Operator,
}

impl NuevoOrigen {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let (key, anchor) = log_of(&self.operator)?;
        let former = begin_anew(&self.operator.desk()?, &key, &anchor)?;
        let line = |at| former.lines().nth(at).unwrap_or_default();
        println!("the log {} begins", key.verifier().origin());
        println!("in the place of {}, which had signed {} leaves", line(0), line(1));
        println!("its public key: {}", key.verifier());
        Ok(ExitCode::SUCCESS)
    }
}
