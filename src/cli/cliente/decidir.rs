//! `notess cliente firmar` and `rechazar`.

use std::process::ExitCode;

use clap::Args;

use crate::cli::Failure;
use crate::client::calls;
use crate::contract::canal::messages::Resultado;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Estado, Sentido};
use crate::domain::operation::DecideRequest;
use crate::domain::rol::Rol;

use super::cuales::Cuales;
use super::{SOME_DENIED, To, bar, render, show, values};

/// Codes in one request of `--todas`: enough to make a signature's cost vanish, few enough to show progress.
const BATCH: usize = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct Decidir {
    #[command(flatten)]
    to: To,
    #[arg(
        long,
        value_name = "NIF",
        value_parser = values::nif,
        help = "De quién son las notificaciones"
    )]
    poderdante: Nif,
    #[arg(
        long,
        value_name = "N",
        value_parser = values::rol,
        help = "Sólo con este rol: 1 propio, 2 RED, 3 poder"
    )]
    rol: Option<Rol>,
    #[arg(
        long,
        value_name = "CODIGO",
        help = "Código de la advertencia legal que ha leído; la muestra «cliente poderdantes»"
    )]
    advertencia: String,
    #[command(flatten)]
    cuales: Cuales,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Rechazar {
    #[command(flatten)]
    decidir: Decidir,
    #[arg(long, value_name = "TEXTO", help = "Por qué se rechazan")]
    motivo: Option<String>,
}

impl Rechazar {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        self.decidir.run(Sentido::Rechazo, self.motivo.as_deref())
    }
}

impl Decidir {
    /// Status 0 when every code was decided, 3 when some were not.
    pub(super) fn run(self, sentido: Sentido, motivo: Option<&str>) -> Result<ExitCode, Failure> {
        let connection = self.to.connection()?;
        let pending = [Estado::SinAcuse, Estado::AcuseSolicitado];
        let codigos = self
            .cuales
            .codigos(&connection, self.poderdante, self.rol, &pending)?;
        let progress = bar(codigos.len());
        let mut results: Vec<Resultado> = Vec::with_capacity(codigos.len());
        for batch in codigos.chunks(BATCH) {
            let decision = DecideRequest {
                sentido,
                poderdante: self.poderdante,
                rol: self.rol,
                advertencia: self.advertencia.clone(),
                codigos: batch.to_vec(),
                motivo: motivo.map(str::to_owned),
            };
            match calls::decide(&connection, decision) {
                Ok(some) => results.extend(some),
                Err(error) => {
                    // What was confirmed before the trouble must be shown all the same.
                    progress.abandon();
                    if !results.is_empty() {
                        show(&render::resultados(&results, self.to.json))?;
                    }
                    return Err(error.into());
                }
            }
            progress.inc(batch.len() as u64);
        }
        progress.finish_and_clear();
        show(&render::resultados(&results, self.to.json))?;
        let denied = results.iter().any(|one| one.acuse.is_none());
        Ok(if denied {
            ExitCode::from(SOME_DENIED)
        } else {
            ExitCode::SUCCESS
        })
    }
}
