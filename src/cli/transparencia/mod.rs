//! `notess transparencia`.

mod address;
mod clave;
mod iniciar;
mod nuevo_origen;
mod prueba;
mod remembered;
mod verificar;
mod vigilar;

use std::process::ExitCode;

use clap::Subcommand;

use crate::channel::log_key;
use crate::tlog::LogKey;
use crate::usecase::publish::Anchor;

use super::{Failure, Operator};

/// The published log: what stands in it cannot be changed unseen, and who has a proof needs nobody to verify it.
///
/// Each act, publication and journal row has a leaf in it, which holds no more than the SHA-256 of a document. The service signs
/// how many leaves there are and the root over them: a checkpoint. A proof leads from a document to a root. Whoever watches the
/// log sees that each checkpoint goes on with the one before.
#[derive(Debug, Subcommand)]
pub(super) enum Transparencia {
    /// Make the log's key, in a file for its owner alone, and print the public one
    Clave(clave::Clave),
    /// Say whether the log was begun, and write its anchor anew where that was lost
    Iniciar(iniciar::Iniciar),
    /// Begin a log of another name in the place of one that cannot go on
    NuevoOrigen(nuevo_origen::NuevoOrigen),
    /// Write the proof that a notification's leaves are in the log
    Prueba(prueba::Prueba),
    /// Verify, off line, that a document is in a log
    Verificar(verificar::Verificar),
    /// See, from outside, that a log goes on with what it showed before. Ends with 1 if it does not
    Vigilar(vigilar::Vigilar),
}

impl Transparencia {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Clave(clave) => clave.run(),
            Self::Iniciar(iniciar) => iniciar.run(),
            Self::NuevoOrigen(nuevo_origen) => nuevo_origen.run(),
            Self::Prueba(prueba) => prueba.run(),
            Self::Verificar(verificar) => verificar.run(),
            Self::Vigilar(vigilar) => Ok(vigilar.run()),
        }
    }
}

/// Key and anchor of the log that the settings name.
fn log_of(operator: &Operator) -> Result<(LogKey, Anchor), Failure> {
    let settings = operator.config.read()?;
    let log = settings.transparencia.as_ref();
    let log = log.ok_or("section `transparencia`: is missing, so that there is no log")?;
    Ok((log_key(log)?, Anchor::at(log.ancla.clone())))
}
