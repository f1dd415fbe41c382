//! `notess transparencia iniciar`.

use std::process::ExitCode;

use clap::Args;

use crate::cli::{Failure, Operator};
use crate::usecase::publish::{AnewError, anchor_anew};

use super::log_of;

/// Says whether the log was begun, and writes its anchor anew from the database where that was lost.
///
/// A service whose settings have `[transparencia]` begins the log by itself. The anchor is the last checkpoint, in a file outside
/// the database: with it a service sees that its database was put back from a copy, and signs nothing by which the log would fork.
/// Say that it is to be written anew only of a database that is as it was: what was signed since a copy was made is not in it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Iniciar {
    #[command(flatten)]
    operator: Operator,
}

impl Iniciar {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let (key, anchor) = log_of(&self.operator)?;
        match anchor_anew(&self.operator.desk()?, &key, &anchor) {
            Ok(Some(checkpoint)) => println!(
                "{} is written anew: {} leaves of {}",
                anchor.path().display(),
                checkpoint.size,
                checkpoint.origin
            ),
            Ok(None) => println!("{} is there: nothing is to be done", anchor.path().display()),
            Err(error @ AnewError::NothingSigned(_)) => println!("{error}"),
            Err(error) => return Err(error.into()),
        }
        Ok(ExitCode::SUCCESS)
    }
}
