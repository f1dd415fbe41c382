//! `notess explicar`.

mod json;
mod texto;

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;

use crate::domain::nif::Nif;
use crate::domain::notificacion::Codigo;
use crate::domain::red::Emitidas;
use crate::usecase::explain::{Pregunta, explain};

use super::instant::instant;
use super::{Failure, Operator};

/// Says, in Spanish, who may see or sign a notification, by which title and rule, or why not: now, or at another instant
/// by what was known then. The journal says who asked.
#[derive(Debug, Args)]
pub(super) struct Explicar {
    #[command(flatten)]
    operator: Operator,
    /// NIF for which the certificate would act: the person's or, of a representative, the entity's
    #[arg(long)]
    nif: Nif,
    /// NIF of the addressee
    #[arg(long, value_name = "NIF")]
    poderdante: Nif,
    /// Code of the notification
    #[arg(long, value_parser = codigo)]
    codigo: Codigo,
    /// Instant of which it is asked; the present, if it is missing. RFC 3339, or AAAA-MM-DD hh:mm:ss in Madrid
    #[arg(long, value_name = "INSTANTE", value_parser = instant)]
    en: Option<DateTime<Utc>>,
    /// By what was recorded until this instant; until now, if it is missing
    #[arg(long, value_name = "INSTANTE", value_parser = instant)]
    sabido: Option<DateTime<Utc>>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Explicar {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let conservar = self.operator.config.read()?.red.conservar_emitidas;
        let emitidas = if conservar {
            Emitidas::Conservar
        } else {
            Emitidas::Perder
        };
        let pregunta = Pregunta {
            nif: self.nif,
            poderdante: self.poderdante,
            codigo: self.codigo,
            en: self.en,
            sabido: self.sabido,
        };
        let explicacion = explain(&self.operator.desk()?, emitidas, &pregunta)?;
        if self.json {
            println!("{}", json::object(&pregunta, &explicacion));
        } else {
            print!("{}", texto::explanation(&pregunta, &explicacion));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A code, as an operator types it.
pub(super) fn codigo(text: &str) -> Result<Codigo, String> {
    let number = text.parse().ok().and_then(Codigo::new);
    number.ok_or_else(|| "a code is a positive number of at most 2147483647".to_owned())
}
