//! `notess transparencia`.

mod address;
mod clave;
mod remembered;
mod verificar;
mod vigilar;

use std::process::ExitCode;

use clap::Subcommand;

use super::Failure;

/// The published log: what stands in it cannot be changed unseen, and who has a proof needs nobody to verify it.
///
/// Each act, publication and journal row has a leaf in it, which holds no more than the SHA-256 of a document. The service signs
/// how many leaves there are and the root over them: a checkpoint. A proof leads from a document to a root. Whoever watches the
/// log sees that each checkpoint goes on with the one before.
#[derive(Debug, Subcommand)]
pub(super) enum Transparencia {
    /// Make the log's key, in a file for its owner alone, and print the public one
    Clave(clave::Clave),
    /// Verify, off line, that a document is in a log
    Verificar(verificar::Verificar),
    /// See, from outside, that a log goes on with what it showed before. Ends with 1 if it does not
    Vigilar(vigilar::Vigilar),
}

impl Transparencia {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Clave(clave) => clave.run(),
            Self::Verificar(verificar) => verificar.run(),
            Self::Vigilar(vigilar) => Ok(vigilar.run()),
        }
    }
}
